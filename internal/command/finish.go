package command

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/ledger"
	"github.com/polyreg/polyreg/internal/notify"
	"github.com/polyreg/polyreg/internal/order"
)

// errLost ends tx 2 when the order has left the state it was read in: somebody else was faster.
var errLost = errors.New("command: the order has ended otherwise")

// finish is tx 2: it applies the outcome, or answers from the order when somebody else was faster.
func (r *Runner) finish(ctx context.Context, op operation, x *exchange, step stepResult, w *waiter) (order.Order, error) {
	ctx, told := context.WithoutCancel(ctx), w.end()
	ended, err := *x.o, error(nil)
	for range writeAttempts {
		err = r.cfg.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
			ended, x.end = *x.o, ending{}
			was := step.close(tx, &ended)
			if err := tx.MustFinish(ctx, &ended, was, errLost); err != nil {
				return err
			}
			return r.applyEnd(ctx, tx, op, x, &ended, step, told)
		})
		if !errs.Is(err, errs.Conflict) { // else another transaction changed the object since it was read
			break
		}
	}
	if err != nil {
		return r.unwritten(ctx, x, err)
	}
	if w != nil {
		w.left = x.end
	}
	return ended, nil
}

// writeAttempts is how often an outcome is written against changes of the object beside it.
const writeAttempts = 5

// unwritten is what is known of an order whose outcome this driver could not write: as somebody else ended it, or still open.
// A commit whose answer was lost may have ended it too.
func (r *Runner) unwritten(ctx context.Context, x *exchange, err error) (order.Order, error) {
	now, failed := r.cfg.Store.View().AnyOrder(ctx, x.o.Number)
	switch {
	case errors.Is(err, errLost):
		return now, failed
	case failed != nil || now.State.Open():
		return *x.o, err
	}
	return now, nil
}

// close puts the outcome into an order and tells how the order was before.
func (s stepResult) close(tx Tx, o *order.Order) Fenced {
	was := Fenced{Attempt: o.Attempt, State: o.State}
	o.Updated, o.Finished = tx.Registrar(), tx.Registrar()
	o.LeaseOwner, o.LeaseUntil, o.NextAttempt = "", time.Time{}, time.Time{}
	if s.got != nil {
		o.State, o.Result = order.Done, encode(*s.got)
	} else {
		o.State, o.Error = order.Failed, s.refused
	}
	return was
}

// applyEnd writes what an order's end brings, in the transaction that ended it.
func (r *Runner) applyEnd(ctx context.Context, tx Tx, op operation, x *exchange, o *order.Order, step stepResult, told bool) error {
	if err := x.noteMade(ctx, tx); err != nil {
		return err
	}
	var got achieved
	var err error
	if step.got != nil {
		got = *step.got
		err = op.apply(ctx, tx, x, o, got)
	} else {
		err = op.revert(ctx, tx, o, x.in)
	}
	if err != nil {
		return err
	}
	return r.afterEnd(ctx, tx, x, o, afterwards{got, told})
}

// afterwards is what is known when an order has ended: what was achieved, and whether the caller was told "pending".
type afterwards struct {
	got  achieved
	told bool
}

// afterEnd writes what follows from an ended order: history, notices, and the money last.
func (r *Runner) afterEnd(ctx context.Context, tx Tx, x *exchange, o *order.Order, a afterwards) error {
	what := string(o.Operation) + " " + string(o.State)
	if err := tx.AddHistory(ctx, History{Account: o.Account, ObjectKind: o.ObjectKind, ObjectName: o.ObjectName, Order: o.Number, What: what, At: tx.Registrar()}); err != nil {
		return err
	}
	if err := r.addNotices(ctx, tx, o, x.in, a); err != nil {
		return err
	}
	if o.State == order.Failed && isSystem(*o) {
		if err := r.failedByTime(ctx, tx, o, x.in); err != nil {
			return err
		}
	}
	if o.Price.IsZero() {
		return nil
	}
	if o.State != order.Done {
		return tx.ReleaseHold(ctx, o.Number)
	}
	left, err := tx.CaptureHold(ctx, ledger.Hold{Account: o.Account, Order: int64(o.Number), Amount: o.Price}, string(o.Operation)+" "+o.ObjectName)
	if err == nil {
		x.end.balance = &left
	}
	return err
}

func (r *Runner) addNotices(ctx context.Context, tx Tx, o *order.Order, in intent, a afterwards) error {
	n := notify.Notice{Account: o.Account, Channel: o.Caller.Channel, Order: int64(o.Number), ObjectKind: o.ObjectKind, ObjectName: o.ObjectName,
		Data: map[string]string{"operation": string(o.Operation)}}
	if !a.got.Expires.IsZero() {
		n.Data["expires"] = a.got.Expires.Format(time.RFC3339)
	}
	if in.Years > 0 {
		n.Data["years"] = strconv.Itoa(in.Years)
	}
	if isSystem(*o) && o.State == order.Done {
		if n.Kind = systemNotice(*o, in); n.Kind == "" {
			return nil
		}
		if in.HoldFor+in.Release != "" {
			n.Data["reason"] = in.HoldFor + in.Release
		}
		return tx.AddNotice(ctx, &n)
	}
	if r.cfg.EventChannels[o.Caller.Channel] && o.State == order.Done {
		if kind := eventOf(*o, in); kind != "" {
			ev := n
			ev.Kind = kind
			if err := tx.AddNotice(ctx, &ev); err != nil {
				return err
			}
		}
	}
	// A refusal that was answered at once is no notice besides; a success is, where the dialect's reference says so.
	failed := o.State == order.Failed
	if w := o.Caller.Notice; w == order.NoticeNever || !a.told && (failed || w != order.NoticeAlways) {
		return nil
	}
	n.Kind = notify.OrderDone
	if failed {
		n.Kind = notify.OrderFailed
		if o.Error != nil {
			n.Data["error_kind"], n.Data["error"] = o.Error.Kind.String(), o.Error.Text
		}
	}
	return tx.AddNotice(ctx, &n)
}

// eventOf is the object event that an order's success is, "" for none.
func eventOf(o order.Order, in intent) notify.Kind {
	switch {
	case o.Operation == order.Register:
		return notify.Registered
	case o.Operation == order.RenewDomain:
		return notify.Renewed
	case o.Operation == order.UpdateDomain && in.Delegate:
		return notify.NSChanged
	}
	return ""
}

// madeContact is a contact object that a registry has taken in a version.
type madeContact struct {
	registry string
	id       contact.ID
	at       string
	version  int64
}

// noteMade writes which contacts the registry has by now.
func (x *exchange) noteMade(ctx context.Context, tx Tx) error {
	for _, m := range x.made {
		if err := tx.PutAtRegistry(ctx, contact.AtRegistry{Contact: m.id, Registry: m.registry, ID: m.at, Made: true, Version: m.version}); err != nil {
			return err
		}
	}
	return nil
}

// removeMade takes implicit contacts back that came with a refused order. A contact that a registry has taken stays there
// unused; its row goes, for nothing refers to it. Shared contacts stay: another order may have taken them up by now.
func removeMade(ctx context.Context, tx Tx, o *order.Order, in intent) error {
	for _, id := range in.Made {
		k, err := tx.Contact(ctx, o.Account, id)
		if errs.Is(err, errs.NotFound) || err == nil && k.Owner == "" {
			continue
		}
		if err != nil {
			return err
		}
		if err := tx.DeleteContact(ctx, o.Account, id); err != nil && !errs.Is(err, errs.NotFound) {
			return err
		}
	}
	return nil
}
