package dmapi

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
)

// domainRenew is domain-renew (§7.3.2): by a number of months, or until a year.
func domainRenew(ctx context.Context, rq *request) (*reply, error) {
	text, err := rq.form.require("domain")
	if err != nil {
		return nil, err
	}
	if (rq.form.get("period") == "") == (rq.form.get("expyear") == "") {
		return nil, param("period", "exactly one of period and expyear")
	}
	// Without a privacy service every level that costs nothing is the present one.
	if err := rq.noPrivacy("none", privacyOff, "keep"); err != nil {
		return nil, err
	}
	cmd := command.RenewDomain{Name: text}
	var periodErr, yearErr, priceErr error
	cmd.Years, periodErr = rq.months()
	cmd.UntilYear, yearErr = rq.form.number("expyear", 1000, 9999, 0)
	if yearErr != nil {
		yearErr = param("expyear", "year of four digits")
	}
	cmd.MaxPrice, priceErr = rq.maxPrice()
	if err := join(periodErr, yearErr, priceErr, rq.soldPeriod(text, cmd.Years)); err != nil {
		return nil, err
	}
	out, err := command.Do(ctx, rq.d.deps.Runner, rq.caller, cmd)
	if errs.Is(err, errs.InvalidPeriod) { // the parameter is fine, the domain's term is not
		return nil, errs.E(errs.InvalidPeriod, "%s", errs.As(err).Text)
	}
	if err != nil {
		return nil, err
	}
	return accepted(out), nil
}

// soldPeriod refuses a number of years that is never sold as a wrong parameter; what remains is a matter of the domain (2105).
func (rq *request) soldPeriod(text string, years int) error {
	tld := rq.tldOf(text)
	if tld == nil || years == 0 {
		return nil
	}
	if e := tld.CheckYears(years); e != nil {
		return errs.As(param("period", "number of months ("+e.Text+")"))
	}
	return nil
}
