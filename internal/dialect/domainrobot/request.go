package domainrobot

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/netip"
	"strings"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/order"
	"github.com/polyreg/polyreg/internal/wire/formx"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
)

// request is one request on its way through the door.
type request struct {
	http  *http.Request
	ip    netip.Addr
	segs  []string          // path behind /v1, decoded, without empty elements
	route *route            // nil until found
	args  map[string]string // values of the route's {placeholders}
	query formx.Pairs
	body  jsonx.Value // an object, or Absent
	stid  string
	ctid  string

	caller  command.Caller
	owner   who // whose objects are worked with
	updater who // who is logged in
}

// who is a user in a context, the vendor's BasicUser.
type who struct {
	user    string
	context int
}

func (w who) json() jsonx.Obj { return jsonx.Obj{{"context", w.context}, {"user", w.user}} }

// maxCtid bounds the client's own transaction id, which is stored with orders.
const maxCtid = 255

func (d *Dialect) newRequest(r *http.Request) *request {
	q := &request{http: r, segs: segments(r.URL.Path), stid: d.stid.next(d.run.Clocks().Wall())}
	if ap, err := netip.ParseAddrPort(r.RemoteAddr); err == nil {
		q.ip = ap.Addr().Unmap()
	}
	if len(q.segs) > 0 && strings.EqualFold(q.segs[0], "v1") {
		q.segs = q.segs[1:]
	}
	q.segs = joinedName(q.segs)
	// A query that cannot be read (far over any limit) counts as none; nothing in it is ever needed.
	q.query, _ = formx.Parse(r.URL.RawQuery, formx.Options{Bytes: 64 << 10})
	q.ctid, _ = q.query.LastFold("ctid")
	if q.ctid == "" {
		q.ctid = r.Header.Get("X-Domainrobot-Ctid")
	}
	q.ctid = strings.ToValidUTF8(q.ctid, "?")
	if len(q.ctid) > maxCtid {
		q.ctid = strings.ToValidUTF8(q.ctid[:maxCtid], "")
	}
	return q
}

// segments are a path's elements without the empty ones that clients send ("//", a slash at the end).
func segments(path string) []string {
	var out []string
	for s := range strings.SplitSeq(path, "/") {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}

// joinedName mends /domainexample.com/cancelation, which two helpers of the PHP SDK build (domainrobot-json.md §11).
func joinedName(segs []string) []string {
	if len(segs) != 2 || !strings.EqualFold(segs[1], "cancelation") || len(segs[0]) <= len("domain") || !strings.EqualFold(segs[0][:6], "domain") {
		return segs
	}
	return []string{"domain", segs[0][6:], segs[1]}
}

// path is what a message shows of the address.
func (q *request) path() string { return "/v1/" + strings.Join(q.segs, "/") }

// arg is a placeholder's value as a name or number: one trailing dot is dropped.
func (q *request) arg(name string) string { return strings.TrimSuffix(q.args[name], ".") }

// prepare reads what the handler of a known route needs besides the log-in.
func (q *request) prepare() error {
	c := &q.caller
	c.IP, c.Notice = q.ip, order.NoticeIfPending
	c.IdempotencyKey = q.http.Header.Get("Idempotency-Key")
	if len(c.IdempotencyKey) > maxCtid {
		return bad(errs.Invalid, "Idempotency-Key", "", "the key is longer than %d octets", maxCtid)
	}
	c.DryRun = truthy(q.http.Header.Get("X-Domainrobot-Demo"))
	if !q.route.hasBody(q.http.Method) {
		return nil
	}
	return q.readBody()
}

func truthy(s string) bool {
	s = strings.ToLower(strings.TrimSpace(s))
	return s != "" && s != "false" && s != "0"
}

// readBody decodes the body; a missing body, blanks and null count as an empty one (domainrobot-json.md §1.2, §11).
func (q *request) readBody() error {
	limits := jsonx.Limits{Bytes: MaxBody}
	data, err := io.ReadAll(io.LimitReader(q.http.Body, MaxBody+1))
	if err != nil {
		return bad(errs.Malformed, "request", "", "the body could not be read to its end")
	}
	if strings.TrimSpace(string(data[:min(len(data), 1<<10)])) == "" && len(data) <= 1<<10 {
		return nil
	}
	v, err := jsonx.Decode(data, jsonx.Options{Limits: limits, Duplicates: jsonx.Refuse})
	switch {
	case errors.Is(err, jsonx.ErrTooLarge):
		return bad(errs.TooLarge, "request", "", "the body is larger than %d octets", MaxBody)
	case errors.Is(err, jsonx.ErrTooDeep), errors.Is(err, jsonx.ErrTooComplex):
		return bad(errs.TooLarge, "request", "", "%v", err)
	case err != nil:
		return bad(errs.Malformed, "request", "", "the body is no JSON that can be read: %v", err)
	case v.Kind == jsonx.Null:
		return nil
	case v.Kind != jsonx.Object:
		return bad(errs.Malformed, "request", "", "the body is not a JSON object")
	}
	q.body = v
	return nil
}

// on reports whether a switch is set: as a query parameter of its own with any value but false, or among the keys.
func (q *request) on(word string) bool {
	if v, ok := q.query.LastFold(word); ok {
		return !strings.EqualFold(v, "false")
	}
	for _, k := range q.keys() {
		if strings.EqualFold(k, word) {
			return true
		}
	}
	return false
}

// keys are the values of keys[] in all its spellings, and of "keys" in the body (domainrobot-json.md §3.3, §4).
func (q *request) keys() []string {
	var out []string
	add := func(text string) {
		for k := range strings.SplitSeq(text, ",") {
			if k = strings.TrimSpace(k); k != "" {
				out = append(out, k)
			}
		}
	}
	for _, p := range q.query {
		n := strings.ToLower(p.Name)
		if n == "keys" || strings.HasPrefix(n, "keys[") && strings.HasSuffix(n, "]") {
			add(p.Value)
		}
	}
	list := q.body.Get("keys")
	add(list.Str())
	for _, k := range list.Items {
		add(k.Str())
	}
	return out
}

// german reports whether texts are to be German: as the language of the one who asks says, else English (domainrobot-json.md §3).
func (q *request) german() bool { return q.caller.Actor.Language == "de" }

// environment limits the search for a log-in: a vendor host to its system, users of context 1 to test accounts.
func (q *request) environment(context int) account.Environment {
	switch host := strings.ToLower(hostOnly(q.http.Host)); {
	case host == hostLive:
		return account.Live
	case host == hostDemo || context == demoContext:
		return account.Test
	}
	return ""
}

func hostOnly(hostport string) string {
	if i := strings.LastIndexByte(hostport, ':'); i >= 0 && !strings.HasSuffix(hostport, "]") {
		hostport = hostport[:i]
	}
	return strings.TrimSuffix(hostport, ".")
}

// reject reports failed log-ins and requests that cannot be used.
func (d *Dialect) reject(ctx context.Context, q *request, err error) {
	if errs.Is(err, errs.Auth, errs.SessionExpired, errs.AddressRefused, errs.AccountLocked, errs.Malformed, errs.TooLarge) {
		d.run.Reject(ctx, command.Rejection{Dialect: name, IP: q.ip})
	}
}
