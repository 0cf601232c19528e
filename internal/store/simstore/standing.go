package simstore

import (
	"context"

	"github.com/polyreg/polyreg/internal/registry/sim/repo"
	"github.com/polyreg/polyreg/internal/store/db"
)

// What the registry's own staff looks at. These read all rows of a name space, and are no part of what a registrar can ask.

// HeldBy lists the domains of a registrar by name, after one, at most limit.
func (s *Store) HeldBy(ctx context.Context, registrar, after string, limit int) ([]repo.Domain, error) {
	rows, err := s.q.Query(ctx, `SELECT namespace, name FROM sim_domain WHERE sponsor = $1 AND name > $2 ORDER BY name LIMIT $3`,
		registrar, after, limit)
	return s.each(ctx, rows, err)
}

// Waiting lists the domains on which an action or a transfer waits for a decision, by name, after one, at most limit.
func (s *Store) Waiting(ctx context.Context, namespace, after string, limit int) ([]repo.Domain, error) {
	rows, err := s.q.Query(ctx, `SELECT namespace, name FROM sim_domain WHERE namespace = $1 AND name > $2
		AND (pending <> '' OR life LIKE '%"State":"pending"%') ORDER BY name LIMIT $3`, namespace, after, limit)
	found, err := s.each(ctx, rows, err)
	waiting := found[:0]
	for _, d := range found {
		if d.Pending != nil || d.Transfer.Waits() {
			waiting = append(waiting, d)
		}
	}
	return waiting, err
}

// each reads the domains that rows name; those that are gone by then are left out.
func (s *Store) each(ctx context.Context, rows db.Rows, err error) ([]repo.Domain, error) {
	names, err := db.Collect(rows, err, func(r db.Rows) (n [2]string, err error) { return n, r.Scan(&n[0], &n[1]) })
	if err != nil {
		return nil, err
	}
	var out []repo.Domain
	for _, n := range names {
		d, err := s.Domain(ctx, n[0], n[1])
		if err == nil {
			out = append(out, d)
		} else if err != repo.ErrNotFound {
			return nil, err
		}
	}
	return out, nil
}
