package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/ledger"
	"github.com/polyreg/polyreg/internal/money"
	"github.com/polyreg/polyreg/internal/order"
	"github.com/polyreg/polyreg/internal/store/db"
)

// Refund gives back what an order was charged (command.LedgerTx). The index entry_refund lets one of two at once through.
func (t *tx) Refund(ctx context.Context, n order.Number, reason, text string) (given money.Amount, ok bool, err error) {
	var acc account.ID
	var charged money.Amount
	err = t.q.QueryRow(ctx, `SELECT p.account_id, p.amount, p.currency FROM entry e JOIN posting p ON p.entry_id = e.id
		WHERE e.order_no = $1 AND e.order_no <> 0 AND e.reason = 'charge' AND p.side = 'customer'`, n).
		Scan(&acc, &charged.Minor, &charged.Currency)
	if errors.Is(err, db.ErrNoRows) {
		return money.Amount{}, false, nil
	}
	if err != nil {
		return money.Amount{}, false, err
	}
	given = charged.Neg() // the customer's posting takes
	e := ledger.Refund(ledger.Charge(acc, int64(n), given, ""), reason, text)
	if err := e.Check(); err != nil {
		return money.Amount{}, false, err
	}
	err = t.returning(ctx, insertEntry, e.Reason, e.Order, e.Text, db.Micros(t.registrar)).Scan(&e.ID)
	if errors.Is(err, db.ErrNoRows) {
		return money.Amount{}, false, nil
	}
	if err != nil {
		return money.Amount{}, false, err
	}
	if err := t.post(ctx, e); err != nil {
		return money.Amount{}, false, err
	}
	changed, err := t.exec(ctx, `UPDATE balance SET balance = balance + $1 WHERE account_id = $2 AND currency = $3`,
		given.Minor, acc, given.Currency)
	if err == nil && changed == 0 {
		err = fmt.Errorf("store: no balance in %s for the refund of order %d", given.Currency, n)
	}
	return given, err == nil, err
}
