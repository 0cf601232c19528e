package autodns

import (
	"slices"
	"strings"

	"github.com/polyreg/polyreg/internal/errs"
)

// cause is what a kind of error says in a message: its code and text.
type cause struct {
	code string
	text bilingual
}

// Causes that the vendor is known to use (autodns-xml.md §19.3), and those shared with the vendor's JSON interface.
var (
	causeValue     = cause{"EF01000", bilingual{"Missing or wrong value.", "Fehlender oder falscher Wert."}}
	causeNoDomain  = cause{"EF01012", bilingual{"The domain is not in your inventory.", "Die Domain befindet sich nicht in Ihrem Bestand."}}
	causeOurs      = cause{"EF01013", bilingual{"The domain is already in the inventory of this system.", "Die Domain befindet sich bereits im Bestand dieses Systems."}}
	causePeriod    = cause{"EF01016", bilingual{"Invalid registration period.", "Ungültige Registrierungsperiode."}}
	causeTaken     = cause{"EF01021", bilingual{"The domain is already registered.", "Die Domain ist bereits registriert."}}
	causeBusy      = cause{"EF01030", bilingual{"An identical task is already being processed.", "Ein identischer Auftrag wird bereits bearbeitet."}}
	causePayable   = cause{"EF01084", bilingual{"Payable date does not match.", "Das Abrechnungsdatum stimmt nicht überein."}}
	causeNoRenew   = cause{"EF010871", bilingual{"Renew of the current registration period is not possible at this time.", "Die Verlängerung der laufenden Periode ist zurzeit nicht möglich."}}
	causeNotAtNIC  = cause{"EF0072003", bilingual{"The registry does not support this operation.", "Die Registrierungsstelle unterstützt diesen Vorgang nicht."}}
	causeNoContact = cause{"EF03014", bilingual{"Invalid domain contact.", "Ungueltiger Domainkontakt."}}
	causeInUse     = cause{"EF03015", bilingual{"The object is still in use.", "Das Objekt wird noch verwendet."}}
	causeToken     = cause{"EF00104", bilingual{"The token is missing or wrong.", "Das Token fehlt oder ist falsch."}}
)

// causes has one row for each kind. The vendor publishes no code for most of them: EF00000, EF001xx, EF009xx and EF019xx are
// this server's, in unused parts of the vendor's numbering.
var causes = map[errs.Kind]cause{
	errs.Internal:         {"EF00000", bilingual{"Errors occurred during processing.", "Es sind Fehler bei der Verarbeitung aufgetreten."}},
	errs.NotFound:         causeValue,
	errs.NotOwned:         causeValue,
	errs.Exists:           causeOurs,
	errs.NotAvailable:     causeTaken,
	errs.NoFunds:          {"EF00901", bilingual{"The account balance is not sufficient.", "Das Guthaben reicht nicht aus."}},
	errs.NoPrice:          {"EF00902", bilingual{"There is no price in the currency of the account.", "In der Währung des Kontos gibt es keinen Preis."}},
	errs.Auth:             {"EF00101", bilingual{"The user is unknown or the password is wrong.", "Der Benutzer ist unbekannt oder das Passwort falsch."}},
	errs.SessionExpired:   {"EF00105", bilingual{"The session is unknown or has expired.", "Die Session ist unbekannt oder abgelaufen."}},
	errs.AddressRefused:   {"EF00103", bilingual{"Access from this address is not allowed.", "Der Zugriff von dieser Adresse ist nicht erlaubt."}},
	errs.Forbidden:        {"EF00106", bilingual{"You are not permitted to do this.", "Sie sind dazu nicht berechtigt."}},
	errs.AccountLocked:    {"EF00102", bilingual{"The user is locked.", "Der Benutzer ist gesperrt."}},
	errs.RateLimited:      {"EF00107", bilingual{"Too many requests.", "Zu viele Anfragen."}},
	errs.Blocked:          {"EF00107", bilingual{"Too many requests.", "Zu viele Anfragen."}},
	errs.Invalid:          causeValue,
	errs.Missing:          causeValue,
	errs.Malformed:        causeValue,
	errs.TooLarge:         causeValue,
	errs.UnsupportedTLD:   {"EF01901", bilingual{"The domain extension is not supported.", "Die Domainendung wird nicht unterstützt."}},
	errs.InvalidName:      causeValue,
	errs.InvalidPeriod:    causePeriod,
	errs.WrongState:       {"EF01902", bilingual{"The status of the object does not allow this.", "Der Status des Objekts lässt dies nicht zu."}},
	errs.Locked:           {"EF01903", bilingual{"The object is locked.", "Das Objekt ist gesperrt."}},
	errs.Busy:             causeBusy,
	errs.Conflict:         {"EF01904", bilingual{"The request contradicts the present state.", "Die Anfrage widerspricht dem aktuellen Stand."}},
	errs.RegistryRejected: {"EF01905", bilingual{"The registry refused the request.", "Die Registrierungsstelle hat den Auftrag abgelehnt."}},
	errs.RegistryDown:     {"EF01906", bilingual{"The registry cannot be reached at present.", "Die Registrierungsstelle ist zurzeit nicht erreichbar."}},
	errs.Unsupported:      {"EF00108", bilingual{"This function is not supported.", "Diese Funktion wird nicht unterstützt."}},
	errs.UnknownCommand:   causeValue,
	errs.InUse:            causeInUse,
	errs.QuotaExceeded:    {"EF01907", bilingual{"A limit of the account is exceeded.", "Ein Limit des Kontos ist überschritten."}},
}

// causeOf is the cause of one problem, seen from a task on a kind of object ("domain", "handle" …).
func causeOf(code, kind string, e *errs.Error) cause {
	switch e.Kind {
	case errs.NotFound, errs.NotOwned:
		return causeMissing(kind, e)
	case errs.Exists:
		if e.Field != "" && e.Field != "name" {
			return causeValue // named twice, or taken: the item is wrong
		}
	case errs.UnsupportedTLD:
		if kind == "domain" && code != "0101" {
			return causeNoDomain // what is not sold here is in nobody's inventory
		}
	case errs.Auth:
		if e.Field == "totp" {
			return causeToken
		}
	case errs.WrongState:
		if code == "0101003" {
			return causeNoRenew
		}
	case errs.Conflict:
		if e.Field == "expiry" {
			return causePayable
		}
	case errs.RegistryRejected:
		if e.Code >= 2100 && e.Code <= 2103 {
			return causeNotAtNIC
		}
	}
	if c, ok := causes[e.Kind]; ok {
		return c
	}
	return causes[errs.Internal]
}

// causeMissing tells what is missing: the task's own object, or a contact that it refers to.
func causeMissing(kind string, e *errs.Error) cause {
	switch {
	case roleNames[fieldHead(e.Field)] != "" || strings.HasPrefix(e.Object, "contact ") || kind == "handle":
		return causeNoContact
	case kind == "domain" && (e.Field == "" || e.Field == "name"):
		return causeNoDomain
	}
	return causeValue
}

// bad is an error of this door about one item of the request, under its dotted path; value is what was sent.
func bad(kind errs.Kind, path, value, help string) *errs.Error {
	e := errs.F(kind, ownPath+path, "%s", help)
	if value != "" {
		e.On("value", clip(value))
	}
	return e
}

// ownPath marks a field that is a path of the client's document already.
const ownPath = "@"

// refusal is the answer to a request that never came to its tasks (autodns-xml.md §3.4, §4.1).
func (d *Dialect) refusal(q *request, err error) result {
	e := d.shown(q, err)
	r := result{letter: 'E', code: "00000", bare: true}
	for _, p := range e.All() {
		c := causeOf("", "", p)
		m := message{text: c.text.in(q.german()), code: c.code, kind: "error", help: help(p)}
		switch {
		case strings.HasPrefix(p.Field, ownPath):
			_, value, _ := strings.Cut(p.Object, " ")
			m.object = object{p.Field[len(ownPath):], value}
		case q.user.user != "":
			m.object = object{"user", clip(q.user.String())}
		}
		r.msgs = append(r.msgs, m)
	}
	return r
}

// shown is the error as the client may see it: a fault of ours is logged and loses its text.
func (d *Dialect) shown(q *request, err error) *errs.Error {
	e := errs.As(err)
	if !slices.ContainsFunc(e.All(), isInternal) { // a fault of ours among several problems hides the others
		return e
	}
	d.log.Error("autodns: request failed", "stid", q.stid, "error", err)
	return errs.E(errs.Internal, "")
}

// failure turns an error of a task into its result. There is one message for each problem, so at least one: clients read the
// first without looking. When all of them are wrong values, the answer has the form of a validation error (autodns-xml.md §3.3,
// §3.4).
func (t *task) failure(err error) result {
	e := t.d.shown(t.q, err)
	r := result{letter: 'E', code: t.code, object: t.subject, ctid: t.ctid}
	wrongValues := true
	seen := map[message]bool{}
	for _, p := range e.All() {
		c := causeOf(t.code, t.element, p)
		m := message{text: c.text.in(t.q.german()), code: c.code, kind: "error", object: t.culprit(p)}
		wrongValues = wrongValues && c.code == causeValue.code
		if !seen[m] {
			seen[m] = true
			m.help = help(p)
			r.msgs = append(r.msgs, m)
		}
	}
	if e.Kind == errs.Internal || wrongValues && !t.ownStatus {
		r.code, r.object, r.bare = "00000", object{}, true
	}
	return r
}

func isInternal(e *errs.Error) bool { return e.Kind == errs.Internal }

// help is the core's word on a problem. On an object that is not the caller's it would tell whether there is one.
func help(e *errs.Error) string {
	if missing(e) && !strings.HasPrefix(e.Field, ownPath) {
		return ""
	}
	return e.Text
}

// culprit names what a problem is about: the object that was not found, or the item of the request and what it holds.
func (t *task) culprit(e *errs.Error) object {
	kind, value, _ := strings.Cut(e.Object, " ")
	switch {
	case strings.HasPrefix(e.Field, ownPath):
		return object{e.Field[len(ownPath):], value}
	case errs.Is(e, errs.Auth, errs.SessionExpired, errs.AccountLocked, errs.AddressRefused, errs.Forbidden):
		return object{"user", t.q.user.String()}
	case kind == "contact":
		return object{"handle", clip(value)}
	case e.Field == "name" && value != "", e.Field == "" && kind == "domain":
		return object{"domain", clip(value)}
	case e.Field != "" && !errs.Is(e, errs.NotAvailable):
		path := t.path(e.Field)
		return object{path, clip(t.valueAt(path))}
	}
	return t.subject
}

// ErrorAnswer is a complete answer for an error of a command, as the domain inquiry gives it.
func (d *Dialect) ErrorAnswer(err error) []byte {
	q := &request{stid: d.stid.next(d.run.Clocks().Wall())}
	t := &task{d: d, q: q, offer: offer{element: "domain"}, code: "0105", subject: object{"domain", "example.com"}}
	return q.document([]result{t.failure(err)})
}
