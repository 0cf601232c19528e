package dmapi

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
)

// statusText is the closed set of codes with their texts (§5.2).
var statusText = map[int]string{
	0:    "Command completed successfully",
	2000: "Unknown command",
	2001: "Command syntax error",
	2101: "Unimplemented command",
	2104: "Billing failure",
	2105: "Object is not eligible for renewal",
	2106: "Object is not eligible for transfer",
	2200: "Authentication error",
	2201: "Authorization error",
	2202: "Authorization error",
	2300: "Object pending transfer",
	2301: "Object not pending transfer",
	2302: "Object exists",
	2303: "Object does not exist",
	2304: "Object status prohibits operation",
	2305: "Object association prohibits operation",
	2306: "Parameter value policy error",
	2307: "Unimplemented object service",
	2308: "Data management policy violation",
	2400: "Command failed",
	2502: "Session limit exceeded; server closing connection",
}

// textSession holds every word by which clients recognise that a new login helps (§5.3).
const textSession = "Authentication error (session invalid or expired, Auth-Sid rejected)"

// codes translates every kind (§5.2). What depends on command or field as well is in codeOf.
var codes = map[errs.Kind]int{
	errs.Internal:         2400,
	errs.NotFound:         2303,
	errs.NotOwned:         2202,
	errs.Exists:           2302,
	errs.NotAvailable:     2302,
	errs.NoFunds:          2104,
	errs.NoPrice:          2307,
	errs.Auth:             2200,
	errs.SessionExpired:   2200,
	errs.AddressRefused:   2201,
	errs.Forbidden:        2201,
	errs.AccountLocked:    2201,
	errs.RateLimited:      2502,
	errs.Blocked:          2502,
	errs.Invalid:          2400,
	errs.Missing:          2400,
	errs.Malformed:        2001,
	errs.TooLarge:         2400,
	errs.UnsupportedTLD:   2400,
	errs.InvalidName:      2400,
	errs.InvalidPeriod:    2400,
	errs.WrongState:       2304,
	errs.Locked:           2304,
	errs.Busy:             2304,
	errs.Conflict:         2400,
	errs.RegistryRejected: 2400,
	errs.RegistryDown:     2400,
	errs.Unsupported:      2101,
	errs.UnknownCommand:   2000,
	errs.InUse:            2305,
	errs.QuotaExceeded:    2308,
}

// httpError is a refusal with an HTTP status other than 200.
type httpError struct {
	status int
	err    *errs.Error
}

func (e httpError) Error() string { return e.err.Error() }
func (e httpError) Unwrap() error { return e.err }

// policy is a refusal of a well-formed value by a rule: 2306 instead of 2400.
type policy struct{ err *errs.Error }

func (e policy) Error() string { return e.err.Error() }
func (e policy) Unwrap() error { return e.err }

// param refuses a parameter in the vendor's words (§5.2).
func param(name, expected string) error {
	return errs.F(errs.Invalid, paramPrefix+name, "%s", expected)
}

func missing(name string) error { return errs.F(errs.Missing, paramPrefix+name, "%s", nonEmpty) }

// refuseValue refuses a value that the interface knows and a rule does not allow here.
func refuseValue(name, expected string) error {
	return policy{errs.F(errs.Invalid, paramPrefix+name, "%s", expected)}
}

// paramPrefix marks a field that is a parameter's name already, with the expectation as text.
const paramPrefix = "param:"

const nonEmpty = "non-empty value"

// codeOf is the code of an error in a request.
func codeOf(request string, err error) int {
	e := errs.As(err)
	var p policy
	switch {
	case errors.As(err, &p):
		return 2306
	case e.Kind == errs.Invalid && e.Field == "max_price":
		return 2306
	case request == "domain-renew" && (e.Kind == errs.WrongState || e.Kind == errs.InvalidPeriod):
		return 2105
	case e.Kind == errs.Auth && e.Field == "auth_info":
		return 2202
	case transferRequests[request] != nil && transferRequests[request][e.Kind] != 0:
		return transferRequests[request][e.Kind]
	case e.Kind == errs.RegistryRejected && statusText[e.Code] != "" && e.Code >= 2100 && e.Code < 2400:
		return e.Code // DMAPI's codes are EPP's
	case e.Kind == errs.QuotaExceeded && e.Field != "":
		return 2400
	}
	return codes[e.Kind]
}

// transferIn are the codes of what keeps a name from coming (§5.2).
var transferIn = map[errs.Kind]int{errs.Locked: 2106, errs.WrongState: 2106, errs.Exists: 2106, errs.Busy: 2300}

// transferRequests are the codes that kinds have in requests about transfers alone.
var transferRequests = map[string]map[errs.Kind]int{
	"domain-transfer-in": transferIn, "domain-transfer-in-reseller": transferIn,
	"domain-transfer-control": {errs.NotFound: 2301},
}

// httpStatus is 200 for refusals (§5.1), but for sessions, sizes, unknown paths and our own faults.
func httpStatus(err error) int {
	var h httpError
	switch {
	case errors.As(err, &h):
		return h.status
	case errs.Is(err, errs.SessionExpired):
		return http.StatusUnauthorized
	case errs.KindOf(err) == errs.Internal:
		return http.StatusInternalServerError
	}
	return http.StatusOK
}

// refusal answers an error.
func (rq *request) refusal(err error) *reply {
	e := errs.As(err)
	rp := &reply{nack: true, status: httpStatus(err), code: codeOf(rq.name, err), login: rq.name == "login" && !rq.v2}
	rp.text = statusText[rp.code]
	switch {
	case e.Kind == errs.Internal:
		if rq.d.deps.Log != nil {
			rq.d.deps.Log.Error("request failed", "dialect", name, "command", rq.name, "request_id", rq.tracking, "err", err)
		}
		rp.errors = []string{"Internal error, please report " + rq.tracking}
	case e.Kind == errs.SessionExpired:
		rp.text, rp.errors = textSession, []string{"Please login again"}
	case e.Kind == errs.Forbidden && e.Field == "":
		rp.errors = []string{"Access level of this API key does not permit " + rq.name}
	default:
		rp.errors = errorLines(e)
	}
	var k keyError
	if errors.As(err, &k) {
		rp.body = rp.errors[0] // dns-lexicon looks for it there
	}
	return rp
}

// ErrorAnswer is the complete answer to an error of an ordinary request, as the envelope's octets.
func (d *Dialect) ErrorAnswer(err error) []byte {
	rq := &request{d: d, name: "query-object", tracking: trackingID(d.wall())}
	rp := rq.refusal(err)
	rp.tracking = rq.tracking
	return rp.bytes()
}

// errorLines are the Error headers: one for each problem, none twice.
func errorLines(e *errs.Error) []string {
	var lines []string
	for _, p := range e.All() {
		if l := errorLine(p); !slices.Contains(lines, l) {
			lines = append(lines, l)
		}
	}
	return lines
}

func errorLine(e *errs.Error) string {
	if n, ok := strings.CutPrefix(e.Field, paramPrefix); ok {
		return "Parameter " + n + ": expected: " + e.Text
	}
	if e.Kind == errs.Internal { // whatever its text says is not for callers
		return "Internal error"
	}
	name, inner := paramOf(e.Field)
	if name == "" || !aboutValue(e.Kind) {
		if e.Text == "" {
			return statusText[codes[e.Kind]]
		}
		return upperFirst(e.Text)
	}
	what := expectation(e, name)
	if e.Kind == errs.UnsupportedTLD && name == "domain" {
		return "Parameter domain: expected: " + what // clients look for the whole of it (§5.2)
	}
	if inner != "" {
		return "Parameter " + name + ": expected: contact with a suitable " + inner + " (" + e.Text + ")"
	}
	if e.Text != "" && e.Text != "is required" {
		what += " (" + e.Text + ")"
	}
	return "Parameter " + name + ": expected: " + what
}

// aboutValue reports whether a kind blames a parameter's value; the others speak of objects.
func aboutValue(k errs.Kind) bool {
	switch k {
	case errs.Invalid, errs.Missing, errs.UnsupportedTLD, errs.InvalidName, errs.InvalidPeriod, errs.QuotaExceeded:
		return true
	}
	return false
}

// upperFirst begins a text with a capital, unless its first word is a name.
func upperFirst(s string) string {
	word, _, _ := strings.Cut(s, " ")
	if strings.Contains(strings.TrimRight(word, ".:"), ".") {
		return s
	}
	if s != "" && s[0] >= 'a' && s[0] <= 'z' {
		return string(s[0]-'a'+'A') + s[1:]
	}
	return s
}

// params translates the core's fields. Fields of contacts are in contactParams.
var params = map[string]string{
	"name": "domain", "tld": "tld", "period": "period", "expiry": "expyear", "max_price": "max-price", "handle": "handle",
	"registrant": "owner-c", "admin": "admin-c", "tech": "tech-c", "billing": "billing-c",
	"name_servers": "ns-list", "nameservers": "ns-list", "ns_set": "ns-list", "auth_info": "transfer-auth-id",
	"zone": "domain", "text": "zone",
	"idempotency_key": "Idempotency-Key", "number": "Proc-ID", "addresses": "ip", "delete_on": "type",
}

// contactParams translates fields of a contact; extension fields have their own names already.
var contactParams = map[string]string{
	"first_name": "name", "last_name": "name", "organisation": "organization", "email": "email", "phone": "phone", "fax": "fax",
	"street": "address-1", "city": "city", "state": "state", "postal_code": "postal-code", "country": "country", "type": "individual",
	"title": "title", "phone_ext": "extension", "company_number": "company-number", "vat_id": "vatid",
}

// paramOf is the parameter that a core field came from; inner is the contact's field when the parameter is a handle.
func paramOf(field string) (name, inner string) {
	if at, ok := strings.CutPrefix(field, "dnssec"); ok {
		return keyParam(at), ""
	}
	head, rest, nested := strings.Cut(field, ".")
	head, _, _ = strings.Cut(head, "[")
	if !nested || params[head] == "ns-list" {
		return params[head], ""
	}
	inner = contactParams[rest]
	if inner == "" {
		inner = baseName(rest)
	}
	if head == "contact" {
		return inner, ""
	}
	return params[head], inner
}

// expectation says what a parameter should have held.
func expectation(e *errs.Error, name string) string {
	switch {
	case e.Kind == errs.Missing && name != "ns-list":
		return nonEmpty
	case e.Kind == errs.UnsupportedTLD && name == "domain":
		return "Domain with extension supported by Joker.com"
	case e.Kind == errs.UnsupportedTLD:
		return "supported TLD"
	}
	if s := expected[name]; s != "" {
		return s
	}
	return "valid value"
}

var expected = map[string]string{
	"domain": "valid domain name", "period": "number of months", "expyear": "year", "max-price": "number not below the price",
	"email": "valid e-mail address", "phone": "international phone number", "fax": "international phone number",
	"country": "ISO 3166-1 country code", "individual": "Y or N", "ns-list": "name servers separated by colons",
	"ip": "public IPv4 address", "type": "immediate or endoflife", "dnssec": "0 or 1",
	"owner-c": "contact handle", "admin-c": "contact handle", "tech-c": "contact handle", "billing-c": "contact handle",
}

// reject counts a failed log-in; with real limits on, ten of them from one address block it for a while (§14).
func (rq *request) reject(ctx context.Context) {
	rq.d.deps.Runner.Reject(ctx, command.Rejection{Dialect: name, IP: rq.ip(), Block: loginBlock})
}
