// Package autodns is the door for clients of the InterNetX AutoDNS XML gateway (autodns-xml.md): one document with numbered
// tasks in, one document with a result for each task out. It translates to and from package command and decides nothing.
// Credentials, sessions, contact numbers and the queue of messages are those of the same vendor's JSON interface.
package autodns

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dialect"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/id"
	"github.com/polyreg/polyreg/internal/obs"
	"github.com/polyreg/polyreg/internal/wire/xmlx"
)

const (
	// name is the dialect's own name, as orders carry it.
	name = "autodns"
	// shared is the name under which both interfaces of the vendor keep credentials, sessions, handles and notices.
	shared = "domainrobot"
)

// Sizes of a request (autodns-xml.md §22): octets of the document, tasks in it, and objects in one task.
const (
	MaxBody    = 4 << 20
	MaxTasks   = 500
	MaxObjects = 500
)

// The vendor's hosts (autodns-xml.md §1): live, demo, and a white label of the live one.
const (
	hostLive  = "gateway.autodns.com"
	hostDemo  = "demo.autodns.com"
	hostLabel = "gateway.schlundtech.de"
)

// Dialect is the door. It is safe for concurrent use.
type Dialect struct {
	run  *command.Runner
	log  *slog.Logger
	stid *stids
}

// New makes the door.
func New(deps dialect.Deps) *Dialect {
	d := &Dialect{run: deps.Runner, log: deps.Log, stid: newStids("app" + id.Hex(3))}
	if d.log == nil {
		d.log = slog.New(slog.DiscardHandler)
	}
	return d
}

// Name is "autodns".
func (*Dialect) Name() string { return name }

// Hosts are the vendor's gateways. Every path of them is the gateway.
func (*Dialect) Hosts() []string { return []string{hostLive, hostDemo, hostLabel} }

// Claims takes the path /gateway, and documents of this form posted to the root (autodns-xml.md §1).
func (*Dialect) Claims(r *http.Request, body []byte) bool {
	switch r.URL.Path {
	case "/gateway", "/gateway/":
		return true
	case "/", "":
		return r.Method == http.MethodPost && r.Header.Get("X-Username") == "" && looksLikeRequest(body)
	}
	return false
}

// looksLikeRequest reports whether a document's first octets are those of a <request>.
func looksLikeRequest(head []byte) bool {
	head = bytes.TrimLeft(head, "\ufeff \t\r\n")
	i := bytes.Index(head, []byte("<request"))
	if len(head) == 0 || head[0] != '<' || i < 0 {
		return false
	}
	after := head[i+len("<request"):]
	return len(after) > 0 && strings.IndexByte("> \t\r\n", after[0]) >= 0
}

// shownCode is how an answer gives an authorization code as a status' object (autodns-xml.md §11).
var shownCode = regexp.MustCompile(`(<type>authinfo</type>\s*<value>)[^<]*`)

// Mask hides passwords, session ids, tokens and authorization codes.
func (*Dialect) Mask(octets []byte) []byte {
	octets = shownCode.ReplaceAll(octets, []byte("${1}"+obs.Masked))
	return obs.MaskPairs(octets, "password", "old_password", "hash", "token", "authinfo", "pin", "tan", "secret", "mobile_pin")
}

// ServeHTTP answers one request: always 200 and XML, for clients drop the body of anything else (autodns-xml.md §1).
func (d *Dialect) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	q := d.newRequest(r)
	body := d.answer(r.Context(), q)
	h := w.Header()
	h.Set("Content-Type", "text/xml")
	h.Set("Vary", "Accept-Encoding")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(http.StatusOK)
	if _, err := w.Write(body); err != nil {
		d.log.Debug("autodns: answer not sent", "stid", q.stid, "error", err)
	}
}

// answer goes through a request's stages: limits, document, log-in, tasks.
func (d *Dialect) answer(ctx context.Context, q *request) []byte {
	err := d.admit(ctx, q)
	if err == nil {
		err = q.read()
	}
	if err == nil {
		err = d.authenticate(ctx, q)
	}
	if err != nil {
		d.reject(ctx, q, err)
		q.note(ctx, "", err)
		return q.document([]result{d.refusal(q, err)})
	}
	return q.document(d.runTasks(ctx, q))
}

// rateRule is the real service's limit for each client address; a request over it is delayed for up to maxDelay
// (autodns-xml.md §22).
var rateRule = command.Rule{Name: "autodns.ip", Count: 3, Per: time.Second}

const maxDelay = 10 * time.Second

func (d *Dialect) admit(ctx context.Context, q *request) error {
	if until, blocked := d.run.Blocked(name, q.ip); blocked {
		e := errs.E(errs.Blocked, "too many unusable requests")
		e.RetryAfter = until.Sub(d.run.Clocks().Wall())
		return e
	}
	for left := maxDelay; ; {
		err := d.run.Spend(ctx, rateRule, q.ip.String())
		if !errs.Is(err, errs.RateLimited) {
			return err
		}
		wait := max(errs.As(err).RetryAfter, 10*time.Millisecond)
		if wait > left {
			return err
		}
		left -= wait
		select {
		case <-ctx.Done():
			return err
		case <-time.After(wait):
		}
	}
}

// read takes the document in.
func (q *request) read() error {
	data, err := io.ReadAll(io.LimitReader(q.http.Body, MaxBody+1))
	if err != nil {
		return bad(errs.Malformed, "request", "the document did not arrive whole", "")
	}
	root, err := parse(data)
	if err != nil {
		return err
	}
	q.open(root)
	return nil
}

// parse reads a document as leniently as the original: the declared charset counts and the Content-Type does not; a mark or
// blanks at the start, comments, processing instructions, stray text and unknown elements are ignored. A document type is
// refused (autodns-xml.md §1, §2, §21).
func parse(data []byte) (*xmlx.Node, error) {
	root, err := xmlx.Parse(data, xmlx.Options{
		Limits: xmlx.Limits{Bytes: MaxBody}, AllowLeadingBlank: true, AllowPI: true, LaxPrefix: true,
	})
	switch {
	case err != nil && len(data) > MaxBody:
		return nil, bad(errs.TooLarge, "request", "the document is larger than "+strconv.Itoa(MaxBody)+" bytes", "")
	case err != nil:
		return nil, bad(errs.Malformed, "request", err.Error(), "") // its text quotes nothing of the document
	case root.Name != "request":
		return nil, bad(errs.Malformed, "request", "the root element is not request", "")
	}
	return root, nil
}

// reject reports failed log-ins and requests that cannot be used.
func (d *Dialect) reject(ctx context.Context, q *request, err error) {
	if errs.Is(err, errs.Auth, errs.SessionExpired, errs.AddressRefused, errs.AccountLocked, errs.Malformed, errs.TooLarge) {
		d.run.Reject(ctx, command.Rejection{Dialect: name, IP: q.ip})
	}
}
