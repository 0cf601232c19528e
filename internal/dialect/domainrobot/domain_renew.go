package domainrobot

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/order"
	"github.com/polyreg/polyreg/internal/wire/internetx"
)

// domainRenew is PUT /domain/{name}/_renew (0101003). Of the object, which clients send back whole, period, payable and
// removeCancelation count; payable must be the present one. A domain that is canceled is renewed only when the
// cancelation is removed (domainrobot-json.md §8.2).
func domainRenew(ctx context.Context, d *Dialect, q *request) (answer, error) {
	r := &reader{v: q.body, path: "domain"}
	cmd := command.RenewDomain{Name: q.arg("name"), Years: readYears(r), ExpiryDate: r.date("payable")}
	remove, _ := r.flag("removeCancelation")
	if err := r.Err(); err != nil {
		return answer{}, err
	}
	info, err := command.Do(ctx, d.run, q.caller, command.InfoDomain{Name: cmd.Name})
	if err != nil {
		return answer{}, err
	}
	if cmd.Years == 0 {
		cmd.Years = 1
		if tld := d.tldOf(info.Domain.Name); tld != nil {
			cmd.Years = tld.MinYears
		}
	}
	wished, err := d.wished(ctx, q, info.Domain)
	if err != nil {
		return answer{}, err
	}
	var notes []message
	switch {
	case wished && (remove || q.on("removeCancelation")):
		if notes, err = d.removeCancelation(ctx, q, cmd); err != nil {
			return answer{}, err
		}
	case wished: // it would be paid for and deleted all the same
		return answer{}, errs.F(errs.Exists, "cancelation", "").On("domain", string(info.Domain.Name))
	}
	q.caller.Notice = order.NoticeAlways
	out, err := command.Do(ctx, d.run, q.caller, cmd)
	if err != nil {
		return answer{}, err
	}
	a := q.started(out, shownName(cmd.Name))
	a.messages = notes
	return a, nil
}

// removeCancelation takes the cancelation away, provided that the renewal would be taken.
func (d *Dialect) removeCancelation(ctx context.Context, q *request, cmd command.RenewDomain) ([]message, error) {
	trial, quiet := q.caller, q.caller
	trial.DryRun = true
	if _, err := command.Do(ctx, d.run, trial, cmd); err != nil {
		return nil, err
	}
	// The key of a repeated order is the renewal's.
	quiet.Notice, quiet.IdempotencyKey = order.NoticeNever, ""
	if _, err := command.Do(ctx, d.run, quiet, kept(cmd.Name)); err != nil {
		return nil, err
	}
	return []message{q.notice(internetx.CancelationEnded, "domain", shownName(cmd.Name))}, nil
}
