package lifecycle_test

import (
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/registry/sim/repo"
)

var link = regexp.MustCompile(`https://registrar\.test/verify/(\w+)`)

// TestUnverified suspends the names of a registrant who proves no address within fifteen days, and lets them back.
func TestUnverified(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	data := other(1)
	by := func(c *command.RegisterDomain) {
		c.Contacts[domain.Registrant] = command.ContactRef{New: &data}
	}
	d := w.register("verify.com", by)
	w.register("verify.net", by)
	w.register("verify.de", by) // not ICANN's
	rep := w.advance(14 * day)
	w.same(about(rep, "notice", "verify.com", d.Created), "")
	rep = w.advance(2 * day)
	w.same(about(rep, "notice", "verify.com", d.Created), "+15 domain_suspended")
	w.same(about(rep, "notice", "verify.net", d.Created), "+15 domain_suspended")
	w.same(about(rep, "notice", "verify.de", d.Created), "")
	w.same(about(rep, "notice", data.Email, d.Created), "+15 verification_failed")
	now, err := w.domain("verify.com")
	w.ok(err)
	there, err := must(w.Core.Registries.Named(now.Registry)).InfoDomain(w.ctx, now.Name)
	w.ok(err)
	if !now.Has(domain.ClientHold) || len(there.Statuses) != 1 || there.Statuses[0] != domain.ClientHold {
		t.Errorf("suspended: %v here, %v at the registry", now.Statuses, there.Statuses)
	}
	off := false
	if _, err := command.Do(w.ctx, w.Runner, w.c, command.UpdateDomain{Name: "verify.com", Hold: &off}); err == nil {
		t.Error("the account could lift the platform's suspension")
	}

	mails := must(w.Runner.Mails(w.ctx, command.MailQuery{To: data.Email}))
	if len(mails) != 1 || mails[0].Kind != "verification" {
		t.Fatalf("mails: %+v", mails)
	}
	token := link.FindStringSubmatch(mails[0].Body)
	if token == nil {
		t.Fatalf("no link in %q", mails[0].Body)
	}
	for range 2 { // a second click does no harm
		if email, err := w.Runner.VerifyEmail(w.ctx, token[1]); err != nil || email != data.Email {
			t.Fatalf("verifying: %s %v", email, err)
		}
	}
	if _, err := w.Runner.VerifyEmail(w.ctx, token[1]+"x"); err == nil {
		t.Error("a wrong token was taken")
	}
	w.advance(day)
	for _, name := range []string{"verify.com", "verify.net"} {
		if now, err := w.domain(name); err != nil || now.Has(domain.ClientHold) || len(now.HeldFor) > 0 {
			t.Errorf("%s after the proof: %v %v", name, now.Statuses, err)
		}
	}
	w.register("verify.org", by) // nobody is asked twice
	if n := len(must(w.Runner.Mails(w.ctx, command.MailQuery{To: data.Email}))); n != 1 {
		t.Errorf("%d mails", n)
	}
}

// TestUnverifiedWhileBusy suspends and lets back a name that another order is just busy with, once that has ended.
func TestUnverifiedWhileBusy(t *testing.T) {
	t.Parallel()
	var busy atomic.Bool
	w := newWorld(t, dialecttest.Pending(func(op, name string) bool { return busy.Load() && op == "update" }))
	data := other(9)
	w.register("busy.com", func(c *command.RegisterDomain) { c.Contacts[domain.Registrant] = command.ContactRef{New: &data} })
	occupied := func(lock bool, meanwhile func()) {
		t.Helper()
		busy.Store(true)
		if out := do(w, command.UpdateDomain{Name: "busy.com", Lock: &lock}); !out.Pending {
			t.Fatalf("the order is not pending: %+v", out.Order)
		}
		busy.Store(false)
		meanwhile()
		w.ok(w.Sim.ResolvePending(w.ctx, repo.Live, "busy.com", true))
		w.Runner.ConsumeAll(w.ctx)
		w.advance(2 * time.Hour)
	}
	occupied(true, func() {
		w.advance(16 * day)
		if now := must(w.domain("busy.com")); now.Has(domain.ClientHold) {
			t.Error("suspended beside an open order")
		}
	})
	if now := must(w.domain("busy.com")); !slices.Contains(now.HeldFor, domain.HeldVerification) {
		t.Fatalf("held for %v", now.HeldFor)
	}
	mails := must(w.Runner.Mails(w.ctx, command.MailQuery{To: data.Email}))
	occupied(false, func() {
		_, err := w.Runner.VerifyEmail(w.ctx, link.FindStringSubmatch(mails[0].Body)[1])
		w.ok(err)
	})
	if now := must(w.domain("busy.com")); now.Has(domain.ClientHold) || len(now.HeldFor) > 0 {
		t.Errorf("proven, and held for %v", now.HeldFor)
	}
}

// TestMailsAreSealed keeps what a mail says from who reads the database.
func TestMailsAreSealed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	do(w, command.SendAuthInfo{Name: "example.com"})
	stored := must(w.Store.View().Mails(w.ctx, command.MailQuery{Object: "example.com"}))
	read := must(w.Runner.Mails(w.ctx, command.MailQuery{Object: "example.com"}))
	if len(stored) != 1 || len(read) != 1 || strings.Contains(stored[0].Body, "ex-AuthInfo-1") || !strings.Contains(read[0].Body, "ex-AuthInfo-1") {
		t.Errorf("stored %+v, read %+v", stored, read)
	}
	if one := must(w.Runner.Mail(w.ctx, read[0].ID)); one.Body != read[0].Body {
		t.Errorf("alone it reads %q", one.Body)
	}
}

// TestHeldTwice keeps a suspension while one of two reasons lasts.
func TestHeldTwice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	data := other(2)
	w.register("twice.com", func(c *command.RegisterDomain) {
		c.Contacts[domain.Registrant] = command.ContactRef{New: &data}
	})
	w.advance(365*day + 9*day)
	now, err := w.domain("twice.com")
	if err != nil || len(now.HeldFor) != 2 || !now.Has(domain.ClientHold) {
		t.Fatalf("held for %v, statuses %v, %v", now.HeldFor, now.Statuses, err)
	}
	do(w, command.RenewDomain{Name: "twice.com", Years: 1})
	w.advance(day)
	if now, err = w.domain("twice.com"); err != nil || len(now.HeldFor) != 1 || !now.Has(domain.ClientHold) {
		t.Errorf("renewed and unverified: held for %v, statuses %v, %v", now.HeldFor, now.Statuses, err)
	}
}
