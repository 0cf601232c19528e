package internetx

// Cause is why something was refused: the number that clients branch on, and its text.
type Cause struct {
	Code string
	Text Text
}

// Causes that the vendor is known to use (autodns-xml.md §19.3, domainrobot-json.md §6), by what they say.
var (
	Value     = Cause{"EF01000", Text{"Missing or wrong value.", "Fehlender oder falscher Wert."}}
	NoDomain  = Cause{"EF01012", Text{"The domain is not in your inventory.", "Die Domain befindet sich nicht in Ihrem Bestand."}}
	Ours      = Cause{"EF01013", Text{"The domain is already in the inventory of this system.", "Die Domain befindet sich bereits im Bestand dieses Systems."}}
	Period    = Cause{"EF01016", Text{"Invalid registration period.", "Ungültige Registrierungsperiode."}}
	Taken     = Cause{"EF01021", Text{"The domain is already registered.", "Die Domain ist bereits registriert."}}
	Busy      = Cause{"EF01030", Text{"An identical task is already being processed.", "Ein identischer Auftrag wird bereits bearbeitet."}}
	Payable   = Cause{"EF01084", Text{"Payable date does not match.", "Das Abrechnungsdatum stimmt nicht überein."}}
	NoRenew   = Cause{"EF010871", Text{"Renew of the current registration period is not possible at this time.", "Die Verlängerung der laufenden Periode ist zurzeit nicht möglich."}}
	NotAtNIC  = Cause{"EF0072003", Text{"The registry does not support this operation.", "Die Registrierungsstelle unterstützt diesen Vorgang nicht."}}
	NoContact = Cause{"EF03014", Text{"Invalid domain contact.", "Ungueltiger Domainkontakt."}}
	InUse     = Cause{"EF03015", Text{"The object is still in use.", "Das Objekt wird noch verwendet."}}

	ZoneExists = Cause{"EF02019", Text{"Duplicate zone entry.", "Doppelter Zoneneintrag."}}
	NoZone     = Cause{"EF02020", Text{"No such zone exists.", "Es existiert keine solche Zone."}}
	NoRecord   = Cause{"EF02021", Text{"The additional record does not exist.", "Der Zusatzeintrag existiert nicht."}}
	HasRecord  = Cause{"EF02022", Text{"Duplicate additional record.", "Der Zusatzeintrag wurde doppelt eingetragen."}}

	HasCancelation = Cause{"EF0103101", Text{"For this domain a cancelation request already exists.", "Für diese Domain liegt bereits ein Kündigungsauftrag vor."}}
	NoCancelation  = Cause{"EF0103103", Text{"For this domain no cancelation request exists.", "Für diese Domain liegt kein Kündigungsauftrag vor."}}
	HasAuthInfo    = Cause{"EF011316", Text{"An AuthInfo1 already exists.", "Es existiert bereits ein AuthInfo1."}}
)

// Causes without a number of the vendor's: EF00000, EF001xx, EF009xx, EF019xx and EF059xx are this server's, in unused parts of the
// vendor's numbering.
var (
	Fault            = Cause{"EF00000", Text{"Errors occurred during processing.", "Es sind Fehler bei der Verarbeitung aufgetreten."}}
	NoFunds          = Cause{"EF00901", Text{"The account balance is not sufficient.", "Das Guthaben reicht nicht aus."}}
	NoPrice          = Cause{"EF00902", Text{"There is no price in the currency of the account.", "In der Währung des Kontos gibt es keinen Preis."}}
	BadLogin         = Cause{"EF00101", Text{"The user is unknown or the password is wrong.", "Der Benutzer ist unbekannt oder das Passwort falsch."}}
	SessionExpired   = Cause{"EF00105", Text{"The session is unknown or has expired.", "Die Session ist unbekannt oder abgelaufen."}}
	BadAddress       = Cause{"EF00103", Text{"Access from this address is not allowed.", "Der Zugriff von dieser Adresse ist nicht erlaubt."}}
	Forbidden        = Cause{"EF00106", Text{"You are not permitted to do this.", "Sie sind dazu nicht berechtigt."}}
	LockedUser       = Cause{"EF00102", Text{"The user is locked.", "Der Benutzer ist gesperrt."}}
	TooMany          = Cause{"EF00107", Text{"Too many requests.", "Zu viele Anfragen."}}
	BadEnding        = Cause{"EF01901", Text{"The domain extension is not supported.", "Die Domainendung wird nicht unterstützt."}}
	WrongState       = Cause{"EF01902", Text{"The status of the object does not allow this.", "Der Status des Objekts lässt dies nicht zu."}}
	LockedObject     = Cause{"EF01903", Text{"The object is locked.", "Das Objekt ist gesperrt."}}
	Contradiction    = Cause{"EF01904", Text{"The request contradicts the present state.", "Die Anfrage widerspricht dem aktuellen Stand."}}
	RegistryRejected = Cause{"EF01905", Text{"The registry refused the request.", "Die Registrierungsstelle hat den Auftrag abgelehnt."}}
	RegistryDown     = Cause{"EF01906", Text{"The registry cannot be reached at present.", "Die Registrierungsstelle ist zurzeit nicht erreichbar."}}
	NotOffered       = Cause{"EF00108", Text{"This function is not supported.", "Diese Funktion wird nicht unterstützt."}}
	OverLimit        = Cause{"EF01907", Text{"A limit of the account is exceeded.", "Ein Limit des Kontos ist überschritten."}}
	BadAuthInfo      = Cause{"EF01908", Text{"The AuthInfo is wrong.", "Das AuthInfo ist falsch."}}
	NoAuthInfo       = Cause{"EF01909", Text{"The domain has no AuthInfo.", "Die Domain hat kein AuthInfo."}}
	NoTransfer       = Cause{"EF01910", Text{"No transfer of the domain is under way.", "Es läuft kein Transfer der Domain."}}
	NoVerification   = Cause{"EF01911", Text{"No verification has been asked for.", "Es wurde keine Verifizierung angefordert."}}
	NotRestorable    = Cause{"EF01912", Text{"The domain cannot be restored.", "Die Domain kann nicht wiederhergestellt werden."}}
	NotRegistered    = Cause{"EF01913", Text{"The domain is not registered.", "Die Domain ist nicht registriert."}}
	NoRedirect       = Cause{"EF05901", Text{"No such redirect exists.", "Es existiert keine solche Weiterleitung."}}
	HasRedirect      = Cause{"EF05902", Text{"The redirect exists already.", "Die Weiterleitung existiert bereits."}}
	BadToken         = Cause{"EF00104", Text{"The token is missing or wrong.", "Das Token fehlt oder ist falsch."}}
)

// Reused tells that a contact with the same data was there and none was made (MSG03003).
var Reused = Cause{"MSG03003", Text{
	"This domain contact already exists and is used. A new contact was not created.",
	"Dieser Domainkontakt existiert bereits und wird verwendet. Es wurde kein neuer Kontakt angelegt.",
}}

// Notices about cancelations and transfers (autodns-xml.md §19.3, domainrobot-json.md §6).
var (
	AtExpiry         = Cause{"MSG010315", Text{"The task will be executed at domain expiration.", "Der Auftrag wird zum Ablauf der Domain ausgefuehrt."}}
	AtDate           = Cause{"MSG010316", Text{"The task will be executed at the given date.", "Der Auftrag wird zum angegebenen Datum ausgefuehrt."}}
	CancelationEnded = Cause{"MSG01046", Text{"The existing cancelation request was cancelled.", "Der bestehende Kündigungsauftrag wurde aufgehoben."}}
	Removed          = Cause{"MSG010409", Text{"The registry removed the domain from your inventory.", "Die Registrierungsstelle hat die Domain aus Ihrem Bestand entfernt."}}
)
