package autodns

import (
	"context"
	"strconv"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/money"
)

// accountInfo is task 0984: the money of the caller's account in its billing currency (autodns-xml.md §18). The running total is
// what is left when the orders under way are paid.
func accountInfo(ctx context.Context, t *task) (result, error) {
	b, err := do(ctx, t, command.Balance{})
	if err != nil {
		return result{}, err
	}
	acc := t.c.Account
	amount := func(minor int64) string { return money.New(minor, acc.Currency).Decimal() }
	t.subject = object{"account", acc.Name}
	r := t.done('S')
	r.data = []el{block("account",
		block("customer", leaf("number", strconv.FormatInt(int64(acc.ID), 10)), leaf("client", "polyreg")),
		leaf("current_account_balance", amount(b.Balance)), leaf("running_total", amount(b.Balance-b.Held)),
		leaf("credit_limit", amount(b.CreditLimit)), leaf("currency", string(acc.Currency)), leaf("reserved", amount(b.Held)))}
	return r, nil
}
