package command

import (
	"context"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/catalog"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/ledger"
	"github.com/polyreg/polyreg/internal/money"
)

// Balance reads the caller's money in its billing currency.
type Balance struct{}

func (Balance) need() account.Access { return account.Read }

func (Balance) run(ctx context.Context, r *Runner, c Caller) (ledger.Balance, error) {
	return r.cfg.Store.View().Balance(ctx, c.Account.ID, c.Account.Currency)
}

// Price asks what an operation costs the caller. Name is a domain name or a bare TLD. Errors: InvalidName, UnsupportedTLD,
// InvalidPeriod, NoPrice.
type Price struct {
	Name      string
	Operation catalog.Operation
	Years     int
	AllYears  bool // every period that is sold, from the shortest on
	// Class is the premium class that a check has told; "" for that of the catalog.
	Class string
}

func (Price) need() account.Access { return account.Read }

func (cmd Price) run(_ context.Context, r *Runner, c Caller) ([]PriceLine, error) {
	tld := r.Catalog().TLD(cmd.Name)
	if tld == nil {
		var err error
		if _, tld, err = r.Catalog().CheckName(cmd.Name); err != nil {
			return nil, err
		}
	}
	class := cmd.Class
	if name, err := dname.Parse(cmd.Name); err == nil && class == "" {
		class = r.Catalog().Premium(name)
	}
	if cmd.AllYears {
		lines := r.prices(c, tld, cmd.Operation, class)
		if len(lines) == 0 {
			return nil, noPrice(c, tld)
		}
		return lines, nil
	}
	if err := tld.CheckYears(cmd.Years); err != nil && cmd.Operation != catalog.Transfer && cmd.Operation != catalog.Restore {
		return nil, err
	}
	amount, err := r.classPrice(c, tld, cmd.Operation, cmd.Years, class)
	if err != nil {
		return nil, err
	}
	return []PriceLine{{tld.Name, cmd.Operation, cmd.Years, amount}}, nil
}

// PriceList lists every price of the caller, by TLD, operation and years; a TLD without a price in the billing currency is
// left out.
type PriceList struct{}

func (PriceList) need() account.Access { return account.Read }

func (PriceList) run(_ context.Context, r *Runner, c Caller) ([]PriceLine, error) {
	var lines []PriceLine
	for _, tld := range r.Catalog().TLDs() {
		for _, op := range catalog.Operations {
			lines = append(lines, r.prices(c, tld, op, "")...)
		}
	}
	return lines, nil
}

func (r *Runner) prices(c Caller, tld *catalog.TLD, op catalog.Operation, class string) []PriceLine {
	min, max := tld.MinYears, tld.MaxYears
	if op == catalog.Transfer || op == catalog.Restore {
		min, max = 1, 1
	}
	var lines []PriceLine
	for y := min; y <= max; y++ {
		if a, err := r.classPrice(c, tld, op, y, class); err == nil {
			lines = append(lines, PriceLine{tld.Name, op, y, a})
		}
	}
	return lines
}

// classPrice is the caller's price for a name of a premium class. A class without a price of its own is not for sale.
func (r *Runner) classPrice(c Caller, tld *catalog.TLD, op catalog.Operation, years int, class string) (money.Amount, error) {
	a, ok := tld.Price(catalog.Query{Operation: op, Years: years, Currency: c.Account.Currency, Group: c.Account.PriceGroup, Class: class, At: r.now()})
	if !ok {
		return a, noPrice(c, tld)
	}
	return a, nil
}

func noPrice(c Caller, tld *catalog.TLD) error {
	return errs.E(errs.NoPrice, "%s is not sold in %s", tld.Name, c.Account.Currency)
}

// Statistics counts what a log-in reply shows.
type Statistics struct{}

// Stats are the counts.
type Stats struct {
	Domains   int
	AutoRenew int
	// Credential is the caller's with its log-in statistics as they were before this log-in's write-back.
	Credential account.Credential
}

func (Statistics) need() account.Access { return account.Read }

func (Statistics) run(ctx context.Context, r *Runner, c Caller) (Stats, error) {
	var s Stats
	var err error
	view := r.cfg.Store.View()
	if s.Domains, s.AutoRenew, err = view.CountDomains(ctx, c.Account.ID); err != nil {
		return s, err
	}
	s.Credential, err = view.Credential(ctx, c.Credential.ID)
	s.Credential.Secret, s.Credential.TOTP = "", ""
	return s, err
}
