package store

import (
	"context"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/order"
	"github.com/polyreg/polyreg/internal/store/db"
)

// ChargedOrders lists the orders that a domain has cost something for (command.OrderTx).
func (t *tx) ChargedOrders(ctx context.Context, acc account.ID, name dname.Name, limit int) ([]order.Order, error) {
	rows, err := t.q.Query(ctx, selectOrder+`WHERE account_id = $1 AND object_name = $2 AND object_kind = 'domain' AND state = 'done'
		AND price > 0 ORDER BY number DESC LIMIT $3`, acc, name, max(limit, 0))
	return db.Collect(rows, err, func(r db.Rows) (order.Order, error) { return scanOrder(r) })
}

// OpenOrders lists open orders of all accounts (command.OrderTx). The sign keeps the numbers' index out of it, which would
// lead through ended orders: open ones are few, and have an index of their own.
func (t *tx) OpenOrders(ctx context.Context, after order.Number, limit int) ([]order.Order, error) {
	rows, err := t.q.Query(ctx, selectOrder+`WHERE state IN ('sent', 'pending') AND + number > $1 ORDER BY + number LIMIT $2`,
		after, max(limit, 0))
	return db.Collect(rows, err, func(r db.Rows) (order.Order, error) { return scanOrder(r) })
}
