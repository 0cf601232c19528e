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
		for _, e := range []Entry{Charge(acc, 7, a, "x"), Deposit(acc, a, "x")} {
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
