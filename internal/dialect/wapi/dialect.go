// Package wapi is the WEDOS WAPI door: one command per POST in the form field "request", in JSON or XML, signed with a hash that
// holds for an hour (wapi.md). It translates between that wire form and the registrar core and decides nothing itself.
//
// One file per command, listed in commands.go. What is not listed there answers 2010; docs/divergences/wapi.md names it.
package wapi

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dialect"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/obs"
)

// name is the dialect's word for itself in credentials, handles, notices and limits.
const name = "wapi"

// hourTolerance is how far into the neighbouring hour a hash is still taken (wapi.md §3; 0 is strict).
const hourTolerance = 90 * time.Second

// Dialect serves WAPI. It is safe for concurrent use.
type Dialect struct {
	runner    *command.Runner
	log       *slog.Logger
	stamps    stamper
	tolerance time.Duration
}

var _ dialect.Dialect = (*Dialect)(nil)

// New makes the dialect.
func New(deps dialect.Deps) *Dialect {
	log := deps.Log
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Dialect{runner: deps.Runner, log: log, stamps: stamper{worker: firstWorker()}, tolerance: hourTolerance}
}

// Name is "wapi".
func (d *Dialect) Name() string { return name }

// Hosts are the vendor's host names; their paths are /wapi/json and /wapi/xml, which the dialect knows as they are.
func (d *Dialect) Hosts() []string { return []string{"api.wedos.com"} }

// Claims reports whether the path is one of the vendor's.
func (d *Dialect) Claims(r *http.Request, _ []byte) bool {
	_, ok := formatOf(r.URL.Path)
	return ok && strings.HasPrefix(r.URL.Path, "/wapi/")
}

// Mask hides the hash and authorisation codes in requests and answers, whatever form carries them.
func (d *Dialect) Mask(octets []byte) []byte { return obs.MaskPairs(octets) }

// formatOf finds the format in a path behind the prefix: /json, /xml, and the vendor's own /wapi/json, /wapi/xml, each with one
// trailing slash or none (wapi.md §1.1).
func formatOf(path string) (format, bool) {
	path = strings.TrimSuffix(path, "/")
	path = strings.TrimPrefix(path, "/wapi")
	switch path {
	case "/json":
		return formatJSON, true
	case "/xml":
		return formatXML, true
	}
	return formatJSON, false
}

// ServeHTTP answers every request of a known path with status 200 (wapi.md §1.3).
func (d *Dialect) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f, known := formatOf(r.URL.Path)
	if !known {
		http.Error(w, "no such address", http.StatusNotFound)
		return
	}
	wall := d.runner.Clocks().Wall()
	rep := reply{stamp: d.stamps.next(wall)}
	d.answer(r.Context(), r, f, &rep)
	body := rep.encode(f)
	h := w.Header()
	h.Set("Content-Type", f.contentType())
	h.Set("Content-Length", strconv.Itoa(len(body)))
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cache-Control", "max-age=0")
	h.Set("Vary", "Accept-Encoding")
	date := wall.UTC().Format(http.TimeFormat)
	h.Set("Date", date)
	h.Set("Expires", date)
	_, _ = w.Write(body) // the client has gone: nobody is left to be told
}

// answer fills the reply, counts a refusal, and notes the request for journal and metrics.
func (d *Dialect) answer(ctx context.Context, r *http.Request, f format, rep *reply) {
	ip := clientIP(r)
	err := d.handle(ctx, r, f, ip, rep)
	d.fill(ctx, rep, ip, err)
	if countsAsInvalid(rep.canonical, rep.code) {
		d.runner.Reject(ctx, command.Rejection{Dialect: name, IP: ip, Block: blockRule})
	}
	t := dialect.TraceOf(ctx)
	t.Command, t.RequestID, t.Err = rep.canonical, rep.stamp.svTRID, rep.code.kind(err)
}

// handle runs one request in the order of checks of wapi.md §2.8; nil is success.
func (d *Dialect) handle(ctx context.Context, r *http.Request, f format, ip netip.Addr, rep *reply) error {
	docs, bad := documents(r)
	if bad == tooLarge {
		return bad
	}
	if _, isBlocked := d.runner.Blocked(name, ip); isBlocked {
		return blocked
	}
	if bad != 0 {
		return bad
	}
	req, bad := parseDocuments(f, docs)
	if bad != 0 {
		return bad
	}
	rep.clTRID, rep.command, rep.test = req.clTRID, req.command, req.echoTest()
	if bad := req.check(); bad != 0 {
		return bad
	}
	caller, err := d.authenticate(ctx, req, ip)
	if err != nil {
		return err
	}
	dialect.TraceOf(ctx).Account = caller.Account.Name
	if err := d.runner.Spend(ctx, hourRule, accountKey(caller)); err != nil {
		return limitReached(err, tooManyCalls)
	}
	return d.dispatch(ctx, r, req, caller, rep)
}

// dispatch runs the command of an authenticated request.
func (d *Dialect) dispatch(ctx context.Context, r *http.Request, req *request, caller command.Caller, rep *reply) error {
	spec, canonical := findCommand(req.command)
	if spec == nil {
		return unknownCommand
	}
	rep.canonical = canonical
	if req.badText {
		return badEncoding
	}
	test, sound := req.isTest()
	if !sound || !req.soundParams(spec.scalars) {
		return paramMismatch
	}
	caller = caller.For(canonical, rep.stamp.svTRID, req.clientID())
	caller.IdempotencyKey, caller.DryRun = r.Header.Get("Idempotency-Key"), test
	data, err := spec.run(ctx, &call{d: d, caller: caller, params: req.data, test: test})
	if err == nil && !(test && spec.read) {
		rep.data = data
	}
	return err
}

// fill sets the code of the outcome.
func (d *Dialect) fill(ctx context.Context, rep *reply, ip netip.Addr, err error) {
	rep.code = ok
	if err == nil {
		return
	}
	var c code
	if !errors.As(err, &c) {
		c = codeFor(rep.canonical, errs.As(err))
		if errs.KindOf(err) == errs.Internal {
			d.log.ErrorContext(ctx, "request failed", "dialect", name, "command", rep.canonical, "svTRID", rep.stamp.svTRID, "err", err)
		}
	}
	rep.code, rep.data = c, nil
	if c == badAddress {
		rep.address = ip.String()
	}
}

func clientIP(r *http.Request) netip.Addr {
	if ap, err := netip.ParseAddrPort(r.RemoteAddr); err == nil {
		return ap.Addr().Unmap()
	}
	a, _ := netip.ParseAddr(r.RemoteAddr)
	return a.Unmap()
}
