package sim_test

import (
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/registry/sim"
	"github.com/polyreg/polyreg/internal/wire/epp"
)

// A transfer away and one in, with the other registrar driven by the server's own methods.
func TestOtherRegistrar(t *testing.T) {
	t.Parallel()
	w := start(t, nil)
	ctx, b := t.Context(), w.login("reg-b")
	if err := w.srv.Approve(ctx, "live", "seed.com"); sim.CodeOf(err) != epp.CodeNotPendingTransfer {
		t.Errorf("approve of nothing: %v", err)
	}
	if err := w.srv.TakeByTransfer(ctx, "live", "seed.com", "reg-b"); sim.CodeOf(err) != epp.CodeNotTransferable {
		t.Errorf("take of one's own: %v", err)
	}
	if err := w.srv.TakeByTransfer(ctx, "live", "seed.com", "reg-t"); err == nil {
		t.Error("a registrar of another name space takes a domain")
	}
	for _, op := range []string{"reject", "approve"} {
		if err := w.srv.TakeByTransfer(ctx, "live", "seed.com", "reg-a"); err != nil {
			t.Fatal(err)
		}
		b.message()
		b.want(epp.CodeOK, epp.TransferDomainCommand(op, "seed.com", ""))
		b.message()
	}
	if d := w.info(b, "seed.com"); d.ClID != "reg-a" || !d.ExDate.Equal(t0.AddDate(2, 0, 0)) {
		t.Errorf("taken: %+v", d)
	}

	auth, err := w.srv.Give(ctx, "live", "fresh.com", "reg-a")
	if err != nil {
		t.Fatal(err)
	}
	request := epp.TransferDomainCommand("request", "fresh.com", auth)
	for _, end := range []func() error{
		func() error { return w.srv.Reject(ctx, "live", "fresh.com") },
		func() error { return w.srv.Cancel(ctx, "live", "fresh.com") },
		func() error { return w.srv.Approve(ctx, "live", "fresh.com") },
	} {
		b.want(epp.CodePending, request)
		if err := end(); err != nil {
			t.Fatal(err)
		}
		b.message()
	}
	if d := w.info(b, "fresh.com"); d.ClID != "reg-b" {
		t.Errorf("given: %+v", d)
	}
	if _, err := w.srv.Give(ctx, "live", "fresh.com", "reg-a"); sim.CodeOf(err) != epp.CodeAuthorization {
		t.Errorf("given again: %v", err)
	}
	if _, err := w.srv.Give(ctx, "live", "x.de", "reg-a"); sim.CodeOf(err) != epp.CodePolicy {
		t.Errorf("given outside: %v", err)
	}
}

// RFC 9154: no authInfo until it is set, kept as a hash, never shown, cleared by a transfer and by time.
func TestSecureAuthInfo(t *testing.T) {
	t.Parallel()
	w := start(t, func(cfg *sim.Config) { cfg.SecureAuthInfo = true })
	a, b := w.loginWith("reg-a"), w.loginWith("reg-b")
	create := makeDomain("new.com")
	b.want(epp.CodePolicy, create)
	create.CreateDomain.AuthInfo = epp.NoAuth()
	b.want(epp.CodeOK, create)
	w.clocks.Advance(61 * day)
	pw := epp.NewSecureAuth()
	request := epp.TransferDomainCommand("request", "new.com", pw)
	set := func(pw string) *epp.Command {
		return &epp.Command{UpdateDomain: &epp.DomainUpdate{Name: "new.com", Chg: &epp.DomainChange{AuthInfo: epp.SetAuth(pw)}}}
	}
	a.want(epp.CodeBadAuthInfo, request)
	empty := epp.TransferDomainCommand("request", "new.com", pw)
	*empty.TransferDomain.AuthInfo = epp.NoAuth()
	a.want(epp.CodeBadAuthInfo, empty)
	b.want(epp.CodePolicy, set("weak"))
	b.want(epp.CodeOK, set(pw))
	if d := w.info(b, "new.com"); d.AuthInfo != nil {
		t.Error("authInfo is shown")
	}
	stored, err := w.store.Domain(t.Context(), "live", "new.com")
	if err != nil || len(stored.AuthInfo) < 64 || stored.AuthInfo == pw {
		t.Errorf("stored: %q %v", stored.AuthInfo, err)
	}
	w.clocks.Advance(14*day + time.Second)
	a.want(epp.CodeBadAuthInfo, request) // no longer valid
	b.want(epp.CodeOK, set(pw))
	b.want(epp.CodeOK, set(""))
	a.want(epp.CodeBadAuthInfo, request)
	b.want(epp.CodeOK, set(pw))
	know := infoDomain("new.com")
	known := epp.Auth(pw)
	know.InfoDomain.AuthInfo = &known
	a.want(epp.CodeOK, know)
	a.want(epp.CodePending, request)
	b.want(epp.CodeOK, epp.TransferDomainCommand("approve", "new.com", ""))
	if stored, err = w.store.Domain(t.Context(), "live", "new.com"); err != nil || stored.AuthInfo != "" || stored.Sponsor != "reg-a" {
		t.Errorf("after the transfer: %+v %v", stored, err)
	}
}
