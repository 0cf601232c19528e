package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/ledger"
	"github.com/polyreg/polyreg/internal/money"
	"github.com/polyreg/polyreg/internal/order"
	"github.com/polyreg/polyreg/internal/store/db"
)

// Balance reads an account's money in a currency (command.LedgerTx).
func (t *tx) Balance(ctx context.Context, acc account.ID, c money.Currency) (ledger.Balance, error) {
	b := ledger.Balance{Account: acc, Currency: c}
	err := t.q.QueryRow(ctx, `SELECT balance, held, credit_limit FROM balance WHERE account_id = $1 AND currency = $2`, acc, c).
		Scan(&b.Balance, &b.Held, &b.CreditLimit)
	if errors.Is(err, db.ErrNoRows) {
		err = nil
	}
	return b, err
}

// Balances reads an account's money by currency (command.LedgerTx).
func (t *tx) Balances(ctx context.Context, acc account.ID) ([]ledger.Balance, error) {
	rows, err := t.q.Query(ctx, `SELECT account_id, currency, balance, held, credit_limit FROM balance WHERE account_id = $1
		ORDER BY currency`, acc)
	return db.Collect(rows, err, func(r db.Rows) (b ledger.Balance, err error) {
		return b, r.Scan(&b.Account, &b.Currency, &b.Balance, &b.Held, &b.CreditLimit)
	})
}

// SetCreditLimit sets how far the money may go below zero (command.LedgerTx). A limit below what is spent already is
// refused with WrongState: available money never falls below zero.
func (t *tx) SetCreditLimit(ctx context.Context, acc account.ID, limit money.Amount) error {
	if limit.Minor < 0 {
		return errs.F(errs.Invalid, "limit", "a credit limit cannot be negative")
	}
	n, err := t.exec(ctx, `INSERT INTO balance (account_id, currency, balance, held, credit_limit) VALUES ($1, $2, 0, 0, $3)
		ON CONFLICT (account_id, currency) DO UPDATE SET credit_limit = excluded.credit_limit
		WHERE balance.balance - balance.held + excluded.credit_limit >= 0`, acc, limit.Currency, limit.Minor)
	if err == nil && n == 0 {
		return errs.F(errs.WrongState, "limit", "more than %s of credit is in use", limit)
	}
	return err
}

// PlaceHold reserves money for an order (command.LedgerTx).
func (t *tx) PlaceHold(ctx context.Context, h *ledger.Hold) error {
	if h.Amount.Minor < 0 {
		return fmt.Errorf("store: negative hold for order %d", h.Order)
	}
	taken := errs.E(errs.Conflict, "order %d has a hold already", h.Order)
	args := []any{h.Account, h.Order, h.Amount.Minor, h.Amount.Currency, ledger.Open, db.Micros(t.registrar)}
	h.State, h.Created = ledger.Open, t.registrar
	if h.Amount.IsZero() {
		return t.insert(ctx, &h.ID, taken, insertHold, args...)
	}
	err := t.queue(ctx, func(r db.Row) error { return conflict(r.Scan(&h.ID), taken) }, insertHold, args...)
	if err != nil {
		return err
	}
	n, err := t.exec(ctx, `UPDATE balance SET held = held + $1 WHERE account_id = $2 AND currency = $3
		AND balance - held + credit_limit >= $1`, h.Amount.Minor, h.Account, h.Amount.Currency)
	if err != nil || n == 1 {
		return err
	}
	// Whatever the caller makes of the refusal, no hold without its money may stay.
	if _, err := t.exec(ctx, `DELETE FROM hold WHERE id = $1`, h.ID); err != nil {
		return err
	}
	h.ID, h.State = 0, ""
	return errs.E(errs.NoFunds, "the available money does not cover %s", h.Amount)
}

var insertHold = `INSERT INTO hold (account_id, order_no, amount, currency, state, created) VALUES (` + places(1, 6) + `)
	ON CONFLICT (order_no) DO NOTHING RETURNING id`

// CaptureHold charges an order's hold (command.LedgerTx).
func (t *tx) CaptureHold(ctx context.Context, h ledger.Hold, text string) (ledger.Balance, error) {
	gone := errs.E(errs.WrongState, "order %d has no open hold of %s", h.Order, h.Amount)
	err := t.queue(ctx, func(r db.Row) error { return conflict(r.Scan(&h.ID), gone) },
		`UPDATE hold SET state = 'captured' WHERE order_no = $1 AND state = 'open' AND account_id = $2 AND amount = $3
		AND currency = $4 RETURNING id`, h.Order, h.Account, h.Amount.Minor, h.Amount.Currency)
	if err != nil || h.Amount.IsZero() {
		return ledger.Balance{}, err
	}
	if err := t.book(ctx, ledger.Charge(h.Account, h.Order, h.Amount, text)); err != nil {
		return ledger.Balance{}, err
	}
	return t.settle(ctx, h, `UPDATE balance SET balance = balance - $1, held = held - $1
		WHERE account_id = $2 AND currency = $3 RETURNING balance, held, credit_limit`)
}

// ReleaseHold gives an order's hold back (command.LedgerTx).
func (t *tx) ReleaseHold(ctx context.Context, n order.Number) error {
	h := ledger.Hold{Order: int64(n)}
	err := t.returning(ctx, `UPDATE hold SET state = 'released' WHERE order_no = $1 AND state = 'open'
		RETURNING account_id, amount, currency`, n).Scan(&h.Account, &h.Amount.Minor, &h.Amount.Currency)
	if errors.Is(err, db.ErrNoRows) {
		return t.mayBeReleased(ctx, n)
	}
	if err != nil || h.Amount.IsZero() {
		return err
	}
	_, err = t.settle(ctx, h, `UPDATE balance SET held = held - $1 WHERE account_id = $2 AND currency = $3
		RETURNING balance, held, credit_limit`)
	return err
}

// mayBeReleased lets a repeated release pass.
func (t *tx) mayBeReleased(ctx context.Context, n order.Number) error {
	var state ledger.HoldState
	err := t.q.QueryRow(ctx, `SELECT state FROM hold WHERE order_no = $1`, n).Scan(&state)
	if err == nil && state != ledger.Released {
		err = errs.E(errs.WrongState, "the hold of order %d is %s", n, state)
	}
	return absent(err, "hold")
}

func (t *tx) settle(ctx context.Context, h ledger.Hold, text string) (ledger.Balance, error) {
	b := ledger.Balance{Account: h.Account, Currency: h.Amount.Currency}
	err := t.returning(ctx, text, h.Amount.Minor, h.Account, h.Amount.Currency).Scan(&b.Balance, &b.Held, &b.CreditLimit)
	if errors.Is(err, db.ErrNoRows) {
		err = fmt.Errorf("store: no balance in %s for the hold of order %d", h.Amount.Currency, h.Order)
	}
	return b, err
}

// Deposit books money in (command.LedgerTx).
func (t *tx) Deposit(ctx context.Context, acc account.ID, amount money.Amount, text string) error {
	if amount.Minor <= 0 || !amount.Currency.Valid() {
		return errs.F(errs.Invalid, "amount", "a deposit must be more than nothing")
	}
	if err := t.book(ctx, ledger.Deposit(acc, amount, text)); err != nil {
		return err
	}
	_, err := t.exec(ctx, `INSERT INTO balance (account_id, currency, balance, held, credit_limit) VALUES ($1, $2, $3, 0, 0)
		ON CONFLICT (account_id, currency) DO UPDATE SET balance = balance.balance + excluded.balance`,
		acc, amount.Currency, amount.Minor)
	return err
}

// book writes a transaction of postings.
func (t *tx) book(ctx context.Context, e ledger.Entry) error {
	if err := e.Check(); err != nil {
		return err
	}
	taken := errs.E(errs.Conflict, "order %d has been booked (%s) already", e.Order, e.Reason)
	args := []any{e.Reason, e.Order, e.Text, db.Micros(t.registrar)}
	var err error
	if e.Order != 0 {
		err = t.queue(ctx, func(r db.Row) error { return conflict(r.Scan(&e.ID), taken) }, insertEntry, args...)
	} else {
		err = t.insert(ctx, &e.ID, taken, insertEntry, args...)
	}
	if err != nil {
		return err
	}
	return t.post(ctx, e)
}

// post queues an entry's postings.
func (t *tx) post(ctx context.Context, e ledger.Entry) error {
	var b builder
	b.WriteString(`INSERT INTO posting (entry_id, side, account_id, amount, currency) VALUES `)
	for i, p := range e.Postings {
		if i > 0 {
			b.WriteString(", ")
		}
		entry := ""
		if e.ID != 0 {
			entry = b.arg(e.ID)
		} else { // still queued: its number is not known here
			entry = `(SELECT id FROM entry WHERE order_no = ` + b.arg(e.Order) + ` AND order_no <> 0 AND reason = ` + b.arg(e.Reason) + `)`
		}
		fmt.Fprintf(&b, "(%s, %s, %s, %s, %s)", entry, b.arg(p.Side), b.arg(p.Account), b.arg(p.Amount.Minor), b.arg(p.Amount.Currency))
	}
	return t.queue(ctx, nil, b.String(), b.args...)
}

const insertEntry = `INSERT INTO entry (reason, order_no, text, created) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING RETURNING id`
