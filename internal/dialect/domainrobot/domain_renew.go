package domainrobot

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/domain"
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
	var notes []message
	if remove || q.on("removeCancelation") {
		// The same when the order is repeated, and the cancelation gone.
		cmd.Keep = true
		if renew := domain.Renew; info.Domain.AutoRenew != domain.RenewOnce {
			cmd.AutoRenew = &renew
		}
	}
	if cmd.Keep && ending(info.Domain) {
		notes = []message{q.notice(internetx.CancelationEnded, "domain", shownName(cmd.Name))}
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
