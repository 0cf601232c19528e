// Package manage is the sandbox's management API below /_polyreg/: the clock, orders and transfers that wait, faults, mails, the
// other registrar, zones, journal and notices. One file per endpoint; JSON in and out. Who may call is decided before a request comes
// here. Nothing of it exists in production.
package manage

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/clock"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/lifecycle"
	"github.com/polyreg/polyreg/internal/notify"
	"github.com/polyreg/polyreg/internal/obs"
	"github.com/polyreg/polyreg/internal/registry"
	"github.com/polyreg/polyreg/internal/registry/fault"
	"github.com/polyreg/polyreg/internal/registry/sim"
	"github.com/polyreg/polyreg/internal/registry/sim/repo"
)

// Clockwork moves registrar time and lets happen what falls due (*lifecycle.Engine).
type Clockwork interface {
	Advance(ctx context.Context, to time.Time, progress func(lifecycle.Progress)) (lifecycle.Report, error)
}

// Store is where everything is read.
type Store interface{ View() command.Tx }

// Runner takes what waits at the registries, and reads mails (*command.Runner).
type Runner interface {
	ConsumeAll(ctx context.Context)
	Mails(ctx context.Context, q command.MailQuery) ([]notify.Mail, error)
	Mail(ctx context.Context, id int64) (notify.Mail, error)
}

// Registry is the embedded registry's staff (*sim.Server).
type Registry interface {
	ResolvePending(ctx context.Context, namespace, name string, approve bool) error
	TakeByTransfer(ctx context.Context, namespace, name, registrar string) error
	Approve(ctx context.Context, namespace, name string) error
	Reject(ctx context.Context, namespace, name string) error
	Postpone(ctx context.Context, namespace, name string, until time.Time) error
	Give(ctx context.Context, namespace, name, registrar string) (authInfo string, err error)
}

// Holdings shows what the embedded registry holds (*simstore.Store).
type Holdings interface {
	Domain(ctx context.Context, namespace, name string) (repo.Domain, error)
	HeldBy(ctx context.Context, registrar, after string, limit int) ([]repo.Domain, error)
	Waiting(ctx context.Context, namespace, after string, limit int) ([]repo.Domain, error)
}

// Other is the built-in other registrar. Its log-ins are by name space.
type Other struct {
	Names map[string]string // "live": "other-registrar"
	// Request asks for the transfer of a name over EPP, with an authInfo.
	Request func(ctx context.Context, namespace, name, authInfo string) error
}

// Deps are what the API is made of.
type Deps struct {
	Clock    Clockwork
	Clocks   *clock.Clocks
	Store    Store
	Runner   Runner
	Commands *command.Runner // runs what is done in an account's name
	Registry Registry
	Holdings Holdings
	Own      map[string]string // our registrars by name space
	Other    Other
	Faults   *fault.Set
	Journal  obs.Journal
	Channels []string // queues of notices
	Log      *slog.Logger
}

// API answers management calls. It is safe for concurrent use.
type API struct {
	Deps

	mu    sync.Mutex
	later map[target]*decision // to be made after some polls, or never
}

// New makes an API.
func New(d Deps) *API { return &API{Deps: d, later: map[target]*decision{}} }

// Route is one call.
type Route struct {
	Pattern string // of http.ServeMux
	Handle  http.HandlerFunc
}

// Routes are all calls.
func (a *API) Routes() []Route {
	return append([]Route{
		{"GET /_polyreg/clock", a.answer(a.getClock)},
		{"POST /_polyreg/clock", a.postClock},
		{"GET /_polyreg/events", a.getEvents},
		{"GET /_polyreg/orders", a.answer(a.getOrders)},
		{"POST /_polyreg/orders/{order}", a.answer(a.postOrder)},
		{"GET /_polyreg/faults", a.answer(a.getFaults)},
		{"POST /_polyreg/faults", a.answer(a.postFault)},
		{"DELETE /_polyreg/faults", a.answer(a.deleteFaults)},
		{"DELETE /_polyreg/faults/{id}", a.answer(a.deleteFault)},
		{"GET /_polyreg/mails", a.answer(a.getMails)},
		{"GET /_polyreg/mails/{id}", a.answer(a.getMail)},
		{"GET /_polyreg/registrar", a.answer(a.getRegistrar)},
		{"POST /_polyreg/registrar/take", a.answer(a.postTake)},
		{"POST /_polyreg/registrar/give", a.answer(a.postGive)},
		{"POST /_polyreg/registrar/approve", a.answer(a.postApprove)},
		{"POST /_polyreg/registrar/reject", a.answer(a.postReject)},
		{"GET /_polyreg/journal", a.answer(a.getJournal)},
		{"GET /_polyreg/notices", a.answer(a.getNotices)},
	}, a.zoneRoutes()...)
}

// Reset forgets decisions that are still to be made, and all faults.
func (a *API) Reset() {
	a.Faults.Reset()
	a.mu.Lock()
	defer a.mu.Unlock()
	clear(a.later)
}

// answer makes a handler of a call that gives its answer whole.
func (a *API) answer(call func(*http.Request) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		v, err := call(r)
		if err != nil {
			a.Fail(w, r, err)
			return
		}
		status := http.StatusOK
		if _, made := v.(created); made {
			status = http.StatusCreated
		}
		Answer(w, status, v)
	}
}

// created marks the answer of a call that made something.
type created interface{ created() }

// problem is what a call that failed answers.
type problem struct {
	Error string `json:"error"`
	Field string `json:"field,omitempty"` // of the request
	Code  int    `json:"code,omitempty"`  // EPP result code of the registry
}

// judged turns an error into status and answer. Unknown errors are not shown.
func judged(err error) (int, problem) {
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return http.StatusServiceUnavailable, problem{Error: "the call took too long or was broken off"}
	}
	e := errs.As(refused(err))
	p := problem{Error: e.Text, Field: e.Field, Code: cmp.Or(sim.CodeOf(err), registry.CodeOf(err))}
	switch e.Kind {
	case errs.NotFound:
		return http.StatusNotFound, p
	case errs.Invalid, errs.Missing, errs.InvalidName, errs.UnsupportedTLD:
		return http.StatusBadRequest, p
	case errs.Internal:
		return http.StatusInternalServerError, problem{Error: "the call failed; the log says why"}
	}
	return http.StatusConflict, p
}

// refused tells the embedded registry's errors in the core's words.
func refused(err error) error {
	code := sim.CodeOf(err)
	switch {
	case code == 2303, errors.Is(err, repo.ErrNotFound):
		return errs.F(errs.NotFound, "name", "the registry holds no such name")
	case errors.Is(err, sim.ErrNotPending):
		return errs.F(errs.WrongState, "order", "nothing waits for a decision there")
	case code != 0:
		_, reason, _ := strings.Cut(err.Error(), ": ")
		return errs.F(errs.RegistryRejected, "name", "the registry refuses (%d): %s", code, reason)
	}
	if e := new(registry.Error); errors.As(err, &e) {
		if e.Code == 0 {
			return errs.E(errs.RegistryDown, "the registry did not answer").Wrap(err)
		}
		return errs.F(errs.RegistryRejected, "name", "the registry refuses (%d): %s", e.Code, e.Text)
	}
	return err
}

// Fail answers an error; what is not the caller's doing is logged.
func (a *API) Fail(w http.ResponseWriter, r *http.Request, err error) {
	status, p := judged(err)
	if status >= http.StatusInternalServerError {
		a.Log.ErrorContext(r.Context(), "management call failed", "path", r.URL.Path, "err", err)
	}
	Answer(w, status, p)
}

// Answer answers in JSON.
func Answer(w http.ResponseWriter, status int, v any) {
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil { // what is answered always encodes
		panic(err)
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(append(b, '\n')) // a client that went away needs no answer
}

// maxBody is how long a request's document may be.
const maxBody = 64 << 10

// read reads a request's JSON object strictly; an empty body is an empty object.
func read(r *http.Request, into any) error {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	switch {
	case err != nil:
		return errs.E(errs.Invalid, "the request broke off")
	case len(body) > maxBody:
		return errs.E(errs.Invalid, "the request is longer than %d bytes", maxBody)
	case len(strings.TrimSpace(string(body))) == 0:
		return nil
	}
	d := json.NewDecoder(strings.NewReader(string(body)))
	d.DisallowUnknownFields()
	err = d.Decode(into)
	if err == nil && d.More() {
		return errs.E(errs.Invalid, "the request holds more than one JSON document")
	}
	var kind *json.UnmarshalTypeError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &kind) && kind.Field != "":
		return errs.F(errs.Invalid, kind.Field, "must be a %s", kind.Type)
	case strings.HasPrefix(err.Error(), "json: unknown field "):
		name, _ := strconv.Unquote(strings.TrimPrefix(err.Error(), "json: unknown field "))
		return errs.F(errs.Invalid, name, "there is no such field")
	}
	return errs.E(errs.Invalid, "the request is no JSON object: %v", err)
}

// numberOf reads a number of the query; def when it is absent.
func numberOf(r *http.Request, name string, def int64) (int64, error) {
	s := r.URL.Query().Get(name)
	if s == "" {
		return def, nil
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return 0, errs.F(errs.Invalid, name, "%s must be a number", name)
	}
	return n, nil
}

// limitOf is the query's limit: 100 when absent, 1000 at most.
func limitOf(r *http.Request) (int, error) {
	n, err := numberOf(r, "limit", 100)
	return int(min(max(n, 1), 1000)), err
}

// environmentOf reads an environment; live when it is absent.
func environmentOf(s string) (account.Environment, error) {
	switch e := account.Environment(s); e {
	case "":
		return account.Live, nil
	case account.Live, account.Test:
		return e, nil
	}
	return "", errs.F(errs.Invalid, "environment", "must be live or test, not %q", s)
}

// stamp is a time as it is shown.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}
