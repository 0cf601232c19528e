package sim_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/polyreg/polyreg/internal/registry/sim"
	"github.com/polyreg/polyreg/internal/registry/sim/repo"
	"github.com/polyreg/polyreg/internal/wire/epp"
)

// rgp is what an info says about the grace periods.
func (c *client) rgp(name string, want ...string) *epp.DomainInfoData {
	c.w.t.Helper()
	r := c.want(epp.CodeOK, infoDomain(name))
	if got := r.Ext.RGPInfo.Names(); !cmp.Equal(got, want) {
		c.w.t.Errorf("%s: rgp %v, want %v", name, got, want)
	}
	return r.Data.DomainInfo
}

func (w *world) tick() {
	w.t.Helper()
	if _, err := w.srv.Tick(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
}

func report() *epp.RestoreReportData {
	return &epp.RestoreReportData{PreData: epp.Mixed{Text: "before"}, PostData: epp.Mixed{Text: "after"}, DelTime: t0, ResTime: t0,
		ResReason: epp.ReportText{Text: "by mistake"}, Statements: []epp.ReportText{{Text: "one"}, {Text: "two"}}}
}

func TestGracePeriods(t *testing.T) {
	t.Parallel()
	w := start(t, nil)
	c := w.loginWith("reg-a")
	c.want(epp.CodeOK, makeDomain("new.com"))
	c.rgp("new.com", "addPeriod")
	c.want(epp.CodeOK, &epp.Command{RenewDomain: &epp.DomainRenew{Name: "new.com", CurExpDate: t0.AddDate(1, 0, 0)}})
	c.rgp("new.com", "addPeriod", "renewPeriod")
	if r := w.login("reg-a").want(epp.CodeOK, infoDomain("new.com")); r.Ext.RGPInfo != nil || len(r.Results[0].ExtValues) > 0 {
		t.Error("RGP is shown to a session that did not announce it")
	}
	w.clocks.Advance(5 * day)
	c.rgp("new.com")
	w.clocks.Advance(2 * 366 * day) // past the expiry, within 45 days of it
	w.tick()
	if d := c.rgp("new.com", "autoRenewPeriod"); !d.ExDate.Equal(t0.AddDate(3, 0, 0)) {
		t.Errorf("renewed by time to %v", d.ExDate)
	}
	w.clocks.Advance(45 * day)
	c.rgp("new.com")

	c.want(epp.CodeOK, makeDomain("oops.com"))
	c.want(epp.CodeOK, &epp.Command{DeleteDomain: &epp.DomainDelete{Name: "oops.com"}})
	c.want(epp.CodeNotExist, infoDomain("oops.com"))
	c.want(epp.CodeOK, makeDomain("oops.com"))
}

func TestRedemption(t *testing.T) {
	t.Parallel()
	var events []string
	w := start(t, func(cfg *sim.Config) {
		cfg.Observe = func(e sim.Event) { events = append(events, fmt.Sprint(int(e.At.Sub(t0)/day), " ", e.Kind)) }
	})
	c := w.loginWith("reg-b")
	status := func(want ...string) {
		t.Helper()
		if d := w.info(c, "seed.com"); !cmp.Equal(d.Statuses, epp.DomainStatuses(want...)) {
			t.Errorf("statuses: %v, want %v", d.Statuses, want)
		}
	}
	del := &epp.Command{DeleteDomain: &epp.DomainDelete{Name: "seed.com"}, ClTRID: "delete-1"}
	c.want(epp.CodeStatusProhibits, epp.RestoreDomain("seed.com"))
	c.want(epp.CodePending, del)
	c.rgp("seed.com", "redemptionPeriod")
	status("pendingDelete")
	c.want(epp.CodeStatusProhibits, &epp.Command{CreateHost: &epp.HostCreate{Name: "ns.seed.com"}})
	c.want(epp.CodeStatusProhibits, epp.ReportRestore("seed.com", report()))
	if r := c.want(epp.CodeOK, epp.RestoreDomain("seed.com")); !cmp.Equal(r.Ext.RGPUpdate.Names(), []string{"pendingRestore"}) {
		t.Errorf("restore: %+v", r.Ext)
	}
	c.rgp("seed.com", "pendingRestore")
	c.want(epp.CodeStatusProhibits, epp.RestoreDomain("seed.com"))
	w.clocks.Advance(7 * day) // no report: back
	c.rgp("seed.com", "redemptionPeriod")
	c.want(epp.CodeOK, epp.RestoreDomain("seed.com"))
	bad := report()
	bad.Statements = bad.Statements[:1]
	c.want(epp.CodeMissingParameter, epp.ReportRestore("seed.com", bad))
	c.want(epp.CodeOK, epp.ReportRestore("seed.com", report()))
	c.rgp("seed.com")
	status("ok")
	if p := c.message().Data.DomainPending; p.Name.Result || p.PaTRID.ClTRID != "delete-1" {
		t.Errorf("message about the restore: %+v", p)
	}
	c.want(epp.CodePending, del)
	w.clocks.Advance(30 * day)
	w.tick()
	c.rgp("seed.com", "pendingDelete")
	c.want(epp.CodeStatusProhibits, epp.RestoreDomain("seed.com"))
	w.clocks.Advance(5 * day)
	if p := c.message().Data.DomainPending; !p.Name.Result || p.Name.Name != "seed.com" || !p.PaDate.Equal(t0.Add(42*day)) {
		t.Errorf("message about the purge: %+v", p)
	}
	c.want(epp.CodeNotExist, infoDomain("seed.com"))
	if diff := cmp.Diff([]string{"7 restoreLapsed", "37 pendingDelete", "42 purge"}, events); diff != "" {
		t.Error(diff)
	}
}

// A name that time sets free can be had at once, whoever asks first.
func TestFreedName(t *testing.T) {
	t.Parallel()
	w := start(t, nil)
	a, b := w.login("reg-a"), w.login("reg-b")
	b.want(epp.CodePending, &epp.Command{DeleteDomain: &epp.DomainDelete{Name: "seed.com"}})
	check := &epp.Command{CheckDomain: &epp.DomainCheck{Names: []string{"seed.com"}}}
	if r := a.want(epp.CodeOK, check); r.Data.DomainCheck.Items[0].Name.Avail {
		t.Error("available in redemption")
	}
	w.clocks.Advance(35 * day)
	a.want(epp.CodeOK, makeDomain("seed.com"))
	b.want(epp.CodeAuthorization, &epp.Command{DeleteDomain: &epp.DomainDelete{Name: "seed.com"}})
	a.want(epp.CodeOK, &epp.Command{DeleteDomain: &epp.DomainDelete{Name: "seed.com"}})
	if r := b.want(epp.CodeOK, check); !r.Data.DomainCheck.Items[0].Name.Avail {
		t.Error("not available")
	}
}

func TestDeletedAtExpiry(t *testing.T) {
	t.Parallel()
	w := start(t, func(cfg *sim.Config) {
		cfg.TLDs["com"] = sim.TLD{NoAutoRenew: true}
		cfg.TLDs["org"] = sim.TLD{NoAutoRenew: true, NoRGP: true}
	})
	c := w.loginWith("reg-a")
	for _, name := range []string{"end.com", "end.org"} {
		c.want(epp.CodeOK, makeDomain(name))
		c.want(epp.CodeOK, &epp.Command{CreateHost: &epp.HostCreate{Name: "ns." + name}})
	}
	w.clocks.Advance(365 * day)
	c.want(epp.CodeNotExist, infoDomain("end.org"))
	c.rgp("end.com", "redemptionPeriod")
	for _, op := range []string{"", "autoDelete"} { // the first is about end.org, which is gone
		if m := c.message(); (op == "") != (m.Ext.ChangePoll == nil) {
			t.Errorf("message: %+v", m)
		}
	}
	c.want(epp.CodeOK, epp.RestoreDomain("end.com"))
	c.want(epp.CodeOK, epp.ReportRestore("end.com", report()))
	if d := c.rgp("end.com"); !d.ExDate.Equal(t0.AddDate(2, 0, 0)) {
		t.Errorf("restored: %+v", d)
	}
	w.clocks.Advance(365 * day)
	c.rgp("end.com") // 2028 has a day more
	w.clocks.Advance(day)
	c.rgp("end.com", "redemptionPeriod")
	c.want(epp.CodeNotExist, &epp.Command{InfoHost: &epp.HostInfo{Name: "ns.end.org"}})
	w.clocks.Advance(35 * day)
	w.tick()
	c.want(epp.CodeNotExist, &epp.Command{InfoHost: &epp.HostInfo{Name: "ns.end.com"}})
}

// Advancing by years does what fell due in order of time, over all objects and batches.
func TestTickInOrder(t *testing.T) {
	t.Parallel()
	var events []sim.Event
	w := start(t, func(cfg *sim.Config) { cfg.Observe = func(e sim.Event) { events = append(events, e) } })
	seed := sim.Seed{}
	for i := range 500 {
		seed.Domains = append(seed.Domains, repo.Domain{Namespace: repo.Live, Name: fmt.Sprintf("d%d.com", i), Sponsor: "reg-a",
			Created: t0, Expires: t0.Add(time.Duration((i*37)%500) * day)})
	}
	if err := w.srv.Seed(t.Context(), seed); err != nil {
		t.Fatal(err)
	}
	w.clocks.Advance(2*365*day + 12*time.Hour)
	next, ok, err := w.srv.Next(t.Context())
	if err != nil || !ok || !next.Equal(t0) {
		t.Errorf("next: %v %v %v", next, ok, err)
	}
	n, err := w.srv.Tick(t.Context())
	if err != nil || n != len(events) || n != 500+365+1 { // every domain once, those of the first year again, and seed.com
		t.Errorf("%d events, %d observed: %v", n, len(events), err)
	}
	for i := 1; i < len(events); i++ {
		if events[i].At.Before(events[i-1].At) {
			t.Fatalf("event %d: %v after %v", i, events[i].At, events[i-1].At)
		}
	}
	if n, err := w.srv.Tick(t.Context()); n != 0 || err != nil {
		t.Errorf("again: %d %v", n, err)
	}
}

// BenchmarkTick lets a year pass over domains that it renews.
func BenchmarkTick(b *testing.B) {
	w := start(b, nil)
	seed := sim.Seed{}
	for i := range 10000 {
		seed.Domains = append(seed.Domains, repo.Domain{Namespace: repo.Live, Name: fmt.Sprintf("d%d.com", i), Sponsor: "reg-a",
			Created: t0, Expires: t0.Add(time.Duration(i) * time.Hour / 2)})
	}
	if err := w.srv.Seed(b.Context(), seed); err != nil {
		b.Fatal(err)
	}
	events := 0
	b.ResetTimer()
	for b.Loop() {
		w.clocks.Advance(366 * day)
		n, err := w.srv.Tick(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		events += n
	}
	b.ReportMetric(float64(events)/b.Elapsed().Seconds(), "events/s")
}

func TestServerStatuses(t *testing.T) {
	t.Parallel()
	w := start(t, nil)
	b, plain := w.loginWith("reg-b"), w.loginWith("reg-b", epp.NSUnhandled)
	if err := w.srv.SetStatuses(t.Context(), "live", "seed.com", sim.StatusChange{Add: []string{"serverHold", "serverDeleteProhibited"},
		Reason: "court order"}); err != nil {
		t.Fatal(err)
	}
	b.want(epp.CodeStatusProhibits, &epp.Command{DeleteDomain: &epp.DomainDelete{Name: "seed.com"}})
	poll := &epp.Command{Poll: &epp.Poll{Op: "req"}}
	r := plain.want(epp.CodeAckToDequeue, poll)
	if got := r.Unhandled(); r.Ext.ChangePoll != nil || !cmp.Equal(got, []string{epp.NSChangePoll}) {
		t.Errorf("unhandled: %v", got)
	}
	r = b.want(epp.CodeAckToDequeue, poll)
	if c := r.Ext.ChangePoll; c == nil || c.Operation.Name != "update" || c.Reason.Text != "court order" ||
		!cmp.Equal(r.Data.DomainInfo.Statuses, epp.DomainStatuses("serverDeleteProhibited", "serverHold")) {
		t.Errorf("change poll: %+v", r)
	}
	if err := w.srv.SetStatuses(t.Context(), "live", "seed.com", sim.StatusChange{Add: []string{"clientHold"}}); err == nil {
		t.Error("a client's status is taken")
	}
	if err := w.srv.SetStatuses(t.Context(), "live", "missing.com", sim.StatusChange{Add: []string{"serverHold"}}); sim.CodeOf(err) != epp.CodeNotExist {
		t.Errorf("missing: %v", err)
	}
}
