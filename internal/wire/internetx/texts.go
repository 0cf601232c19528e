// Package internetx is the vocabulary that one vendor's two interfaces (JSON and XML) share: status texts, the numbers and
// texts of causes, and spellings of countries. What an interface says otherwise than its sister stays in its dialect.
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
	t, ok := statusTexts[code]
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
}
