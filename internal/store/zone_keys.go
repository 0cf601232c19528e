package store

import (
	"context"
	"slices"
	"time"

	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/store/db"
	"github.com/polyreg/polyreg/internal/zone"
)

// ZoneKeys reads a zone's keys (command.ZoneKeyTx).
func (t *tx) ZoneKeys(ctx context.Context, id zone.ID) ([]zone.Key, error) {
	rows, err := t.q.Query(ctx, `SELECT id, role, algorithm, tag, public, private, state, generated, published, active, retired, removed, ds_gone
		FROM zone_key WHERE zone_id = $1 ORDER BY id`, id)
	return db.Collect(rows, err, func(r db.Rows) (zone.Key, error) {
		k := zone.Key{Zone: id}
		var at [6]int64
		err := r.Scan(&k.ID, &k.Role, &k.Algorithm, &k.Tag, &k.Public, &k.Private, &k.State, &at[0], &at[1], &at[2], &at[3], &at[4], &at[5])
		for i, p := range keyTimes(&k) {
			*p = db.Time(at[i])
		}
		return k, err
	})
}

// keyTimes are a key's times in the order of their columns.
func keyTimes(k *zone.Key) []*time.Time {
	return []*time.Time{&k.Generated, &k.Published, &k.Active, &k.Retired, &k.Removed, &k.DSGone}
}

// AddZoneKey keeps a new key (command.ZoneKeyTx).
func (t *tx) AddZoneKey(ctx context.Context, k *zone.Key) error {
	args := []any{k.Zone, k.Role, k.Algorithm, k.Tag, k.Public, k.Private, k.State}
	for _, p := range keyTimes(k) {
		args = append(args, db.Micros(*p))
	}
	return t.returning(ctx, `INSERT INTO zone_key (zone_id, role, algorithm, tag, public, private, state, generated, published, active, retired, removed, ds_gone)
		VALUES (`+places(1, len(args))+`) RETURNING id`, args...).Scan(&k.ID)
}

// PutZoneKey writes a key's state and times (command.ZoneKeyTx).
func (t *tx) PutZoneKey(ctx context.Context, k zone.Key) error {
	args := []any{k.ID, k.State}
	for _, p := range keyTimes(&k) {
		args = append(args, db.Micros(*p))
	}
	_, err := t.exec(ctx, `UPDATE zone_key SET state = $2, generated = $3, published = $4, active = $5, retired = $6, removed = $7, ds_gone = $8 WHERE id = $1`, args...)
	return err
}

// ExtraRecords reads the records that signing has added (command.ZoneKeyTx).
func (t *tx) ExtraRecords(ctx context.Context, id zone.ID) ([]zone.Record, error) {
	rows, err := t.q.Query(ctx, `SELECT id, name, type, ttl, data FROM zone_extra WHERE zone_id = $1 ORDER BY name, type, id`, id)
	return db.Collect(rows, err, func(r db.Rows) (zone.Record, error) {
		var x zone.Record
		return x, r.Scan(&x.ID, &x.Name, &x.Type, &x.TTL, &x.Data)
	})
}

// extraRows is how many records one statement writes.
const extraRows = 100

// applyExtra removes and adds records of signing; those to remove are named by number.
func (t *tx) applyExtra(ctx context.Context, id zone.ID, c zone.Change) error {
	for part := range slices.Chunk(c.Remove, extraRows) {
		var b builder
		text := `DELETE FROM zone_extra WHERE zone_id = ` + b.arg(id)
		ids := make([]zone.RecordID, len(part))
		for i, r := range part {
			ids[i] = r.ID
		}
		text += ` AND ` + in(&b, "id", ids)
		if _, err := t.exec(ctx, text, b.args...); err != nil {
			return err
		}
	}
	for part := range slices.Chunk(c.Add, extraRows) {
		text, args := `INSERT INTO zone_extra (zone_id, name, type, ttl, data) VALUES `, []any(nil)
		for i, r := range part {
			if i > 0 {
				text += ", "
			}
			text += "(" + places(len(args)+1, 5) + ")"
			args = append(args, id, r.Name, r.Type, r.TTL, r.Data)
		}
		if _, err := t.exec(ctx, text, args...); err != nil {
			return err
		}
	}
	return nil
}

// dropSigning removes what belongs to a zone's signatures, when the zone goes.
func (t *tx) dropSigning(ctx context.Context, id zone.ID) error {
	for _, table := range []string{"zone_key", "zone_extra", "zone_signing"} {
		if _, err := t.exec(ctx, `DELETE FROM `+table+` WHERE zone_id = $1`, id); err != nil {
			return err
		}
	}
	return nil
}

// NoteSigned keeps when a zone must be signed anew (command.ZoneKeyTx).
func (t *tx) NoteSigned(ctx context.Context, id zone.ID, origin dname.Name, resign time.Time) error {
	if resign.IsZero() {
		_, err := t.exec(ctx, `DELETE FROM zone_signing WHERE zone_id = $1`, id)
		return err
	}
	_, err := t.exec(ctx, `INSERT INTO zone_signing (zone_id, origin, resign) VALUES ($1, $2, $3)
		ON CONFLICT (zone_id) DO UPDATE SET resign = excluded.resign`, id, origin, db.Micros(resign))
	return err
}

// ResignBefore lists zones that must be signed anew (command.ZoneKeyTx).
func (t *tx) ResignBefore(ctx context.Context, wall time.Time, limit int) ([]dname.Name, error) {
	rows, err := t.q.Query(ctx, `SELECT origin FROM zone_signing WHERE resign <= $1 ORDER BY resign, zone_id LIMIT $2`, db.Micros(wall), limit)
	return db.Collect(rows, err, func(r db.Rows) (dname.Name, error) {
		var n dname.Name
		return n, r.Scan(&n)
	})
}
