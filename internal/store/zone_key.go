package store

import (
	"context"
	"errors"
	"time"

	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/store/db"
	"github.com/polyreg/polyreg/internal/zone"
)

const keyColumns = `zone_id, role, algorithm, tag, public, private, state, generated, published, active, retired, removed, ds_gone`

func keyValues(k zone.Key) []any {
	return []any{k.Zone, k.Role, k.Algorithm, k.Tag, k.Public, k.Private, k.State, db.Micros(k.Generated), db.Micros(k.Published), db.Micros(k.Active),
		db.Micros(k.Retired), db.Micros(k.Removed), db.Micros(k.DSGone)}
}

// ZoneKeys reads the keys of a zone (command.ZoneKeyTx).
func (t *tx) ZoneKeys(ctx context.Context, id zone.ID) ([]zone.Key, error) {
	rows, err := t.q.Query(ctx, `SELECT id, `+keyColumns+` FROM zone_key WHERE zone_id = $1 ORDER BY id`+t.held(), id)
	return db.Collect(rows, err, func(r db.Rows) (zone.Key, error) {
		var k zone.Key
		var at [6]int64
		err := r.Scan(&k.ID, &k.Zone, &k.Role, &k.Algorithm, &k.Tag, &k.Public, &k.Private, &k.State, &at[0], &at[1], &at[2], &at[3], &at[4], &at[5])
		for i, to := range []*time.Time{&k.Generated, &k.Published, &k.Active, &k.Retired, &k.Removed, &k.DSGone} {
			*to = db.Time(at[i])
		}
		return k, err
	})
}

// AddZoneKey keeps a new key (command.ZoneKeyTx).
func (t *tx) AddZoneKey(ctx context.Context, k *zone.Key) error {
	return t.returning(ctx, `INSERT INTO zone_key (`+keyColumns+`) VALUES (`+places(1, 13)+`) RETURNING id`, keyValues(*k)...).Scan(&k.ID)
}

// PutZoneKey writes a key's state and times (command.ZoneKeyTx).
func (t *tx) PutZoneKey(ctx context.Context, k zone.Key) error {
	n, err := t.exec(ctx, `UPDATE zone_key SET state = $1, published = $2, active = $3, retired = $4, removed = $5, ds_gone = $6 WHERE id = $7`, k.State,
		db.Micros(k.Published), db.Micros(k.Active), db.Micros(k.Retired), db.Micros(k.Removed), db.Micros(k.DSGone), k.ID)
	if err == nil && n == 0 {
		return absent(db.ErrNoRows, "key")
	}
	return err
}

// NoteSigned keeps when a zone's signatures must be made anew (command.ZoneKeyTx).
func (t *tx) NoteSigned(ctx context.Context, id zone.ID, resign time.Time) error {
	return t.queue(ctx, nil, `UPDATE zone SET resign = $1 WHERE id = $2`, db.Micros(resign), id)
}

// ResignBefore finds zones whose signatures must be made anew (command.ZoneKeyTx).
func (t *tx) ResignBefore(ctx context.Context, wall time.Time, limit int) ([]dname.Name, error) {
	rows, err := t.q.Query(ctx, `SELECT origin FROM zone WHERE resign <> 0 AND resign <= $1 ORDER BY resign, id LIMIT $2`, db.Micros(wall), limit)
	return db.Collect(rows, err, func(r db.Rows) (n dname.Name, err error) { return n, r.Scan(&n) })
}

// LongestTTL looks through a zone's records (command.ZoneKeyTx).
func (t *tx) LongestTTL(ctx context.Context, id zone.ID) (ttl int, err error) {
	return ttl, t.q.QueryRow(ctx, `SELECT COALESCE(MAX(ttl), 0) FROM zone_record WHERE zone_id = $1 AND NOT extra`, id).Scan(&ttl)
}

// ExtraAt reads the records that signing has added at names (command.ZoneKeyTx).
func (t *tx) ExtraAt(ctx context.Context, id zone.ID, names []string) ([]zone.Record, error) {
	return t.recordsAt(ctx, id, names, ` AND extra`)
}

// ChainAt reads a link of the chain (command.ZoneKeyTx).
func (t *tx) ChainAt(ctx context.Context, id zone.ID, key string) ([]zone.Record, error) {
	return t.link(ctx, id, ` = $2`, key)
}

// ChainBefore reads the link before a key (command.ZoneKeyTx).
func (t *tx) ChainBefore(ctx context.Context, id zone.ID, key string) ([]zone.Record, error) {
	found, err := t.link(ctx, id, ` < $2`, key)
	if err == nil && len(found) == 0 {
		found, err = t.link(ctx, id, ` >= $2`, key)
	}
	return found, err
}

// link reads the last link of those that which names, with its signatures.
func (t *tx) link(ctx context.Context, id zone.ID, which, key string) ([]zone.Record, error) {
	var name, typ string
	err := t.q.QueryRow(ctx, `SELECT name, type FROM zone_record WHERE zone_id = $1 AND chain <> '' AND chain`+which+` ORDER BY chain DESC LIMIT 1`, id, key).Scan(&name, &typ)
	if errors.Is(err, db.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return t.selectRecords(ctx, `zone_id = $1 AND name = $2 AND (type = $3 OR type = 'RRSIG' AND data LIKE $4) AND extra`, id, name, typ, typ+" %")
}

// HoldsBelow looks for records at a name and below (command.ZoneKeyTx).
func (t *tx) HoldsBelow(ctx context.Context, id zone.ID, name string, except []string) (bool, error) {
	args := []any{id, name, "%." + escapeLike(name)}
	text := `SELECT id FROM zone_record WHERE zone_id = $1 AND NOT extra AND (name = $2 OR name LIKE $3 ESCAPE '\')`
	if len(except) > 0 {
		text += ` AND name NOT IN (` + places(4, len(except)) + `)`
	}
	for _, n := range except {
		args = append(args, n)
	}
	var one zone.RecordID
	err := t.q.QueryRow(ctx, text+` LIMIT 1`, args...).Scan(&one)
	if errors.Is(err, db.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}
