package app

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/polyreg/polyreg/internal/clock"
	"github.com/polyreg/polyreg/internal/dialect"
	"github.com/polyreg/polyreg/internal/dialect/opensrs"
	"github.com/polyreg/polyreg/internal/id"
	"github.com/polyreg/polyreg/internal/obs"
	"github.com/polyreg/polyreg/internal/obs/metrics"
)

// front tells the dialects apart and keeps journal and metrics. It is no ServeMux: the dialects need the raw path, without
// cleaning and redirects.
type front struct {
	dialects []dialect.Dialect
	byHost   map[string]dialect.Dialect
	own      http.Handler // /healthz, /readyz, /metrics, /_polyreg/
	journal  obs.Journal  // nil where nobody could read it
	metrics  *metrics.Metrics
	clocks   *clock.Clocks
	// asked, when set, is told of each request before its answer leaves: by whom, through which dialect, with which command.
	asked func(ctx context.Context, account, dialect, command string)
	// gate is held for reading by each request, for writing while the sandbox is reset.
	gate *sync.RWMutex
	// wholeBodies makes requests pass the gate only when their body has come, so that no slow client keeps a reset waiting.
	wholeBodies bool
}

func newFront(ds []dialect.Dialect, own http.Handler) *front {
	f := &front{dialects: ds, byHost: map[string]dialect.Dialect{}, own: own, gate: &sync.RWMutex{}}
	for _, d := range ds {
		for _, h := range d.Hosts() {
			f.byHost[strings.ToLower(h)] = d
		}
	}
	return f
}

// peekBytes is how much of a body a dialect may look at to claim a request.
const peekBytes = 512

// ServeHTTP finds the dialect by the vendor's host name, else by prefix, else by the vendor's own path and form.
func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if isOwn(r.URL.Path) {
		f.own.ServeHTTP(w, r)
		return
	}
	d := f.pick(r)
	if d == nil {
		http.Error(w, "polyreg: no dialect answers at "+r.Method+" "+r.URL.Path+"; see docs/quickstart.md for the prefixes", http.StatusNotFound)
		return
	}
	if f.wholeBodies {
		readAhead(r)
	}
	f.gate.RLock()
	defer f.gate.RUnlock()
	f.serve(w, r, d)
}

// pick finds the dialect and leaves the request as that dialect is to see it; nil when nobody claims it.
func (f *front) pick(r *http.Request) dialect.Dialect {
	if d := f.byHost[hostName(r.Host)]; d != nil {
		return d
	}
	if d := f.byPrefix(r); d != nil {
		return d
	}
	return f.byForm(r)
}

func isOwn(path string) bool {
	return path == "/healthz" || path == "/readyz" || strings.HasPrefix(path, verifyPath) || path == "/metrics" || path == "/_polyreg" || strings.HasPrefix(path, "/_polyreg/")
}

func hostName(hostport string) string {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		host = hostport
	}
	return strings.ToLower(strings.TrimSuffix(host, "."))
}

// byPrefix cuts a dialect's prefix, which stands for the vendor's host.
func (f *front) byPrefix(r *http.Request) dialect.Dialect {
	for _, d := range f.dialects {
		prefix := "/" + d.Name()
		if rest, ok := strings.CutPrefix(r.URL.Path, prefix); ok && (rest == "" || rest[0] == '/') && !vendorPath(d, r, rest) {
			u := *r.URL
			u.Path = orSlash(rest)
			if u.RawPath != "" {
				u.RawPath = orSlash(strings.TrimPrefix(u.RawPath, prefix))
			}
			r.URL = &u
			return d
		}
	}
	return nil
}

// vendorPath keeps a path whose first element is the vendor's own and happens to be the prefix as well (/wapi/json).
func vendorPath(d dialect.Dialect, r *http.Request, rest string) bool {
	return rest != "" && !strings.HasPrefix(rest, "/"+d.Name()+"/") && d.Claims(r, nil)
}

func orSlash(p string) string {
	if p == "" {
		return "/"
	}
	return p
}

// byForm asks the dialects, with the first octets of the body for those that share a path.
func (f *front) byForm(r *http.Request) dialect.Dialect {
	var head []byte
	if r.Body != nil && r.Method == http.MethodPost {
		buf := make([]byte, peekBytes)
		n, err := io.ReadFull(r.Body, buf)
		head = buf[:n]
		rest := io.Reader(r.Body)
		if err != nil && err != io.ErrUnexpectedEOF && err != io.EOF {
			rest = failing{err}
		}
		r.Body = struct {
			io.Reader
			io.Closer
		}{io.MultiReader(bytes.NewReader(head), rest), r.Body}
	}
	for _, d := range f.dialects {
		if d.Claims(r, head) {
			return d
		}
	}
	return nil
}

// aheadBytes is more than any dialect takes of a body; what goes beyond is refused while it comes.
const aheadBytes = 5 << 20

// readAhead reads a request's body. The dialect is given the same octets, and the same error where it breaks off.
func readAhead(r *http.Request) {
	if r.Body == nil || r.Body == http.NoBody {
		return
	}
	head, err := io.ReadAll(io.LimitReader(r.Body, aheadBytes))
	rest := io.Reader(r.Body)
	if err != nil {
		rest = failing{err}
	}
	r.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(head), rest), r.Body}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// begin opens a request of a dialect; end notes it in metrics, and in the journal where one is kept. The request given to end
// is masked, the answer is not yet.
func (f *front) begin(ctx context.Context, d dialect.Dialect) (_ context.Context, end func(status string, request func() []byte, answer []byte)) {
	start, request := time.Now(), id.New(f.clocks.Wall())
	ctx, trace := dialect.WithTrace(obs.WithRequestID(ctx, request))
	return ctx, func(status string, in func() []byte, out []byte) {
		took := time.Since(start)
		f.metrics.Request(d.Name(), trace.Command, metrics.Outcome(trace.Err), took)
		if f.asked != nil {
			defer f.asked(ctx, trace.Account, d.Name(), trace.Command)
		}
		if f.journal == nil {
			return
		}
		f.journal.Add(obs.Entry{ID: request, Time: f.clocks.Wall(), Dialect: d.Name(), Account: trace.Account, Command: trace.Command, Status: status,
			Request: in(), Answer: kept(d, out), Elapsed: took.Microseconds()})
	}
}

// kept is a body as the journal keeps it: masked, or only its length where masks could not read it. NUL is in no text of the
// dialects, and in every text of wider encodings.
func kept(d dialect.Dialect, body []byte) []byte {
	if bytes.IndexByte(body, 0) >= 0 {
		return fmt.Appendf(nil, "(%d octets that are no text)", len(body))
	}
	return d.Mask(body)
}

// observe is begin for a dialect with a listener of its own.
func (f *front) observe(d dialect.Dialect) opensrs.Observer {
	return func(ctx context.Context, _ netip.Addr) (context.Context, func(request, answer []byte)) {
		f.gate.RLock()
		ctx, end := f.begin(ctx, d)
		return ctx, func(request, answer []byte) {
			defer f.gate.RUnlock() // a sandbox that is being reset is told nothing of before
			end("200", func() []byte { return kept(d, request) }, answer)
		}
	}
}

// serve runs a dialect with journal and metrics around it.
func (f *front) serve(w http.ResponseWriter, r *http.Request, d dialect.Dialect) {
	ctx, end := f.begin(r.Context(), d)
	r = r.WithContext(ctx)
	keep := journalBody
	if f.journal == nil {
		keep = 0
	}
	in := &tee{r: r.Body, max: keep}
	if r.Body != nil {
		r.Body = in
	}
	out := &recorder{ResponseWriter: w, status: http.StatusOK, max: keep, holds: f.asked != nil}
	d.ServeHTTP(out, r)
	end(strconv.Itoa(out.status), func() []byte { return append(requestLine(r, d), kept(d, in.seen)...) }, out.seen)
	out.release()
}

// journalBody is how much of a body the journal keeps.
const journalBody = 64 << 10

// requestLine is the request's first line, with the secrets of its query masked.
func requestLine(r *http.Request, d dialect.Dialect) []byte {
	u := url.URL{Path: r.URL.Path}
	line := r.Method + " " + u.EscapedPath()
	if q := r.URL.RawQuery; q != "" {
		line += "?" + string(d.Mask([]byte(q)))
	}
	return []byte(line + "\n\n")
}

type tee struct {
	r    io.ReadCloser
	seen []byte
	max  int
}

func (t *tee) Read(p []byte) (int, error) {
	n, err := t.r.Read(p)
	t.seen = append(t.seen, p[:min(n, t.max-len(t.seen))]...)
	return n, err
}

func (t *tee) Close() error { return t.r.Close() }

// recorder keeps the beginning of an answer. One that holds lets nothing go before release: a client whose answer has come may send
// its next request, which must find what the first has brought about.
type recorder struct {
	http.ResponseWriter
	status int
	seen   []byte
	max    int
	holds  bool
	begun  bool   // a status or an octet was written
	held   []byte // the answer, when it holds
}

func (r *recorder) WriteHeader(status int) {
	if r.holds && r.begun {
		return
	}
	r.status, r.begun = status, true
	if !r.holds {
		r.ResponseWriter.WriteHeader(status)
	}
}

func (r *recorder) Write(p []byte) (int, error) {
	r.seen = append(r.seen, p[:min(len(p), r.max-len(r.seen))]...)
	r.begun = true
	if r.holds {
		r.held = append(r.held, p...)
		return len(p), nil
	}
	return r.ResponseWriter.Write(p)
}

// release sends what was held.
func (r *recorder) release() {
	if !r.holds || !r.begun {
		return
	}
	r.ResponseWriter.WriteHeader(r.status)
	_, _ = r.ResponseWriter.Write(r.held) // a client that went away needs no answer
}

// Unwrap lets http.ResponseController reach the connection.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
