package domainrobot

import (
	"context"
	"encoding/json"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/money"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
)

// accountInfo is GET /account (0984): the balance in the account's currency.
func accountInfo(ctx context.Context, d *Dialect, q *request) (answer, error) {
	b, err := command.Do(ctx, d.run, q.caller, command.Balance{})
	if err != nil {
		return answer{}, err
	}
	acc := q.caller.Account
	amount := func(minor int64) json.Number { return json.Number(money.New(minor, acc.Currency).Decimal()) }
	o := jsonx.Obj{
		{"customer", jsonx.Obj{{"number", int64(acc.ID)}, {"client", "polyreg"}}},
		{"currentAccountBalance", amount(b.Balance)}, {"creditLimit", amount(b.CreditLimit)},
		{"currency", string(acc.Currency)}, {"reserved", amount(b.Held)},
	}
	return one(classAccount, acc.Name, o), nil
}
