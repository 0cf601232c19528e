package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/notify"
	"github.com/polyreg/polyreg/internal/order"
)

func timeline(t *testing.T, f *fixture) {
	ctx, view := t.Context(), f.View()
	f.same(must[command.Marks](f)(view.Marks(ctx)), command.Marks{})
	a := f.account("a", 0)
	now := view.Registrar()
	f.deposit(a.ID, 1000)
	n := f.held(a.ID, "x.com", 300)
	f.end(n, order.Done)
	before := must[command.Marks](f)(view.Marks(ctx))
	f.in(func(ctx context.Context, tx command.Tx) {
		late, early := tx.At(now.Add(time.Hour)), tx.At(now.Add(-time.Hour))
		f.ok(late.AddNotice(ctx, &notify.Notice{Account: a.ID, Kind: notify.Released, ObjectKind: "domain", ObjectName: "late.com"}))
		f.ok(early.AddNotice(ctx, &notify.Notice{Account: a.ID, Kind: notify.Expired, Order: 5, ObjectKind: "domain", ObjectName: "early.com"}))
		f.ok(early.AddMail(ctx, &notify.Mail{Account: a.ID, Kind: "expiry_notice", ObjectName: "early.com", To: "x@example.org", State: notify.MailQueued}))
		f.ok(tx.AddHistory(ctx, command.History{Account: a.ID, ObjectKind: "domain", ObjectName: "x.com", Order: n, What: "deleted", At: now}))
		f.ok(tx.AddHistory(ctx, command.History{Account: a.ID, ObjectKind: "domain", ObjectName: "y.com", What: "held", At: now.Add(-time.Hour)}))
		_, ok, err := tx.Refund(ctx, n, "add_grace", "x")
		f.ok(err)
		f.same(ok, true)
	})
	want := []command.Event{
		{At: now.Add(-time.Hour), Source: "history", Seq: 2, Account: a.ID, Kind: "held", Object: "y.com"},
		{At: now.Add(-time.Hour), Source: "mail", Seq: 1, Account: a.ID, Kind: "expiry_notice", Object: "early.com"},
		{At: now.Add(-time.Hour), Source: "notice", Seq: 51000002, Account: a.ID, Kind: "domain_expired", Object: "early.com", Order: 5},
		{At: now, Source: "history", Seq: 1, Account: a.ID, Kind: "deleted", Object: "x.com", Order: int64(n)},
		{At: now, Source: "ledger", Seq: 3, Account: a.ID, Kind: "refund:add_grace", Object: "x.com", Order: int64(n), Amount: eur(300)},
		{At: now.Add(time.Hour), Source: "notice", Seq: 51000001, Account: a.ID, Kind: "domain_released", Object: "late.com"},
	}
	end := must[command.Marks](f)(view.Marks(ctx))
	f.same(end, command.Marks{History: 2, Notice: 51000002, Entry: 3, Mail: 1})
	got, marks, err := view.Timeline(ctx, before, 100)
	f.ok(err)
	f.same(got, want)
	f.same(marks, end)
	got, marks, err = view.Timeline(ctx, end, 100)
	f.ok(err)
	f.same(got, want[:0])
	f.same(marks, end)

	for limit := 1; limit < 7; limit++ { // pages leave nothing out and tell nothing twice
		seen := map[command.Event]int{}
		for at := before; ; {
			page, next, err := view.Timeline(ctx, at, limit)
			f.ok(err)
			if len(page) > limit {
				t.Fatalf("%d lines in a page of %d", len(page), limit)
			}
			for _, e := range page {
				seen[e]++
			}
			if at = next; len(page) == 0 {
				break
			}
		}
		for _, e := range want {
			if seen[e] != 1 || len(seen) != len(want) {
				t.Fatalf("pages of %d tell %+v %d times", limit, e, seen[e])
			}
		}
	}
	all, _, err := view.Timeline(ctx, command.Marks{}, 0)
	f.ok(err)
	f.same(all[3:6], []command.Event{
		{At: now, Source: "history", Seq: 1, Account: a.ID, Kind: "deleted", Object: "x.com", Order: int64(n)},
		{At: now, Source: "ledger", Seq: 1, Account: a.ID, Kind: "deposit", Amount: eur(1000)},
		{At: now, Source: "ledger", Seq: 2, Account: a.ID, Kind: "charge", Object: "x.com", Order: int64(n), Amount: eur(-300)},
	})
}
