package sim

import (
	"cmp"
	"container/heap"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/polyreg/polyreg/internal/clock"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/registry/sim/repo"
	"github.com/polyreg/polyreg/internal/wire/epp"
)

// Event is something that time has done to an object.
type Event struct {
	At        time.Time // registrar time at which it fell due
	Namespace string
	Object    string // "domain" or "contact"
	Name      string
	Registrar string // the sponsor after it, or at the end
	Kind      string // "autoRenew", "transfer", "redemption", "pendingDelete", "restoreLapsed", "transit", "purge"
	Charge    int64  // what the sponsor was charged, in minor units of the price table's currency
}

// batchSize is how many objects one transaction of Tick changes.
const batchSize = 200

// effects are the charges of one transaction in which time did something. They are booked at its end, in the registrars' order, so that
// transactions do not wait for each other crosswise.
type effects struct {
	charges map[string]int64
}

func (fx *effects) charge(registrar string, fee int64) {
	if fee == 0 {
		return
	}
	if fx.charges == nil {
		fx.charges = map[string]int64{}
	}
	fx.charges[registrar] += fee
}

func (fx *effects) book(ctx context.Context, tx repo.Tx) error {
	for _, who := range slices.Sorted(maps.Keys(fx.charges)) {
		if _, err := tx.Charge(ctx, who, fx.charges[who], true); err != nil {
			return err
		}
	}
	return nil
}

// watchedTx is a transaction that knows what time did in it.
type watchedTx struct {
	repo.Tx
	events []Event
}

// inTx runs a transaction and tells what time did in it once that is stored.
func (s *Server) inTx(ctx context.Context, fn func(context.Context, repo.Tx) error) error {
	var w *watchedTx
	err := s.cfg.Store.InTx(ctx, func(ctx context.Context, tx repo.Tx) error {
		w = &watchedTx{Tx: tx}
		return fn(ctx, w)
	})
	if err == nil && s.cfg.Observe != nil {
		for _, e := range w.events {
			s.cfg.Observe(e)
		}
	}
	return err
}

// happened notes an event of a transaction.
func happened(tx repo.Tx, e Event) {
	if w, ok := tx.(*watchedTx); ok {
		w.events = append(w.events, e)
	}
}

// Tick carries out what has fallen due by registrar time, in order of time, in batches, and gives the number of events. It
// may be called at any time and on several nodes; what it did not get to is done at the next call.
func (s *Server) Tick(ctx context.Context) (int, error) {
	s.ticking.Lock()
	defer s.ticking.Unlock()
	total := 0
	for {
		n, more, err := s.tickBatch(ctx)
		total += n
		if err != nil || !more {
			return total, err
		}
	}
}

// Next is the registrar time at which something falls due next; false when nothing will.
func (s *Server) Next(ctx context.Context) (time.Time, bool, error) {
	list, err := s.cfg.Store.Due(ctx, time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), 1)
	if err != nil || len(list) == 0 {
		return time.Time{}, false, err
	}
	return list[0].At, true, nil
}

// queue orders what is due by time, kind of object and number.
type queue []repo.Due

func (q queue) Len() int      { return len(q) }
func (q queue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q queue) Less(i, j int) bool {
	a, b := &q[i], &q[j]
	return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Object, b.Object), cmp.Compare(a.ID, b.ID)) < 0
}
func (q *queue) Push(v any) { *q = append(*q, v.(repo.Due)) }
func (q *queue) Pop() any {
	last := len(*q) - 1
	v := (*q)[last]
	*q = (*q)[:last]
	return v
}

// tickBatch carries out the earliest events. An object that has its next event before the batch ends is taken again in
// between, so that the order of time holds over all objects.
func (s *Server) tickBatch(ctx context.Context) (done int, more bool, err error) {
	now := s.cfg.Clocks.Registrar()
	list, err := s.cfg.Store.Due(ctx, now, batchSize)
	if err != nil || len(list) == 0 {
		return 0, false, err
	}
	end := list[len(list)-1].At
	if len(list) < batchSize {
		end = now
	}
	err = s.inTx(ctx, func(ctx context.Context, tx repo.Tx) error {
		var fx effects
		done = 0
		q := queue(slices.Clone(list))
		heap.Init(&q)
		for q.Len() > 0 {
			item := heap.Pop(&q).(repo.Due)
			next, err := s.happen(ctx, tx, item, &fx)
			done++
			if err != nil {
				return fmt.Errorf("%s %s: %w", item.Object, item.Name, err)
			}
			if !next.IsZero() && !next.After(end) {
				item.At = next
				heap.Push(&q, item)
			}
		}
		return fx.book(ctx, tx)
	})
	if err != nil {
		return 0, false, err
	}
	return done, len(list) == batchSize, nil
}

// happen carries out one event of an object and gives the time of its next. Another node may have been faster.
func (s *Server) happen(ctx context.Context, tx repo.Tx, item repo.Due, fx *effects) (time.Time, error) {
	if item.Object == "contact" {
		ct, err := tx.LockContact(ctx, item.Namespace, item.Name)
		if errors.Is(err, repo.ErrNotFound) || err == nil && (ct.Due().IsZero() || ct.Due().After(item.At)) {
			return time.Time{}, nil
		}
		if err != nil {
			return time.Time{}, err
		}
		return time.Time{}, s.contactEvent(ctx, tx, &ct)
	}
	d, err := tx.LockDomain(ctx, item.Namespace, item.Name)
	if errors.Is(err, repo.ErrNotFound) || err == nil && (d.Due().IsZero() || d.Due().After(item.At)) {
		return time.Time{}, nil
	}
	if err != nil {
		return time.Time{}, err
	}
	gone, err := s.domainEvent(ctx, tx, &d, fx)
	if err != nil || gone {
		return time.Time{}, err
	}
	return d.Due(), nil
}

// ripen carries out what is due on a locked domain, before a command sees it; gone is true when it was purged.
func (s *Server) ripen(ctx context.Context, tx repo.Tx, d *repo.Domain, now time.Time) (gone bool, err error) {
	var fx effects
	for {
		if at := d.Due(); at.IsZero() || at.After(now) {
			return false, fx.book(ctx, tx)
		}
		if gone, err = s.domainEvent(ctx, tx, d, &fx); err != nil {
			return false, err
		}
		if gone {
			return true, fx.book(ctx, tx)
		}
	}
}

// domainEvent carries out the domain's next event at its time.
func (s *Server) domainEvent(ctx context.Context, tx repo.Tx, d *repo.Domain, fx *effects) (gone bool, err error) {
	at := d.Due()
	e := Event{At: at, Namespace: d.Namespace, Object: "domain", Name: d.Name, Registrar: d.Sponsor}
	tld := s.policy(d.Name)
	del := d.Deletion
	switch {
	case del != nil && (del.Stage == epp.RGPPendingDelete || inTransit(d)):
		e.Kind = "purge"
		err, gone = s.purge(ctx, tx, d, at), true
	case del != nil && del.Stage == epp.RGPPendingRestore:
		e.Kind = "restoreLapsed"
		del.Stage, del.Until = epp.RGPRedemptionPeriod, later(del.Redemption, at)
		err = tx.SaveDomain(ctx, d)
	case del != nil:
		e.Kind = "pendingDelete"
		del.Stage, del.Until = epp.RGPPendingDelete, at.Add(days(tld.Grace.PendingDelete))
		err = tx.SaveDomain(ctx, d)
	case d.Transfer.Waits() && !d.Transfer.AcDate.After(at):
		e.Kind, e.Registrar = "transfer", d.Transfer.ReID
		err = s.completeTransfer(ctx, tx, d, ending{epp.TransferServerApproved, at, fx})
	case tld.NoAutoRenew && tld.Transit:
		e.Kind = "transit"
		err = s.expireInto(ctx, tx, d, at)
	case tld.NoAutoRenew:
		if gone = tld.NoRGP; gone {
			e.Kind = "purge"
			err = s.purge(ctx, tx, d, at)
		} else {
			e.Kind = "redemption"
			err = s.expire(ctx, tx, d, at)
		}
	default:
		e.Kind = "autoRenew"
		was := d.Expires
		e.Charge, _ = s.price(dname.Name(d.Name), epp.FeeForRenew, 1)
		d.Expires = clock.AddYears(was, 1)
		tld.begin(d, epp.RGPAutoRenewPeriod, at, was, e.Charge)
		fx.charge(d.Sponsor, e.Charge)
		err = tx.SaveDomain(ctx, d)
	}
	happened(tx, e)
	return gone, err
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// expire lets the redemption of a domain begin that is not renewed by time, and tells its sponsor.
func (s *Server) expire(ctx context.Context, tx repo.Tx, d *repo.Domain, at time.Time) error {
	redeem(d, s.policy(d.Name), at)
	if err := tx.SaveDomain(ctx, d); err != nil {
		return err
	}
	return tx.InsertMessage(ctx, &repo.Message{Registrar: d.Sponsor, Queued: at, Text: "Domain " + d.Name + " expired and was deleted",
		Change: &repo.ChangeNote{Name: d.Name, Op: "autoDelete", Date: at, SvTRID: s.svTRID(), Who: s.cfg.ID}})
}

// redeem begins the redemption of a domain.
func redeem(d *repo.Domain, tld TLD, at time.Time) {
	end := at.Add(days(tld.Grace.Redemption))
	d.Deletion = &repo.Deletion{Stage: epp.RGPRedemptionPeriod, Deleted: at, Until: end, Redemption: end}
	d.Periods = nil
}

// purge removes a domain at the end of its deletion and tells its sponsor, by panData when the delete was a command.
func (s *Server) purge(ctx context.Context, tx repo.Tx, d *repo.Domain, at time.Time) error {
	if err := tx.PurgeDomain(ctx, d); err != nil || d.Sponsor == TransitSponsor {
		return err
	}
	return tellDeleted(ctx, tx, d, true, at)
}

// tellDeleted tells how the delete that was answered with 1001 ended.
func tellDeleted(ctx context.Context, tx repo.Tx, d *repo.Domain, done bool, at time.Time) error {
	m := &repo.Message{Registrar: d.Sponsor, Queued: at, Text: "Domain " + d.Name + " was purged"}
	if !done {
		m.Text = "Domain " + d.Name + " was restored"
	}
	if del := d.Deletion; del != nil && del.SvTRID != "" {
		m.PanData = &repo.PanData{Name: d.Name, Done: done, ClTRID: del.ClTRID, SvTRID: del.SvTRID, Date: at}
	}
	return tx.InsertMessage(ctx, m)
}

// refund is what the running grace periods of a domain give back, and the expiry that they fall back to.
func refund(d *repo.Domain, now time.Time) (fee int64, expires time.Time) {
	expires = d.Expires
	for _, p := range active(d.Periods, now) {
		fee += p.Fee
		if p.Kind != epp.RGPAddPeriod && p.From.Before(expires) && !p.From.IsZero() {
			expires = p.From
		}
	}
	return fee, expires
}

// lockDomain locks a domain and brings it up to now; 2303 when there is none, or no longer.
func (s *Server) lockDomain(ctx context.Context, tx repo.Tx, namespace, name string) (repo.Domain, error) {
	d, err := tx.LockDomain(ctx, namespace, name)
	if err != nil {
		return d, absent(err, ofDomain("name", name))
	}
	gone, err := s.ripen(ctx, tx, &d, s.cfg.Clocks.Registrar())
	if err == nil && gone {
		err = refuse(epp.CodeNotExist, ofDomain("name", name), "object does not exist")
	}
	return d, err
}

// domain reads a domain as it is now.
func (s *Server) domain(ctx context.Context, namespace, name string) (repo.Domain, error) {
	d, err := s.cfg.Store.Domain(ctx, namespace, name)
	if at := d.Due(); err != nil || at.IsZero() || at.After(s.cfg.Clocks.Registrar()) {
		return d, err
	}
	if err := s.settleDomain(ctx, namespace, name); err != nil {
		return d, err
	}
	return s.cfg.Store.Domain(ctx, namespace, name)
}

// settleDomain stores what is due on a domain.
func (s *Server) settleDomain(ctx context.Context, namespace, name string) error {
	return s.inTx(ctx, func(ctx context.Context, tx repo.Tx) error {
		d, err := tx.LockDomain(ctx, namespace, name)
		if errors.Is(err, repo.ErrNotFound) {
			return nil
		}
		if err == nil {
			_, err = s.ripen(ctx, tx, &d, s.cfg.Clocks.Registrar())
		}
		return err
	})
}

// takenDomains gives those of the names that exist now.
func (s *Server) takenDomains(ctx context.Context, namespace string, names []string) (map[string]time.Time, error) {
	now := s.cfg.Clocks.Registrar()
	for range 2 {
		taken, err := s.cfg.Store.TakenDomains(ctx, namespace, names)
		if err != nil {
			return nil, err
		}
		ripe := false
		for name, due := range taken {
			if !due.IsZero() && !due.After(now) {
				ripe = true
				if err := s.settleDomain(ctx, namespace, name); err != nil {
					return nil, err
				}
			}
		}
		if !ripe {
			return taken, nil
		}
	}
	return s.cfg.Store.TakenDomains(ctx, namespace, names)
}
