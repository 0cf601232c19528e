package sim_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/polyreg/polyreg/internal/registry/sim"
	"github.com/polyreg/polyreg/internal/wire/epp"
)

const day = 24 * time.Hour

// message takes the oldest message off a registrar's queue.
func (c *client) message() *epp.Response {
	c.w.t.Helper()
	r := c.want(epp.CodeAckToDequeue, &epp.Command{Poll: &epp.Poll{Op: "req"}})
	if r.MsgQ == nil {
		c.w.t.Fatal("no message")
	}
	c.want(epp.CodeOK, &epp.Command{Poll: &epp.Poll{Op: "ack", MsgID: r.MsgQ.ID}})
	return r
}

func (c *client) quiet() {
	c.w.t.Helper()
	c.want(epp.CodeNoMessages, &epp.Command{Poll: &epp.Poll{Op: "req"}})
}

// transfer is what both parties see of a transfer that reg-a asked for at t0.
func transferred(state string, ac, ex time.Time) *epp.DomainTransferData {
	return &epp.DomainTransferData{Name: "seed.com", TrStatus: state, ReID: "reg-a", ReDate: t0, AcID: "reg-b", AcDate: ac, ExDate: ex}
}

func (w *world) info(c *client, name string) *epp.DomainInfoData {
	w.t.Helper()
	r := c.want(epp.CodeOK, infoDomain(name))
	if r.Data == nil || r.Data.DomainInfo == nil {
		w.t.Fatalf("no data: %+v", r)
	}
	return r.Data.DomainInfo
}

func TestTransferApproved(t *testing.T) {
	t.Parallel()
	w := start(t, nil)
	a, b, stranger := w.loginWith("reg-a"), w.loginWith("reg-b"), w.login("reg-t")
	b.want(epp.CodeOK, &epp.Command{CreateHost: &epp.HostCreate{Name: "ns.seed.com"}})
	request, two := epp.TransferDomainCommand("request", "seed.com", "seed-auth"), t0.AddDate(2, 0, 0)
	got := a.want(epp.CodePending, request).Data.DomainTransfer
	if diff := cmp.Diff(transferred("pending", t0.Add(5*day), two), got); diff != "" {
		t.Errorf("answer:\n%s", diff)
	}
	if diff := cmp.Diff(got, b.message().Data.DomainTransfer); diff != "" {
		t.Errorf("message to the sponsor:\n%s", diff)
	}
	if d := w.info(a, "seed.com"); !cmp.Equal(d.Statuses, epp.DomainStatuses("pendingTransfer")) || d.ClID != "reg-b" {
		t.Errorf("while it waits: %+v", d)
	}
	for _, cmd := range []*epp.Command{
		{DeleteDomain: &epp.DomainDelete{Name: "seed.com"}},
		{RenewDomain: &epp.DomainRenew{Name: "seed.com", CurExpDate: t0.AddDate(1, 0, 0)}},
		{UpdateDomain: &epp.DomainUpdate{Name: "seed.com", Add: &epp.DomainAddRem{Statuses: epp.DomainStatuses("clientHold")}}},
	} {
		b.want(epp.CodeStatusProhibits, cmd)
	}
	a.want(epp.CodePendingTransfer, request)
	a.want(epp.CodeAuthorization, epp.TransferDomainCommand("approve", "seed.com", ""))
	b.want(epp.CodeAuthorization, epp.TransferDomainCommand("cancel", "seed.com", ""))
	stranger.want(epp.CodeNotExist, epp.TransferDomainCommand("query", "seed.com", ""))
	w.clocks.Advance(day)
	want := transferred("clientApproved", t0.Add(day), two)
	if diff := cmp.Diff(want, b.want(epp.CodeOK, epp.TransferDomainCommand("approve", "seed.com", "")).Data.DomainTransfer); diff != "" {
		t.Errorf("approval:\n%s", diff)
	}
	for _, c := range []*client{a, b} {
		if diff := cmp.Diff(want, c.message().Data.DomainTransfer); diff != "" {
			t.Errorf("message:\n%s", diff)
		}
		c.quiet()
		if diff := cmp.Diff(want, c.want(epp.CodeOK, epp.TransferDomainCommand("query", "seed.com", "")).Data.DomainTransfer); diff != "" {
			t.Errorf("query:\n%s", diff)
		}
	}
	r := a.want(epp.CodeOK, infoDomain("seed.com"))
	d := r.Data.DomainInfo
	if d.ClID != "reg-a" || !d.TrDate.Equal(t0.Add(day)) || !d.ExDate.Equal(two) || !cmp.Equal(r.Ext.RGPInfo.Names(), []string{"transferPeriod"}) {
		t.Errorf("transferred: %+v %v", d, r.Ext.RGPInfo)
	}
	if h := a.want(epp.CodeOK, &epp.Command{InfoHost: &epp.HostInfo{Name: "ns.seed.com"}}).Data.HostInfo; h.ClID != "reg-a" {
		t.Errorf("host below it: %+v", h)
	}
	b.want(epp.CodeNotTransferable, epp.TransferDomainCommand("request", "seed.com", "seed-auth")) // within 60 days
	b.want(epp.CodeAuthorization, epp.TransferDomainCommand("reject", "seed.com", ""))
	a.want(epp.CodeNotPendingTransfer, epp.TransferDomainCommand("reject", "seed.com", ""))
}

func TestTransferEndsOtherwise(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, by, op, state string }{
		{"rejected", "reg-b", "reject", "clientRejected"},
		{"cancelled", "reg-a", "cancel", "clientCancelled"},
		{"by time", "", "", "serverApproved"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := start(t, nil)
			a, b := w.login("reg-a"), w.login("reg-b")
			a.want(epp.CodePending, epp.TransferDomainCommand("request", "seed.com", "seed-auth"))
			b.message()
			want, sponsor := transferred(tt.state, t0, time.Time{}), "reg-b"
			if tt.op == "" {
				w.clocks.Advance(5 * day)
				want, sponsor = transferred(tt.state, t0.Add(5*day), t0.AddDate(2, 0, 0)), "reg-a"
			} else {
				map[string]*client{"reg-a": a, "reg-b": b}[tt.by].want(epp.CodeOK, epp.TransferDomainCommand(tt.op, "seed.com", ""))
			}
			for _, c := range []*client{a, b} {
				if diff := cmp.Diff(want, c.message().Data.DomainTransfer); diff != "" {
					t.Errorf("message:\n%s", diff)
				}
			}
			d := w.info(a, "seed.com")
			if d.ClID != sponsor || !cmp.Equal(d.Statuses, epp.DomainStatuses("ok")) || sponsor == "reg-b" && !d.ExDate.Equal(t0.AddDate(1, 0, 0)) {
				t.Errorf("after it: %+v", d)
			}
		})
	}
}

func TestTransferRefused(t *testing.T) {
	t.Parallel()
	w := start(t, nil)
	a, b := w.login("reg-a"), w.login("reg-b")
	b.want(epp.CodeOK, makeDomain("young.com"))
	request := func(name, pw string, p *epp.Period) *epp.Command {
		cmd := epp.TransferDomainCommand("request", name, pw)
		cmd.TransferDomain.Period = p
		return cmd
	}
	a.want(epp.CodeNotExist, request("missing.com", "x", nil))
	a.want(epp.CodeMissingParameter, request("seed.com", "", nil))
	a.want(epp.CodeBadAuthInfo, request("seed.com", "wrong", nil))
	b.want(epp.CodeNotTransferable, request("seed.com", "seed-auth", nil))
	a.want(epp.CodePolicy, request("seed.com", "seed-auth", epp.Years(10)))
	a.want(epp.CodeNotTransferable, request("young.com", "domain-auth", nil))
	a.want(epp.CodeAuthorization, epp.TransferDomainCommand("query", "seed.com", ""))
	b.want(epp.CodeNotPendingTransfer, epp.TransferDomainCommand("query", "seed.com", ""))
	b.want(epp.CodeNotPendingTransfer, epp.TransferDomainCommand("approve", "seed.com", ""))
	lock := &epp.DomainAddRem{Statuses: epp.DomainStatuses("clientTransferProhibited")}
	b.want(epp.CodeOK, &epp.Command{UpdateDomain: &epp.DomainUpdate{Name: "seed.com", Add: lock}})
	a.want(epp.CodeStatusProhibits, request("seed.com", "seed-auth", nil))
	b.want(epp.CodeOK, &epp.Command{UpdateDomain: &epp.DomainUpdate{Name: "seed.com", Rem: lock}})
	if err := w.srv.SetStatuses(t.Context(), "live", "seed.com", sim.StatusChange{Add: []string{"serverTransferProhibited"}}); err != nil {
		t.Fatal(err)
	}
	a.want(epp.CodeStatusProhibits, request("seed.com", "seed-auth", nil))
	w.clocks.Advance(60 * day)
	a.want(epp.CodePending, request("young.com", "domain-auth", epp.Years(2)))
}

func TestInstantTransfer(t *testing.T) {
	t.Parallel()
	w := start(t, func(cfg *sim.Config) {
		cfg.TLDs["com"] = sim.TLD{InstantTransfer: true, TransferNoYear: true, NoRGP: true, TransferLock: -1}
	})
	a, b := w.loginWith("reg-a"), w.loginWith("reg-b")
	a.want(epp.CodeOK, epp.TransferDomainCommand("request", "seed.com", "seed-auth"))
	r := a.want(epp.CodeOK, infoDomain("seed.com"))
	if d := r.Data.DomainInfo; d.ClID != "reg-a" || !d.ExDate.Equal(t0.AddDate(1, 0, 0)) || r.Ext.RGPInfo != nil {
		t.Errorf("transferred: %+v", d)
	}
	if m := b.message().Data.DomainTransfer; m.TrStatus != "serverApproved" {
		t.Errorf("message: %+v", m)
	}
	a.want(epp.CodeOK, &epp.Command{DeleteDomain: &epp.DomainDelete{Name: "seed.com"}})
	a.want(epp.CodeNotExist, infoDomain("seed.com"))
}

func TestContactTransfer(t *testing.T) {
	t.Parallel()
	w := start(t, nil)
	a, b := w.login("reg-a"), w.login("reg-b")
	cmd := func(op, pw string) *epp.Command { return epp.TransferContactCommand(op, "SEED-1", pw) }
	a.want(epp.CodeBadAuthInfo, cmd("request", "wrong"))
	b.want(epp.CodeNotTransferable, cmd("request", "seed-auth"))
	b.want(epp.CodeNotPendingTransfer, cmd("query", ""))
	a.want(epp.CodePending, cmd("request", "seed-auth"))
	a.want(epp.CodePendingTransfer, cmd("request", "seed-auth"))
	if m := b.message().Data.ContactTransfer; m.TrStatus != "pending" || m.ID != "SEED-1" || !m.AcDate.Equal(t0.Add(5*day)) {
		t.Errorf("message: %+v", m)
	}
	b.want(epp.CodeStatusProhibits, &epp.Command{UpdateContact: &epp.ContactUpdate{ID: "SEED-1", Chg: &epp.ContactChange{Email: "y@example.org"}}})
	b.want(epp.CodeOK, cmd("reject", ""))
	a.message()
	b.message()
	a.want(epp.CodePending, cmd("request", "seed-auth"))
	b.message()
	w.clocks.Advance(5 * day)
	if n, err := w.srv.Tick(t.Context()); n != 1 || err != nil {
		t.Errorf("tick: %d %v", n, err)
	}
	if m := a.message().Data.ContactTransfer; m.TrStatus != "serverApproved" {
		t.Errorf("message: %+v", m)
	}
	c := a.want(epp.CodeOK, &epp.Command{InfoContact: &epp.ContactInfo{ID: "SEED-1"}}).Data.ContactInfo
	if c.ClID != "reg-a" || !c.TrDate.Equal(t0.Add(5*day)) {
		t.Errorf("transferred: %+v", c)
	}
}
