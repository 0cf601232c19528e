package dmapi

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/app/core"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/registry/sim/repo"
)

// idle keeps the due list from being worked off but by the test itself.
func idle(o *core.Options) { o.Timing.Due = time.Hour }

// life is a world whose time is moved, and a client in it.
type life struct {
	*client
	w *dialecttest.World
}

func newLife(t *testing.T) life {
	t.Helper()
	w := dialecttest.New(t, idle)
	return life{newClient(t, w), w}
}

// advance moves the clock by days; the session does not outlive that.
func (l life) advance(days float64) {
	l.t.Helper()
	if _, err := l.w.Core.Lifecycle.Advance(l.t.Context(), l.w.Clocks.Registrar().Add(time.Duration(days*24*float64(time.Hour))), nil); err != nil {
		l.t.Fatal(err)
	}
	l.login("api-key", dialecttest.DMAPIKey)
}

// sees wants what the dialect shows of a domain: its status in query-whois ("" for unknown), its list row's last column, and
// the answer of domain-check.
func (l life) sees(step, domain, whois, list, check string) {
	l.t.Helper()
	got := l.ask("query-whois", "domain", domain).facts()["domain.status"]
	row := strings.Fields(l.ok("query-domain-list", "pattern", domain, "showstatus", "1").body)
	listed := ""
	if len(row) == 3 {
		listed = row[2]
	}
	free := l.ok("domain-check", "domain", domain).facts()["domain-status"]
	if got != whois || listed != list || free != check {
		l.t.Errorf("%s: whois %q, list %q, check %q; want %q, %q, %q", step, got, listed, free, whois, list, check)
	}
}

// rows are request types and states of result-list for a name, newest first.
func (l life) rows(domain string) string {
	l.t.Helper()
	var out []string
	for _, row := range strings.Split(l.ok("result-list", "objid", domain, "period", "2000").body, "\n") {
		if f := strings.Fields(row); len(f) == 7 {
			out = append(out, f[3]+" "+f[5])
		}
	}
	return strings.Join(out, ", ")
}

// TestLifeOfADomain lets a domain run out: expired, suspended, deleted, redeemed, and once more until it is free.
func TestLifeOfADomain(t *testing.T) {
	t.Parallel()
	l := newLife(t)
	l.ok("domain-register", registration("life.com", "CCOM-1001", "autorenew", "0")...)
	l.sees("new", "life.com", "production", "production", "unavailable")
	l.advance(364)
	l.sees("before the expiry", "life.com", "production", "production", "unavailable")
	l.advance(2)
	l.sees("expired", "life.com", "production,expired", "production", "unavailable")
	l.want(l.ask("domain-redeem", "domain", "life.com"), "2304", "not in its redemption period")
	l.advance(8)
	l.sees("suspended", "life.com", "production,expired,hold", "production", "unavailable")
	l.advance(22)
	l.sees("deleted", "life.com", "redemption", "", "unavailable")
	l.want(l.ask("domain-renew", "domain", "life.com", "period", "12"), "2105", "")
	if got, want := l.rows("life.com"), "domain-delete ack, domain-register ack"; got != want {
		t.Errorf("results %q, want %q", got, want)
	}
	before := l.ok("query-profile").facts()["balance"]
	a := l.ok("domain-redeem", "domain", "life.com")
	if before != "990.00" || a.headers["Account-Balance"] != "899.00" { // the fee and a year
		t.Errorf("%s before, %s after", before, a.headers["Account-Balance"])
	}
	if got := l.ok("result-retrieve", "Proc-ID", a.headers["Proc-ID"]).body; !strings.HasSuffix(got, "\nexpires:2028-11-22") {
		t.Errorf("result:\n%s", got)
	}
	l.advance(0.1)
	l.sees("redeemed", "life.com", "production", "production", "unavailable")
	l.advance(366)
	l.sees("deleted again", "life.com", "redemption", "", "unavailable")
	l.advance(30)
	l.sees("redemption over", "life.com", "pending-delete", "", "unavailable")
	l.want(l.ask("domain-redeem", "domain", "life.com"), "2304", "")
	l.advance(5)
	l.sees("free", "life.com", "", "", "available")
	l.want(l.ask("query-whois", "domain", "life.com"), "2303", "")
}

// TestRenewedByTime: what time orders is in result-list too, with its text.
func TestRenewedByTime(t *testing.T) {
	t.Parallel()
	l := newLife(t)
	l.ok("domain-register", registration("auto.com", "CCOM-1001", "autorenew", "1")...)
	l.advance(360)
	row := strings.Fields(l.ok("result-list", "objid", "auto.com", "rtype", "domain-renew").body)
	if len(row) != 7 || row[1] != "-" || row[5] != "ack" || row[6] != "-" {
		t.Fatalf("row %q", row)
	}
	if got := l.ok("result-retrieve", "Proc-ID", row[2]); got.facts()["Request-Type"] != "domain-renew" || !strings.HasSuffix(got.body, "\nexpires:2028-11-22") {
		t.Errorf("result:\n%s", got.body)
	}
	l.ok("result-delete", "Proc-ID", row[2])
	if got := l.rows("auto.com"); got != "domain-register ack" {
		t.Errorf("results %q", got)
	}
}

// TestTransferByTime brings a domain here after five days, locked and renewing itself.
func TestTransferByTime(t *testing.T) {
	t.Parallel()
	l := newLife(t)
	n := l.ok("domain-transfer-in-reseller", "domain", "incoming.com", "transfer-auth-id", "in-AuthInfo-1", "owner-c", "CCOM-1001", "status", "lock",
		"ns-list", "a.example.net:b.example.net", "owner-email", "new@example.net").headers["Proc-ID"]
	l.advance(4)
	l.sees("waiting", "incoming.com", "", "", "unavailable")
	l.advance(2)
	l.sees("arrived", "incoming.com", "lock,autorenew", "lock,autorenew", "unavailable")
	if got := l.ok("result-retrieve", "Proc-ID", n); got.facts()["Completion-Status"] != "ack" || !strings.Contains(got.body, "\nexpires:2029-08-13") {
		t.Errorf("result:\n%s", got.body)
	}
	f := l.ok("query-whois", "domain", "incoming.com").facts()
	if f["domain.email"] != "new@example.net" || f["domain.admin-c"] != "CCOM-1001" || f["domain.nservers.nserver.handle"] != "a.example.net,b.example.net" {
		t.Errorf("%v", f)
	}
	if got := l.ok("domain-transfer-control", "action", "show", "domain", "incoming.com").facts()["state"]; got != transferDone {
		t.Errorf("state %s", got)
	}
	l.want(l.ask("domain-transfer-control", "action", "resend-foa", "domain", "incoming.com"), "2301", "")
	if got := l.ok("query-profile").facts()["balance"]; got != "991.00" {
		t.Errorf("balance %s", got)
	}
}

// TestTransferRejected: the losing registrar says no.
func TestTransferRejected(t *testing.T) {
	t.Parallel()
	l := newLife(t)
	n := l.ok("domain-transfer-in", "domain", "incoming.com", "transfer-auth-id", "in-AuthInfo-1", "billing-c", "CCOM-1001").headers["Proc-ID"]
	if err := l.w.Sim.Reject(t.Context(), repo.Live, "incoming.com"); err != nil {
		t.Fatal(err)
	}
	l.advance(0.1)
	if got := l.ok("result-retrieve", "Proc-ID", n); got.facts()["Completion-Status"] != "nack" || !strings.Contains(got.body, "The losing registrar rejected the transfer") {
		t.Errorf("result:\n%s", got.body)
	}
	if got := l.ok("domain-transfer-control", "action", "show", "domain", "incoming.com").facts()["state"]; got != transferNack {
		t.Errorf("state %s", got)
	}
}

// TestTransferAway: another registrar asks for a domain, and gets it.
func TestTransferAway(t *testing.T) {
	t.Parallel()
	l := newLife(t)
	if err := l.w.Sim.TakeByTransfer(t.Context(), repo.Live, "example.com", core.OtherRegistrar); err != nil {
		t.Fatal(err)
	}
	l.advance(0.1)
	l.sees("asked for", "example.com", "production,autorenew,pending-transfer", "production,autorenew", "unavailable")
	l.want(l.ask("domain-delete", "domain", "example.com", "force", "1"), "2304", "")
	l.advance(6)
	l.sees("gone", "example.com", "", "", "unavailable")
	l.want(l.ask("query-whois", "domain", "example.com"), "2303", "")
}

var keyOfMail = regexp.MustCompile(`/verify/(\w+)`)

// TestUnverifiedOwner: nobody answers in time and the domain is suspended; then the key of the mail comes.
func TestUnverifiedOwner(t *testing.T) {
	t.Parallel()
	l := newLife(t)
	h := l.contact("com")
	l.ok("domain-register", registration("verify.com", h)...)
	l.advance(16)
	l.sees("suspended", "verify.com", "production,hold", "production", "unavailable")
	status := func() string { return l.ok("wa-email-query-status", "email", "jane@example.net").body }
	if status() != emailInvalid {
		t.Errorf("status %s", status())
	}
	if a := l.ok("wa-email-validate", "email", "jane@example.net"); a.body != bodyAck {
		t.Errorf("body %q", a.body)
	}
	mails := l.mails("jane@example.net")
	if len(mails) != 2 || keyOfMail.FindStringSubmatch(mails[0]) == nil {
		t.Fatalf("mails %q", mails)
	}
	keys := []string{keyOfMail.FindStringSubmatch(mails[0])[1], keyOfMail.FindStringSubmatch(mails[1])[1]}
	codes := map[string]int{}
	for _, k := range keys { // the later mail has made the first one's key void
		codes[l.ask("wa-email-verify", "key", k, "answer", "Yes").code()]++
	}
	if fmt.Sprint(codes) != "map[0:1 2303:1]" {
		t.Errorf("codes %v", codes)
	}
	l.advance(0.1)
	l.sees("back", "verify.com", "production", "production", "unavailable")
	if status() != emailVerified || l.ok("wa-email-list").body != "" {
		t.Errorf("status %s, list %q", status(), l.ok("wa-email-list").body)
	}
	l.want(l.ask("wa-email-validate", "email", "jane@example.net"), "2304", "")
}

// mails are the bodies of what was sent to an address.
func (l life) mails(to string) []string {
	l.t.Helper()
	ms, err := l.w.Runner.Mails(l.t.Context(), command.MailQuery{To: to})
	if err != nil {
		l.t.Fatal(err)
	}
	var out []string
	for _, m := range ms {
		out = append(out, m.Body)
	}
	return out
}
