package domainrobot

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/order"
)

// domainRenew is PUT /domain/{name}/_renew (0101003). Of the object, which clients send back whole, period and payable count;
// payable must be the present one. removeCancelation has nothing to remove here.
func domainRenew(ctx context.Context, d *Dialect, q *request) (answer, error) {
	r := &reader{v: q.body, path: "domain"}
	cmd := command.RenewDomain{Name: q.arg("name"), Years: readYears(r), ExpiryDate: r.date("payable")}
	if err := r.Err(); err != nil {
		return answer{}, err
	}
	if cmd.Years == 0 {
		cmd.Years = 1
		if n, err := dname.Parse(cmd.Name); err == nil {
			if tld := d.tldOf(n); tld != nil {
				cmd.Years = tld.MinYears
			}
		}
	}
	q.caller.Notice = order.NoticeAlways
	out, err := command.Do(ctx, d.run, q.caller, cmd)
	if err != nil {
		return answer{}, err
	}
	return q.started(out, shownName(cmd.Name)), nil
}
