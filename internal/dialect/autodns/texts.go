package autodns

// bilingual is a text in the two languages of the gateway.
type bilingual struct{ en, de string }

func (b bilingual) in(german bool) string {
	if german {
		return b.de
	}
	return b.en
}

// textRefused stands for every error status without a text of its own.
var textRefused = bilingual{"The task could not be carried out.", "Der Auftrag konnte nicht ausgeführt werden."}

// statusText is the text of a status code.
func statusText(code string, german bool) string {
	if t, ok := statusTexts[code]; ok {
		return t.in(german)
	}
	return textRefused.in(german)
}

// statusTexts are those of autodns-xml.md §19.2 and §20; where it has none, the text follows their pattern.
var statusTexts = map[string]bilingual{
	"E00000": {"Errors occurred during processing.", "Es sind Fehler bei der Verarbeitung aufgetreten."},

	"S1321001": {"The session was created successfully.", "Die Session wurde erfolgreich angelegt."},
	"E1321001": {"The session could not be created.", "Die Session konnte nicht angelegt werden."},
	"S1321003": {"The session was deleted successfully.", "Die Session wurde erfolgreich gelöscht."},
	"E1321003": {"The session could not be deleted.", "Die Session konnte nicht gelöscht werden."},

	"N0101":    {"Domain registration was started successfully.", "Die Domain-Registrierung wurde erfolgreich gestartet."},
	"S0101":    {"The domain was registered successfully.", "Die Domain wurde erfolgreich registriert."},
	"E0101":    {"The domain could not be registered.", "Die Domain konnte nicht registriert werden."},
	"N0101003": {"Domain renew has been started successfully.", "Die Verlängerung der Domain wurde erfolgreich gestartet."},
	"S0101003": {"The domain was renewed successfully.", "Die Domain wurde erfolgreich verlängert."},
	"E0101003": {"The domain could not be renewed.", "Die Domain konnte nicht verlängert werden."},
	"N0102":    {"Domain update has been started successfully.", "Die Aktualisierung der Domain wurde erfolgreich gestartet."},
	"S0102":    {"The domain was updated successfully.", "Die Domain wurde erfolgreich aktualisiert."},
	"E0102":    {"Domain could not be updated.", "Die Domain konnte nicht aktualisiert werden."},
	"N0102002": {"Domain status update has been started successfully.", "Die Statusänderung der Domain wurde erfolgreich gestartet."},
	"S0102002": {"The domain status was updated successfully.", "Der Status der Domain wurde erfolgreich geändert."},
	"E0102002": {"The domain status could not be updated.", "Der Status der Domain konnte nicht geändert werden."},
	"S0102004": {"The domain comment was updated successfully.", "Der Domain-Kommentar wurde erfolgreich geändert."},
	"E0102004": {"The domain comment could not be updated.", "Der Domain-Kommentar konnte nicht geändert werden."},
	"N0102008": {"The update of the name servers has been started successfully.", "Die Aktualisierung der Nameserver wurde erfolgreich gestartet."},
	"S0102008": {"The name servers of the domain were updated successfully.", "Die Nameserver der Domain wurden erfolgreich aktualisiert."},
	"E0102008": {"The name servers of the domain could not be updated.", "Die Nameserver der Domain konnten nicht aktualisiert werden."},
	"S0105":    {"Domain data has been inquired successfully.", "Domaindaten wurden erfolgreich ermittelt."},
	"E0105":    {"Domain data could not be inquired.", "Domaindaten konnten nicht ermittelt werden."},

	"S0301":    {"Domain contact was created successfully.", "Domain-Kontakt wurde erfolgreich angelegt."},
	"E0301":    {"Domain contact could not be created.", "Domain-Kontakt konnte nicht angelegt werden."},
	"S0302":    {"Domain contact was updated successfully.", "Domain-Kontakt wurde erfolgreich aktualisiert."},
	"N0302":    {"Domain contact update has been started successfully.", "Die Aktualisierung des Domainkontaktes wurde erfolgreich gestartet."},
	"E0302":    {"Domain contact could not be updated.", "Domain-Kontakt konnte nicht aktualisiert werden."},
	"S0302004": {"The comment of the domain contact was updated successfully.", "Der Kommentar des Domain-Kontaktes wurde erfolgreich geändert."},
	"N0302004": {"Domain contact comment update has been started successfully.", "Die Änderung des Kommentars wurde erfolgreich gestartet."},
	"E0302004": {"The comment of the domain contact could not be updated.", "Der Kommentar des Domain-Kontaktes konnte nicht geändert werden."},
	"S0304":    {"Domain contact information was inquired successfully.", "Domainkontakt-Daten wurden erfolgreich ermittelt."},
	"E0304":    {"Domain contact information could not be inquired.", "Domainkontakt-Daten konnten nicht ermittelt werden."},

	"S0713":   {"The history was inquired successfully.", "Die Historie wurde erfolgreich ermittelt."},
	"E0713":   {"The history could not be inquired.", "Die Historie konnte nicht ermittelt werden."},
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

	// Tasks that are not offered here but whose refusal has a text of the vendor's.
	"E0113001": {"AuthInfo1 could not be created.", "AuthInfo1 konnte nicht angelegt werden."},
	"E0201":    {"Zone could not be recorded on the nameserver.", "Zone konnte nicht auf dem Nameserver eingetragen werden."},
	"E0202":    {"Zone could not be updated on the name server.", "Zone konnte auf dem Nameserver nicht aktualisiert werden."},
	"E0202001": {"Zone could not be updated on the name server.", "Zone konnte auf dem Nameserver nicht aktualisiert werden."},
	"E0202002": {"Zone could not be updated on the name server.", "Zone konnte auf dem Nameserver nicht aktualisiert werden."},
	"E0205":    {"Zone information could not be inquired.", "Zonen-Informationen konnten nicht ermittelt werden."},
}
