package simstore

import (
	"context"
	"errors"
	"fmt"
	"net/netip"

	"github.com/polyreg/polyreg/internal/registry/sim/repo"
	"github.com/polyreg/polyreg/internal/store/db"
)

const hostColumns = `namespace, name, parent, sponsor, creator, updater, addresses, statuses, created, updated`

const selectHost = `SELECT id, namespace, name, COALESCE(parent, 0), sponsor, creator, updater, addresses, statuses, created,
	updated, EXISTS (SELECT 1 FROM sim_domain_host l WHERE l.host_id = sim_host.id)
	FROM sim_host WHERE namespace = $1 AND name = $2`

// Host reads a host (repo.Reader).
func (r reader) Host(ctx context.Context, namespace, name string) (repo.Host, error) {
	var (
		h                repo.Host
		addrs, states    string
		created, updated int64
	)
	err := r.q.QueryRow(ctx, selectHost, namespace, name).Scan(&h.ID, &h.Namespace, &h.Name, &h.Parent, &h.Sponsor,
		&h.Creator, &h.Updater, &addrs, &states, &created, &updated, &h.Linked)
	if err != nil {
		return repo.Host{}, absent(err)
	}
	h.Statuses, h.Created, h.Updated = split(states), db.Time(created), db.Time(updated)
	for _, a := range split(addrs) {
		ip, err := netip.ParseAddr(a)
		if err != nil {
			return repo.Host{}, fmt.Errorf("stored address of host %s: %w", name, err)
		}
		h.Addresses = append(h.Addresses, ip)
	}
	return h, nil
}

// LockHost reads a host and keeps others from changing it (repo.Tx).
func (t *tx) LockHost(ctx context.Context, namespace, name string) (repo.Host, error) {
	if err := t.lock(ctx, "sim_host", "name", namespace, name); err != nil {
		return repo.Host{}, err
	}
	return t.Host(ctx, namespace, name)
}

func hostArgs(h *repo.Host) []any {
	return []any{h.Namespace, h.Name, parent(h), h.Sponsor, h.Creator, h.Updater, joinAddrs(h.Addresses), join(h.Statuses),
		db.Micros(h.Created), db.Micros(h.Updated)}
}

// InsertHost adds a host (repo.Tx).
func (t *tx) InsertHost(ctx context.Context, h *repo.Host) error {
	args := hostArgs(h)
	err := t.q.QueryRow(ctx, "INSERT INTO sim_host ("+hostColumns+") VALUES ("+places(1, len(args))+
		") ON CONFLICT (namespace, name) DO NOTHING RETURNING id", args...).Scan(&h.ID)
	switch {
	case errors.Is(err, db.ErrNoRows):
		return repo.ErrExists
	case referenced(err): // the parent went away meanwhile
		return repo.ErrNotFound
	}
	return err
}

// UpdateHost writes a locked host as it now is, its name included (repo.Tx).
func (t *tx) UpdateHost(ctx context.Context, h *repo.Host) error {
	n, err := t.q.Exec(ctx, `UPDATE sim_host SET name = $1, parent = $2, sponsor = $3, updater = $4, addresses = $5,
		statuses = $6, updated = $7 WHERE id = $8`, h.Name, parent(h), h.Sponsor, h.Updater, joinAddrs(h.Addresses),
		join(h.Statuses), db.Micros(h.Updated), h.ID)
	switch {
	case db.IsUnique(err, ""):
		return repo.ErrExists
	case referenced(err):
		return repo.ErrNotFound
	}
	return one(n, err)
}

// DeleteHost removes a locked host that no domain is delegated to (repo.Tx).
func (t *tx) DeleteHost(ctx context.Context, h *repo.Host) error {
	if h.Linked {
		return repo.ErrInUse
	}
	n, err := t.q.Exec(ctx, "DELETE FROM sim_host WHERE id = $1", h.ID)
	return inUse(one(n, err))
}

// ForeignLinks reports a delegation by another sponsor's domain (repo.Tx).
func (t *tx) ForeignLinks(ctx context.Context, host int64, sponsor string) (bool, error) {
	var found bool
	err := t.q.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM sim_domain_host l JOIN sim_domain d ON d.id = l.domain_id
		WHERE l.host_id = $1 AND d.sponsor <> $2)`, host, sponsor).Scan(&found)
	return found, err
}

func parent(h *repo.Host) *int64 {
	if h.Parent == 0 {
		return nil
	}
	return &h.Parent
}

func joinAddrs(addrs []netip.Addr) string {
	list := make([]string, len(addrs))
	for i, a := range addrs {
		list[i] = a.String()
	}
	return join(list)
}
