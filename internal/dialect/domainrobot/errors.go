package domainrobot

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/wire/internetx"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
)

// cause is what a kind of error says: HTTP status, and the vendor's number and text.
type cause struct {
	status int
	internetx.Cause
}

// refused is a cause with the usual status of a refusal.
func refused(c internetx.Cause) cause { return cause{http.StatusBadRequest, c} }

// missing is a cause with the status of what is not there.
func missing(c internetx.Cause) cause { return cause{http.StatusNotFound, c} }

// causes has one row for each kind.
var causes = map[errs.Kind]cause{
	errs.Internal:         {500, internetx.Fault},
	errs.NotFound:         missing(internetx.Value),
	errs.NotOwned:         missing(internetx.Value),
	errs.Exists:           refused(internetx.Ours),
	errs.NotAvailable:     refused(internetx.Taken),
	errs.NoFunds:          refused(internetx.NoFunds),
	errs.NoPrice:          refused(internetx.NoPrice),
	errs.Auth:             {401, internetx.BadLogin},
	errs.SessionExpired:   {401, internetx.SessionExpired},
	errs.AddressRefused:   {403, internetx.BadAddress},
	errs.Forbidden:        {403, internetx.Forbidden},
	errs.AccountLocked:    {403, internetx.LockedUser},
	errs.RateLimited:      {429, internetx.TooMany},
	errs.Blocked:          {429, internetx.TooMany},
	errs.Invalid:          refused(internetx.Value),
	errs.Missing:          refused(internetx.Value),
	errs.Malformed:        refused(internetx.Value),
	errs.TooLarge:         refused(internetx.Value),
	errs.UnsupportedTLD:   refused(internetx.BadEnding),
	errs.InvalidName:      refused(internetx.Value),
	errs.InvalidPeriod:    refused(internetx.Period),
	errs.WrongState:       refused(internetx.WrongState),
	errs.Locked:           refused(internetx.LockedObject),
	errs.Busy:             refused(internetx.Busy),
	errs.Conflict:         refused(internetx.Contradiction),
	errs.RegistryRejected: refused(internetx.RegistryRejected),
	errs.RegistryDown:     refused(internetx.RegistryDown),
	errs.Unsupported:      refused(internetx.NotOffered),
	errs.UnknownCommand:   missing(internetx.Value),
	errs.InUse:            refused(internetx.InUse),
	errs.QuotaExceeded:    refused(internetx.OverLimit),
}

// causeOf is the cause of one problem, seen from a route: nil stands for a request that was not understood so far.
func causeOf(rt *route, e *errs.Error) cause {
	class, code := "", ""
	if rt != nil {
		class, code = rt.object, rt.code
	}
	if c, ok := causeOfZone(rt, e); ok {
		return c
	}
	switch e.Kind {
	case errs.NotFound, errs.NotOwned:
		if code == codeTransfer && e.Field == "name" {
			return refused(internetx.NotRegistered)
		}
		return causeMissing(class, e)
	case errs.UnsupportedTLD:
		if rt != nil && (strings.Contains(rt.pattern, "{name}") || strings.Contains(rt.pattern, "{domain}")) {
			return missing(internetx.NoDomain)
		}
	case errs.Auth:
		switch e.Field {
		case "totp":
			return cause{http.StatusUnauthorized, internetx.BadToken}
		case "auth_info":
			return refused(internetx.BadAuthInfo)
		}
	case errs.Exists:
		switch e.Field {
		case "name_servers": // one that is named twice
			return refused(internetx.Value)
		case "cancelation":
			return refused(internetx.HasCancelation)
		case "auth_info":
			return refused(internetx.HasAuthInfo)
		}
	case errs.WrongState:
		if c, ok := wrongStates[code]; ok {
			return refused(c)
		}
	case errs.Conflict:
		if e.Field == "expiry" {
			return refused(internetx.Payable)
		}
	case errs.RegistryRejected:
		if e.Code >= 2100 && e.Code <= 2103 {
			return refused(internetx.NotAtNIC)
		}
	}
	if c, ok := causes[e.Kind]; ok {
		return c
	}
	return causes[errs.Internal]
}

// wrongStates are the causes of tasks for whose refusal by the object's state there is a word.
var wrongStates = map[string]internetx.Cause{"0101003": internetx.NoRenew, "0101005": internetx.NotRestorable, codeTransferOut: internetx.NoTransfer}

// missingParts are the causes for what a domain may not have.
var missingParts = map[string]internetx.Cause{"cancelation": internetx.NoCancelation, "transfer": internetx.NoTransfer,
	"verification": internetx.NoVerification, "auth_info": internetx.NoAuthInfo}

// causeMissing tells what is missing: the object that the address names is a 404, one that the body refers to a wrong value.
func causeMissing(class string, e *errs.Error) cause {
	if c, ok := missingParts[e.Field]; ok {
		return missing(c)
	}
	role := roleNames[fieldHead(e.Field)] != ""
	switch {
	case role || strings.HasPrefix(e.Object, "contact ") && aboutDomains[class]:
		return refused(internetx.NoContact)
	case class == classContact || class == classVerification || class == classVerifiedContact:
		return missing(internetx.NoContact)
	case aboutDomains[class] && (e.Field == "" || e.Field == "name"):
		return missing(internetx.NoDomain)
	case aboutDomains[class]:
		return refused(internetx.Value)
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
	if e.Kind == errs.Internal {
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
			text: c.Text.In(q.german()), notice: noticeOf(p), code: c.Code, status: "ERROR", objects: q.culprit(p),
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

// object is the object that the address names, for the answer about a failure.
func (q *request) object() jsonx.Obj {
	if q.route == nil || q.route.object == "" {
		return nil
	}
	for _, arg := range []string{"name", "domain", "id", "source"} {
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
	case kind == "zone" && e.Field == "zone", kind == "redirect":
		return []jsonx.Obj{generic(kind, clip(value))}
	case e.Field == "auth_info": // the value is a secret
		return []jsonx.Obj{generic(q.jsonPath(e.Field), "")}
	case missingParts[e.Field].Code != "":
		if kind != "domain" {
			return nil
		}
		return []jsonx.Obj{generic("domain", value)}
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
