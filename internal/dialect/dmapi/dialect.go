// Package dmapi is the DMAPI door: form variables in, a block of "Header: value" lines and a text body out, sessions named by
// Auth-Sid. It belongs here what is DMAPI's own: names of requests and parameters, codes and texts, the bytes of a reply. It
// decides nothing; every rule on names, money and orders is in package command.
//
// Source of the wire form: dmapi.md; section numbers in comments refer to it.
package dmapi

import (
	"context"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dialect"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/order"
)

// name is the dialect's name, and that of its credentials, sessions, handles and notice channel.
const name = "dmapi"

// The vendor's host names (§1, §15).
const (
	hostLive = "dmapi.joker.com"
	hostTest = "dmapi.ote.joker.com"
	hostSVC  = "svc.joker.com"
)

// Dialect is the DMAPI door. It is safe for concurrent use.
type Dialect struct {
	deps dialect.Deps
	ops  map[string]operation
}

// operation is one request name. A nil run is a request that the interface knows and this server does not offer.
type operation struct {
	run func(context.Context, *request) (*reply, error)
	// open requests need no session.
	open bool
}

// New makes the door.
func New(deps dialect.Deps) *Dialect {
	d := &Dialect{deps: deps, ops: map[string]operation{}}
	for _, n := range unsupported {
		d.ops[n] = operation{}
	}
	for n, op := range map[string]operation{
		"login":   {run: login, open: true},
		"logout":  {run: logout},
		"version": {run: version, open: true},

		"query-request-list": {run: requestList},
		"query-tld-list":     {run: tldList},
		"query-profile":      {run: profile},
		"result-list":        {run: resultList},
		"result-retrieve":    {run: resultRetrieve},
		"result-delete":      {run: resultDelete},

		"query-domain-list":   {run: domainList},
		"query-whois":         {run: whois},
		"query-object":        {run: whois},
		"domain-check":        {run: domainCheck},
		"domain-register":     {run: domainRegister},
		"domain-renew":        {run: domainRenew},
		"domain-modify":       {run: domainModify},
		"domain-lock":         {run: domainLock},
		"domain-unlock":       {run: domainUnlock},
		"domain-set-property": {run: domainSetProperty},
		"domain-get-property": {run: domainGetProperty},
		"domain-delete":       {run: domainDelete},
		"domain-redeem":       {run: domainRedeem},
		"domain-owner-change": {run: domainOwnerChange},

		"domain-transfer-in-reseller": {run: domainTransferIn},
		"domain-transfer-in":          {run: domainTransferIn},
		"domain-transfer-get-auth-id": {run: domainTransferGetAuthID},
		"domain-transfer-control":     {run: domainTransferControl},

		"contact-create":     {run: contactCreate},
		"contact/create":     {run: contactCreateNow},
		"contact-modify":     {run: contactModify},
		"contact-delete":     {run: contactDelete},
		"query-contact-list": {run: contactList},
		"query-price-list":   {run: priceList},
		"inquire-tld":        {run: inquireTLD},

		"query-ns-list": {run: nsList}, "query-host-list": {run: nsList},
		"ns-create": {run: nsCreate}, "host-create": {run: nsCreate},
		"ns-modify": {run: nsModify}, "host-modify": {run: nsModify},
		"ns-delete": {run: nsDelete}, "host-delete": {run: nsDelete},

		"dns-zone-list": {run: zoneList},
		"dns-zone-get":  {run: zoneGet},
		"dns-zone-put":  {run: zonePut},

		"wa-email-list":         {run: emailList},
		"wa-email-validate":     {run: emailValidate},
		"wa-email-verify":       {run: emailVerify},
		"wa-email-query-status": {run: emailStatus},
	} {
		d.ops[n] = op
	}
	return d
}

// unsupported are the requests of §7.0 that this server knows by name and refuses with 2101.
var unsupported = []string{
	"user-get-property", "user-set-property", "domain-privacy-order",
	"grants-list", "grants-invite", "grants-revoke",
	"wa-email-details", "query-promo-list",
}

// v2Only are names that exist below /v2/ alone (§11).
var v2Only = map[string]bool{"contact/create": true}

// Name implements dialect.Dialect.
func (d *Dialect) Name() string { return name }

// Hosts implements dialect.Dialect.
func (d *Dialect) Hosts() []string { return []string{hostLive, hostTest, hostSVC} }

// Commands are the request names that this server knows, for metrics.
func (d *Dialect) Commands() []string {
	out := make([]string, 0, len(d.ops))
	for n := range d.ops {
		out = append(out, n)
	}
	for path := range nicPaths {
		out = append(out, nicCommand(path))
	}
	slices.Sort(out)
	return out
}

// Claims implements dialect.Dialect: DMAPI has paths of its own.
func (d *Dialect) Claims(r *http.Request, _ []byte) bool {
	p := r.URL.Path
	return strings.HasPrefix(p, "/request/") || strings.HasPrefix(p, "/v2/") || strings.HasPrefix(p, "/nic/") || p == "/whois" || p == "/whois/"
}

// request is one request on its way through the door.
type request struct {
	d        *Dialect
	http     *http.Request
	name     string // of the request, in small letters
	v2       bool   // asked for below /v2/: lists are separated by tabs
	form     form
	tracking string // Tracking-Id
	caller   command.Caller
	sid      string // session that the reply's cookie names, "" for none
}

// ServeHTTP implements http.Handler.
func (d *Dialect) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, "/nic/") {
		serveNIC(d, w, r)
		return
	}
	rq := &request{d: d, http: r, tracking: trackingID(d.wall())}
	trace := dialect.TraceOf(r.Context())
	rp, err := rq.serve(r.Context())
	if err != nil {
		rp = rq.refusal(err)
	}
	trace.Account, trace.Err, trace.RequestID = rq.caller.Account.Name, err, rq.tracking
	if _, known := d.ops[rq.name]; known {
		trace.Command = rq.name
	}
	rp.tracking = rq.tracking
	rq.showBalance(r.Context(), rp)
	rq.write(w, rp)
}

// serve finds the operation, authenticates and runs it.
func (rq *request) serve(ctx context.Context) (*reply, error) {
	if err := rq.route(); err != nil {
		return nil, err
	}
	if err := rq.readForm(); err != nil {
		rq.d.deps.Runner.Reject(ctx, command.Rejection{Dialect: name, IP: rq.ip()})
		return nil, err
	}
	op, known := rq.d.ops[rq.name]
	if !known || v2Only[rq.name] && !rq.v2 {
		return nil, errs.E(errs.UnknownCommand, "Unknown request: %s", clip(rq.name))
	}
	if op.run == nil {
		return nil, errs.E(errs.Unsupported, "Request %s is not offered by this server", rq.name)
	}
	if !op.open {
		if err := rq.authenticate(ctx); err != nil {
			return nil, err
		}
		if need := changing[rq.name]; need != "" && !rq.caller.Access.Allows(need) { // before any parameter is judged
			return nil, errs.E(errs.Forbidden, "this credential may not do that")
		}
	}
	if err := rq.fillCaller(); err != nil {
		return nil, err
	}
	return op.run(ctx, rq)
}

// route takes the request's name from the path. A trailing slash is accepted (§2).
func (rq *request) route() error {
	if len(rq.http.RequestURI) > maxURL {
		return tooLarge(http.StatusRequestURITooLong, "URL", maxURL)
	}
	p := strings.TrimSuffix(rq.http.URL.Path, "/")
	switch {
	case strings.HasPrefix(p, "/request/"):
		rq.name = strings.ToLower(p[len("/request/"):])
	case strings.HasPrefix(p, "/v2/"):
		rq.name, rq.v2 = strings.ToLower(p[len("/v2/"):]), true
	case p == "/whois":
		return errs.E(errs.Unsupported, "Request whois is not offered by this server")
	default:
		return httpError{http.StatusNotFound, errs.E(errs.UnknownCommand, "Unknown path: %s", clip(p))}
	}
	if m := rq.http.Method; m != http.MethodGet && m != http.MethodPost {
		return httpError{http.StatusMethodNotAllowed, errs.E(errs.Malformed, "Method %s is not offered, use GET or POST", clip(m))}
	}
	return nil
}

// fillCaller adds what belongs to the single request.
func (rq *request) fillCaller() error {
	clTRID := rq.form.get("cltrid")
	if strings.ContainsFunc(clTRID, func(r rune) bool { return r <= ' ' || r == 0x7f }) || len(clTRID) > maxClTRID {
		return param("cltrid", "text without blanks of at most 255 characters")
	}
	rq.caller = rq.caller.For(rq.name, rq.tracking, clTRID)
	rq.caller.Dialect, rq.caller.Channel, rq.caller.IP = name, name, rq.ip()
	rq.caller.IdempotencyKey = rq.http.Header.Get("Idempotency-Key")
	rq.caller.Notice = order.NoticeNever // the result list shows every outcome
	return nil
}

const maxClTRID = 255

// ip is the client's address.
func (rq *request) ip() netip.Addr {
	if ap, err := netip.ParseAddrPort(rq.http.RemoteAddr); err == nil {
		return ap.Addr().Unmap()
	}
	addr, _ := netip.ParseAddr(rq.http.RemoteAddr) // the zero address is in no list
	return addr.Unmap()
}

// environment limits log-ins by host name: the test host takes test accounts only (§15).
func (rq *request) environment() account.Environment {
	host, _, _ := strings.Cut(strings.ToLower(rq.http.Host), ":")
	if strings.TrimSuffix(host, ".") == hostTest {
		return account.Test
	}
	return ""
}

// wall is the time that envelopes carry.
func (d *Dialect) wall() time.Time {
	if d.deps.Runner == nil {
		return time.Time{}
	}
	return d.deps.Runner.Clocks().Wall()
}

func clip(s string) string {
	if r := []rune(s); len(r) > 80 {
		return string(r[:80]) + "…"
	}
	return s
}
