package autodns

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
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
	kept, err := t.keeps(ctx, name)
	switch {
	case err != nil:
		return result{}, err
	case kept != nil:
		if err := t.wouldDo(ctx, cmd); err != nil {
			return result{}, err
		}
		if err := t.keep(ctx, name); err != nil {
			return result{}, err
		}
	case !info.Domain.DeleteOn.IsZero(): // it would be paid for and deleted all the same
		return result{}, errs.F(errs.Exists, "cancelation", "").On("domain", string(info.Domain.Name))
	}
	if _, err := do(ctx, t, cmd); err != nil {
		return result{}, err
	}
	return t.done('N', kept...), nil
}

// wouldDo reports why a renewal would be refused.
func (t *task) wouldDo(ctx context.Context, cmd command.RenewDomain) error {
	trial := *t
	trial.c.DryRun = true
	_, err := do(ctx, &trial, cmd)
	return err
}
