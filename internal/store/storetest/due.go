package storetest

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
)

func dueList(t *testing.T, f *fixture) {
	ctx, view := t.Context(), f.View()
	a := f.account("a", 0)
	now, wall := view.Registrar(), view.Wall()
	entry := func(kind string, object int64, at time.Duration, step string, rank int) command.DueEntry {
		return command.DueEntry{Kind: kind, Object: object, Account: a.ID, Name: step + itoa(object), At: now.Add(at), Step: step, Rank: rank}
	}
	const dom, ver = command.DueDomain, command.DueVerification
	in := []command.DueEntry{ // in the order in which they are to be taken
		entry(dom, 9, -time.Hour, "release", 9),
		entry(dom, 8, 0, "notice", 2),
		entry(dom, 2, 0, "delete", 7),
		entry(dom, 10, 0, "delete", 7),
		entry(ver, 1, 0, "verify", 7),
	}
	later, waits := entry(dom, 1, time.Microsecond, "notice", 2), entry(dom, 3, -2*time.Hour, "notice", 2)
	waits.Tries, waits.Retry = 2, wall.Add(time.Minute)
	f.in(func(ctx context.Context, tx command.Tx) {
		for _, i := range []int{3, 0, 4, 2, 1} {
			f.ok(tx.PutDue(ctx, in[i]))
		}
		f.ok(tx.PutDue(ctx, later))
		f.ok(tx.PutDue(ctx, waits))
		f.same(must[[]command.DueEntry](f)(tx.DueUntil(ctx, now, wall, 100)), in) // it sees what the transaction wrote
	})
	until := func(at, wall time.Time, limit int) []command.DueEntry {
		t.Helper()
		return must[[]command.DueEntry](f)(f.View().DueUntil(ctx, at, wall, limit))
	}
	f.same(until(now, wall, 100), in)
	f.same(until(now, wall, 2), in[:2])
	f.same(until(now, wall, 0), in[:0])
	f.same(until(now.Add(-time.Hour), wall, 9), in[:1])
	f.same(until(now, wall.Add(time.Minute), 1), []command.DueEntry{waits})
	f.same(until(now.Add(time.Microsecond), wall, 100), append(in[:5:5], later))
	f.same(must[command.DueEntry](f)(view.Due(ctx, dom, 3)), waits)
	_, err := view.Due(ctx, ver, 3)
	f.kind(err, errs.NotFound)

	moved := entry(dom, 9, time.Hour, "expired", 4)
	moved.Tries, moved.Retry, moved.Account, moved.Name = 1, wall, 7, "other"
	f.in(func(ctx context.Context, tx command.Tx) {
		f.ok(tx.PutDue(ctx, in[1]))
		f.ok(tx.PutDue(ctx, moved))
		f.ok(tx.DropDue(ctx, dom, 2))
		f.ok(tx.DropDue(ctx, dom, 2)) // a second time nothing happens
	})
	f.same(must[command.DueEntry](f)(view.Due(ctx, dom, 9)), moved)
	f.same(until(now, wall, 100), []command.DueEntry{in[1], in[3], in[4]})
}

// dueAtOnce puts one object's entry from several nodes: one of them stays, whole.
func dueAtOnce(t *testing.T, f *fixture) {
	now := f.View().Registrar()
	together(8, func(i int) {
		err := f.InTx(t.Context(), func(ctx context.Context, tx command.Tx) error {
			return tx.PutDue(ctx, command.DueEntry{Kind: command.DueDomain, Object: 1, Name: itoa(int64(i)), At: now, Step: itoa(int64(i)), Rank: i})
		})
		if err != nil {
			t.Error(err)
		}
	})
	got := must[[]command.DueEntry](f)(f.View().DueUntil(t.Context(), now, f.View().Wall(), 100))
	if len(got) != 1 || got[0].Name != got[0].Step || got[0].Name != itoa(int64(got[0].Rank)) {
		t.Fatalf("%+v", got)
	}
}

func leases(t *testing.T, f *fixture) {
	wall := f.View().Wall()
	take := func(owner string, until time.Duration) (ok bool) {
		t.Helper()
		f.in(func(ctx context.Context, tx command.Tx) {
			ok = must[bool](f)(tx.TakeLease(ctx, "due", owner, wall.Add(until)))
		})
		return ok
	}
	drop := func(owner string) {
		t.Helper()
		f.in(func(ctx context.Context, tx command.Tx) { f.ok(tx.DropLease(ctx, "due", owner)) })
	}
	f.same(take("n1", time.Hour), true)
	f.same(take("n2", time.Hour), false)
	f.same(take("n1", 2*time.Hour), true) // renewed
	drop("n2")                            // not his
	f.same(take("n2", time.Hour), false)
	drop("n1")
	f.same(take("n2", -time.Second), true)
	f.same(take("n1", time.Hour), true) // it has run out
	f.same(take("n2", time.Hour), false)

	var taken, refused atomic.Int32
	together(8, func(i int) {
		var ok bool
		err := f.InTx(t.Context(), func(ctx context.Context, tx command.Tx) (err error) {
			ok, err = tx.TakeLease(ctx, "mail", "n"+itoa(int64(i)), tx.Wall().Add(time.Hour))
			return err
		})
		switch {
		case err != nil:
			t.Error(err)
		case ok:
			taken.Add(1)
		default:
			refused.Add(1)
		}
	})
	if taken.Load() != 1 || refused.Load() != 7 {
		t.Fatalf("%d nodes took the lease and %d did not, want 1 and 7", taken.Load(), refused.Load())
	}
}
