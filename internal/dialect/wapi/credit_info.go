package wapi

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/ledger"
	"github.com/polyreg/polyreg/internal/money"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
)

// creditInfo shows the deposit account, directly in data (wapi.md §7.6).
func creditInfo(ctx context.Context, c *call) (jsonx.Obj, error) {
	b, err := do(ctx, c, command.Balance{})
	if err != nil {
		return nil, err
	}
	return credit(deposit(b)), nil
}

// deposit is what the account has left: chargeable commands deduct at once (wapi.md §4.4), so what open orders hold is gone.
func deposit(b ledger.Balance) money.Amount { return money.New(b.Balance-b.Held, b.Currency) }

func credit(a money.Amount) jsonx.Obj {
	return jsonx.Obj{{"amount", a.Decimal()}, {"currency", string(a.Currency)}}
}
