// Package domainrobot is the door for clients of the InterNetX Domainrobot JSON interface (domainrobot-json.md): its paths,
// log-ins, envelope, codes and leniency. It translates to and from package command and decides nothing.
package domainrobot

import (
	"log/slog"
	"net/http"
	"strconv"
	"strings"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dialect"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/id"
)

// name is the dialect's name, that of its credentials and handles, and that of its queue of notices. The XML gateway of the same
// vendor shares credentials, handles and queue.
const name = "domainrobot"

// MaxBody is the largest body of a request in octets. The vendor names no limit for JSON.
const MaxBody = 2 << 20

// The vendor's hosts: live users and users of the demo system live apart (domainrobot-json.md §1.1).
const (
	hostLive = "api.autodns.com"
	hostDemo = "api.demo.autodns.com"
)

// Dialect is the door. It is safe for concurrent use.
type Dialect struct {
	run    *command.Runner
	log    *slog.Logger
	secure bool
	stid   *stids
	routes *router
}

// New makes the door.
func New(deps dialect.Deps) *Dialect {
	d := &Dialect{run: deps.Runner, log: deps.Log, secure: deps.Secure, stid: newStids("app" + id.Hex(3)), routes: newRouter()}
	if d.log == nil {
		d.log = slog.New(slog.DiscardHandler)
	}
	return d
}

// Name is "domainrobot".
func (*Dialect) Name() string { return name }

// Hosts are the vendor's live and demo host.
func (*Dialect) Hosts() []string { return []string{hostLive, hostDemo} }

// Claims takes the paths below /v1/.
func (*Dialect) Claims(r *http.Request, _ []byte) bool {
	segs := segments(r.URL.Path)
	return len(segs) > 0 && strings.EqualFold(segs[0], "v1")
}

// ServeHTTP answers one request.
func (d *Dialect) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	q := d.newRequest(r)
	a, err := d.answer(q)
	if err != nil {
		a = d.failure(q, err)
	}
	t := dialect.TraceOf(r.Context())
	t.Command, t.Account, t.RequestID, t.Err = q.route.word(), q.caller.Account.Name, q.stid, err
	d.write(w, q, a)
}

// answer goes through a request's stages: limits, log-in, route, body, task.
func (d *Dialect) answer(q *request) (answer, error) {
	ctx := q.http.Context()
	if err := d.run.Spend(ctx, rateRule, q.ip.String()); err != nil {
		return answer{}, err
	}
	rt, args := d.routes.find(q.http.Method, q.segs)
	if rt == nil || !rt.public {
		if err := d.authenticate(ctx, q); err != nil {
			d.reject(ctx, q, err)
			return answer{}, err
		}
	}
	if rt == nil {
		return answer{}, bad(errs.UnknownCommand, "method", q.http.Method+" "+q.path(), "there is no such function")
	}
	q.route, q.args = rt, args
	q.caller = q.caller.For(rt.code, q.stid, q.ctid)
	if rt.handle == nil {
		return answer{}, errs.E(errs.Unsupported, "%s %s is not supported by this server", rt.method, rt.pattern)
	}
	if err := q.prepare(); err != nil {
		d.reject(ctx, q, err)
		return answer{}, err
	}
	return rt.handle(ctx, d, q)
}

// write sends an answer with its length.
func (d *Dialect) write(w http.ResponseWriter, q *request, a answer) {
	body := a.raw
	h := w.Header()
	if body == nil {
		a.contentType = contentType
		body = q.envelope(a)
	}
	for k, v := range a.header {
		h[k] = v
	}
	h.Set("Content-Type", a.contentType)
	h.Set("X-Domainrobot-Stid", q.stid)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(max(a.status, http.StatusOK))
	if _, err := w.Write(body); err != nil {
		d.log.Debug("domainrobot: answer not sent", "stid", q.stid, "error", err)
	}
}

const contentType = "application/json;charset=UTF-8"
