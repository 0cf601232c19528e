package command

import (
	"context"
	"slices"
	"time"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/catalog"
	"github.com/polyreg/polyreg/internal/clock"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/money"
	"github.com/polyreg/polyreg/internal/order"
	"github.com/polyreg/polyreg/internal/registry"
)

// RenewDomain extends a registration. Exactly one of Years and UntilYear is set. Errors: NotFound, NotOwned, InvalidPeriod,
// Conflict (field "expiry": the compared expiry differs), Exists (field "cancelation": it is to be deleted on a day), WrongState, NoPrice, NoFunds, Busy, RegistryDown, RegistryRejected.
type RenewDomain struct {
	Name      string
	Years     int
	UntilYear int // renew until the expiry lies in that year; WrongState when it does already
	// What the caller believes the present expiry to be; zero values compare nothing.
	ExpiryYear int
	ExpiryDate time.Time // compared by date in UTC
	AutoRenew  *domain.AutoRenew
	// Keep takes back that the name is to be deleted on a day (UpdateDomain.DeleteOn): it renews itself again, unless AutoRenew
	// says otherwise. Without it such a name is not renewed, for it would be paid for and deleted.
	Keep     bool
	MaxPrice *money.Amount
}

func (RenewDomain) need() account.Access { return account.Full }

func (cmd RenewDomain) run(ctx context.Context, r *Runner, c Caller) (Outcome, error) {
	return r.once(ctx, c, cmd, func(hash string) (Outcome, error) { return cmd.order(ctx, r, c, hash) })
}

func (cmd RenewDomain) order(ctx context.Context, r *Runner, c Caller, hash string) (Outcome, error) {
	d, err := r.ownDomain(ctx, r.cfg.Store.View(), c, cmd.Name)
	if err != nil {
		return Outcome{}, err
	}
	years, err := cmd.validate(r, d)
	if err != nil {
		return Outcome{}, err
	}
	price, fee, err := r.quoteHeld(ctx, c, d, catalog.Renew, years)
	if err == nil {
		err = checkMaxPrice(price, cmd.MaxPrice)
	}
	if err != nil {
		return Outcome{}, err
	}
	in := intent{Name: d.Name, Years: years, OldExpiry: d.Expires, Fee: fee}
	if !d.DeleteOn.IsZero() {
		in.DeleteOn, in.AutoRenew = &noTime, domain.Renew
	}
	if cmd.AutoRenew != nil {
		in.AutoRenew = *cmd.AutoRenew
	}
	return r.place(ctx, c, draft{op: order.RenewDomain, kind: "domain", name: string(d.Name), registry: d.Registry, price: price, in: in,
		key: c.IdempotencyKey, hash: hash, prepare: func(ctx context.Context, tx Tx, in *intent) error {
			now, err := tx.Domain(ctx, c.Account.ID, d.Name)
			if err == nil && !now.Expires.Equal(in.OldExpiry) {
				return errExpiryMoved(now.Expires)
			}
			if err == nil {
				err = cmd.kept(now)
			}
			return err
		}})
}

func errExpiryMoved(now time.Time) error {
	return errs.F(errs.Conflict, "expiry", "the domain expires on %s", now.Format(time.DateOnly))
}

func (cmd RenewDomain) validate(r *Runner, d domain.Domain) (int, error) {
	tld := r.Catalog().TLD(d.TLD)
	if tld == nil {
		return 0, errs.F(errs.UnsupportedTLD, "name", "%s is not sold any more", d.TLD)
	}
	if cmd.ExpiryYear != 0 && cmd.ExpiryYear != d.Expires.Year() || !cmd.ExpiryDate.IsZero() && !sameDay(cmd.ExpiryDate, d.Expires) {
		return 0, errExpiryMoved(d.Expires)
	}
	years := cmd.Years
	if cmd.UntilYear != 0 {
		if years = cmd.UntilYear - d.Expires.Year(); years <= 0 {
			return 0, errs.F(errs.WrongState, "expiry", "the domain expires in %d already", d.Expires.Year())
		}
	}
	if err := tld.CheckYears(years); err != nil {
		return 0, err
	}
	ahead := tld.MaxAhead
	if ahead == 0 {
		ahead = domain.MaxAhead
	}
	if clock.AddYears(d.Expires, years).After(clock.AddYears(r.now(), ahead)) {
		return 0, errs.F(errs.InvalidPeriod, "period", "the registration may not end more than %d years ahead", ahead)
	}
	if err := alive(d); err != nil {
		return 0, err
	}
	if d.Has(domain.ClientRenewProhibit) {
		return 0, errs.F(errs.Locked, "name", "renewal of %s is locked", d.Name)
	}
	return years, cmd.kept(d)
}

// kept refuses a name that is to be deleted on a day, unless it shall be kept.
func (cmd RenewDomain) kept(d domain.Domain) error {
	if d.DeleteOn.IsZero() || cmd.Keep {
		return nil
	}
	return errs.F(errs.Exists, "cancelation", "%s is to be deleted on %s", d.Name, stamp(d.DeleteOn)).On("domain", string(d.Name))
}

// quoteHeld is the price of an operation on a name that the platform holds.
func (r *Runner) quoteHeld(ctx context.Context, c Caller, d domain.Domain, op catalog.Operation, years int) (price, fee money.Amount, err error) {
	tld := r.Catalog().TLD(d.TLD)
	if tld == nil {
		return price, fee, errs.F(errs.UnsupportedTLD, "name", "%s is not sold any more", d.TLD)
	}
	reg, err := r.cfg.Registries.Named(d.Registry)
	if err != nil {
		return price, fee, err
	}
	return r.quote(ctx, c, asked{reg, tld, d.Name, op, years})
}

func sameDay(a, b time.Time) bool {
	return a.UTC().Format(time.DateOnly) == b.UTC().Format(time.DateOnly)
}

var renewOp = operation{send: sendRenew, probe: probeRenew, apply: applyRenew, revert: removeMade}

// sendRenew orders the years that the registry has not added by itself: at an expiry it renews a name for a year, and that
// year is part of what is ordered now.
func sendRenew(ctx context.Context, x *exchange) (achieved, bool, error) {
	from, years := x.in.OldExpiry, x.in.Years
	if !from.After(x.r.now()) {
		d, err := x.reg.InfoDomain(ctx, x.in.Name)
		if err != nil {
			return achieved{}, false, notSentYet(err)
		}
		for d.Expires.After(from.Add(24*time.Hour)) && years > 0 {
			from, years = clock.AddYears(from, 1), years-1
		}
		if from = d.Expires; years == 0 {
			return achieved{Expires: d.Expires, Code: registry.CodeOK}, false, nil
		}
	}
	res, err := x.reg.RenewDomain(ctx, x.clTRID(""), registry.DomainRenew{Name: x.in.Name, CurExpiry: from, Years: years, Fee: x.in.Fee})
	return achieved{Expires: res.Expires, Code: res.Code, SvTRID: res.SvTRID, Text: res.Text}, res.Pending, err
}

// probeRenew compares the expiry with the one that the order asks for: the registry renews nothing but the expiry that was
// sent along, so that it has come there by this order, or by its own renewal at the expiry.
func probeRenew(ctx context.Context, x *exchange) (verdict, achieved, error) {
	d, err := x.reg.InfoDomain(ctx, x.in.Name)
	if err != nil {
		return 0, achieved{}, err
	}
	if slices.Contains(d.Statuses, "pendingRenew") {
		return open, achieved{}, nil
	}
	if !d.Expires.Before(clock.AddYears(x.in.OldExpiry, x.in.Years).Add(-24 * time.Hour)) {
		return wasDone, achieved{Expires: d.Expires, Code: registry.CodeOK}, nil
	}
	return notDone, achieved{}, nil
}

func applyRenew(ctx context.Context, tx Tx, x *exchange, o *order.Order, got achieved) error {
	err := changeDomain(ctx, tx, x, o, func(d *domain.Domain) {
		d.Expires, d.Updated = got.Expires, tx.Registrar()
		ownFields(d, x.in)
	})
	if err != nil {
		return err
	}
	return x.r.releaseHold(ctx, tx, *x.end.domain, domain.HeldExpiry)
}

// changeDomain reads and writes the order's domain inside tx 2.
func changeDomain(ctx context.Context, tx Tx, x *exchange, o *order.Order, change func(*domain.Domain)) error {
	d, err := tx.Domain(ctx, o.Account, x.in.Name)
	if err != nil {
		return err
	}
	change(&d)
	x.end.domain = &d
	if err := tx.PutDomain(ctx, &d); err != nil {
		return err
	}
	return x.r.schedule(ctx, tx, d)
}
