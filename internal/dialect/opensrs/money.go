package opensrs

import (
	"context"
	"strconv"

	"github.com/polyreg/polyreg/internal/catalog"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/money"
)

// getBalance is GET_BALANCE (opensrs-commands.md §1.4), in the account's billing currency; the balance includes what is held.
func getBalance(ctx context.Context, x *call) (*reply, error) {
	b, err := do(ctx, x, command.Balance{})
	if err != nil {
		return nil, err
	}
	return ok("Command successful", hash("balance", b.Amount().Decimal(), "hold_balance", money.New(b.Held, b.Currency).Decimal())), nil
}

// priced are the kinds of orders that have a price.
var priced = map[string]catalog.Operation{"": catalog.Create, "new": catalog.Create, "renewal": catalog.Renew, "transfer": catalog.Transfer}

// getPrice is GET_PRICE (opensrs-commands.md §1.3).
func getPrice(ctx context.Context, x *call) (*reply, error) {
	domain, err := x.domain(ctx)
	if err != nil {
		return nil, err
	}
	kind := x.q.attrs.str("reg_type")
	op, known := priced[kind]
	if kind == "trade" {
		return nil, refuse(errs.Unsupported, 480, "Trades are not offered for this TLD")
	}
	if !known {
		return nil, refuse(errs.Invalid, 465, "Invalid registration type: "+clip(kind, 40))
	}
	years, err := x.q.attrs.number("period", 1)
	if err != nil {
		return nil, err
	}
	all, err := x.q.attrs.on("all_periods")
	if err != nil {
		return nil, err
	}
	lines, err := do(ctx, x, command.Price{Name: domain, Operation: op, Years: years, AllYears: all})
	if err != nil {
		return nil, err
	}
	if !all {
		return ok("Command Successful", hash("price", lines[0].Amount.Decimal())), nil
	}
	prices := hash()
	for _, l := range lines {
		prices.set(strconv.Itoa(l.Years), text(l.Amount.Decimal()))
	}
	return ok("Command Successful", hash().set("prices", prices)), nil
}
