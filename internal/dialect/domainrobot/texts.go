package domainrobot

import "github.com/polyreg/polyreg/internal/wire/internetx"

// statusText is the text of a status code; a code without one stands for itself (domainrobot-json.md §3).
func statusText(code string, german bool) string {
	if t, ok := internetx.Status(statusTexts, code); ok {
		return t.In(german)
	}
	return code
}

// statusTexts are those that only this interface has, or has otherwise (domainrobot-json.md §6, in German of the same vendor's XML
// interface); where neither has one, the text follows their pattern.
var statusTexts = map[string]internetx.Text{
	"S0000":  {EN: "The request was processed successfully.", DE: "Die Anfrage wurde erfolgreich verarbeitet."},
	"S00000": {EN: "The request was processed successfully.", DE: "Die Anfrage wurde erfolgreich verarbeitet."},

	"S1321001": {EN: "Session token has been created successfully.", DE: "Das Session-Token wurde erfolgreich erstellt."},
	"E1321001": {EN: "Session token could not be created.", DE: "Das Session-Token konnte nicht erstellt werden."},
	"S1321003": {EN: "Session has been deleted successfully.", DE: "Die Session wurde erfolgreich gelöscht."},
	"E1321003": {EN: "Session could not be deleted.", DE: "Die Session konnte nicht gelöscht werden."},

	"E0102":    {EN: "The domain could not be updated.", DE: "Die Domain konnte nicht aktualisiert werden."},
	"N0102004": {EN: "Domain comment update has been started successfully.", DE: "Die Änderung des Domain-Kommentars wurde erfolgreich gestartet."},

	"S0108001": {EN: "The domain search was executed successfully.", DE: "Die Domainsuche wurde erfolgreich ausgeführt."},
	"E0108001": {EN: "The domain search could not be executed.", DE: "Die Domainsuche konnte nicht ausgeführt werden."},

	"N0301": {EN: "Domain contact request has been started successfully.", DE: "Das Anlegen des Domainkontaktes wurde erfolgreich gestartet."},
	"S0304": {EN: "Domain contact data has been inquired successfully.", DE: "Die Daten des Domain-Kontaktes wurden erfolgreich ermittelt."},
	"E0304": {EN: "Domain contact data could not be inquired.", DE: "Domainkontakt-Daten konnten nicht ermittelt werden."},

	"N0106002": {EN: "The answer to the outgoing transfer was submitted.", DE: "Die Antwort auf den ausgehenden Transfer wurde übermittelt."},
	"N0113001": {EN: "The creation of AuthInfo1 has been started successfully.", DE: "Das Anlegen des AuthInfo1 wurde erfolgreich gestartet."},
	"N0113002": {EN: "The deletion of AuthInfo1 has been started successfully.", DE: "Das Löschen des AuthInfo1 wurde erfolgreich gestartet."},
	"S0164":    {EN: "Premium domain data has been inquired successfully.", DE: "Die Daten der Premium-Domain wurden erfolgreich ermittelt."},
	"E0164":    {EN: "Premium domain data could not be inquired.", DE: "Die Daten der Premium-Domain konnten nicht ermittelt werden."},
	"S0374":    {EN: "The verification of the contact has been inquired successfully.", DE: "Die Verifizierung des Kontaktes wurde erfolgreich ermittelt."},
	"E0374":    {EN: "The verification of the contact could not be inquired.", DE: "Die Verifizierung des Kontaktes konnte nicht ermittelt werden."},

	"E1901004": {EN: "The document could not be inquired.", DE: "Das Dokument konnte nicht ermittelt werden."},
	"S1301004": {EN: "User data has been inquired successfully.", DE: "Die Benutzerdaten wurden erfolgreich ermittelt."},
	"E1301004": {EN: "User data could not be inquired.", DE: "Die Benutzerdaten konnten nicht ermittelt werden."},
}
