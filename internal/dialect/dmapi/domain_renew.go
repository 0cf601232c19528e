package dmapi

import (
	"context"
	"time"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/order"
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
	cmd := command.RenewDomain{Name: text, Keep: true}
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
	if err := rq.renewedLately(ctx, text); err != nil {
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

// renewInterval is the time between two renewals of a domain (§14).
const renewInterval = 6 * time.Hour

// renewedLately refuses a second renewal within the interval; like every limit of the service it holds only with real limits on.
// A repetition by key is no second renewal.
func (rq *request) renewedLately(ctx context.Context, text string) error {
	r := rq.d.deps.Runner
	n, bad := dname.Parse(text)
	if !r.Limited() || rq.caller.IdempotencyKey != "" || bad != nil {
		return nil
	}
	page, err := command.Do(ctx, r, rq.caller, command.ListOrders{Query: command.Query{Limit: 1, Where: command.And(
		command.Where("operation", command.Equal, string(order.RenewDomain)),
		command.Where("object_name", command.Equal, string(n)),
		command.Where("state", command.Equal, string(order.Done)),
		command.Where("created", command.GreaterEq, r.Clocks().Registrar().Add(-renewInterval).Format(time.RFC3339Nano)))}})
	if err == nil && len(page.Orders) > 0 {
		err = errs.E(errs.WrongState, "the domain was renewed less than 6 hours ago")
	}
	return err
}
