package domainrobot

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
)

// cause is what a kind of error says: HTTP status, EF code and text.
type cause struct {
	status int
	code   string
	text   bilingual
}

// Causes that are known from the vendor (domainrobot-json.md §6, and the numbering shared with the XML interface).
var (
	causeValue     = cause{400, "EF01000", bilingual{"Missing or wrong value.", "Fehlender oder falscher Wert."}}
	causeNoDomain  = cause{404, "EF01012", bilingual{"The domain is not in your inventory.", "Die Domain befindet sich nicht in Ihrem Bestand."}}
	causeOurs      = cause{400, "EF01013", bilingual{"The domain is already in the inventory of this system.", "Die Domain befindet sich bereits im Bestand dieses Systems."}}
	causePeriod    = cause{400, "EF01016", bilingual{"Invalid registration period.", "Ungültige Registrierungsperiode."}}
	causeTaken     = cause{400, "EF01021", bilingual{"The domain is not available for registration.", "Die Domain kann nicht registriert werden, sie ist bereits vergeben."}}
	causeBusy      = cause{400, "EF01030", bilingual{"An identical task is already being processed.", "Ein identischer Auftrag wird bereits bearbeitet."}}
	causePayable   = cause{400, "EF01084", bilingual{"Payable date does not match.", "Das Abrechnungsdatum stimmt nicht überein."}}
	causeNoRenew   = cause{400, "EF010871", bilingual{"Renew of the current registration period is not possible at this time.", "Die Verlängerung der laufenden Periode ist zurzeit nicht möglich."}}
	causeNotAtNIC  = cause{400, "EF0072003", bilingual{"The registry does not support this operation.", "Die Registrierungsstelle unterstützt diesen Vorgang nicht."}}
	causeNoContact = cause{404, "EF03014", bilingual{"Invalid domain contact.", "Ungueltiger Domainkontakt."}}
	causeInUse     = cause{400, "EF03015", bilingual{"The object is still in use.", "Das Objekt wird noch verwendet."}}
)

// causes has one row for each kind. The vendor publishes no code for most of them: EF001xx, EF009xx and EF019xx are this
// server's, in unused parts of the vendor's numbering.
var causes = map[errs.Kind]cause{
	errs.Internal:         {500, "EF00000", bilingual{"Errors occurred during processing.", "Es sind Fehler bei der Verarbeitung aufgetreten."}},
	errs.NotFound:         {404, "EF01000", causeValue.text},
	errs.NotOwned:         {404, "EF01000", causeValue.text},
	errs.Exists:           causeOurs,
	errs.NotAvailable:     causeTaken,
	errs.NoFunds:          {400, "EF00901", bilingual{"The account balance is not sufficient.", "Das Guthaben reicht nicht aus."}},
	errs.NoPrice:          {400, "EF00902", bilingual{"There is no price in the currency of the account.", "In der Währung des Kontos gibt es keinen Preis."}},
	errs.Auth:             {401, "EF00101", bilingual{"The user is unknown or the password is wrong.", "Der Benutzer ist unbekannt oder das Passwort falsch."}},
	errs.SessionExpired:   {401, "EF00105", bilingual{"The session is unknown or has expired.", "Die Session ist unbekannt oder abgelaufen."}},
	errs.AddressRefused:   {403, "EF00103", bilingual{"Access from this address is not allowed.", "Der Zugriff von dieser Adresse ist nicht erlaubt."}},
	errs.Forbidden:        {403, "EF00106", bilingual{"You are not permitted to do this.", "Sie sind dazu nicht berechtigt."}},
	errs.AccountLocked:    {403, "EF00102", bilingual{"The user is locked.", "Der Benutzer ist gesperrt."}},
	errs.RateLimited:      {429, "EF00107", bilingual{"Too many requests.", "Zu viele Anfragen."}},
	errs.Blocked:          {429, "EF00107", bilingual{"Too many requests.", "Zu viele Anfragen."}},
	errs.Invalid:          causeValue,
	errs.Missing:          causeValue,
	errs.Malformed:        causeValue,
	errs.TooLarge:         causeValue,
	errs.UnsupportedTLD:   {400, "EF01901", bilingual{"The domain extension is not supported.", "Die Domainendung wird nicht unterstützt."}},
	errs.InvalidName:      causeValue,
	errs.InvalidPeriod:    causePeriod,
	errs.WrongState:       {400, "EF01902", bilingual{"The status of the object does not allow this.", "Der Status des Objekts lässt dies nicht zu."}},
	errs.Locked:           {400, "EF01903", bilingual{"The object is locked.", "Das Objekt ist gesperrt."}},
	errs.Busy:             causeBusy,
	errs.Conflict:         {400, "EF01904", bilingual{"The request contradicts the present state.", "Die Anfrage widerspricht dem aktuellen Stand."}},
	errs.RegistryRejected: {400, "EF01905", bilingual{"The registry refused the request.", "Die Registrierungsstelle hat den Auftrag abgelehnt."}},
	errs.RegistryDown:     {400, "EF01906", bilingual{"The registry cannot be reached at present.", "Die Registrierungsstelle ist zurzeit nicht erreichbar."}},
	errs.Unsupported:      {400, "EF00108", bilingual{"This function is not supported.", "Diese Funktion wird nicht unterstützt."}},
	errs.UnknownCommand:   {404, "EF01000", causeValue.text},
	errs.InUse:            causeInUse,
	errs.QuotaExceeded:    {400, "EF01907", bilingual{"A limit of the account is exceeded.", "Ein Limit des Kontos ist überschritten."}},
}

// causeOf is the cause of one problem, seen from a route: nil stands for a request that was not understood so far.
func causeOf(rt *route, e *errs.Error) cause {
	class, code := "", ""
	if rt != nil {
		class, code = rt.object, rt.code
	}
	switch e.Kind {
	case errs.NotFound, errs.NotOwned:
		return causeMissing(class, e)
	case errs.UnsupportedTLD:
		if rt != nil && strings.Contains(rt.pattern, "{name}") {
			return causeNoDomain
		}
	case errs.Auth:
		if e.Field == "totp" {
			return cause{401, "EF00104", bilingual{"The token is missing or wrong.", "Das Token fehlt oder ist falsch."}}
		}
	case errs.Exists:
		if e.Field == "name_servers" { // one that is named twice
			return causeValue
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

// causeMissing tells what is missing: the object that the address names is a 404, one that the body refers to a wrong value.
func causeMissing(class string, e *errs.Error) cause {
	role := roleNames[fieldHead(e.Field)] != ""
	switch {
	case role || strings.HasPrefix(e.Object, "contact ") && class == classDomain:
		c := causeNoContact
		c.status = http.StatusBadRequest
		return c
	case class == classContact:
		return causeNoContact
	case class == classDomain && (e.Field == "" || e.Field == "name"):
		return causeNoDomain
	case class == classDomain:
		return causeValue
	}
	return causes[errs.NotFound]
}

// bad is an error of this door about one item of the request, under the client's own path for it; value is what was sent.
func bad(kind errs.Kind, path, value, format string, args ...any) *errs.Error {
	e := errs.F(kind, ownPath+path, format, args...)
	if value != "" {
		e.On("value", clip(value))
	}
	return e
}

// ownPath marks a field that is a path of the client's document already.
const ownPath = "@"

// clip shortens what is shown of a value.
func clip(s string) string {
	if r := []rune(s); len(r) > 100 {
		return string(r[:100]) + "…"
	}
	return s
}

// failure turns an error into an answer. It has one message for each problem, so at least one: clients read messages[0] without
// looking (domainrobot-json.md §3).
func (d *Dialect) failure(q *request, err error) answer {
	e := errs.As(err)
	if slices.ContainsFunc(e.All(), isInternal) { // a fault of ours among several problems hides the others
		d.log.Error("domainrobot: request failed", "stid", q.stid, "error", err)
		e = errs.E(errs.Internal, "")
	}
	first := causeOf(q.route, e)
	a := answer{status: first.status, letter: 'E', object: q.object()}
	if q.route == nil || first.status == http.StatusInternalServerError || first.status == http.StatusUnauthorized {
		a.code, a.object = "E00000", nil
	}
	for _, p := range e.All() {
		c := causeOf(q.route, p)
		a.messages = append(a.messages, message{
			text: c.text.in(q.german()), notice: noticeOf(p), code: c.code, status: "ERROR", objects: q.culprit(p),
		})
	}
	if first.status == http.StatusTooManyRequests {
		wait := (e.RetryAfter + time.Second - 1) / time.Second
		a.header = http.Header{"Retry-After": {strconv.Itoa(max(1, int(wait)))}}
	}
	return a
}

// noticeOf is the core's own text, but for what would tell a foreign object from a missing one.
func noticeOf(p *errs.Error) string {
	if p.Kind == errs.NotFound || p.Kind == errs.NotOwned {
		return ""
	}
	return p.Text
}

func isInternal(e *errs.Error) bool { return e.Kind == errs.Internal }

// object is the object that the address names, for the answer about a failure.
func (q *request) object() jsonx.Obj {
	if q.route == nil || q.route.object == "" {
		return nil
	}
	for _, arg := range []string{"name", "id"} {
		if v := q.arg(arg); v != "" && q.route.object != classUser {
			return generic(q.route.object, clip(v))
		}
	}
	return nil
}

// culprit names what a problem is about: the object that was not found, or the item of the request and its value.
func (q *request) culprit(e *errs.Error) []jsonx.Obj {
	kind, value, _ := strings.Cut(e.Object, " ")
	switch {
	case strings.HasPrefix(e.Field, ownPath):
		return []jsonx.Obj{generic(e.Field[len(ownPath):], value)}
	case kind == "contact":
		return []jsonx.Obj{generic("handle", value)}
	case errs.Is(e, errs.Auth, errs.SessionExpired, errs.AccountLocked, errs.AddressRefused, errs.Internal, errs.RateLimited, errs.Blocked):
		return nil
	case e.Field == "name" && value != "", e.Field == "" && kind == "domain":
		return []jsonx.Obj{generic("domain", value)}
	case e.Field != "":
		path := q.jsonPath(e.Field)
		return []jsonx.Obj{generic(path, clip(q.valueAt(path)))}
	}
	return nil
}

// ErrorAnswer is a complete body for an error of a command, as the domain inquiry answers it.
func (d *Dialect) ErrorAnswer(err error) []byte {
	q := &request{stid: d.stid.next(d.run.Clocks().Wall())}
	q.route, _ = d.routes.find(http.MethodGet, []string{"domain", "example.com"})
	return q.envelope(d.failure(q, err))
}
