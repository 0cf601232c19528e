package autodns

import "github.com/polyreg/polyreg/internal/wire/internetx"

// textRefused stands for every error status without a text of its own.
var textRefused = internetx.Text{EN: "The task could not be carried out.", DE: "Der Auftrag konnte nicht ausgeführt werden."}

// statusText is the text of a status code.
func statusText(code string, german bool) string {
	if t, ok := internetx.Status(statusTexts, code); ok {
		return t.In(german)
	}
	return textRefused.In(german)
}

// statusTexts are those that only this interface has, or has otherwise (autodns-xml.md §19.2, §20); where the reference has none,
// the text follows its pattern.
var statusTexts = map[string]internetx.Text{
	"S1321001": {EN: "The session was created successfully.", DE: "Die Session wurde erfolgreich angelegt."},
	"E1321001": {EN: "The session could not be created.", DE: "Die Session konnte nicht angelegt werden."},
	"S1321003": {EN: "The session was deleted successfully.", DE: "Die Session wurde erfolgreich gelöscht."},
	"E1321003": {EN: "The session could not be deleted.", DE: "Die Session konnte nicht gelöscht werden."},

	"E0102":    {EN: "Domain could not be updated.", DE: "Die Domain konnte nicht aktualisiert werden."},
	"N0102008": {EN: "The update of the name servers has been started successfully.", DE: "Die Aktualisierung der Nameserver wurde erfolgreich gestartet."},
	"S0102008": {EN: "The name servers of the domain were updated successfully.", DE: "Die Nameserver der Domain wurden erfolgreich aktualisiert."},
	"E0102008": {EN: "The name servers of the domain could not be updated.", DE: "Die Nameserver der Domain konnten nicht aktualisiert werden."},

	"S0304": {EN: "Domain contact information was inquired successfully.", DE: "Domainkontakt-Daten wurden erfolgreich ermittelt."},
	"E0304": {EN: "Domain contact information could not be inquired.", DE: "Domainkontakt-Daten konnten nicht ermittelt werden."},

	"S0713": {EN: "The history was inquired successfully.", DE: "Die Historie wurde erfolgreich ermittelt."},
	"E0713": {EN: "The history could not be inquired.", DE: "Die Historie konnte nicht ermittelt werden."},

	"S0205": {EN: "Zone information was inquired successfully.", DE: "Zonen-Informationen wurden erfolgreich ermittelt."},
	"E0205": {EN: "Zone information could not be inquired.", DE: "Zonen-Informationen konnten nicht ermittelt werden."},
}
