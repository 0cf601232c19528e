package lifecycle_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/lifecycle"
)

// TestUnrenewed follows a name that nobody renews from its registration until it is free.
func TestUnrenewed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d := w.register("year.com")
	rep := w.advance(365*day + 66*day)
	w.same(about(rep, "notice", "year.com", d.Expires), `
-30 domain_expiring
-7 domain_expiring
+0 domain_expired
+5 domain_expired
+8 domain_suspended
+30 domain_deleted
+60 domain_redemption_end
+65 domain_released`)
	w.same(about(rep, "mail", "year.com", d.Expires), `
-30 expiry_notice
-7 expiry_notice
+5 expired_notice`)
	if _, err := w.domain("year.com"); !errs.Is(err, errs.NotFound) {
		t.Errorf("the released name: %v", err)
	}
	if a := do(w, command.CheckDomains{Names: []string{"year.com"}, Fresh: true})[0]; a.Status != command.Free {
		t.Errorf("the released name is %s", a.Status)
	}
	for _, o := range must(w.Store.View().Obligations(w.ctx, w.c.Account.ID, "domain", "year.com")) {
		if o.Sent.IsZero() || o.Delivered.IsZero() || !o.Sent.Equal(o.Due) || o.Recipient != "jane@alpha.example" {
			t.Errorf("obligation %+v", o)
		}
	}
	w.register("year.com")
}

// TestRestored lets a name be deleted and takes it back, and then lets it go.
func TestRestored(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d := w.register("year.com")
	w.advance(365*day + 40*day)
	now, err := w.domain("year.com")
	w.ok(err)
	if p := now.Phase(w.Clocks.Registrar()); p != domain.Redemption {
		t.Fatalf("forty days after the expiry the name is %s", p)
	}
	if _, err := command.Do(w.ctx, w.Runner, w.c, command.RenewDomain{Name: "year.com", Years: 1}); !errs.Is(err, errs.WrongState) {
		t.Errorf("renewing a deleted name: %v", err)
	}
	before := w.balance()
	out := do(w, command.RestoreDomain{Name: "year.com"})
	if got := before.Minor - w.balance().Minor; got != 8000+1100 || out.Price.Minor != got {
		t.Errorf("restoring costs %d, said %s; want the fee and a year", got, out.Price)
	}
	if want := d.Expires.AddDate(1, 0, 0); !out.Domain.Expires.Equal(want) || out.Domain.Phase(w.Clocks.Registrar()) != domain.Active {
		t.Errorf("restored: expires %v (want %v), %s", out.Domain.Expires, want, out.Domain.Phase(w.Clocks.Registrar()))
	}
	w.advance(day) // the suspension ends by an order of its own
	if now, err = w.domain("year.com"); err != nil || now.Has(domain.ClientHold) || len(now.HeldFor) > 0 {
		t.Errorf("after the restore: %v %v", now.Statuses, err)
	}
	rep := w.advance(365*day + 66*day)
	if got := about(rep, "notice", "year.com", now.Expires); !strings.HasSuffix(got, "+30 domain_deleted\n+60 domain_redemption_end\n+65 domain_released") {
		t.Errorf("the year after:\n%s", got)
	}
}

// TestRenewedLate renews a name that is out of the zone: it comes back.
func TestRenewedLate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d := w.register("late.com")
	w.advance(365*day + 10*day)
	if now, _ := w.domain("late.com"); !now.Has(domain.ClientHold) || now.Phase(w.Clocks.Registrar()) != domain.Expired {
		t.Fatalf("ten days after the expiry: %v", now.Statuses)
	}
	out := do(w, command.RenewDomain{Name: "late.com", Years: 1})
	if want := d.Expires.AddDate(1, 0, 0); !out.Domain.Expires.Equal(want) {
		t.Errorf("expires %v, want %v", out.Domain.Expires, want)
	}
	w.advance(60 * day)
	if now, _ := w.domain("late.com"); now.Has(domain.ClientHold) || len(now.HeldFor) > 0 {
		t.Errorf("renewed, and still out of the zone: %v %v", now.Statuses, now.HeldFor)
	}
}

// TestRenewsItself renews and charges a week before the expiry, and tries again where money was short.
func TestRenewsItself(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	auto := func(c *command.RegisterDomain) { c.AutoRenew = domain.Renew }
	d := w.register("auto.com", auto)
	before := w.balance()
	rep := w.advance(365 * day)
	w.same(about(rep, "notice", "auto.com", d.Expires), "-30 domain_expiring\n-7 domain_expiring\n-7 domain_auto_renewed\n+0 domain_data_reminder")
	w.same(about(rep, "ledger", "auto.com", d.Expires), "-7 charge")
	w.same(about(rep, "mail", "auto.com", d.Expires), "-30 expiry_notice\n-7 expiry_notice\n+0 data_reminder")
	if got := before.Minor - w.balance().Minor; got != 1100 {
		t.Errorf("the renewal cost %d", got)
	}

	w.c = w.Caller(t, "poor") // 5.00, and a price of 10.00
	w.ok(w.Store.InTx(w.ctx, deposit(w.c.Account.ID, 500)))
	d = w.register("short.de", auto)
	rep = w.advance(366*day - 5*day) // 2028 has a day more
	w.same(about(rep, "notice", "short.de", d.Expires), "-30 domain_expiring\n-7 domain_expiring\n-7 domain_renew_failed")
	w.ok(w.Store.InTx(w.ctx, deposit(w.c.Account.ID, 2000)))
	rep = w.advance(2 * day)
	w.same(about(rep, "notice", "short.de", d.Expires), "-4 domain_auto_renewed")
}

// TestSameLog runs the same names through the same time twice: the event logs are equal.
func TestSameLog(t *testing.T) {
	t.Parallel()
	run := func() string {
		w := newWorld(t)
		for i := range 40 {
			w.register(fmt.Sprintf("same%d.com", i), func(c *command.RegisterDomain) {
				if i%3 == 0 {
					c.AutoRenew = domain.Renew
				}
				if i%4 == 0 {
					c.Contacts[domain.Registrant] = command.ContactRef{New: ptr(other(i))}
				}
			})
			if i%5 == 0 {
				w.Clocks.Advance(time.Minute)
			}
		}
		return Log(w.advance(440 * day))
	}
	a, b := run(), run()
	if a != b {
		t.Errorf("two equal runs differ:\n%s\n---\n%s", a, b)
	}
	if n := strings.Count(a, "\n"); n < 40*8 {
		t.Errorf("only %d lines", n)
	}
}

// TestBrokenOff breaks the move of the clock off again and again, and goes on each time: what happens is what happens without.
func TestBrokenOff(t *testing.T) {
	t.Parallel()
	run := func(pause time.Duration) (log string, broken int) {
		w := newWorld(t)
		for i := range 12 {
			w.register(fmt.Sprintf("broken%d.com", i), func(c *command.RegisterDomain) {
				if i%3 == 0 {
					c.AutoRenew = domain.Renew
				}
			})
		}
		marks, to := must(w.Store.View().Marks(w.ctx)), w.Clocks.Registrar().Add(440*day)
		for {
			ctx, cancel := context.WithTimeout(w.ctx, pause)
			_, err := w.Core.Lifecycle.Advance(ctx, to, nil)
			cancel()
			if err == nil {
				return Log(w.since(marks)), broken
			}
			if ctx.Err() == nil {
				t.Fatal(err)
			}
			broken++
			pause += 20 * time.Millisecond
		}
	}
	whole, _ := run(time.Hour)
	parts, broken := run(50 * time.Millisecond)
	if whole != parts || broken == 0 {
		t.Errorf("broken off %d times:\n%s\n--- and in one go:\n%s", broken, parts, whole)
	}
}

// TestOrdersWaitForTheClock holds new orders until the clock has been moved, and lets nobody move it besides.
func TestOrdersWaitForTheClock(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i := range 10 {
		w.register(fmt.Sprintf("wait%d.com", i))
	}
	to := w.Clocks.Registrar().Add(440 * day)
	moved := make(chan error, 1)
	go func() {
		_, err := w.Core.Lifecycle.Advance(w.ctx, to, nil)
		for errs.Is(err, errs.Busy) { // that below was there first
			_, err = w.Core.Lifecycle.Advance(w.ctx, to, nil)
		}
		moved <- err
	}()
	for len(moved) == 0 {
		_, err := w.Core.Lifecycle.Advance(w.ctx, w.Clocks.Registrar(), nil)
		if errs.Is(err, errs.Busy) {
			break
		}
		w.ok(err)
	}
	if d := w.register("meanwhile.com"); d.Created.Before(to) {
		t.Errorf("registered at %v, on the way to %v", d.Created, to)
	}
	w.ok(<-moved)
}

// Log is an event log as text.
func Log(rep lifecycle.Report) string {
	var b strings.Builder
	for _, e := range rep.Events {
		fmt.Fprintln(&b, e.At.Format(time.RFC3339Nano), e.Source, e.Seq, e.Account, e.Kind, e.Object, e.Order, e.Amount)
	}
	return b.String()
}

// TestMany lets a year pass over many names, each registered at a moment of its own, in a bearable time; scripts/bench tells
// how long ten thousand take. The floor beside it is the same number of plain renewals.
func TestMany(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const names = 60
	w.ok(w.Store.InTx(w.ctx, deposit(w.c.Account.ID, 1_000_000)))
	for i := range names {
		w.register(fmt.Sprintf("many%d.com", i))
		w.Clocks.Advance(time.Second)
	}
	began := time.Now()
	for i := range names {
		do(w, command.RenewDomain{Name: fmt.Sprintf("many%d.com", i), Years: 1})
	}
	floor := time.Since(began)
	rep := w.advance(2*365*day + 75*day)
	if rep.Steps < names*8 {
		t.Errorf("%d steps", rep.Steps)
	}
	if rep.Took > 30*floor { // nine steps and two orders of each name
		t.Errorf("%d names took %v, as many renewals %v", names, rep.Took, floor)
	}
	for i := 1; i < len(rep.Events); i++ {
		if rep.Events[i].At.Before(rep.Events[i-1].At) {
			t.Fatalf("event %d is before the one before it", i)
		}
	}
}

func TestNeverBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if _, err := w.Core.Lifecycle.Advance(w.ctx, dialecttest.Now.Add(-time.Second), nil); !errs.Is(err, errs.Invalid) {
		t.Errorf("backwards: %v", err)
	}
	w.advance(36 * time.Hour)
	fresh := dialecttest.New(t, idle)
	w.ok(lifecycle.Restore(w.ctx, w.Store, fresh.Clocks))
	if got := fresh.Clocks.Registrar(); !got.Equal(dialecttest.Now.Add(36 * time.Hour)) {
		t.Errorf("the kept clock says %v", got)
	}
}
