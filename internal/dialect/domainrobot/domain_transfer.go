package domainrobot

import (
	"context"
	"strings"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/order"
)

// domainTransfer is POST /domain/_transfer (0104): a domain is to come here. What is refused at once is an error at once; the job of
// an accepted one runs until the other registrar or time decides, and its message is about a Transfer (domainrobot-json.md §5, §8.2).
func domainTransfer(ctx context.Context, d *Dialect, q *request) (answer, error) {
	var l errs.List
	r := &reader{v: q.body, path: "domain"}
	name, _ := r.text("name")
	if name = strings.TrimSpace(name); name == "" {
		r.Add(bad(errs.Missing, "domain.name", "", "is required"))
	}
	auth, _ := r.text("authinfo")
	if auth = strings.TrimSpace(auth); auth == "" {
		r.Add(bad(errs.Missing, "domain.authinfo", "", "is required"))
	}
	if isEmpty(q.body.Get("ownerc")) {
		r.Add(bad(errs.Missing, "domain.ownerc", "", "is required"))
	}
	years := readYears(r)
	o, err := d.readDomain(ctx, q)
	if errs.Is(err, errs.Internal) {
		return answer{}, err
	}
	if !o.keys.Empty() {
		r.Add(bad(errs.Unsupported, "domain.dnssecData", "", "set the keys once the domain is here"))
	}
	l.Add(errs.As(r.Err()))
	l.Add(errs.As(err))
	if err := l.Err(); err != nil {
		return answer{}, err
	}
	cmd := command.TransferDomain{Name: name, AuthInfo: auth, Years: years, Contacts: o.contacts, FillRoles: true, Servers: o.servers, AutoRenew: domain.Renew}
	if o.autoRenew != nil {
		cmd.AutoRenew = *o.autoRenew
	}
	cmd.Lock = o.lock != nil && *o.lock
	q.caller.Notice = order.NoticeAlways
	out, err := command.Do(ctx, d.run, q.caller, cmd)
	if err != nil {
		return answer{}, err
	}
	return q.started(out, shownName(name)), nil
}
