package command_test

import (
	"context"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/app/core"
	"github.com/polyreg/polyreg/internal/catalog"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/money"
)

// premium sells gold.com as a name of the class "gold", and silver.com of one without a price.
func premium(o *core.Options) {
	var tlds []catalog.TLD
	for _, t := range dialecttest.Catalog().TLDs() {
		next := *t
		if t.Name == "com" {
			for op, minor := range map[catalog.Operation]int64{catalog.Create: 50000, catalog.Renew: 40000, catalog.Transfer: 40000, catalog.Restore: 60000} {
				next.Prices = append(next.Prices, catalog.Price{Operation: op, Years: 1, Group: "standard", Class: "gold", Amount: money.New(minor, "EUR")})
			}
		}
		tlds = append(tlds, next)
	}
	o.Catalog = catalog.New(tlds, nil).WithPremium(map[dname.Name]string{"gold.com": "gold", "silver.com": "silver"})
	o.Timing.Due = time.Hour
}

// TestPremium charges a name of a premium class what the class costs, here and at the registry.
func TestPremium(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t, premium)
	f := &cutOff{World: w, t: t, c: alpha(t, w), cut: &cut{}}
	f.must(w.Store.InTx(t.Context(), func(ctx context.Context, tx command.Tx) error {
		return tx.Deposit(ctx, f.c.Account.ID, money.New(10_000_00, "EUR"), "test")
	}))
	free, err := do(f, command.CheckDomains{Names: []string{"gold.com", "plain.com"}})
	f.must(err)
	if free[0].Class != "gold" || free[1].Class != "" {
		t.Errorf("classes %q and %q", free[0].Class, free[1].Class)
	}
	lines, err := do(f, command.Price{Name: "gold.com", Operation: catalog.Create, Years: 2, Class: free[0].Class})
	if err != nil || lines[0].Amount.Minor != 100000 {
		t.Errorf("price %v %v", lines, err)
	}
	spend := func(want int64, order func() (command.Outcome, error)) {
		t.Helper()
		before, err := do(f, command.Balance{})
		f.must(err)
		out, err := order()
		f.must(err)
		after, err := do(f, command.Balance{})
		f.must(err)
		if got := before.Balance - after.Balance; got != want || out.Price.Minor != want {
			t.Errorf("charged %d, said %s, want %d", got, out.Price, want)
		}
	}
	limit := money.New(2000, "EUR")
	cheap := registerCmd("gold.com")
	cheap.MaxPrice = &limit
	if _, err := do(f, cheap); !errs.Is(err, errs.Invalid) || errs.As(err).Field != "max_price" {
		t.Errorf("a premium name for an ordinary price: %v", err)
	}
	spend(50000, func() (command.Outcome, error) { return do(f, registerCmd("gold.com")) })
	spend(1000, func() (command.Outcome, error) { return do(f, registerCmd("plain.com")) })
	spend(80000, func() (command.Outcome, error) { return do(f, command.RenewDomain{Name: "gold.com", Years: 2}) })
	if _, err := do(f, registerCmd("silver.com")); !errs.Is(err, errs.NoPrice) {
		t.Errorf("a class without a price: %v", err)
	}
}
