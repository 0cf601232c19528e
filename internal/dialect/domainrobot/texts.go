package domainrobot

// bilingual is a text in the two languages that accounts of the original see most; other languages read English.
type bilingual struct{ en, de string }

func (b bilingual) in(german bool) string {
	if german && b.de != "" {
		return b.de
	}
	return b.en
}

// statusText is the text of a status code; a code without one stands for itself (domainrobot-json.md §3).
func statusText(code string, german bool) string {
	if t, ok := statusTexts[code]; ok {
		return t.in(german)
	}
	return code
}

// statusTexts are those of domainrobot-json.md §6 and, in German, of the same vendor's XML interface; where neither has one, the
// text follows their pattern.
var statusTexts = map[string]bilingual{
	"E00000": {"Errors occurred during processing.", "Es sind Fehler bei der Verarbeitung aufgetreten."},
	"S0000":  {"The request was processed successfully.", "Die Anfrage wurde erfolgreich verarbeitet."},
	"S00000": {"The request was processed successfully.", "Die Anfrage wurde erfolgreich verarbeitet."},

	"S1321001": {"Session token has been created successfully.", "Das Session-Token wurde erfolgreich erstellt."},
	"E1321001": {"Session token could not be created.", "Das Session-Token konnte nicht erstellt werden."},
	"S1321003": {"Session has been deleted successfully.", "Die Session wurde erfolgreich gelöscht."},
	"E1321003": {"Session could not be deleted.", "Die Session konnte nicht gelöscht werden."},

	"N0101":    {"Domain registration was started successfully.", "Die Domain-Registrierung wurde erfolgreich gestartet."},
	"S0101":    {"The domain was registered successfully.", "Die Domain wurde erfolgreich registriert."},
	"E0101":    {"The domain could not be registered.", "Die Domain konnte nicht registriert werden."},
	"N0101003": {"Domain renew has been started successfully.", "Die Verlängerung der Domain wurde erfolgreich gestartet."},
	"S0101003": {"The domain was renewed successfully.", "Die Domain wurde erfolgreich verlängert."},
	"E0101003": {"The domain could not be renewed.", "Die Domain konnte nicht verlängert werden."},
	"N0102":    {"Domain update has been started successfully.", "Die Aktualisierung der Domain wurde erfolgreich gestartet."},
	"S0102":    {"The domain was updated successfully.", "Die Domain wurde erfolgreich aktualisiert."},
	"E0102":    {"The domain could not be updated.", "Die Domain konnte nicht aktualisiert werden."},
	"N0102002": {"Domain status update has been started successfully.", "Die Statusänderung der Domain wurde erfolgreich gestartet."},
	"S0102002": {"The domain status was updated successfully.", "Der Status der Domain wurde erfolgreich geändert."},
	"E0102002": {"The domain status could not be updated.", "Der Status der Domain konnte nicht geändert werden."},
	"N0102004": {"Domain comment update has been started successfully.", "Die Änderung des Domain-Kommentars wurde erfolgreich gestartet."},
	"S0102004": {"The domain comment was updated successfully.", "Der Domain-Kommentar wurde erfolgreich geändert."},
	"E0102004": {"The domain comment could not be updated.", "Der Domain-Kommentar konnte nicht geändert werden."},
	"S0105":    {"Domain data has been inquired successfully.", "Domaindaten wurden erfolgreich ermittelt."},
	"E0105":    {"Domain data could not be inquired.", "Domaindaten konnten nicht ermittelt werden."},

	"S0108001": {"The domain search was executed successfully.", "Die Domainsuche wurde erfolgreich ausgeführt."},
	"E0108001": {"The domain search could not be executed.", "Die Domainsuche konnte nicht ausgeführt werden."},

	"S0301":    {"Domain contact was created successfully.", "Domain-Kontakt wurde erfolgreich angelegt."},
	"N0301":    {"Domain contact request has been started successfully.", "Das Anlegen des Domainkontaktes wurde erfolgreich gestartet."},
	"E0301":    {"Domain contact could not be created.", "Domain-Kontakt konnte nicht angelegt werden."},
	"S0302":    {"Domain contact was updated successfully.", "Domain-Kontakt wurde erfolgreich aktualisiert."},
	"N0302":    {"Domain contact update has been started successfully.", "Die Aktualisierung des Domainkontaktes wurde erfolgreich gestartet."},
	"E0302":    {"Domain contact could not be updated.", "Domain-Kontakt konnte nicht aktualisiert werden."},
	"S0302004": {"The comment of the domain contact was updated successfully.", "Der Kommentar des Domain-Kontaktes wurde erfolgreich geändert."},
	"N0302004": {"Domain contact comment update has been started successfully.", "Die Änderung des Kommentars wurde erfolgreich gestartet."},
	"E0302004": {"The comment of the domain contact could not be updated.", "Der Kommentar des Domain-Kontaktes konnte nicht geändert werden."},
	"S0304":    {"Domain contact data has been inquired successfully.", "Die Daten des Domain-Kontaktes wurden erfolgreich ermittelt."},
	"E0304":    {"Domain contact data could not be inquired.", "Domainkontakt-Daten konnten nicht ermittelt werden."},

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

	"S0984":    {"Account data has been inquired successfully.", "Die Kontodaten wurden erfolgreich ermittelt."},
	"E0984":    {"Account data could not be inquired.", "Die Kontodaten konnten nicht ermittelt werden."},
	"E1901004": {"The document could not be inquired.", "Das Dokument konnte nicht ermittelt werden."},
	"S1301004": {"User data has been inquired successfully.", "Die Benutzerdaten wurden erfolgreich ermittelt."},
	"E1301004": {"User data could not be inquired.", "Die Benutzerdaten konnten nicht ermittelt werden."},
}
