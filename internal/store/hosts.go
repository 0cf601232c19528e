package store

import (
	"context"
	"slices"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/host"
	"github.com/polyreg/polyreg/internal/store/db"
)

const hostColumns = `id, account_id, name, addresses`

var hostList = listing{
	table: "host", columns: hostColumns, key: "id",
	fields: map[string]field{"id": {"id", number}, "name": {"name", folded}},
}

func scanHost(r db.Row, keys ...any) (host.Host, error) {
	var h host.Host
	var addresses string
	if err := r.Scan(append([]any{&h.ID, &h.Account, &h.Name, &addresses}, keys...)...); err != nil {
		return h, absent(err, "host")
	}
	return h, unpack(addresses, &h.Addresses, "addresses")
}

// reversed is a name from its last octet to its first, so that the names below one lie next to each other in an index.
func reversed(n dname.Name) string {
	b := []byte(n)
	slices.Reverse(b)
	return string(b)
}

// PutHost inserts a host or changes its addresses (command.HostTx); errs.Exists when it is another account's.
func (t *tx) PutHost(ctx context.Context, env account.Environment, h *host.Host) error {
	return t.insert(ctx, &h.ID, errs.F(errs.Exists, "host", "the host %s belongs to another account", h.Name),
		insertHost+`UPDATE SET addresses = excluded.addresses WHERE host.account_id = excluded.account_id RETURNING id`,
		env, h.Account, h.Name, pack(h.Addresses), reversed(h.Name))
}

const insertHost = `INSERT INTO host (environment, account_id, name, addresses, reversed) VALUES ($1, $2, $3, $4, $5)
	ON CONFLICT (environment, name) DO `

// AddHost makes a host (command.HostTx).
func (t *tx) AddHost(ctx context.Context, env account.Environment, h *host.Host) error {
	return t.insert(ctx, &h.ID, hostTaken(h.Name), insertHost+`NOTHING RETURNING id`, env, h.Account, h.Name, pack(h.Addresses),
		reversed(h.Name))
}

func hostTaken(n dname.Name) *errs.Error {
	return errs.F(errs.Exists, "host", "there is a host %s already", n).On("host", string(n))
}

// Host finds a host (command.HostTx).
func (t *tx) Host(ctx context.Context, env account.Environment, name dname.Name) (host.Host, error) {
	return scanHost(t.q.QueryRow(ctx, `SELECT `+hostColumns+` FROM host WHERE environment = $1 AND name = $2`, env, name))
}

// ChangeHost renames a host and writes its addresses (command.HostTx); errs.Exists when the new name is taken.
func (t *tx) ChangeHost(ctx context.Context, h host.Host) error {
	var name dname.Name
	if err := t.q.QueryRow(ctx, `SELECT name FROM host WHERE id = $1`, h.ID).Scan(&name); err != nil {
		return absent(err, "host")
	}
	n, err := t.exec(ctx, `UPDATE host SET name = $1, addresses = $2, reversed = $3 WHERE id = $4 AND NOT EXISTS (
		SELECT 1 FROM host o WHERE o.environment = host.environment AND o.name = $1 AND o.id <> $4)`, h.Name, pack(h.Addresses),
		reversed(h.Name), h.ID)
	if err == nil && n == 0 || db.IsUnique(err, "host") { // the latter when another one came in between
		return hostTaken(h.Name)
	}
	return err
}

// DeleteHost removes a host (command.HostTx).
func (t *tx) DeleteHost(ctx context.Context, id int64) error {
	n, err := t.exec(ctx, `DELETE FROM host WHERE id = $1`, id)
	if err == nil && n == 0 {
		return absent(db.ErrNoRows, "host")
	}
	return err
}

// ListHosts lists hosts, by name where nothing else is asked for (command.HostTx).
func (t *tx) ListHosts(ctx context.Context, accs []account.ID, q command.Query) ([]host.Host, command.Page, error) {
	if len(q.Sort) == 0 {
		q.Sort = []command.Sort{{Field: "name"}}
	}
	return list(ctx, t, &hostList, accs, q, scanHost)
}

// RehomeHosts gives the hosts of a domain to another account, or removes them (command.HostTx): those below it and one of
// its own name, whose superordinate object it is as well (RFC 5732 §1).
func (t *tx) RehomeHosts(ctx context.Context, env account.Environment, below dname.Name, to account.ID) error {
	const which = ` WHERE environment = $1 AND (name = $2 OR reversed > $3 AND reversed < $4)`
	r := reversed(below)
	args := []any{env, below, r + ".", r + "/"} // "/" comes next after "."
	if to == 0 {
		return t.queue(ctx, nil, `DELETE FROM host`+which, args...)
	}
	return t.queue(ctx, nil, `UPDATE host SET account_id = $5`+which, append(args, to)...)
}
