package autodns

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
)

// domainTransfer is task 0104: a domain is to come here. What the registry refuses at once is an error at once; how the transfer
// ends is told by the message S0104001 or E0104001 (autodns-xml.md §7.4, §11).
func domainTransfer(ctx context.Context, t *task) (result, error) {
	name, err := t.identifier()
	if err != nil {
		return result{}, err
	}
	var l errs.List
	years := t.period(&l)
	refuseKeys(t.object, &l)
	o, err := t.readDomain(ctx)
	if errs.Is(err, errs.Internal) {
		return result{}, err
	}
	l.Add(errs.As(err))
	auth := t.object.ChildTrim("authinfo")
	if auth == "" {
		l.Add(bad(errs.Missing, "request.task.domain.authinfo", "", "is required"))
	}
	if !given(t.object.Child("ownerc")) {
		l.Add(bad(errs.Missing, "request.task.domain.ownerc", "", "is required"))
	}
	if err := l.Err(); err != nil {
		return result{}, err
	}
	cmd := command.TransferDomain{Name: name, AuthInfo: auth, Years: years, Contacts: o.contacts, FillRoles: true, Servers: o.servers, AutoRenew: domain.Renew}
	if o.autoRenew != nil {
		cmd.AutoRenew = *o.autoRenew
	}
	cmd.Lock = o.lock != nil && *o.lock
	if err := t.lookUp(ctx, &o); err != nil {
		return result{}, err
	}
	if _, err := do(ctx, t, cmd); err != nil {
		return result{}, err
	}
	msgs, err := t.contactMessages(ctx, o)
	return t.done('N', msgs...), err
}

// period reads the years of an order, 0 when it says none.
func (t *task) period(l *errs.List) int {
	text := t.object.ChildTrim("period")
	if text == "" {
		return 0
	}
	years, problem := whole("request.task.domain.period", text)
	if problem == nil && years < 1 {
		problem = errs.F(errs.InvalidPeriod, "period", "the period is not a number of years")
	}
	l.Add(problem)
	return years
}
