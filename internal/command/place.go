package command

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/ledger"
	"github.com/polyreg/polyreg/internal/money"
	"github.com/polyreg/polyreg/internal/order"
)

// draft is an order that passed validation and is about to be written.
type draft struct {
	op       order.Operation
	kind     string // "domain", "contact"
	name     string
	registry string // "" when no registry is concerned: the order is done in tx 1
	price    money.Amount
	in       intent
	// prepare runs in tx 1: it reads again what validation relied on, and writes what the order brings along.
	prepare func(ctx context.Context, tx Tx, in *intent) error
	// key and hash of an idempotent request; empty without a key.
	key, hash string
}

// repeated looks an idempotency key up before anything is validated: the same input gives the earlier outcome, another
// input is a Conflict. found is false for a new key or none.
func (r *Runner) repeated(ctx context.Context, c Caller, cmd any) (out Outcome, hash string, found bool, err error) {
	if c.IdempotencyKey == "" || c.DryRun {
		return out, "", false, nil
	}
	if len(c.IdempotencyKey) > 255 {
		return out, "", false, errs.F(errs.Invalid, "idempotency_key", "the idempotency key is longer than 255 characters")
	}
	if !storable(c.IdempotencyKey) {
		return out, "", false, errs.F(errs.Invalid, "idempotency_key", "the idempotency key has characters that are not allowed")
	}
	sum := sha256.Sum256(append([]byte(fmt.Sprintf("%T\n", cmd)), encode(cmd)...))
	hash = hex.EncodeToString(sum[:])
	out, found, err = r.bound(ctx, c, hash)
	return out, hash, found, err
}

// bound is the outcome of the order that the caller's key is bound to; hash is that of the present request.
func (r *Runner) bound(ctx context.Context, c Caller, hash string) (out Outcome, found bool, err error) {
	was, n, err := r.cfg.Store.View().OrderKey(ctx, c.Account.ID, c.IdempotencyKey)
	if errs.Is(err, errs.NotFound) {
		return out, false, nil
	}
	if err != nil {
		return out, false, err
	}
	if was, err = r.cfg.Secrets.Open(was, keyAAD(c)); err != nil {
		return out, false, err
	}
	if was != hash {
		return out, true, errs.F(errs.Conflict, "idempotency_key", "the idempotency key was used with another request")
	}
	o, err := r.cfg.Store.View().Order(ctx, c.Account.ID, n)
	if err != nil {
		return out, false, err
	}
	out, err = r.outcome(ctx, c, o)
	out.Repeated = true
	return out, true, err
}

// keyAAD binds the sealed hash of a request to its key. It is sealed because passwords of registrants are part of the hash, and
// could be guessed from it.
func keyAAD(c Caller) string {
	return "order_key/hash/" + strconv.FormatInt(int64(c.Account.ID), 10) + "/" + c.IdempotencyKey
}

// once runs a request with an idempotency key, or without one. What was refused may have been refused because of a request with
// the same key beside it, which was faster ("busy", "taken", "no funds"): then that one's order is the answer.
func (r *Runner) once(ctx context.Context, c Caller, cmd any, do func(hash string) (Outcome, error)) (Outcome, error) {
	out, hash, found, err := r.repeated(ctx, c, cmd)
	if found || err != nil {
		return out, err
	}
	out, err = do(hash)
	if err == nil || hash == "" || out.Order.Number != 0 {
		return out, err
	}
	if won, found, failed := r.bound(ctx, c, hash); found {
		return won, failed
	}
	return out, err
}

// place writes the order and carries it out as far as the caller waits.
func (r *Runner) place(ctx context.Context, c Caller, d draft) (Outcome, error) {
	if c.DryRun {
		return r.dryRun(ctx, c, d)
	}
	if err := r.gate.pass(ctx); err != nil {
		return Outcome{}, errs.E(errs.RegistryDown, "the platform is busy, try again later").Wrap(err)
	}
	x, err := r.writeOrder(ctx, c, d)
	if err != nil {
		return Outcome{}, err
	}
	if !x.o.State.Open() {
		return r.tell(ctx, c, *x.o, x.in, x.end)
	}
	ended, left, pending := r.await(ctx, x)
	if pending {
		out := Outcome{Order: ended, Pending: true, Price: d.price}
		out.Balance, err = r.cfg.Store.View().Balance(ctx, c.Account.ID, c.Account.Currency)
		return out, err
	}
	return r.tell(ctx, c, ended, x.in, left)
}

// writeOrder is tx 1.
func (r *Runner) writeOrder(ctx context.Context, c Caller, d draft) (*exchange, error) {
	x := &exchange{r: r}
	err := r.cfg.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		in := d.in
		err := tx.JudgeAccount(ctx, c.Account.ID, func(acc account.Account) error {
			if acc.Locked && !(c.Command == byTime && d.price.IsZero()) { // what time must do to a name it does all the same
				return errs.E(errs.AccountLocked, "the account is locked")
			}
			if acc.Currency != c.Account.Currency {
				return errs.E(errs.Conflict, "the account's billing currency has changed")
			}
			return nil
		})
		if err != nil {
			return err
		}
		if d.prepare != nil {
			if err := d.prepare(ctx, tx, &in); err != nil {
				return err
			}
		}
		o := r.newOrder(c, d, in, tx)
		if err := tx.AddOrder(ctx, &o); err != nil {
			return busy(err, d)
		}
		if d.key != "" {
			sealed, err := r.cfg.Secrets.Seal(d.hash, keyAAD(c))
			if err != nil {
				return err
			}
			if err := tx.BindKey(ctx, c.Account.ID, d.key, sealed, o.Number); err != nil {
				return err
			}
		}
		x.o, x.in, x.end = &o, in, ending{}
		if !o.State.Open() {
			return r.afterEnd(ctx, tx, x, &o, afterwards{})
		}
		if d.price.IsZero() {
			return nil
		}
		return tx.PlaceHold(ctx, &ledger.Hold{Account: c.Account.ID, Order: int64(o.Number), Amount: d.price})
	})
	if err != nil {
		return nil, err // nothing was written: nothing may be sent
	}
	return x, nil
}

func busy(err error, d draft) error {
	if errs.Is(err, errs.Busy) {
		return errs.E(errs.Busy, "another order for %s %s is open", d.kind, d.name).On(d.kind, d.name)
	}
	return err
}

func (r *Runner) newOrder(c Caller, d draft, in intent, tx Tx) order.Order {
	o := order.Order{
		Account: c.Account.ID, Environment: c.Account.Environment, Operation: d.op, ObjectKind: d.kind, ObjectName: d.name,
		State: order.Sent, Registry: d.registry, Price: d.price, Attempt: 1,
		Caller: order.Caller{Dialect: c.Dialect, Channel: c.Channel, Command: c.Command, Request: c.RequestID, ClTRID: c.ClTRID,
			Credential: c.Credential.ID, Notice: c.Notice},
		Created: tx.Registrar(), Updated: tx.Registrar(),
	}
	if o.Caller.Notice == "" {
		o.Caller.Notice = order.NoticeNever
	}
	if in.Contact != 0 {
		o.ObjectName = fmt.Sprint(in.Contact)
	}
	if d.registry == "" {
		o.State, o.Finished, o.Result = order.Done, tx.Registrar(), encode(achieved{})
	} else {
		o.LeaseOwner, o.LeaseUntil = r.cfg.Node, tx.Wall().Add(r.lease())
		o.NextAttempt = o.LeaseUntil
	}
	o.Input = encode(in)
	return o
}

func (r *Runner) lease() time.Duration { return r.cfg.Inline + r.cfg.Exchange + r.cfg.Margin }

// dryRun does all checks of tx 1 that need no writing.
func (r *Runner) dryRun(ctx context.Context, c Caller, d draft) (Outcome, error) {
	view := r.cfg.Store.View()
	out := Outcome{Price: d.price, Order: order.Order{Account: c.Account.ID, Environment: c.Account.Environment, Operation: d.op,
		ObjectKind: d.kind, ObjectName: d.name, State: order.Done, Price: d.price}}
	if _, err := view.OpenOrder(ctx, c.Account.Environment, d.kind, d.name); err == nil {
		return out, busy(errs.E(errs.Busy, ""), d)
	} else if !errs.Is(err, errs.NotFound) {
		return out, err
	}
	var err error
	if out.Balance, err = view.Balance(ctx, c.Account.ID, c.Account.Currency); err != nil {
		return out, err
	}
	if d.price.Minor > 0 && out.Balance.Available() < d.price.Minor {
		return out, errs.E(errs.NoFunds, "the balance does not cover %s", d.price)
	}
	out.Order.Result = encode(achieved{Created: r.now(), Expires: d.wouldExpire(r.now())})
	out.Order.Input = encode(d.in)
	return out, nil
}

// outcome turns an order into what the caller is told: its result, or its error.
func (r *Runner) outcome(ctx context.Context, c Caller, o order.Order) (Outcome, error) {
	in, err := decodeIntent(o)
	if err != nil && o.State != order.Failed {
		return Outcome{Order: o, Price: o.Price, Pending: o.State.Open()}, err
	}
	return r.tell(ctx, c, o, in, ending{})
}

// tell is outcome for an order whose intent is at hand; what tx 2 left behind is not read again.
func (r *Runner) tell(ctx context.Context, c Caller, o order.Order, in intent, left ending) (Outcome, error) {
	view := r.cfg.Store.View()
	out := Outcome{Order: o, Price: o.Price, Pending: o.State.Open(), Domain: left.domain}
	if o.State == order.Failed {
		if o.Error == nil {
			return out, errs.E(errs.RegistryRejected, "the order failed")
		}
		return out, o.Error
	}
	switch {
	case out.Pending || out.Domain != nil:
	case o.ObjectKind == "domain":
		d, err := view.Domain(ctx, o.Account, in.Name)
		if err == nil {
			out.Domain = &d
		} else if !errs.Is(err, errs.NotFound) {
			return out, err
		}
	case o.ObjectKind == "contact":
		k, err := view.Contact(ctx, o.Account, in.Contact)
		if err == nil {
			out.Contact = &k
		} else if !errs.Is(err, errs.NotFound) {
			return out, err
		}
	}
	if left.balance != nil && left.balance.Currency == c.Account.Currency {
		out.Balance = *left.balance
		return out, nil
	}
	var err error
	out.Balance, err = view.Balance(ctx, c.Account.ID, c.Account.Currency)
	return out, err
}

// await carries a fresh order out in the background and waits for its end at most Inline.
func (r *Runner) await(ctx context.Context, x *exchange) (order.Order, ending, bool) {
	o := *x.o // the exchange goes on with its own
	w := &waiter{done: make(chan struct{})}
	r.running.begin()
	go func() {
		defer r.running.end()
		defer close(w.done)
		w.ended, w.err = r.carry(context.WithoutCancel(ctx), x, w, false)
	}()
	t := time.NewTimer(r.cfg.Inline)
	defer t.Stop()
	select {
	case <-w.done:
	case <-t.C:
		if w.tell() {
			return o, ending{}, true
		}
		<-w.done // the outcome is being written: its answer is a moment away
	}
	if w.err != nil && !errors.Is(w.err, context.Canceled) {
		r.cfg.Log.Error("order could not be carried to its end", "order", o.Number, "err", w.err)
	}
	if w.ended.Number == 0 {
		return o, ending{}, true
	}
	return w.ended, w.left, w.ended.State.Open()
}
