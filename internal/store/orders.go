package store

import (
	"context"
	"errors"
	"time"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/order"
	"github.com/polyreg/polyreg/internal/store/db"
)

const orderColumns = `number, account_id, environment, operation, object_kind, object_name, state, registry, price, currency,
	input, result, error, dialect, channel, command, request, cltrid, credential_id, notice, hidden, attempt, lease_owner, lease_until,
	next_attempt, unknown, created, updated, finished`

const selectOrder = `SELECT ` + orderColumns + ` FROM reg_order `

var orderList = listing{
	table: "reg_order", columns: orderColumns, key: "number",
	fields: map[string]field{
		"number": {"number", number}, "state": {"state", word}, "operation": {"operation", word}, "object_kind": {"object_kind", word},
		"object_name": {"object_name", folded}, "dialect": {"dialect", word}, "command": {"command", word}, "request": {"request", word}, "cltrid": {"cltrid", word},
		"hidden": {"hidden", flag}, "created": {"created", moment}, "updated": {"updated", moment}, "finished": {"finished", moment},
	},
}

func scanOrder(r db.Row, keys ...any) (order.Order, error) {
	var o order.Order
	var problem string
	var lease, next, created, updated, finished int64
	err := r.Scan(append([]any{&o.Number, &o.Account, &o.Environment, &o.Operation, &o.ObjectKind, &o.ObjectName, &o.State,
		&o.Registry, &o.Price.Minor, &o.Price.Currency, &o.Input, &o.Result, &problem, &o.Caller.Dialect, &o.Caller.Channel, &o.Caller.Command,
		&o.Caller.Request, &o.Caller.ClTRID, &o.Caller.Credential, &o.Caller.Notice, &o.Caller.Hidden, &o.Attempt, &o.LeaseOwner,
		&lease, &next, &o.Unknown, &created, &updated, &finished}, keys...)...)
	if err != nil {
		return o, absent(err, "order")
	}
	o.Input, o.Result = content(o.Input), content(o.Result)
	o.LeaseUntil, o.NextAttempt = db.Time(lease), db.Time(next)
	o.Created, o.Updated, o.Finished = db.Time(created), db.Time(updated), db.Time(finished)
	o.Error, err = unpackError(problem)
	return o, err
}

// NextOrder draws an order number (command.OrderTx): a sequence on PostgreSQL, a counted row on SQLite.
func (t *tx) NextOrder(ctx context.Context) (n order.Number, err error) {
	text := `UPDATE sequence SET value = value + 1 WHERE name = 'order' RETURNING value`
	if t.q.Engine() == db.Postgres {
		text = `SELECT nextval('reg_order_number')`
	}
	return n, t.returning(ctx, text).Scan(&n)
}

// AddOrder writes a new order, under a fresh number unless it has one (command.OrderTx).
func (t *tx) AddOrder(ctx context.Context, o *order.Order) error {
	problem, err := packError(o.Error)
	if err != nil {
		return err
	}
	draw := `$1`
	if t.q.Engine() == db.Postgres {
		draw = `COALESCE($1, nextval('reg_order_number'))`
	} else if o.Number == 0 {
		if o.Number, err = t.NextOrder(ctx); err != nil {
			return err
		}
	}
	var number *order.Number
	if o.Number != 0 {
		number = &o.Number
	}
	args := []any{number, o.Account, o.Environment, o.Operation, o.ObjectKind, o.ObjectName, o.State, o.Registry, o.Price.Minor,
		o.Price.Currency, octets(o.Input), octets(o.Result), problem, o.Caller.Dialect, o.Caller.Channel, o.Caller.Command, o.Caller.Request,
		o.Caller.ClTRID, o.Caller.Credential, o.Caller.Notice, o.Caller.Hidden, o.Attempt, o.LeaseOwner, db.Micros(o.LeaseUntil),
		db.Micros(o.NextAttempt), o.Unknown, db.Micros(o.Created), db.Micros(o.Updated), db.Micros(o.Finished)}
	busy := errs.E(errs.Busy, "another order for %s %s is open", o.ObjectKind, o.ObjectName).On(o.ObjectKind, o.ObjectName)
	return t.insert(ctx, &o.Number, busy, `INSERT INTO reg_order (`+orderColumns+`) VALUES (`+draw+`, `+places(2, len(args)-1)+`)
		ON CONFLICT (environment, object_kind, object_name) WHERE state IN ('sent', 'pending') DO NOTHING RETURNING number`, args...)
}

// Order reads an order of an account (command.OrderTx).
func (t *tx) Order(ctx context.Context, acc account.ID, n order.Number) (order.Order, error) {
	return scanOrder(t.q.QueryRow(ctx, selectOrder+`WHERE number = $1 AND account_id = $2`, n, acc))
}

// AnyOrder reads an order of whatever account (command.OrderTx).
func (t *tx) AnyOrder(ctx context.Context, n order.Number) (order.Order, error) {
	return scanOrder(t.q.QueryRow(ctx, selectOrder+`WHERE number = $1`, n))
}

// OrderByRequest finds the newest order with a request id (command.OrderTx).
func (t *tx) OrderByRequest(ctx context.Context, acc account.ID, dialect, request string) (order.Order, error) {
	return scanOrder(t.q.QueryRow(ctx, selectOrder+`WHERE account_id = $1 AND dialect = $2 AND request = $3
		ORDER BY number DESC LIMIT 1`, acc, dialect, request))
}

// OpenOrder finds the open order of an object (command.OrderTx).
func (t *tx) OpenOrder(ctx context.Context, env account.Environment, kind, name string) (order.Order, error) {
	return scanOrder(t.q.QueryRow(ctx, selectOrder+`WHERE environment = $1 AND object_kind = $2 AND object_name = $3
		AND state IN ('sent', 'pending')`, env, kind, name))
}

// ListOrders lists orders (command.OrderTx).
func (t *tx) ListOrders(ctx context.Context, accs []account.ID, q command.Query) ([]order.Order, command.Page, error) {
	return list(ctx, t, &orderList, accs, q, scanOrder)
}

// DueOrders gives open orders to look at (command.OrderTx). On PostgreSQL the rows are locked, and those that another node
// has locked are left to it; on SQLite the transaction is alone.
func (t *tx) DueOrders(ctx context.Context, wall time.Time, limit int) ([]order.Order, error) {
	text := selectOrder + `WHERE state IN ('sent', 'pending') AND next_attempt <= $1 ORDER BY next_attempt, number LIMIT $2`
	if t.q.Engine() == db.Postgres && !t.view {
		text += ` FOR UPDATE SKIP LOCKED`
	}
	rows, err := t.q.Query(ctx, text, db.Micros(wall), max(limit, 0))
	return db.Collect(rows, err, func(r db.Rows) (order.Order, error) { return scanOrder(r) })
}

// Fence takes an order over (command.OrderTx).
func (t *tx) Fence(ctx context.Context, o *order.Order, wasAttempt int, wasState order.State) (bool, error) {
	n, err := t.exec(ctx, `UPDATE reg_order SET state = $1, attempt = $2, lease_owner = $3, lease_until = $4, next_attempt = $5,
		unknown = $6 WHERE number = $7 AND attempt = $8 AND state = $9`, o.State, o.Attempt, o.LeaseOwner,
		db.Micros(o.LeaseUntil), db.Micros(o.NextAttempt), o.Unknown, o.Number, wasAttempt, wasState)
	return n == 1, err
}

// Finish writes an order's outcome (command.OrderTx).
func (t *tx) Finish(ctx context.Context, o *order.Order, wasAttempt int, wasState order.State) (bool, error) {
	problem, err := packError(o.Error)
	if err != nil {
		return false, err
	}
	n, err := t.exec(ctx, updateOutcome, o.State, octets(o.Result), problem, db.Micros(o.Finished), db.Micros(o.Updated),
		o.Number, wasAttempt, wasState)
	return n == 1, err
}

const updateOutcome = `UPDATE reg_order SET state = $1, result = $2, error = $3, finished = $4, updated = $5
	WHERE number = $6 AND attempt = $7 AND state = $8`

// MustFinish writes an order's outcome, which nobody else may have done (command.OrderTx).
func (t *tx) MustFinish(ctx context.Context, o *order.Order, was command.Fenced, lost error) error {
	problem, err := packError(o.Error)
	if err != nil {
		return err
	}
	got := func(r db.Row) error {
		var n order.Number
		err := r.Scan(&n)
		if errors.Is(err, db.ErrNoRows) {
			return lost
		}
		return err
	}
	return t.queue(ctx, got, updateOutcome+` RETURNING number`, o.State, octets(o.Result), problem, db.Micros(o.Finished),
		db.Micros(o.Updated), o.Number, was.Attempt, was.State)
}

// HideOrder marks an ended order as deleted by the client (command.OrderTx).
func (t *tx) HideOrder(ctx context.Context, acc account.ID, n order.Number) error {
	k, err := t.exec(ctx, `UPDATE reg_order SET hidden = $1 WHERE number = $2 AND account_id = $3
		AND state NOT IN ('sent', 'pending')`, true, n, acc)
	if err == nil && k == 0 {
		return absent(db.ErrNoRows, "order")
	}
	return err
}

// FreeLeases makes all open orders due (command.OrderTx).
func (t *tx) FreeLeases(ctx context.Context) error {
	_, err := t.exec(ctx, `UPDATE reg_order SET lease_owner = '', lease_until = 0, next_attempt = $1
		WHERE state IN ('sent', 'pending')`, db.Micros(t.wall))
	return err
}

// OrderKey looks an idempotency key up (command.OrderTx).
func (t *tx) OrderKey(ctx context.Context, acc account.ID, key string) (hash string, n order.Number, err error) {
	err = t.q.QueryRow(ctx, `SELECT hash, order_no FROM order_key WHERE account_id = $1 AND idem_key = $2`, acc, key).Scan(&hash, &n)
	return hash, n, absent(err, "key")
}

// BindKey binds an idempotency key to an order (command.OrderTx).
func (t *tx) BindKey(ctx context.Context, acc account.ID, key, hash string, n order.Number) error {
	k, err := t.exec(ctx, `INSERT INTO order_key (account_id, idem_key, hash, order_no) VALUES ($1, $2, $3, $4)
		ON CONFLICT (account_id, idem_key) DO NOTHING`, acc, key, hash, n)
	if err == nil && k == 0 {
		return errs.E(errs.Conflict, "the idempotency key is in use")
	}
	return err
}

// AddHistory writes a line of an object's history (command.OrderTx).
func (t *tx) AddHistory(ctx context.Context, h command.History) error {
	return t.queue(ctx, nil, `INSERT INTO history (account_id, object_kind, object_name, order_no, what, happened)
		VALUES (`+places(1, 6)+`)`, h.Account, h.ObjectKind, h.ObjectName, h.Order, h.What, db.Micros(h.At))
}
