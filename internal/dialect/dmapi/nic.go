package dmapi

import (
	"fmt"
	"net/http"
	"net/netip"
	"strconv"
	"strings"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dialect"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/wire/formx"
)

// nicRequest is a request for dynamic DNS (§12): no envelope, no session, a log-in of its own.
type nicRequest struct {
	d     *Dialect
	http  *http.Request
	pairs formx.Pairs // of the body, and those of the query that the body has not
}

// nicAnswer is a status of HTTP and a text.
type nicAnswer struct {
	status int
	html   bool
	body   string
}

// nicPaths are the endpoints.
var nicPaths = map[string]func(*nicRequest) (nicAnswer, error){
	"/nic/replace": nicReplace, "/nic/update": nicUpdate, "/nic/checkip": nicCheckIP, "/nic/myip": nicMyIP,
}

// nicCommand names an endpoint for metrics and journal.
func nicCommand(path string) string { return strings.TrimPrefix(path, "/") }

// serveNIC answers the dynamic DNS paths.
func serveNIC(d *Dialect, w http.ResponseWriter, r *http.Request) {
	path := strings.TrimSuffix(r.URL.Path, "/")
	run, known := nicPaths[path]
	trace := dialect.TraceOf(r.Context())
	if known {
		trace.Command = nicCommand(path)
	}
	n := &nicRequest{d: d, http: r}
	a := nicAnswer{status: http.StatusNotFound, body: "error: no such endpoint"}
	if known {
		err := n.read()
		if err == nil {
			a, err = run(n)
		}
		if trace.Err = err; err != nil {
			a = n.refusal(path, err)
		}
	}
	typ := "text/plain; charset=utf-8"
	if a.html {
		typ = "text/html; charset=utf-8"
	}
	h := w.Header()
	h.Set("Content-Type", typ)
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Length", strconv.Itoa(len(a.body)))
	if a.status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", `Basic realm="dynamic DNS"`)
	}
	w.WriteHeader(a.status)
	_, _ = w.Write([]byte(a.body)) // a client that has gone is no fault of ours
}

// read takes parameters from body and query; names in small letters.
func (n *nicRequest) read() error {
	if m := n.http.Method; m != http.MethodGet && m != http.MethodPost {
		return errs.E(errs.Malformed, "method %s is not offered, use GET or POST", clip(m))
	}
	opt := formx.Options{Bytes: maxURL, UTF8: true}
	if n.http.Method == http.MethodPost && n.http.Body != nil {
		var err error
		if n.pairs, err = formx.ParseReader(http.MaxBytesReader(nil, n.http.Body, maxURL), opt); err != nil {
			return formError(err)
		}
	}
	query, err := formx.Parse(n.http.URL.RawQuery, opt)
	if err != nil {
		return formError(err)
	}
	for _, pairs := range []formx.Pairs{n.pairs, query} {
		for i := range pairs {
			pairs[i].Name = strings.ToLower(pairs[i].Name)
		}
	}
	body := n.pairs
	for _, p := range query {
		if _, sent := body.First(p.Name); !sent { // the body wins (§2)
			n.pairs = append(n.pairs, p)
		}
	}
	return nil
}

// first is the first value of a parameter, without blanks around it.
func (n *nicRequest) first(name string) string {
	v, _ := n.pairs.First(name)
	return strings.TrimSpace(v)
}

func (n *nicRequest) ip() netip.Addr { return (&request{http: n.http}).ip() }

// login is the log-in of a request, by parameters or as HTTP Basic.
func (n *nicRequest) login() (user, password string, err error) {
	if until, blocked := n.d.deps.Runner.Blocked(name, n.ip()); blocked {
		return "", "", errs.E(errs.Blocked, "too many failed logins, try again after %s", until.UTC().Format(http.TimeFormat))
	}
	if user, password, ok := n.http.BasicAuth(); ok && n.first("username") == "" {
		return user, password, nil
	}
	user = n.first("username")
	password, _ = n.pairs.First("password")
	if user == "" || password == "" {
		return "", "", errs.E(errs.Auth, "username and password are needed")
	}
	return user, password, nil
}

// refusal answers an error; its body begins with nothing that clients take for a success.
func (n *nicRequest) refusal(path string, err error) nicAnswer {
	e := errs.As(err)
	update := path == "/nic/update"
	switch {
	case e.Kind == errs.Auth || e.Kind == errs.AccountLocked:
		if e.Kind == errs.Auth && e.Field == "" { // a wrong log-in, and not a wrong zone
			n.d.deps.Runner.Reject(n.http.Context(), command.Rejection{Dialect: name, IP: n.ip(), Block: loginBlock})
		}
		return nicAnswer{status: http.StatusUnauthorized, body: "badauth"}
	case e.Kind == errs.Internal:
		if n.d.deps.Log != nil {
			n.d.deps.Log.Error("request failed", "dialect", name, "command", nicCommand(path), "err", err)
		}
		return nicAnswer{status: http.StatusInternalServerError, body: pick(update, "911", "error: internal error")}
	case e.Kind == errs.Blocked || e.Kind == errs.RateLimited:
		return nicAnswer{status: http.StatusTooManyRequests, body: pick(update, "abuse", "error: "+e.Text)}
	case e.Kind == errs.RegistryDown:
		return nicAnswer{status: http.StatusServiceUnavailable, body: pick(update, "911", "error: "+e.Text)}
	}
	text := e.Text
	if field, ok := strings.CutPrefix(e.Field, paramPrefix); ok {
		text = fmt.Sprintf("%s: %s", field, e.Text)
	}
	return nicAnswer{status: http.StatusBadRequest, body: pick(update, "notfqdn", "error: "+text)}
}

func pick(first bool, a, b string) string {
	if first {
		return a
	}
	return b
}

// nicCheckIP tells the caller's address on a page (§12.3).
func nicCheckIP(n *nicRequest) (nicAnswer, error) {
	return nicAnswer{http.StatusOK, true, "<html><head><title>Current IP Check</title></head><body>Current IP Address: " + n.ip().String() + "</body></html>"}, nil
}

// nicMyIP tells it alone.
func nicMyIP(n *nicRequest) (nicAnswer, error) {
	return nicAnswer{http.StatusOK, false, n.ip().String() + "\n"}, nil
}
