package autodns

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
)

// domainRenew is task 0101003. payable, when sent, must be the present date, so that a repeated order does not renew twice; dates
// are compared by the provider's calendar (autodns-xml.md §9.3).
func domainRenew(ctx context.Context, t *task) (result, error) {
	name, err := t.identifier()
	if err != nil {
		return result{}, err
	}
	info, err := do(ctx, t, command.InfoDomain{Name: name})
	if err != nil {
		return result{}, err
	}
	cmd := command.RenewDomain{Name: name, Years: 1}
	if tld := t.d.run.Catalog().TLD(info.Domain.TLD); tld != nil {
		cmd.Years = tld.MinYears
	}
	if text := t.object.ChildTrim("period"); text != "" {
		n, problem := whole("request.task.domain.period", text)
		if problem != nil {
			return result{}, problem
		}
		cmd.Years = n
	}
	if text := t.object.ChildTrim("payable"); text != "" {
		same, ok := sameDay(text, info.Domain.Expires)
		switch {
		case !ok:
			return result{}, bad(errs.Invalid, "request.task.domain.payable", text, "is not a date and time")
		case !same:
			return result{}, errs.F(errs.Conflict, "expiry", "the domain is payable on %s", stamp(info.Domain.Expires))
		}
		cmd.ExpiryDate = info.Domain.Expires
	}
	if t.removesCancelation() {
		// The same when the order is repeated, and the cancelation gone.
		cmd.Keep = true
		if renew := domain.Renew; info.Domain.AutoRenew != domain.RenewOnce {
			cmd.AutoRenew = &renew
		}
	}
	if _, err := do(ctx, t, cmd); err != nil {
		return result{}, err
	}
	return t.done('N', t.keeps(info.Domain)...), nil
}
