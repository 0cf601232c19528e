// Package opensrs speaks the OpenSRS XCP domains API: one XML document per request, signed with a double MD5 in two HTTP
// headers, answered with one XML document and HTTP status 200 whatever the outcome (opensrs.md).
//
// It holds the envelope, the signature, the listener with its own small HTTP reader, and the translation of XCP commands to
// the registrar core's. It decides nothing about domains, money or accounts.
package opensrs

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/dialect"
	"github.com/polyreg/polyreg/internal/obs"
)

// MaxBody is the largest request body, in octets. The reference proposes 2 MiB for bulk changes, which are not offered.
const MaxBody = 1 << 20

// dialectName is the dialect's name, its notice channel and the owner of its credentials.
const dialectName = "opensrs"

// The vendor's hosts (opensrs.md §2). A request to one of them is judged in that environment alone.
var hosts = map[string]account.Environment{
	"rr-n1-tor.opensrs.net": account.Live,
	"batch.opensrs.net":     account.Live,
	"horizon.opensrs.net":   account.Test,
}

// Dialect is the OpenSRS door.
type Dialect struct {
	deps    dialect.Deps
	observe Observer
	timing  timing
}

// timing are the listener's times; tests shorten them.
type timing struct {
	handshake time.Duration // TLS
	lifetime  time.Duration // of a connection (opensrs.md §2.3)
	silence   time.Duration // after which nothing more of a body is expected (§2.1)
	write     time.Duration // of one answer
	grace     time.Duration // for requests under way when the listener is stopped
}

var _ dialect.Dialect = (*Dialect)(nil)

// New makes the door.
func New(deps dialect.Deps) *Dialect {
	if deps.Log == nil {
		deps.Log = slog.New(slog.DiscardHandler)
	}
	return &Dialect{deps: deps, timing: timing{handshake: 10 * time.Second, lifetime: 60 * time.Second,
		silence: 200 * time.Millisecond, write: 30 * time.Second, grace: 15 * time.Second}}
}

// Observer is told of each request of the dialect's own listener before it is carried out. It gives the context to work in
// (request id, Trace) and what is called with request and answer, neither masked, once the answer is known.
type Observer func(ctx context.Context, remote netip.Addr) (context.Context, func(request, answer []byte))

// Observe sets the observer; call it before Serve.
func (d *Dialect) Observe(o Observer) { d.observe = o }

// Name implements dialect.Dialect.
func (*Dialect) Name() string { return dialectName }

// Hosts implements dialect.Dialect.
func (*Dialect) Hosts() []string {
	return []string{"rr-n1-tor.opensrs.net", "horizon.opensrs.net", "batch.opensrs.net"}
}

// Commands are the words that a Trace's Command may have.
func (*Dialect) Commands() []string {
	words := []string{wordTrust, wordUnknown}
	for w := range commands {
		words = append(words, w)
	}
	slices.Sort(words)
	return words
}

// Claims implements dialect.Dialect: a POST to the root that names a reseller.
func (*Dialect) Claims(r *http.Request, _ []byte) bool {
	return strings.EqualFold(r.Method, http.MethodPost) && (r.URL.Path == "/" || r.URL.Path == "") && r.Header.Get("X-Username") != ""
}

// ServeHTTP answers on the shared HTTP listener. Here net/http reads the request and writes the status line and headers, so
// that clients which need what it refuses must use Serve's listener.
func (d *Dialect) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	doc, _ := d.answerHTTP(ctx, r)
	h := w.Header()
	h.Set("Server", serverName)
	h.Set("Content-Type", "text/xml")
	h.Set("Content-Length", strconv.Itoa(len(doc)))
	w.WriteHeader(http.StatusOK)
	if _, err := w.Write(doc); err != nil {
		d.deps.Log.DebugContext(ctx, "answer not delivered", "err", err)
	}
}

func (d *Dialect) answerHTTP(ctx context.Context, r *http.Request) ([]byte, bool) {
	m := &message{user: r.Header.Get("X-Username"), signature: r.Header.Get("X-Signature"), env: envOf(r.Host), ip: remoteIP(r.RemoteAddr),
		idempotency: r.Header.Get("Idempotency-Key")}
	if !strings.EqualFold(r.Method, http.MethodPost) {
		return d.unusable(ctx, m.ip, errNotPost), true
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, MaxBody+1))
	if len(body) > MaxBody {
		return d.unusable(ctx, m.ip, errTooLarge), true
	}
	if err != nil {
		return d.unusable(ctx, m.ip, errMalformed), true
	}
	m.body = body
	return d.answer(ctx, m)
}

// Mask implements dialect.Dialect for bodies alone and for whole requests and answers with their head.
func (*Dialect) Mask(octets []byte) []byte {
	head, body := splitHead(octets)
	return append(maskHead(head), obs.MaskPairs(body, "domain_auth_info", "auth_info", "reg_password", "cookie")...)
}

// splitHead finds where the document begins: behind the empty line of an HTTP message, else at the first "<".
func splitHead(octets []byte) (head, body []byte) {
	if line, _, _ := bytes.Cut(octets, []byte("\n")); bytes.Contains(bytes.ToUpper(line), []byte("HTTP/1.")) && !bytes.Contains(line, []byte("<")) {
		for i := range octets {
			if rest := octets[i:]; bytes.HasPrefix(rest, []byte("\n\n")) || bytes.HasPrefix(rest, []byte("\n\r\n")) {
				return octets[:i+1], octets[i+1:]
			}
		}
		return octets, nil
	}
	for i, b := range octets {
		if b == '<' {
			return octets[:i], octets[i:]
		}
	}
	return octets, nil
}

// maskHead masks the values of secret header lines.
func maskHead(head []byte) []byte {
	var out []byte
	secret := false
	for line := range strings.Lines(string(head)) {
		text := strings.TrimRight(line, "\r\n")
		if folded := text != "" && (text[0] == ' ' || text[0] == '\t'); folded && secret {
			line = " " + obs.Masked + line[len(text):]
		} else if !folded {
			secret = false
		}
		if field, _, ok := strings.Cut(text, ":"); ok && obs.Sensitive(strings.TrimSpace(field)) {
			secret = true
			line = field + ": " + obs.Masked + line[len(text):]
		}
		out = append(out, line...)
	}
	return out
}

// envOf is the environment that a vendor's host name stands for, "" for any other name.
func envOf(hostport string) account.Environment { return hosts[hostOf(hostport)] }

// hostOf is the bare host of "host", "host:port" or a URL.
func hostOf(s string) string {
	if _, rest, ok := strings.Cut(s, "://"); ok {
		s, _, _ = strings.Cut(rest, "/")
	}
	if h, _, err := net.SplitHostPort(s); err == nil {
		s = h
	}
	return strings.ToLower(strings.TrimSuffix(s, "."))
}

// remoteIP is the address of "ip:port"; the zero address when it cannot be read, which no rule allows.
func remoteIP(addr string) netip.Addr {
	if ap, err := netip.ParseAddrPort(addr); err == nil {
		return ap.Addr().Unmap()
	}
	ip, err := netip.ParseAddr(addr)
	if err != nil {
		return netip.Addr{}
	}
	return ip.Unmap()
}
