package autodns

import (
	"strings"

	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/wire/internetx"
)

// causes has one row for each kind.
var causes = map[errs.Kind]internetx.Cause{
	errs.Internal:         internetx.Fault,
	errs.NotFound:         internetx.Value,
	errs.NotOwned:         internetx.Value,
	errs.Exists:           internetx.Ours,
	errs.NotAvailable:     internetx.Taken,
	errs.NoFunds:          internetx.NoFunds,
	errs.NoPrice:          internetx.NoPrice,
	errs.Auth:             internetx.BadLogin,
	errs.SessionExpired:   internetx.SessionExpired,
	errs.AddressRefused:   internetx.BadAddress,
	errs.Forbidden:        internetx.Forbidden,
	errs.AccountLocked:    internetx.LockedUser,
	errs.RateLimited:      internetx.TooMany,
	errs.Blocked:          internetx.TooMany,
	errs.Invalid:          internetx.Value,
	errs.Missing:          internetx.Value,
	errs.Malformed:        internetx.Value,
	errs.TooLarge:         internetx.Value,
	errs.UnsupportedTLD:   internetx.BadEnding,
	errs.InvalidName:      internetx.Value,
	errs.InvalidPeriod:    internetx.Period,
	errs.WrongState:       internetx.WrongState,
	errs.Locked:           internetx.LockedObject,
	errs.Busy:             internetx.Busy,
	errs.Conflict:         internetx.Contradiction,
	errs.RegistryRejected: internetx.RegistryRejected,
	errs.RegistryDown:     internetx.RegistryDown,
	errs.Unsupported:      internetx.NotOffered,
	errs.UnknownCommand:   internetx.Value,
	errs.InUse:            internetx.InUse,
	errs.QuotaExceeded:    internetx.OverLimit,
}

// causeOf is the cause of one problem, seen from a task on a kind of object ("domain", "handle" …).
func causeOf(code, kind string, e *errs.Error) internetx.Cause {
	if c, ok := causeOfZone(code, kind, e); ok {
		return c
	}
	switch e.Kind {
	case errs.NotFound, errs.NotOwned:
		if code == "0104" && e.Field == "name" {
			return internetx.NotRegistered
		}
		return causeMissing(kind, e)
	case errs.Exists:
		if e.Field == "cancelation" {
			return internetx.HasCancelation
		}
		if e.Field != "" && e.Field != "name" {
			return internetx.Value // named twice, or taken: the item is wrong
		}
	case errs.UnsupportedTLD:
		if aboutDomains[kind] && code != "0101" && code != "0104" {
			return internetx.NoDomain // what is not sold here is in nobody's inventory
		}
	case errs.Auth:
		switch e.Field {
		case "totp":
			return internetx.BadToken
		case "auth_info":
			return internetx.BadAuthInfo
		}
	case errs.WrongState:
		if c, ok := wrongStates[code]; ok {
			return c
		}
	case errs.Conflict:
		if e.Field == "expiry" {
			return internetx.Payable
		}
	case errs.RegistryRejected:
		if e.Code >= 2100 && e.Code <= 2103 {
			return internetx.NotAtNIC
		}
	}
	if c, ok := causes[e.Kind]; ok {
		return c
	}
	return causes[errs.Internal]
}

// wrongStates are the causes of tasks for whose refusal by the object's state there is a word.
var wrongStates = map[string]internetx.Cause{"0101003": internetx.NoRenew, "0101005": internetx.NotRestorable, "0106002": internetx.NoTransfer}

// aboutDomains are the elements of tasks that are about a domain of the caller's.
var aboutDomains = map[string]bool{"domain": true, "cancelation": true, "transfer": true, "verification": true}

// missingParts are the causes for what a domain may not have.
var missingParts = map[string]internetx.Cause{"cancelation": internetx.NoCancelation, "transfer": internetx.NoTransfer,
	"verification": internetx.NoVerification, "auth_info": internetx.NoAuthInfo}

// causeMissing tells what is missing: the task's own object, a part of it, or a contact that it refers to.
func causeMissing(kind string, e *errs.Error) internetx.Cause {
	if c, ok := missingParts[e.Field]; ok {
		return c
	}
	switch {
	case roleNames[fieldHead(e.Field)] != "" || strings.HasPrefix(e.Object, "contact ") || kind == "handle":
		return internetx.NoContact
	case aboutDomains[kind] && (e.Field == "" || e.Field == "name"):
		return internetx.NoDomain
	}
	return internetx.Value
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
		m := message{text: c.Text.In(q.german()), code: c.Code, kind: "error", help: help(p)}
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
	if e.Kind == errs.Internal {
		d.log.Error("autodns: request failed", "stid", q.stid, "error", err)
		return errs.E(errs.Internal, "")
	}
	return e
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
		m := message{text: c.Text.In(t.q.german()), code: c.Code, kind: "error", object: t.culprit(p)}
		wrongValues = wrongValues && c.Code == internetx.Value.Code
		if !seen[m] {
			seen[m] = true
			if m.help = help(p); t.code == "0104" && errs.Is(p, errs.Auth, errs.Locked, errs.WrongState) {
				m.help = "" // it would tell a name of another account from one of another registrar
			}
			r.msgs = append(r.msgs, m)
		}
	}
	if e.Kind == errs.Internal || wrongValues && !t.ownStatus {
		r.code, r.object, r.bare = "00000", object{}, true
	}
	return r
}

// help is the core's word on a problem. On an object that is not the caller's it would tell whether there is one; of a cancelation it
// names the day in UTC, which may be another than in execdate.
func help(e *errs.Error) string {
	if missing(e) && !strings.HasPrefix(e.Field, ownPath) || e.Field == "zone" && e.Kind == errs.Exists || e.Kind == errs.Exists && e.Field == "cancelation" {
		return ""
	}
	return e.Text
}

// culprit names what a problem is about: the object that was not found, or the item of the request and what it holds.
func (t *task) culprit(e *errs.Error) object {
	kind, value, _ := strings.Cut(e.Object, " ")
	if o, ok := t.culpritOfZone(e); ok {
		return o
	}
	switch {
	case strings.HasPrefix(e.Field, ownPath):
		return object{e.Field[len(ownPath):], value}
	case e.Field == "auth_info" && e.Kind == errs.Auth:
		return object{t.path(e.Field), ""}
	case missingParts[e.Field].Code != "":
		return t.subject
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
