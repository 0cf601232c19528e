package dmapi

import (
	"context"
	"strconv"

	"github.com/polyreg/polyreg/internal/catalog"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/money"
)

// checkPrices are the values of check-price.
var checkPrices = map[string]catalog.Operation{
	"create": catalog.Create, "renew": catalog.Renew, "transfer": catalog.Transfer, "restore": catalog.Restore,
}

// domainCheck is domain-check (§7.2.4).
func domainCheck(ctx context.Context, rq *request) (*reply, error) {
	text, err := rq.form.require("domain")
	if err != nil {
		return nil, err
	}
	ask := rq.form.get("check-price")
	op, known := checkPrices[ask]
	if ask != "" && !known {
		return nil, param("check-price", "create, renew, transfer or restore")
	}
	years, err := rq.checkYears()
	if err != nil {
		return nil, err
	}
	res, err := command.Do(ctx, rq.d.deps.Runner, rq.caller, command.CheckDomains{Names: []string{text}})
	if err != nil {
		return nil, err
	}
	a := res[0]
	if a.Status == command.Refused {
		return nil, a.Err
	}
	var f facts
	if a.Status == command.Free {
		f.add("domain-status", "available")
	} else {
		f.add("domain-status", "unavailable")
		f.add("domain-status-reason", reasonOf(a))
	}
	f.add("domain-class", "standard")
	if ask != "" {
		line, err := rq.priceLine(ctx, a, op, years)
		if err != nil {
			return nil, err
		}
		f.add("domain-price-"+ask, line) // without a line when it costs nothing
	}
	return &reply{body: f.String()}, nil
}

func reasonOf(a command.Availability) string {
	switch {
	case a.Status == command.Processing:
		return "Registration in progress"
	case a.Reason != "":
		return a.Reason
	}
	return "Domain is registered"
}

// checkYears reads period, which here alone counts years up to 10 and months from 12 on. 0 means it was not given.
func (rq *request) checkYears() (int, error) {
	n, err := rq.form.number("period", 1, 120, 0)
	switch {
	case err != nil, n > 10 && n%12 != 0:
		return 0, param("period", "1 to 10 years, or months in multiples of 12")
	case n >= 12:
		return n / 12, nil
	}
	return n, nil
}

// priceLine is "<price> <currency> <n>y", "" for what is free. Transfers and restores have one price, whatever the period.
func (rq *request) priceLine(ctx context.Context, a command.Availability, op catalog.Operation, years int) (string, error) {
	switch {
	case op == catalog.Transfer || op == catalog.Restore:
		years = 1
	case years == 0:
		years = max(a.TLD.MinYears, 1)
	}
	lines, err := command.Do(ctx, rq.d.deps.Runner, rq.caller, command.Price{Name: string(a.Name), Operation: op, Years: years})
	if err != nil {
		return "", err
	}
	return priceText(lines[0].Amount, years), nil
}

// priceText is "" for what is free: clients throw on a price that is not above 0.
func priceText(a money.Amount, years int) string {
	if a.Minor <= 0 {
		return ""
	}
	return a.Decimal() + " " + string(a.Currency) + " " + strconv.Itoa(years) + "y"
}
