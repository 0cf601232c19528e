package simstore

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/polyreg/polyreg/internal/registry/sim/repo"
	"github.com/polyreg/polyreg/internal/store/db"
)

// batch is how many rows of width parameters go into one statement. PostgreSQL takes many; the SQLite driver looks every
// parameter up by its name among all others, so that large statements cost more than several small ones.
func batch(q db.Querier, width int) int {
	if q.Engine() == db.SQLite {
		return max(1, 320/width)
	}
	return max(1, 8000/width)
}

// TakenDomains gives those of the names that exist (repo.Reader).
func (r reader) TakenDomains(ctx context.Context, namespace string, names []string) (map[string]time.Time, error) {
	out := make(map[string]time.Time, len(names))
	for len(names) > 0 {
		n := min(batch(r.q, 1), len(names))
		rows, err := r.q.Query(ctx, "SELECT name, due FROM sim_domain WHERE namespace = $1 AND name IN ("+
			places(2, n)+") ORDER BY id", anys(namespace, names[:n])...)
		_, err = db.Collect(rows, err, func(r db.Rows) (struct{}, error) {
			var (
				name string
				due  int64
			)
			err := r.Scan(&name, &due)
			out[name] = db.Time(due)
			return struct{}{}, err
		})
		if err != nil {
			return nil, err
		}
		names = names[n:]
	}
	return out, nil
}

// TakenContacts gives those of the handles that exist (repo.Reader).
func (r reader) TakenContacts(ctx context.Context, namespace string, handles []string) (map[string]bool, error) {
	return r.taken(ctx, "sim_contact", "handle", namespace, handles)
}

// TakenHosts gives those of the host names that exist (repo.Reader).
func (r reader) TakenHosts(ctx context.Context, namespace string, names []string) (map[string]bool, error) {
	return r.taken(ctx, "sim_host", "name", namespace, names)
}

func (r reader) taken(ctx context.Context, table, key, namespace string, names []string) (map[string]bool, error) {
	ids, err := r.ids(ctx, table, key, namespace, names)
	if err != nil {
		return nil, err
	}
	out := make(map[string]bool, len(ids))
	for name := range ids {
		out[name] = true
	}
	return out, nil
}

// ids gives the row numbers of those names that exist.
func (r reader) ids(ctx context.Context, table, key, namespace string, names []string) (map[string]int64, error) {
	out := make(map[string]int64, len(names))
	type pair struct {
		id   int64
		name string
	}
	for len(names) > 0 {
		n := min(batch(r.q, 1), len(names))
		rows, err := r.q.Query(ctx, "SELECT id, "+key+" FROM "+table+" WHERE namespace = $1 AND "+key+" IN ("+
			places(2, n)+") ORDER BY id", anys(namespace, names[:n])...)
		found, err := db.Collect(rows, err, func(r db.Rows) (p pair, err error) {
			return p, r.Scan(&p.id, &p.name)
		})
		if err != nil {
			return nil, err
		}
		for _, p := range found {
			out[p.name] = p.id
		}
		names = names[n:]
	}
	return out, nil
}

// needed is ids, with a *repo.MissingError when one is not there. It takes repeats.
func (r reader) needed(ctx context.Context, kind, namespace string, names []string) (map[string]int64, error) {
	table, key := "sim_contact", "handle"
	if kind == "host" {
		table, key = "sim_host", "name"
	}
	ids, err := r.ids(ctx, table, key, namespace, names)
	if err != nil {
		return nil, err
	}
	l := lookup{kind: kind, names: names, ids: ids}
	return ids, l.missing()
}

// lookup are the row numbers of the contacts or hosts of a new domain.
type lookup struct {
	kind  string // "contact" or "host"
	names []string
	ids   map[string]int64
}

// queueLookup asks for them together with the next statement: l is filled when that has run.
func (t *tx) queueLookup(ctx context.Context, namespace string, l *lookup) error {
	if len(l.names) == 0 {
		return nil
	}
	table, key := "sim_contact", "handle"
	if l.kind == "host" {
		table, key = "sim_host", "name"
	}
	names := slices.Compact(slices.Sorted(slices.Values(l.names)))
	l.ids = make(map[string]int64, len(names))
	return t.own.Queue(ctx, func(r db.Row) error {
		var lines string
		if err := r.Scan(&lines); err != nil {
			return err
		}
		for _, line := range split(lines) {
			id, name, _ := strings.Cut(line, " ")
			n, err := strconv.ParseInt(id, 10, 64)
			if err != nil {
				return err
			}
			l.ids[name] = n
		}
		return nil
	}, "SELECT COALESCE(string_agg(CAST(id AS TEXT) || ' ' || "+key+", '\n'), '') FROM "+table+" WHERE namespace = $1 AND "+key+" IN ("+
		places(2, len(names))+")", anys(namespace, names)...)
}

// missing is a *repo.MissingError when a name has no row.
func (l lookup) missing() error {
	missing := &repo.MissingError{Kind: l.kind}
	for _, n := range l.names {
		if _, ok := l.ids[n]; !ok && !slices.Contains(missing.Names, n) {
			missing.Names = append(missing.Names, n)
		}
	}
	if len(missing.Names) > 0 {
		return missing
	}
	return nil
}
