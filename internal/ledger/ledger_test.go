package ledger

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/money"
)

func TestEntriesBalance(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := money.New(rapid.Int64().Draw(t, "minor"), "EUR")
		acc := account.ID(rapid.Int64().Draw(t, "account"))
		for _, e := range []Entry{Charge(acc, 7, a, "x"), Refund(Charge(acc, 7, a, "x"), "add_grace", "x"), Deposit(acc, a, "x")} {
			if err := e.Check(); err != nil {
				t.Fatal(err)
			}
		}
	})
	bad := Entry{Postings: []Posting{{Customer, 1, money.New(5, "EUR")}, {Revenue, 1, money.New(-5, "USD")}}}
	if bad.Check() == nil {
		t.Fatal("currencies must balance one by one")
	}
}

func TestRefundUndoesCharge(t *testing.T) {
	t.Parallel()
	a := money.New(990, "EUR")
	charge := Charge(5, 7, a, "x")
	refund := Refund(charge, "add_grace", "given back")
	if refund.Reason != "refund:add_grace" || refund.Order != 7 || refund.Text != "given back" {
		t.Fatalf("%+v", refund)
	}
	for i, p := range refund.Postings {
		if c := charge.Postings[i]; p.Side != c.Side || p.Account != c.Account || p.Amount != c.Amount.Neg() {
			t.Fatalf("%+v does not undo %+v", p, c)
		}
	}
}
