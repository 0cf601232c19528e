package domainrobot

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/polyreg/polyreg/internal/catalog"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
)

// premiumInfo is GET /domainpremium/{name} (0164): the price class of a premium name. An ordinary name has none, and one client
// expects an error for it (domainrobot-json.md §8.9, §11).
func premiumInfo(ctx context.Context, d *Dialect, q *request) (answer, error) {
	a, err := d.availability(ctx, q, q.arg("name"))
	if err != nil {
		return answer{}, err
	}
	if a.Class == "" || a.Status != command.Free {
		return answer{}, bad(errs.NotFound, "domainPremium.name", string(a.Name), "this is no premium name that can be registered")
	}
	o := jsonx.Obj{{"name", string(a.Name)}, {"idn", a.Name.Unicode()}, {"priceClass", a.Class}}
	price := command.Price{Name: string(a.Name), Operation: catalog.Create, Years: a.TLD.MinYears, Class: a.Class}
	lines, err := command.Do(ctx, d.run, q.caller, price)
	if err != nil {
		return answer{}, err
	}
	o.Add("price", json.Number(lines[0].Amount.Decimal()))
	o.Add("currency", string(lines[0].Amount.Currency))
	o.Add("provider", "REGISTRY")
	o.Add("premiumStatus", "FREE")
	return one(classPremium, string(a.Name), o), nil
}

// availability checks one name.
func (d *Dialect) availability(ctx context.Context, q *request, name string) (command.Availability, error) {
	found, err := command.Do(ctx, d.run, q.caller, command.CheckDomains{Names: []string{name}})
	if err != nil {
		return command.Availability{}, err
	}
	if found[0].Err != nil {
		return found[0], found[0].Err
	}
	return found[0], nil
}

// agreePrice holds that a premium name is ordered with its price class, and no other name with one (domainrobot-json.md §8.2).
// Without a class, the price of an ordinary name is all that may be charged.
func (d *Dialect) agreePrice(ctx context.Context, q *request, cmd *command.RegisterDomain) error {
	r := &reader{v: q.body, path: "domain"}
	class, _ := r.text("priceClass")
	if err := r.Err(); err != nil {
		return err
	}
	if class = strings.TrimSpace(class); class != "" {
		a, err := d.availability(ctx, q, cmd.Name)
		if err == nil && !strings.EqualFold(a.Class, class) {
			err = bad(errs.Invalid, r.at("priceClass"), class, "is not the price class of the name")
		}
		return err
	}
	_, ending, ok := strings.Cut(strings.TrimSuffix(cmd.Name, "."), ".")
	tld := d.run.Catalog().TLD(strings.ToLower(ending))
	if !ok || tld == nil {
		return nil // the order says what is wrong
	}
	years := cmd.Years
	if years == 0 {
		years = tld.MinYears
	}
	lines, err := command.Do(ctx, d.run, q.caller, command.Price{Name: tld.Name, Operation: catalog.Create, Years: years})
	if err == nil && len(lines) > 0 {
		cmd.MaxPrice = &lines[0].Amount
	}
	return nil
}
