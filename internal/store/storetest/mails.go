package storetest

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/notify"
)

func (f *fixture) mail(acc account.ID, change func(*notify.Mail)) notify.Mail {
	f.t.Helper()
	m := notify.Mail{Account: acc, Kind: "expiry_notice", ObjectName: "x.com", To: "Jane@Example.org", Subject: "Subject", Body: "Text\nÄ\n", State: notify.MailQueued}
	if change != nil {
		change(&m)
	}
	f.in(func(ctx context.Context, tx command.Tx) {
		f.ok(tx.AddMail(ctx, &m))
		if m.ID == 0 || m.Created != tx.Registrar() || m.Wall != tx.Wall() {
			f.t.Fatalf("new mail %+v", m)
		}
	})
	return m
}

func mails(t *testing.T, f *fixture) {
	ctx, view := t.Context(), f.View()
	a, b := f.account("a", 0), f.account("b", 0)
	wall := view.Wall()
	one := f.mail(a.ID, func(m *notify.Mail) { m.Next = wall })
	two := f.mail(b.ID, func(m *notify.Mail) { m.To, m.Next = "roe@example.org", wall.Add(-time.Second) })
	three := f.mail(a.ID, func(m *notify.Mail) { m.ObjectName, m.State = "y.com", notify.MailSuppressed })
	four := f.mail(a.ID, func(m *notify.Mail) { m.Next = wall.Add(time.Hour) })
	f.same(must[notify.Mail](f)(view.Mail(ctx, one.ID)), one)
	_, err := view.Mail(ctx, 999)
	f.kind(err, errs.NotFound)
	for _, c := range []struct {
		q    command.MailQuery
		want []notify.Mail
	}{
		{command.MailQuery{}, []notify.Mail{one, two, three, four}},
		{command.MailQuery{Limit: 3}, []notify.Mail{one, two, three}},
		{command.MailQuery{After: two.ID}, []notify.Mail{three, four}},
		{command.MailQuery{Account: a.ID}, []notify.Mail{one, three, four}},
		{command.MailQuery{To: "jane@EXAMPLE.org"}, []notify.Mail{one, three, four}},
		{command.MailQuery{To: "jane"}, nil},
		{command.MailQuery{Object: "y.com"}, []notify.Mail{three}},
		{command.MailQuery{Account: a.ID, To: "jane@example.org", Object: "x.com", After: one.ID, Limit: 5}, []notify.Mail{four}},
	} {
		f.same(must[[]notify.Mail](f)(view.Mails(ctx, c.q)), c.want)
	}
	f.same(must[[]notify.Mail](f)(view.DueMails(ctx, wall, 10)), []notify.Mail{two, one})
	f.same(must[[]notify.Mail](f)(view.DueMails(ctx, wall, 1)), []notify.Mail{two})
	two.State, two.Tries, two.Next, two.Error = notify.MailBounced, 3, time.Time{}, "no such mailbox"
	f.in(func(ctx context.Context, tx command.Tx) {
		f.ok(tx.PutMail(ctx, two))
		f.kind(tx.PutMail(ctx, notify.Mail{ID: 999}), errs.NotFound)
	})
	f.same(must[notify.Mail](f)(view.Mail(ctx, two.ID)), two)
	f.same(must[[]notify.Mail](f)(view.DueMails(ctx, wall, 10)), []notify.Mail{one})
}

// mailers takes queued mails from several nodes at once: each is taken once.
func mailers(t *testing.T, f *fixture) {
	const n = 20
	var ids [n]int64
	for i := range ids {
		ids[i] = f.mail(1, nil).ID
	}
	together(4, func(int) {
		for range n {
			err := f.InTx(t.Context(), func(ctx context.Context, tx command.Tx) error {
				due, err := tx.DueMails(ctx, tx.Wall(), 3)
				for _, m := range due {
					m.Tries, m.Next = m.Tries+1, tx.Wall().Add(time.Hour)
					if err := tx.PutMail(ctx, m); err != nil {
						return err
					}
				}
				return err
			})
			if err != nil {
				t.Error(err)
			}
		}
	})
	for _, id := range ids {
		m := must[notify.Mail](f)(f.View().Mail(t.Context(), id))
		if m.Tries != 1 {
			t.Errorf("mail %d was taken %d times", id, m.Tries)
		}
	}
}

func obligations(t *testing.T, f *fixture) {
	ctx, view, a := t.Context(), f.View(), f.account("a", 0)
	now := view.Registrar()
	m := f.mail(a.ID, nil)
	base := notify.Obligation{Account: a.ID, Kind: "expiry_notice", ObjectKind: "domain", ObjectName: "x.com", Recipient: "jane@example.org", Due: now, Mail: m.ID}
	add := func(change func(*notify.Obligation)) (o notify.Obligation, ok bool) {
		t.Helper()
		if o = base; change != nil {
			change(&o)
		}
		f.in(func(ctx context.Context, tx command.Tx) { ok = must[bool](f)(tx.AddObligation(ctx, &o)) })
		return o, ok
	}
	one, ok := add(nil)
	if !ok || one.ID == 0 {
		t.Fatalf("%+v", one)
	}
	if again, ok := add(func(o *notify.Obligation) { o.Mail = 7 }); ok || again.ID != 0 {
		t.Fatalf("the same twice: %+v", again)
	}
	early, ok := add(func(o *notify.Obligation) { o.Due, o.Mail = now.Add(-time.Hour), 0 })
	f.same(ok, true)
	other, ok := add(func(o *notify.Obligation) { o.Recipient = "roe@example.org" })
	f.same(ok, true)
	for _, change := range []func(*notify.Obligation){
		func(o *notify.Obligation) { o.ObjectName = "y.com" }, func(o *notify.Obligation) { o.Account = 7 },
		func(o *notify.Obligation) { o.ObjectKind = "contact" }, func(o *notify.Obligation) { o.Kind = "data_reminder"; o.Due = now.Add(time.Hour) },
	} {
		_, ok := add(change)
		f.same(ok, true)
	}
	put := func(state notify.MailState, after time.Duration) []notify.Obligation {
		t.Helper()
		m.State = state
		f.in(func(ctx context.Context, tx command.Tx) { f.ok(tx.At(now.Add(after)).PutMail(ctx, m)) })
		return must[[]notify.Obligation](f)(view.Obligations(ctx, a.ID, "domain", "x.com"))[:3]
	}
	f.same(put(notify.MailQueued, 0), []notify.Obligation{early, one, other})
	one.Sent, other.Sent = now.Add(time.Hour), now.Add(time.Hour)
	f.same(put(notify.MailSent, time.Hour), []notify.Obligation{early, one, other})
	f.same(put(notify.MailSent, 2*time.Hour), []notify.Obligation{early, one, other}) // evidence stays
	one.Delivered, other.Delivered = now.Add(3*time.Hour), now.Add(3*time.Hour)
	f.same(put(notify.MailDelivered, 3*time.Hour), []notify.Obligation{early, one, other})
	one.Bounced, other.Bounced = now.Add(4*time.Hour), now.Add(4*time.Hour)
	f.same(put(notify.MailBounced, 4*time.Hour), []notify.Obligation{early, one, other})
	f.same(len(must[[]notify.Obligation](f)(view.Obligations(ctx, a.ID, "domain", "x.com"))), 4)

	var added atomic.Int32
	together(8, func(int) {
		o := base
		o.ObjectName = "race.com"
		var ok bool
		err := f.InTx(ctx, func(ctx context.Context, tx command.Tx) (err error) {
			ok, err = tx.AddObligation(ctx, &o)
			return err
		})
		if err != nil {
			t.Error(err)
		} else if ok {
			added.Add(1)
		}
	})
	f.same(added.Load(), int32(1))
}
