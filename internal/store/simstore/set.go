package simstore

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/polyreg/polyreg/internal/registry/sim/repo"
	"github.com/polyreg/polyreg/internal/store/db"
)

const selectSet = `SELECT s.id, s.namespace, s.kind, s.handle, s.sponsor, s.creator, s.updater, s.content, s.auth_info, s.statuses,
	s.created, s.updated,
	COALESCE((SELECT string_agg(c.handle, '
' ORDER BY l.pos) FROM sim_set_contact l JOIN sim_contact c ON c.id = l.contact_id WHERE l.set_id = s.id), ''),
	EXISTS (SELECT 1 FROM sim_domain_set l WHERE l.set_id = s.id)
	FROM sim_set s WHERE s.namespace = $1 AND s.kind = $2 AND s.handle = $3`

// setJSON is what is in a set, in one column; nothing is asked of its inside.
type setJSON struct {
	Servers []repo.NameServer `json:",omitempty"`
	Keys    []repo.Key        `json:",omitempty"`
}

// Set reads a set (repo.Reader).
func (r reader) Set(ctx context.Context, key repo.SetKey) (repo.Set, error) {
	var (
		s                     repo.Set
		content, states, tech string
		created, updated      int64
	)
	err := r.q.QueryRow(ctx, selectSet, key.Namespace, key.Kind, key.Handle).Scan(&s.ID, &s.Namespace, &s.Kind, &s.Handle, &s.Sponsor,
		&s.Creator, &s.Updater, &content, &s.AuthInfo, &states, &created, &updated, &tech, &s.Linked)
	if err != nil {
		return repo.Set{}, absent(err)
	}
	s.Statuses, s.Tech, s.Created, s.Updated = split(states), split(tech), db.Time(created), db.Time(updated)
	var j setJSON
	if err := json.Unmarshal([]byte(content), &j); err != nil {
		return repo.Set{}, fmt.Errorf("stored content of %s %s: %w", key.Kind, key.Handle, err)
	}
	s.Servers, s.Keys = j.Servers, j.Keys
	return s, nil
}

// TakenSets gives those of the handles that exist (repo.Reader).
func (r reader) TakenSets(ctx context.Context, namespace, kind string, handles []string) (map[string]bool, error) {
	out := make(map[string]bool, len(handles))
	for len(handles) > 0 {
		n := min(batch(r.q, 1), len(handles))
		args := append([]any{namespace, kind}, anys("", handles[:n])[1:]...)
		rows, err := r.q.Query(ctx, "SELECT handle FROM sim_set WHERE namespace = $1 AND kind = $2 AND handle IN ("+places(3, n)+")", args...)
		found, err := db.Collect(rows, err, func(r db.Rows) (h string, err error) { return h, r.Scan(&h) })
		if err != nil {
			return nil, err
		}
		for _, h := range found {
			out[h] = true
		}
		handles = handles[n:]
	}
	return out, nil
}

// LockSet reads a set and keeps others from changing it (repo.Tx).
func (t *tx) LockSet(ctx context.Context, key repo.SetKey) (repo.Set, error) {
	if t.q.Engine() == db.Postgres {
		var id int64
		err := t.q.QueryRow(ctx, "SELECT id FROM sim_set WHERE namespace = $1 AND kind = $2 AND handle = $3 FOR NO KEY UPDATE",
			key.Namespace, key.Kind, key.Handle).Scan(&id)
		if err != nil {
			return repo.Set{}, absent(err)
		}
	}
	return t.Set(ctx, key)
}

// InsertSet adds a set (repo.Tx).
func (t *tx) InsertSet(ctx context.Context, s *repo.Set) error {
	content, err := json.Marshal(setJSON{s.Servers, s.Keys})
	if err != nil {
		return err
	}
	err = t.q.QueryRow(ctx, `INSERT INTO sim_set (namespace, kind, handle, sponsor, creator, updater, content, auth_info, statuses, created, updated)
		VALUES (`+places(1, 11)+") ON CONFLICT (namespace, kind, handle) DO NOTHING RETURNING id", s.Namespace, s.Kind, s.Handle, s.Sponsor,
		s.Creator, s.Updater, string(content), s.AuthInfo, join(s.Statuses), db.Micros(s.Created), db.Micros(s.Updated)).Scan(&s.ID)
	if errors.Is(err, db.ErrNoRows) {
		return repo.ErrExists
	}
	if err != nil {
		return err
	}
	return t.linkTech(ctx, s)
}

// UpdateSet writes a locked set as it now is (repo.Tx).
func (t *tx) UpdateSet(ctx context.Context, s *repo.Set) error {
	content, err := json.Marshal(setJSON{s.Servers, s.Keys})
	if err != nil {
		return err
	}
	if _, err := t.q.Exec(ctx, "DELETE FROM sim_set_contact WHERE set_id = $1", s.ID); err != nil {
		return err
	}
	if err := t.linkTech(ctx, s); err != nil {
		return err
	}
	n, err := t.q.Exec(ctx, "UPDATE sim_set SET updater = $1, content = $2, auth_info = $3, statuses = $4, updated = $5 WHERE id = $6",
		s.Updater, string(content), s.AuthInfo, join(s.Statuses), db.Micros(s.Updated), s.ID)
	return one(n, err)
}

// DeleteSet removes a locked set that no domain names (repo.Tx).
func (t *tx) DeleteSet(ctx context.Context, s *repo.Set) error {
	if s.Linked {
		return repo.ErrInUse
	}
	if _, err := t.q.Exec(ctx, "DELETE FROM sim_set_contact WHERE set_id = $1", s.ID); err != nil {
		return err
	}
	n, err := t.q.Exec(ctx, "DELETE FROM sim_set WHERE id = $1", s.ID)
	return inUse(one(n, err))
}

func (t *tx) linkTech(ctx context.Context, s *repo.Set) error {
	if len(s.Tech) == 0 {
		return nil
	}
	ids, err := t.needed(ctx, "contact", s.Namespace, s.Tech)
	if err != nil {
		return err
	}
	var args []any
	for i, h := range s.Tech {
		args = append(args, s.ID, int64(i), ids[h])
	}
	return linkFailed("contact", insertMany(ctx, t.q, "INSERT INTO sim_set_contact (set_id, pos, contact_id) VALUES ", 3, args))
}

// linkSets writes which sets a domain names; most name none.
func (t *tx) linkSets(ctx context.Context, d *repo.Domain) error {
	for _, of := range []struct{ kind, handle string }{{repo.NSSet, d.NSSet}, {repo.Keyset, d.Keyset}} {
		if of.handle == "" {
			continue
		}
		n, err := t.q.Exec(ctx, `INSERT INTO sim_domain_set (domain_id, kind, set_id)
			SELECT CAST($1 AS BIGINT), kind, id FROM sim_set WHERE namespace = $2 AND kind = $3 AND handle = $4`, d.ID, d.Namespace, of.kind, of.handle)
		if err != nil {
			return linkFailed(of.kind, err)
		}
		if n == 0 {
			return &repo.MissingError{Kind: of.kind, Names: []string{of.handle}}
		}
	}
	return nil
}

// unlinkSets takes the links of a domain away that it had when it was read.
func (t *tx) unlinkSets(ctx context.Context, had *repo.Domain) error {
	if had.NSSet == "" && had.Keyset == "" {
		return nil
	}
	_, err := t.q.Exec(ctx, "DELETE FROM sim_domain_set WHERE domain_id = $1", had.ID)
	return err
}

// readSets reads the links of a domain as its statement gives them: kind and handle per line.
func readSets(lines string, d *repo.Domain) {
	for _, line := range split(lines) {
		kind, handle, _ := strings.Cut(line, " ")
		if kind == repo.NSSet {
			d.NSSet = handle
		} else {
			d.Keyset = handle
		}
	}
}
