package epp

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/money"
	"github.com/polyreg/polyreg/internal/registry"
	"github.com/polyreg/polyreg/internal/registry/registrytest"
	wire "github.com/polyreg/polyreg/internal/wire/epp"
)

// offer makes the server offer extensions.
func (s *server) offer(extensions ...string) {
	g := *s.greeting.Load()
	g.Menu.Extensions = nil
	if len(extensions) > 0 {
		g.Menu.Extensions = &wire.ExtURIs{URIs: extensions}
	}
	s.greeting.Store(&g)
}

// last is the latest command that the server has read and that fits.
func (s *server) last(t *testing.T, fits func(*wire.Command) bool) *wire.Command {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := len(s.frames) - 1; i >= 0; i-- {
		if cmd, err := wire.DecodeCommand(s.frames[i]); err == nil && fits(cmd) {
			return cmd
		}
	}
	t.Fatal("no such command was sent")
	return nil
}

func TestServicesAreWhatBothHave(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.offer(wire.NSRGP, wire.NSSecureAuthInfo, "urn:example:other")
	c := s.client(t, func(cfg *Config) {
		cfg.Extensions = []string{wire.NSSecDNS, wire.NSRGP, wire.NSSecureAuthInfo}
		cfg.Timeouts.KeepAlive = time.Hour
	})
	hoped := c.Capabilities()
	if !hoped.RGP || !hoped.DNSSEC || hoped.Fee || !hoped.SecureAuth {
		t.Errorf("before the first login: %+v", hoped)
	}
	if err := c.Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
	caps := c.Capabilities()
	if !caps.RGP || caps.DNSSEC || caps.Fee || !caps.SecureAuth {
		t.Errorf("after the login: %+v", caps)
	}
	login := s.last(t, func(c *wire.Command) bool { return c.Login != nil })
	if d := cmp.Diff([]string{wire.NSRGP, wire.NSSecureAuthInfo}, login.Login.Services.Extensions.URIs); d != "" {
		t.Errorf("announced (-want +got):\n%s", d)
	}
	// Under RFC 9154 the authInfo stays here, and what the registry lacks is never sent.
	if _, err := c.CreateDomain(t.Context(), "1-1", order("a.example")); err != nil {
		t.Fatal(err)
	}
	if create := s.last(t, func(c *wire.Command) bool { return c.CreateDomain != nil }); !create.CreateDomain.AuthInfo.Unset() {
		t.Error("the create has an authInfo")
	}
	in := order("b.example")
	in.DNSSEC = &registry.DNSSEC{Keys: []registry.Key{{Flags: 257, Protocol: 3, Alg: 13, PubKey: "AQID"}}}
	_, err := c.CreateDomain(t.Context(), "1-2", in)
	outcome(t, err, wire.CodeExtension, false)
	_, err = c.UpdateDomain(t.Context(), "1-3", registry.DomainUpdate{Name: "a.example", MaxSigLife: 3600})
	outcome(t, err, wire.CodeExtension, false)
	_, err = c.RenewDomain(t.Context(), "1-4", registry.DomainRenew{Name: "a.example", Years: 1, CurExpiry: time.Now(), Fee: money.New(1, "EUR")})
	outcome(t, err, wire.CodeExtension, false)
	if got := s.count(&s.logins); got != 1 {
		t.Errorf("%d logins: a refusal on this side costs no session", got)
	}
	// A later login may find another greeting.
	s.offer()
	s.drop()
	time.Sleep(10 * time.Millisecond)
	if err := c.Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
	if caps := c.Capabilities(); caps.RGP || caps.SecureAuth {
		t.Errorf("after the second login: %+v", caps)
	}
}

func TestLongPassword(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 65)
	s := newServer(t)
	s.password = long
	c := s.client(t, func(cfg *Config) { cfg.Password = long })
	err := c.Ping(t.Context())
	outcome(t, err, 0, false)
	if !strings.Contains(err.Error(), "RFC 8807") || strings.Contains(err.Error(), long) {
		t.Errorf("without loginSec: %v", err)
	}
	plain := newServer(t).client(t, nil)
	outcome(t, plain.ChangePassword(t.Context(), long), wire.CodeValueSyntax, false)
	if err := plain.Ping(t.Context()); err != nil { // and the old one goes on
		t.Error(err)
	}
	s.offer(wire.NSLoginSec)
	c = s.client(t, func(cfg *Config) { cfg.Password = long })
	if err := c.Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
	if login := s.last(t, func(c *wire.Command) bool { return c.Login != nil }); login.Login.Password != wire.LoginSecPassword {
		t.Error("the password stands in the login too")
	}
}

// TestExtensionFrames: what the extensions add to commands is valid, and what it says is what was asked for.
func TestExtensionFrames(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.offer(DefaultExtensions()...)
	c := s.client(t, nil)
	ctx := t.Context()
	in := order("a.example")
	key := registry.Key{Flags: 257, Protocol: 3, Alg: 8, PubKey: "AQID"}
	in.DNSSEC = &registry.DNSSEC{MaxSigLife: 86400, DS: []registry.DS{{KeyTag: 1, Alg: 8, DigestType: 2, Digest: "0a", Key: &key}}}
	in.Fee = money.New(1, "JPY")
	if _, err := c.CreateDomain(ctx, "1-1", in); err != nil {
		t.Fatal(err)
	}
	got := s.last(t, func(c *wire.Command) bool { return c.CreateDomain != nil }).Ext
	if d := cmp.Diff(&wire.FeeAgreed{Currency: "JPY", Fees: []wire.Fee{{Amount: "1"}}}, got.FeeCreate); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(in.DNSSEC, signedIn(got.SecDNSCreate)); d != "" {
		t.Error(d)
	}
	for _, u := range []registry.DomainUpdate{
		{RemAllDNSSEC: true, AddDNSSEC: in.DNSSEC}, {MaxSigLife: 60}, {RemDNSSEC: in.DNSSEC}, {UnsetAuth: true}} {
		u.Name = "a.example"
		if u.Empty() {
			t.Errorf("%+v counts as empty", u)
		}
		if _, err := c.UpdateDomain(ctx, "1-2", u); err != nil {
			t.Errorf("%+v: %v", u, err)
		}
	}
	_, err := c.UpdateDomain(ctx, "1-3", registry.DomainUpdate{Name: "a.example", AddDNSSEC: &registry.DNSSEC{DS: in.DNSSEC.DS, Keys: []registry.Key{key}}})
	outcome(t, err, wire.CodeSyntax, false)
	report := registry.RestoreReport{Name: "a.example", PreData: "a <&> b", PostData: "c", Deleted: time.Now(), Restored: time.Now(),
		Reason: "mistake", Other: "more"}
	if _, err := c.ReportRestore(ctx, "1-4", report); err != nil {
		t.Error(err)
	}
	sent := s.last(t, func(c *wire.Command) bool { return c.Ext.RGP != nil }).Ext.RGP.Restore.Report
	if sent == nil || sent.PreData.Text != report.PreData || len(sent.Statements) != 2 || sent.Other == nil {
		t.Errorf("report: %+v", sent)
	}
	if _, err := c.RestoreDomain(ctx, "1-5", registry.DomainRestore{Name: "a.example", Fee: money.New(4000, "EUR")}); err != nil {
		t.Error(err)
	}
	transfer := registry.DomainTransfer{Op: registry.TransferRequest, Name: "a.example", AuthInfo: "x", Years: 1, Fee: money.New(0, "EUR")}
	_, err = c.TransferDomain(ctx, "1-6", transfer)
	outcome(t, err, wire.CodeNotPendingTransfer, false)
	transfer.Op = "steal"
	_, err = c.TransferDomain(ctx, "1-7", transfer)
	outcome(t, err, wire.CodeValueSyntax, false)
	if _, err := c.CheckDomains(ctx, []dname.Name{"b.example"}); err != nil {
		t.Error(err)
	}
	if s.last(t, func(c *wire.Command) bool { return c.CheckDomain != nil }).Ext.FeeCheck == nil {
		t.Error("the check asks for no fee")
	}
	_ = c.Close()
	registrytest.ValidateFrames(t, s.frames)
}

func TestMessagesOfTransfersAndChanges(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	at := time.Date(2026, 5, 4, 3, 2, 1, 0, time.UTC)
	var once sync.Once
	s.onCommand(func(cmd *wire.Command) (*wire.Response, bool) {
		if cmd.Poll == nil {
			return nil, false
		}
		r := wire.Respond(wire.CodeAckToDequeue, "", "")
		r.MsgQ = &wire.MsgQueue{Count: 1, ID: "5", QDate: at}
		r.Data = &wire.ResData{DomainInfo: &wire.DomainInfoData{Name: "a.example", ROID: "D1-X", ClID: "me-1"}}
		r.Ext.ChangePoll = &wire.ChangeData{State: "before", Operation: wire.ChangeOperation{Name: "custom", Op: "seize"}, Date: at, SvTRID: "S-1",
			Who: "court", CaseID: &wire.ChangeCase{Type: "udrp", ID: "17"}, Reason: wire.Because("order")}
		once.Do(func() {
			r.Ext = wire.ResponseExt{}
			r.Data = &wire.ResData{ContactTransfer: &wire.ContactTransferData{ID: "C-1", TrStatus: "pending", ReID: "they", ReDate: at,
				AcID: "me-1", AcDate: at}}
		})
		return r, false
	})
	c := s.client(t, nil)
	m, err := c.PollRequest(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(&registry.Transfer{Object: "contact", Name: "C-1", Status: "pending", ReID: "they", ReDate: at, AcID: "me-1", AcDate: at}, m.Transfer); d != "" || m.Change != nil {
		t.Errorf("transfer: %s %+v", d, m.Change)
	}
	if m, err = c.PollRequest(t.Context()); err != nil {
		t.Fatal(err)
	}
	want := &registry.Change{Before: true, Domain: &registry.Domain{Name: "a.example", ROID: "D1-X", Sponsor: "me-1"}, Operation: "custom",
		Op: "seize", Date: at, SvTRID: "S-1", Who: "court", CaseType: "udrp", CaseID: "17", Reason: "order"}
	if d := cmp.Diff(want, m.Change); d != "" || m.Transfer != nil {
		t.Errorf("change: %s %+v", d, m.Transfer)
	}
}

func TestFeesThatCannotBeRead(t *testing.T) {
	t.Parallel()
	item := func(n, class string, amounts ...string) wire.FeeItem {
		i := wire.FeeItem{Avail: true, Object: wire.FeeObject{ID: n}, Class: class}
		for _, a := range amounts {
			i.Commands = append(i.Commands, wire.FeeOffered{Name: "create", Period: wire.Years(2), Fees: []wire.Fee{{Amount: a}}})
		}
		return i
	}
	closed := item("d.example", "gold", "1")
	closed.Avail = false
	got := fees(&wire.FeeChecked{Currency: "EUR", Items: []wire.FeeItem{item("A.example", "Standard", "12.50"), item("b.example", "gold", "0.001"),
		item("c.example", "", "99999999999999999999"), closed}})
	want := map[dname.Name]priced{"a.example": {fees: []registry.Fee{{Command: "create", Years: 2, Amount: money.New(1250, "EUR")}}},
		"b.example": {class: "gold"}, "c.example": {}}
	if d := cmp.Diff(want, got, cmp.AllowUnexported(priced{})); d != "" {
		t.Error(d)
	}
	x := &wire.ResponseExt{FeeDelete: &wire.FeeCharged{Currency: "EUR", Credits: []wire.Credit{{Amount: "-5"}}}}
	if a := charged(x); a != money.New(-500, "EUR") {
		t.Errorf("given back: %v", a)
	}
	if a := charged(&wire.ResponseExt{FeeRenew: &wire.FeeCharged{Balance: "1"}}); a != (money.Amount{}) {
		t.Errorf("nothing said: %v", a)
	}
}
