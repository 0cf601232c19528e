package sim_test

import (
	"context"
	"fmt"
	"net/netip"
	"testing"

	"github.com/polyreg/polyreg/internal/registry/sim"
	"github.com/polyreg/polyreg/internal/registry/sim/repo"
	"github.com/polyreg/polyreg/internal/wire/epp"
)

// everything goes once through all commands and most refusals.
func everything(t *testing.T, w *world) {
	t.Helper()
	out := w.connect()
	out.do(infoDomain("seed.com"))
	out.do(&epp.Command{Login: credentials("nobody", "wrong-password"), ClTRID: "first"})
	c := w.login("reg-b")
	hold := &epp.DomainAddRem{Statuses: epp.DomainStatuses("clientHold")}
	auth, owner := epp.Auth("contact-auth"), "NEW-1"
	for i, cmd := range []*epp.Command{
		{CheckDomain: &epp.DomainCheck{Names: []string{"free.com", "seed.com", "-.com"}}},
		{CheckContact: &epp.ContactCheck{IDs: []string{"NEW-1", "SEED-1"}}},
		{CheckHost: &epp.HostCheck{Names: []string{"ns1.example.net", "ns9.example.net"}}},
		makeContact("NEW-1"), makeContact("NEW-1"),
		{InfoContact: &epp.ContactInfo{ID: "NEW-1", AuthInfo: &auth}},
		{UpdateContact: &epp.ContactUpdate{ID: "NEW-1", Chg: &epp.ContactChange{Email: "x@example.org", Disclose: &epp.Disclose{Flag: true, Voice: true}}}},
		{InfoContact: &epp.ContactInfo{ID: "NEW-1"}},
		makeDomain("pending.com"), makeDomain("new.com"), makeDomain("new.de"), makeDomain("seed.com"),
		{CreateHost: &epp.HostCreate{Name: "ns.new.com", Addresses: epp.HostAddrs(netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("2001:db8::1"))}},
		{InfoHost: &epp.HostInfo{Name: "ns.new.com"}}, {InfoHost: &epp.HostInfo{Name: "ns1.example.net"}},
		{UpdateHost: &epp.HostUpdate{Name: "ns.new.com", Chg: &epp.HostChange{Name: "ns2.new.com"}}},
		infoDomain("new.com"), infoDomain("pending.com"), infoDomain("missing.com"),
		{RenewDomain: &epp.DomainRenew{Name: "new.com", CurExpDate: t0.AddDate(1, 0, 0)}},
		{RenewDomain: &epp.DomainRenew{Name: "new.com", CurExpDate: t0.AddDate(1, 0, 0), Period: epp.Years(99)}},
		{UpdateDomain: &epp.DomainUpdate{Name: "new.com", Add: hold, Chg: &epp.DomainChange{Registrant: &owner}}},
		{UpdateDomain: &epp.DomainUpdate{Name: "new.com", Add: hold}},
		infoDomain("new.com"),
		{TransferOp: "query", TransferDomain: &epp.DomainTransfer{Name: "new.com"}},
		{DeleteDomain: &epp.DomainDelete{Name: "new.com"}}, {DeleteContact: &epp.ContactDelete{ID: "NEW-1"}},
		{DeleteHost: &epp.HostDelete{Name: "ns2.new.com"}}, {DeleteDomain: &epp.DomainDelete{Name: "new.com"}},
		{DeleteContact: &epp.ContactDelete{ID: "NEW-1"}}, {Poll: &epp.Poll{Op: "req"}},
	} {
		cmd.ClTRID = fmt.Sprintf("step-%d", i)
		c.do(cmd)
	}
	if err := w.srv.ResolvePending(context.Background(), repo.Live, "pending.com", true); err != nil {
		t.Fatal(err)
	}
	r := c.want(epp.CodeAckToDequeue, &epp.Command{Poll: &epp.Poll{Op: "req"}})
	c.want(epp.CodeOK, &epp.Command{Poll: &epp.Poll{Op: "ack", MsgID: r.MsgQ.ID}})
	c.raw("no XML at all")
	c.want(epp.CodeEndingSession, &epp.Command{Logout: true})
}

// extended goes through transfers, grace periods, fees, DNSSEC and login security, in a session that announced all and in
// one that announced nothing but unhandled namespaces.
func extended(t *testing.T, w *world) {
	t.Helper()
	a, b, plain := w.loginWith("reg-a"), w.loginWith("reg-b"), w.loginWith("reg-b", epp.NSUnhandled)
	long := &epp.Command{Login: credentials("reg-a", "password-a")}
	long.Login.Services.Extensions = &epp.ExtURIs{URIs: []string{epp.NSLoginSec}}
	long.Ext.LoginSec = &epp.LoginSec{UserAgent: &epp.UserAgent{App: "test"}}
	w.connect().want(epp.CodeOK, long)
	create := makeDomain("gold.com")
	create.Ext = epp.CommandExt{FeeCreate: agreed("100.00"), SecDNSCreate: &epp.SecDNSData{MaxSigLife: 604800, DS: []epp.DSData{ds(1)}}}
	check := &epp.Command{CheckDomain: &epp.DomainCheck{Names: []string{"gold.com", "taken.com", "-.com", "mine.com"}},
		Ext: epp.CommandExt{FeeCheck: &epp.FeeCheck{Commands: []epp.FeeCommand{{Name: "create", Period: epp.Years(2)}, {Name: "restore"}}}}}
	renew := &epp.Command{RenewDomain: &epp.DomainRenew{Name: "gold.com", CurExpDate: t0.AddDate(1, 0, 0)}, Ext: epp.CommandExt{FeeRenew: agreed("50")}}
	deletion := &epp.Command{DeleteDomain: &epp.DomainDelete{Name: "seed.com"}}
	for i, step := range []struct {
		by  *client
		cmd *epp.Command
	}{
		{a, check}, {a, create}, {a, infoDomain("gold.com")}, {plain, infoDomain("gold.com")}, {a, renew},
		{a, epp.TransferDomainCommand("request", "seed.com", "seed-auth")}, {b, &epp.Command{Poll: &epp.Poll{Op: "req"}}},
		{a, epp.TransferDomainCommand("query", "seed.com", "")}, {b, infoDomain("seed.com")},
		{b, epp.TransferDomainCommand("reject", "seed.com", "")}, {a, &epp.Command{Poll: &epp.Poll{Op: "req"}}},
		{a, epp.TransferContactCommand("request", "SEED-1", "seed-auth")}, {b, &epp.Command{InfoContact: &epp.ContactInfo{ID: "SEED-1"}}},
		{b, epp.TransferContactCommand("approve", "SEED-1", "")},
		{b, deletion}, {b, infoDomain("seed.com")}, {b, epp.RestoreDomain("seed.com")}, {b, epp.ReportRestore("seed.com", report())},
		{a, &epp.Command{DeleteDomain: &epp.DomainDelete{Name: "gold.com"}}},
		{w.login("reg-a"), create}, {a, epp.RestoreDomain("seed.com")},
	} {
		step.cmd.ClTRID = fmt.Sprintf("extended-%d", i)
		step.by.do(step.cmd)
	}
	if err := w.srv.SetStatuses(t.Context(), repo.Live, "seed.com", sim.StatusChange{Add: []string{"serverHold"}, Reason: "because"}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []*client{plain, b} {
		for range 7 {
			r := c.do(&epp.Command{Poll: &epp.Poll{Op: "req"}})
			if c == b && r.MsgQ != nil {
				c.do(&epp.Command{Poll: &epp.Poll{Op: "ack", MsgID: r.MsgQ.ID}})
			}
		}
	}
}
