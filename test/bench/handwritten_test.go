package bench

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/store/db"
)

// byHand is what somebody would write who needs just these rows: two transactions of plain SQL, no reads, no validation,
// no registry. It writes what an order of register (orders_test.go) writes, into the same tables.
type byHand struct {
	w        *world
	postgres bool
	answer   string // JSON of the size that an order's result has
	intent   string
}

func newByHand(t testing.TB, w *world) *byHand {
	t.Helper()
	h := &byHand{w: w, postgres: w.db.Engine() == db.Postgres}
	must(t, w.register(0, false))
	row := w.db.QueryRow(t.Context(), `SELECT input, result FROM reg_order ORDER BY number DESC LIMIT 1`)
	var in, out []byte
	must(t, row.Scan(&in, &out))
	h.intent, h.answer = string(in), string(out)
	return h
}

var errFunds = errors.New("no funds")

// price is what the catalog asks for a year.
const price = 1000

// register writes the rows of one registration for an account.
func (h *byHand) register(i int) error {
	name := newName()
	acc, k := int64(h.w.callers[i].Account.ID), int64(h.w.jane[i])
	ctx := context.Background()
	var number int64
	err := h.w.db.InTx(ctx, func(ctx context.Context, tx db.Tx) (err error) {
		number, err = h.begin(ctx, tx, acc, name)
		return err
	})
	if err != nil {
		return err
	}
	return h.w.db.InTx(ctx, func(ctx context.Context, tx db.Tx) error { return h.end(ctx, tx, acc, number, k, name) })
}

// begin is the first transaction: order, hold, balance.
func (h *byHand) begin(ctx context.Context, tx db.Tx, acc int64, name string) (number int64, err error) {
	now := time.Now()
	draw := `UPDATE sequence SET value = value + 1 WHERE name = 'order' RETURNING value`
	if h.postgres {
		draw = `SELECT nextval('reg_order_number')`
	}
	if err := tx.QueryRow(ctx, draw).Scan(&number); err != nil {
		return 0, err
	}
	_, err = tx.Exec(ctx, `INSERT INTO reg_order (number, account_id, environment, operation, object_kind, object_name, state,
		registry, price, currency, input, result, error, dialect, channel, command, request, cltrid, credential_id, notice, hidden, attempt,
		lease_owner, lease_until, next_attempt, unknown, created, updated, finished)
		VALUES ($1, $2, 'live', 'register', 'domain', $3, 'sent', 'embedded-live', $4, 'EUR', $5, $6, '', 'dmapi', 'dmapi', 'domain-register', $7,
		'', 0, 'always', false, 1, 'bench', $8, $9, false, $10, $11, 0)`, number, acc, name, price, []byte(h.intent), []byte{}, "req-"+name,
		now.Add(48*time.Second).UnixMicro(), now.Add(48*time.Second).UnixMicro(), now.UnixMicro(), now.UnixMicro())
	if err != nil {
		return 0, err
	}
	_, err = tx.Exec(ctx, `INSERT INTO hold (account_id, order_no, amount, currency, state, created) VALUES ($1, $2, $3, 'EUR', 'open', $4)`,
		acc, number, price, now.UnixMicro())
	if err != nil {
		return 0, err
	}
	n, err := tx.Exec(ctx, `UPDATE balance SET held = held + $1 WHERE account_id = $2 AND currency = 'EUR' AND balance - held + credit_limit >= $3`,
		price, acc, price)
	if err == nil && n != 1 {
		err = errFunds
	}
	return number, err
}

// end is the second transaction: outcome, domain, history, notice, entry and postings, balance.
func (h *byHand) end(ctx context.Context, tx db.Tx, acc, number, k int64, name string) error {
	now := time.Now().UnixMicro()
	n, err := tx.Exec(ctx, `UPDATE reg_order SET state = 'done', result = $1, finished = $2, updated = $3
		WHERE number = $4 AND attempt = 1 AND state = 'sent'`, []byte(h.answer), now, now, number)
	if err == nil && n != 1 {
		err = fmt.Errorf("order %d has gone", number)
	}
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO domain (account_id, environment, name, sld, tld, registry, statuses, status_words, registrant, admin,
		tech, billing, servers, server_words, nsset, auth_info, profile_id, created, updated, expires, transferred, auto_renew, comment,
		comment_folded, version) VALUES ($1, 'live', $2, $3, 'com', 'embedded-live', '', '', $4, $5, $6, $7,
		'[{"Name":"ns1.polyreg.test"},{"Name":"ns2.polyreg.test"}]', ' ns1.polyreg.test ns2.polyreg.test ', 'POLYREG', $8, 0, $9, 0, $10, 0,
		'renew', '', '', 1)`, acc, name, strings.TrimSuffix(name, ".com"), k, k, k, k,
		"v1:temp:wLT1LOrp0cH9Zx2cJv0GQH2mB1yR9qvXy0nQ3lJ1vYw2Zb7Zk5o8", now, now+31_536_000_000_000)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO history (account_id, object_kind, object_name, order_no, what, happened)
		VALUES ($1, 'domain', $2, $3, 'register done', $4)`, acc, name, number, now)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO notice (account_id, kind, channel, order_no, object_kind, object_name, text, data, created, wall, acked)
		VALUES ($1, 'order_done', 'dmapi', $2, 'domain', $3, '', '{"expires":"2027-11-22T09:00:00Z","operation":"register","years":"1"}', $4, $5, false)`,
		acc, number, name, now, now)
	if err != nil {
		return err
	}
	return h.charge(ctx, tx, acc, number, name)
}

func (h *byHand) charge(ctx context.Context, tx db.Tx, acc, number int64, name string) error {
	if _, err := tx.Exec(ctx, `UPDATE hold SET state = 'captured' WHERE order_no = $1 AND state = 'open'`, number); err != nil {
		return err
	}
	var entry int64
	err := tx.QueryRow(ctx, `INSERT INTO entry (reason, order_no, text, created) VALUES ('charge', $1, $2, $3) RETURNING id`,
		number, "register "+name, time.Now().UnixMicro()).Scan(&entry)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO posting (entry_id, side, account_id, amount, currency)
		VALUES ($1, 'customer', $2, $3, 'EUR'), ($4, 'revenue', $5, $6, 'EUR')`, entry, acc, -price, entry, acc, price)
	if err != nil {
		return err
	}
	n, err := tx.Exec(ctx, `UPDATE balance SET balance = balance - $1, held = held - $2 WHERE account_id = $3 AND currency = 'EUR'`, price, price, acc)
	if err == nil && n != 1 {
		err = errFunds
	}
	return err
}
