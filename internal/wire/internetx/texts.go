// Package internetx is the vocabulary that one vendor's two interfaces (JSON and XML) share: status texts, the numbers and
// texts of causes, spellings of countries, when owners are the same, and what zones and their records look like. What an interface says otherwise than its sister stays in its dialect.
package internetx

// Text is a text in the two languages of the interfaces.
type Text struct{ EN, DE string }

// In is the German text, or the English one where there is none or another language is asked for.
func (t Text) In(german bool) string {
	if german && t.DE != "" {
		return t.DE
	}
	return t.EN
}

// Status finds the text of a status code: the interface's own, else the shared one.
func Status(own map[string]Text, code string) (Text, bool) {
	if t, ok := own[code]; ok {
		return t, true
	}
	if t, ok := statusTexts[code]; ok {
		return t, true
	}
	t, ok := zoneTexts[code]
	return t, ok
}

// statusTexts are those that both references give, or that follow their pattern where neither has one (autodns-xml.md §19.2,
// §20; domainrobot-json.md §6).
var statusTexts = map[string]Text{
	"E00000": {"Errors occurred during processing.", "Es sind Fehler bei der Verarbeitung aufgetreten."},

	"N0101":    {"Domain registration was started successfully.", "Die Domain-Registrierung wurde erfolgreich gestartet."},
	"S0101":    {"The domain was registered successfully.", "Die Domain wurde erfolgreich registriert."},
	"E0101":    {"The domain could not be registered.", "Die Domain konnte nicht registriert werden."},
	"N0101003": {"Domain renew has been started successfully.", "Die Verlängerung der Domain wurde erfolgreich gestartet."},
	"S0101003": {"The domain was renewed successfully.", "Die Domain wurde erfolgreich verlängert."},
	"E0101003": {"The domain could not be renewed.", "Die Domain konnte nicht verlängert werden."},

	"N0102":    {"Domain update has been started successfully.", "Die Aktualisierung der Domain wurde erfolgreich gestartet."},
	"S0102":    {"The domain was updated successfully.", "Die Domain wurde erfolgreich aktualisiert."},
	"N0102002": {"Domain status update has been started successfully.", "Die Statusänderung der Domain wurde erfolgreich gestartet."},
	"S0102002": {"The domain status was updated successfully.", "Der Status der Domain wurde erfolgreich geändert."},
	"E0102002": {"The domain status could not be updated.", "Der Status der Domain konnte nicht geändert werden."},
	"S0102004": {"The domain comment was updated successfully.", "Der Domain-Kommentar wurde erfolgreich geändert."},
	"E0102004": {"The domain comment could not be updated.", "Der Domain-Kommentar konnte nicht geändert werden."},

	"S0105": {"Domain data has been inquired successfully.", "Domaindaten wurden erfolgreich ermittelt."},
	"E0105": {"Domain data could not be inquired.", "Domaindaten konnten nicht ermittelt werden."},

	"S0301": {"Domain contact was created successfully.", "Domain-Kontakt wurde erfolgreich angelegt."},
	"E0301": {"Domain contact could not be created.", "Domain-Kontakt konnte nicht angelegt werden."},

	"S0302":    {"Domain contact was updated successfully.", "Domain-Kontakt wurde erfolgreich aktualisiert."},
	"N0302":    {"Domain contact update has been started successfully.", "Die Aktualisierung des Domainkontaktes wurde erfolgreich gestartet."},
	"E0302":    {"Domain contact could not be updated.", "Domain-Kontakt konnte nicht aktualisiert werden."},
	"S0302004": {"The comment of the domain contact was updated successfully.", "Der Kommentar des Domain-Kontaktes wurde erfolgreich geändert."},
	"N0302004": {"Domain contact comment update has been started successfully.", "Die Änderung des Kommentars wurde erfolgreich gestartet."},
	"E0302004": {"The comment of the domain contact could not be updated.", "Der Kommentar des Domain-Kontaktes konnte nicht geändert werden."},

	"S300114": {"Job data has been inquired successfully.", "Die Daten des Auftrags wurden erfolgreich ermittelt."},
	"E300114": {"Job data could not be inquired.", "Die Daten des Auftrags konnten nicht ermittelt werden."},
	"S300115": {"Jobs have been inquired successfully.", "Die Aufträge wurden erfolgreich ermittelt."},
	"E300115": {"Jobs could not be inquired.", "Die Aufträge konnten nicht ermittelt werden."},
	"S300134": {"Job history has been inquired successfully.", "Die Auftragshistorie wurde erfolgreich ermittelt."},
	"E300134": {"Job history could not be inquired.", "Die Auftragshistorie konnte nicht ermittelt werden."},
	"S300135": {"Job history has been inquired successfully.", "Die Auftragshistorie wurde erfolgreich ermittelt."},
	"E300135": {"Job history could not be inquired.", "Die Auftragshistorie konnte nicht ermittelt werden."},

	"S0905": {"The notification was polled successfully.", "Die Benachrichtigung wurde erfolgreich abgerufen."},
	"E0905": {"The notification could not be polled.", "Die Benachrichtigung konnte nicht abgerufen werden."},

	"S0906": {"The notification was confirmed successfully.", "Die Benachrichtigung wurde erfolgreich bestätigt."},
	"E0906": {"The notification could not be confirmed.", "Die Benachrichtigung konnte nicht bestätigt werden."},

	"S0984": {"Account data has been inquired successfully.", "Die Kontodaten wurden erfolgreich ermittelt."},
	"E0984": {"Account data could not be inquired.", "Die Kontodaten konnten nicht ermittelt werden."},

	// The end of a domain, transfers, codes, verification.
	"N0101005": {"Domain restore has been started successfully.", "Die Wiederherstellung der Domain wurde erfolgreich gestartet."},
	"S0101005": {"The domain was restored successfully.", "Die Domain wurde erfolgreich wiederhergestellt."},
	"E0101005": {"The domain could not be restored.", "Die Domain konnte nicht wiederhergestellt werden."},
	"N0102007": {"The update of the DNSSEC keys has been started successfully.", "Die Aktualisierung der DNSSEC-Schlüssel wurde erfolgreich gestartet."},
	"S0102007": {"The DNSSEC keys of the domain were updated successfully.", "Die DNSSEC-Schlüssel der Domain wurden erfolgreich aktualisiert."},
	"E0102007": {"The DNSSEC keys of the domain could not be updated.", "Die DNSSEC-Schlüssel der Domain konnten nicht aktualisiert werden."},
	"S0102005": {"The registrar status of the domain was updated successfully.", "Der Registrar-Status der Domain wurde erfolgreich geändert."},
	"E0102005": {"The registrar status of the domain could not be updated.", "Der Registrar-Status der Domain konnte nicht geändert werden."},
	"N0103":    {"Domain deletion has been started successfully.", "Das Löschen der Domain wurde erfolgreich gestartet."},
	"S0103":    {"The domain was deleted successfully.", "Die Domain wurde erfolgreich gelöscht."},
	"E0103":    {"The domain could not be deleted.", "Die Domain konnte nicht gelöscht werden."},
	"S0103101": {"Domain cancelation has been created successfully.", "Die Domainkündigung wurde erfolgreich angelegt."},
	"N0103101": {"Domain cancelation task was transmitted.", "Kuendigungsauftrag wurde uebermittelt."},
	"E0103101": {"Domain cancelation could not be created.", "Die Domainkündigung konnte nicht angelegt werden."},
	"S0103102": {"Domain cancelation was updated successfully.", "Die Domainkündigung wurde erfolgreich geändert."},
	"N0103102": {"Domain cancelation update has been started successfully.", "Die Änderung der Domainkündigung wurde erfolgreich gestartet."},
	"E0103102": {"Domain cancelation could not be updated.", "Die Domainkündigung konnte nicht geändert werden."},
	"S0103103": {"Cancelation has been deleted successfully.", "Die Kündigung wurde erfolgreich gelöscht."},
	"E0103103": {"Cancelation could not be deleted.", "Die Kündigung konnte nicht gelöscht werden."},
	"S0103104": {"Domain cancelation has been inquired successfully.", "Die Domainkündigung wurde erfolgreich ermittelt."},
	"E0103104": {"Domain cancelation could not be inquired.", "Die Domainkündigung konnte nicht ermittelt werden."},
	"S0103124": {"Domain cancelation history has been inquired successfully.", "Die Historie der Domainkündigung wurde erfolgreich ermittelt."},
	"E0103124": {"Domain cancelation history could not be inquired.", "Die Historie der Domainkündigung konnte nicht ermittelt werden."},
	"N0104":    {"The domain transfer was startet successfully.", "Der Domaintransfer wurde erfolgreich gestartet."},
	"S0104":    {"Domain transfer has been started successfully.", "Der Domaintransfer wurde erfolgreich begonnen."},
	"E0104":    {"The domain transfer could not be started.", "Der Domaintransfer konnte nicht gestartet werden."},
	"S0104001": {"The incoming domain transfer (ACK) has been completed successfully.", "Der eingehende Domaintransfer (ACK) wurde erfolgreich abgeschlossen."},
	"E0104001": {"The incoming domain transfer has failed.", "Der eingehende Domaintransfer ist fehlgeschlagen."},
	"N0104010": {"Owner change has been accepted.", "Der Inhaberwechsel wurde angenommen."},
	"S0104010": {"Owner change has been started successfully.", "Der Inhaberwechsel wurde erfolgreich gestartet."},
	"E0104010": {"Owner change could not be started.", "Der Inhaberwechsel konnte nicht gestartet werden."},
	"S0104011": {"Owner change has been completed successfully.", "Der Inhaberwechsel wurde erfolgreich abgeschlossen."},
	"E0104011": {"Owner change has failed.", "Der Inhaberwechsel ist fehlgeschlagen."},
	"S0105005": {"The restorable domains have been inquired successfully.", "Die wiederherstellbaren Domains wurden erfolgreich ermittelt."},
	"E0105005": {"The restorable domains could not be inquired.", "Die wiederherstellbaren Domains konnten nicht ermittelt werden."},
	"N0106":    {"The answer to the outgoing transfer was submitted.", "Die Antwort auf den ausgehenden Transfer wurde übermittelt."},
	"S0106":    {"Outgoing domain transfer has been answered successfully.", "Der ausgehende Domaintransfer wurde erfolgreich beantwortet."},
	"E0106":    {"Outgoing domain transfer could not be answered.", "Der ausgehende Domaintransfer konnte nicht beantwortet werden."},
	"S0106001": {"Transfer data have been inquired successfully.", "Die Transferdaten wurden erfolgreich ermittelt."},
	"E0106001": {"Transfer data could not be inquired.", "Die Transferdaten konnten nicht ermittelt werden."},
	"S0106002": {"Outgoing domain transfer has been answered successfully.", "Der ausgehende Domaintransfer wurde erfolgreich beantwortet."},
	"E0106002": {"Outgoing domain transfer could not be answered.", "Der ausgehende Domaintransfer konnte nicht beantwortet werden."},
	"S0113001": {"AuthInfo1 was created successfully.", "AuthInfo1 wurde erfolgreich angelegt."},
	"E0113001": {"AuthInfo1 could not be created.", "AuthInfo1 konnte nicht angelegt werden."},
	"S0113002": {"AuthInfo1 was deleted successfully.", "AuthInfo1 wurde erfolgreich gelöscht."},
	"E0113002": {"AuthInfo1 could not be deleted.", "AuthInfo1 konnte nicht gelöscht werden."},
	"S0113003": {"AuthInfo2 was created successfully.", "AuthInfo2 wurde erfolgreich angelegt."},
	"E0113003": {"AuthInfo2 could not be created.", "AuthInfo2 konnte nicht angelegt werden."},
	"S0113005": {"The AuthInfo was sent to the domain owner successfully.", "Das AuthInfo wurde erfolgreich an den Inhaber gesendet."},
	"E0113005": {"The AuthInfo could not be sent to the domain owner.", "Das AuthInfo konnte nicht an den Inhaber gesendet werden."},
	"S0303":    {"Domain contact was deleted successfully.", "Domain-Kontakt wurde erfolgreich geloescht."},
	"N0303":    {"Domain contact deletion has been started successfully.", "Das Löschen des Domainkontaktes wurde erfolgreich gestartet."},
	"E0303":    {"Domain contact could not be deleted.", "Domain-Kontakt konnte nicht gelöscht werden."},
	"S0344":    {"Contact verification has been inquired successfully.", "Die Kontakt-Verifizierung wurde erfolgreich ermittelt."},
	"E0344":    {"Contact verification could not be inquired.", "Die Kontakt-Verifizierung konnte nicht ermittelt werden."},
	"S0346":    {"Contact verification was confirmed successfully.", "Die Kontakt-Verifizierung wurde erfolgreich bestätigt."},
	"E0346":    {"Contact verification could not be confirmed.", "Die Kontakt-Verifizierung konnte nicht bestätigt werden."},
	"S0349":    {"The verification e-mail was sent again successfully.", "Die Verifizierungs-E-Mail wurde erfolgreich erneut gesendet."},
	"E0349":    {"The verification e-mail could not be sent again.", "Die Verifizierungs-E-Mail konnte nicht erneut gesendet werden."},
	"S0718":    {"The domains up for automatic deletion have been inquired successfully.", "Die zur automatischen Löschung anstehenden Domains wurden erfolgreich ermittelt."},
	"E0718":    {"The domains up for automatic deletion could not be inquired.", "Die zur automatischen Löschung anstehenden Domains konnten nicht ermittelt werden."},
	"S300121":  {"The job was canceled successfully.", "Der Auftrag wurde erfolgreich abgebrochen."},
	"E300121":  {"The job could not be canceled.", "Der Auftrag konnte nicht abgebrochen werden."},
}
