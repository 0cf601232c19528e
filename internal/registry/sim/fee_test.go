package sim_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/polyreg/polyreg/internal/registry/sim"
	"github.com/polyreg/polyreg/internal/wire/epp"
)

var (
	prices = &sim.PriceTable{Currency: "USD", Standard: sim.Prices{Create: 800, Renew: 900, Transfer: 850, Restore: 4000},
		TLDs:    map[string]sim.Prices{"org": {Create: 1000}},
		Classes: map[string]sim.Prices{"premium": {Create: 10000, Renew: 5000, Transfer: 5000, Restore: 4000}}}
	names = map[string]sim.NameRule{"gold": {Class: "premium"}, "taken.com": {Reserved: true}, "mine.com": {Reserved: true, Token: "abc123"}}
)

func agreed(amount string) *epp.FeeAgreed {
	return &epp.FeeAgreed{Currency: "USD", Fees: []epp.Fee{{Amount: amount}}}
}

func withPrices(cfg *sim.Config) { cfg.Prices, cfg.Names = prices, names }

func TestFeeCheck(t *testing.T) {
	t.Parallel()
	c := start(t, withPrices).loginWith("reg-a")
	check := func(currency string, commands ...epp.FeeCommand) *epp.Command {
		return &epp.Command{CheckDomain: &epp.DomainCheck{Names: []string{"plain.com", "gold.com", "x.de"}},
			Ext: epp.CommandExt{FeeCheck: &epp.FeeCheck{Currency: currency, Commands: commands}}}
	}
	got := c.want(epp.CodeOK, check("", epp.FeeCommand{Name: "create", Period: epp.Years(2)}, epp.FeeCommand{Name: "restore"})).Ext.FeeCheck
	yes := true
	want := &epp.FeeChecked{Currency: "USD", Items: []epp.FeeItem{
		{Avail: true, Object: epp.FeeObject{Element: "name", ID: "plain.com"}, Class: "standard", Commands: []epp.FeeOffered{
			{Name: "create", Standard: true, Period: epp.Years(2), Fees: []epp.Fee{{Description: "create", Refundable: &yes, Grace: "P5D", Amount: "16.00"}}},
			{Name: "restore", Standard: true, Fees: []epp.Fee{{Description: "restore", Amount: "40.00"}}}}},
		{Avail: true, Object: epp.FeeObject{Element: "name", ID: "gold.com"}, Class: "premium", Commands: []epp.FeeOffered{
			{Name: "create", Period: epp.Years(2), Fees: []epp.Fee{{Description: "create", Refundable: &yes, Grace: "P5D", Amount: "200.00"}}},
			{Name: "restore", Fees: []epp.Fee{{Description: "restore", Amount: "40.00"}}}}},
		{Object: epp.FeeObject{Element: "name", ID: "x.de"}, Reason: &epp.FeeReason{Text: "not a name of this registry"}},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for _, cmd := range []*epp.Command{check("EUR", epp.FeeCommand{Name: "create"}), check("", epp.FeeCommand{Name: "renew", Period: epp.Years(99)})} {
		if i := c.want(epp.CodeOK, cmd).Ext.FeeCheck.Items[0]; i.Avail || i.Reason == nil {
			t.Errorf("priced: %+v", i)
		}
	}
}

func TestReservedAndPremium(t *testing.T) {
	t.Parallel()
	c := start(t, withPrices).loginWith("reg-a")
	create := func(name string, ext epp.CommandExt) *epp.Command {
		cmd := makeDomain(name)
		cmd.Ext = ext
		return cmd
	}
	r := c.want(epp.CodeOK, &epp.Command{CheckDomain: &epp.DomainCheck{Names: []string{"taken.com", "gold.com"}}}).Data.DomainCheck
	if i := r.Items[0]; i.Name.Avail || i.Reason.Text != "reserved" || !r.Items[1].Name.Avail {
		t.Errorf("check: %+v", r)
	}
	token, wrong := "abc123", "abc124"
	c.want(epp.CodePolicy, create("taken.com", epp.CommandExt{}))
	c.want(epp.CodeAuthorization, create("taken.com", epp.CommandExt{AllocationToken: &token}))
	c.want(epp.CodeAuthorization, create("mine.com", epp.CommandExt{AllocationToken: &wrong}))
	c.want(epp.CodeOK, create("mine.com", epp.CommandExt{AllocationToken: &token}))
	c.want(epp.CodeMissingParameter, create("gold.com", epp.CommandExt{}))
	c.want(epp.CodeRange, create("gold.com", epp.CommandExt{FeeCreate: agreed("99.99")}))
	euro := agreed("100.00")
	euro.Currency = "EUR"
	c.want(epp.CodeRange, create("gold.com", epp.CommandExt{FeeCreate: euro}))
	got := c.want(epp.CodeOK, create("gold.com", epp.CommandExt{FeeCreate: agreed("100.00")})).Ext.FeeCreate
	want := &epp.FeeCharged{Currency: "USD", Period: epp.Years(1), Fees: []epp.Fee{{Description: "create", Amount: "100.00"}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestBalance(t *testing.T) {
	t.Parallel()
	w := start(t, withPrices)
	b := w.loginWith("reg-b") // is not charged
	set := func(n int64) {
		t.Helper()
		if err := w.srv.SetBalance(t.Context(), "reg-a", &n); err != nil {
			t.Fatal(err)
		}
	}
	left := func(want int64) {
		t.Helper()
		if n, err := w.srv.Balance(t.Context(), "reg-a"); err != nil || n == nil || *n != want {
			t.Errorf("balance %v %v, want %d", n, err, want)
		}
	}
	set(2499)
	a := w.loginWith("reg-a")
	a.want(epp.CodeOK, makeDomain("one.com"))
	left(1699)
	renew := &epp.Command{RenewDomain: &epp.DomainRenew{Name: "one.com", CurExpDate: t0.AddDate(1, 0, 0)}, Ext: epp.CommandExt{FeeRenew: agreed("9")}}
	if f := a.want(epp.CodeOK, renew).Ext.FeeRenew; f.Balance != "7.99" {
		t.Errorf("renewed: %+v", f)
	}
	a.want(epp.CodeBilling, makeDomain("two.com"))
	a.want(epp.CodeNotExist, infoDomain("two.com"))
	a.want(epp.CodeBilling, epp.TransferDomainCommand("request", "seed.com", "seed-auth"))
	left(799)
	f := a.want(epp.CodeOK, &epp.Command{DeleteDomain: &epp.DomainDelete{Name: "one.com"}}).Ext.FeeDelete
	if f == nil || len(f.Credits) != 1 || f.Credits[0].Amount != "-17.00" || f.Balance != "24.99" {
		t.Errorf("deleted: %+v", f)
	}
	a.want(epp.CodePending, epp.TransferDomainCommand("request", "seed.com", "seed-auth"))
	left(1649)
	b.want(epp.CodeOK, epp.TransferDomainCommand("reject", "seed.com", ""))
	left(2499)
	a.want(epp.CodePending, epp.TransferDomainCommand("request", "seed.com", "seed-auth"))
	b.want(epp.CodeOK, epp.TransferDomainCommand("approve", "seed.com", ""))
	set(100)
	w.clocks.Advance(2 * 366 * day) // time renews whatever the balance
	w.tick()
	left(-800)
	a.want(epp.CodePending, &epp.Command{DeleteDomain: &epp.DomainDelete{Name: "seed.com"}})
	left(100)
	a.want(epp.CodeBilling, epp.RestoreDomain("seed.com"))
	set(4000)
	a.want(epp.CodeOK, epp.RestoreDomain("seed.com"))
	left(0)
}
