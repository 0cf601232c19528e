package internetx

// zoneTexts are the texts of tasks on zones and redirects (domainrobot-json.md §6, autodns-xml.md §19.2), after their pattern where the
// references have none.
var zoneTexts = map[string]Text{
	"S0201":    {"Zone has been stored successfully on the nameserver.", "Die Zone wurde erfolgreich auf dem Nameserver eingetragen."},
	"E0201":    {"Zone could not be recorded on the nameserver.", "Die Zone konnte nicht auf dem Nameserver eingetragen werden."},
	"S0202":    {"Zone was updated successfully on the name server.", zoneUpdatedDE},
	"E0202":    {"Zone could not be updated on the name server.", zoneNotUpdatedDE},
	"S0202001": {"Zone was updated successfully on the name server.", zoneUpdatedDE},
	"E0202001": {"Zone could not be updated on the name server.", zoneNotUpdatedDE},
	"S0202002": {"Zone was updated successfully on the name server.", zoneUpdatedDE},
	"E0202002": {"Zone could not be updated on the name server.", zoneNotUpdatedDE},
	"S0202004": {"Zone comment was updated successfully.", "Zonen-Kommentar wurde erfolgreich geändert."},
	"E0202004": {"Zone comment could not be updated.", "Zonen-Kommentar konnte nicht geändert werden."},
	"S0203":    {"Zone was deleted successfully from the name server.", "Die Zone wurde erfolgreich vom Nameserver gelöscht."},
	"E0203":    {"Zone could not be deleted from the name server.", "Die Zone konnte nicht vom Nameserver gelöscht werden."},
	"S0204":    {"Zone was imported successfully on the name server.", "Die Zone wurde erfolgreich auf den Nameserver importiert."},
	"E0204":    {"Zone could not be imported on the name server.", "Die Zone konnte nicht auf den Nameserver importiert werden."},
	"S0205":    {"Zone information was inquired successfully.", "Die Zonendaten wurden erfolgreich ermittelt."},
	"E0205":    {"Zone information could not be inquired.", "Die Zonendaten konnten nicht ermittelt werden."},
	"S0210":    {"Zone transfer was inquired successfully.", "Der Zonentransfer wurde erfolgreich ermittelt."},
	"E0210":    {"Zone transfer could not be inquired.", "Der Zonentransfer konnte nicht ermittelt werden."},

	"S0501": {"Redirect was created successfully.", "Die Weiterleitung wurde erfolgreich angelegt."},
	"E0501": {"Redirect could not be created.", "Die Weiterleitung konnte nicht angelegt werden."},
	"S0502": {"Redirect was updated successfully.", "Die Weiterleitung wurde erfolgreich geändert."},
	"E0502": {"Redirect could not be updated.", "Die Weiterleitung konnte nicht geändert werden."},
	"S0503": {"Redirect was deleted successfully.", "Die Weiterleitung wurde erfolgreich gelöscht."},
	"E0503": {"Redirect could not be deleted.", "Die Weiterleitung konnte nicht gelöscht werden."},
	"S0504": {"Redirect information was inquired successfully.", "Die Daten der Weiterleitung wurden erfolgreich ermittelt."},
	"E0504": {"Redirect information could not be inquired.", "Die Daten der Weiterleitung konnten nicht ermittelt werden."},
}

const (
	zoneUpdatedDE    = "Zone wurde erfolgreich auf dem Nameserver aktualisiert."
	zoneNotUpdatedDE = "Zone konnte auf dem Nameserver nicht aktualisiert werden."
)
