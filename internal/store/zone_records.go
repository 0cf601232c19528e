package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/store/db"
	"github.com/polyreg/polyreg/internal/zone"
)

// recordRows is how many records one statement reads, writes or removes.
const recordRows = 100

// selectRecords runs a query for records; where begins with the zone's number, which is the first argument.
func (t *tx) selectRecords(ctx context.Context, where string, args ...any) ([]zone.Record, error) {
	rows, err := t.q.Query(ctx, `SELECT id, name, type, ttl, data FROM zone_record WHERE `+where+` ORDER BY name, type, id`, args...)
	return db.Collect(rows, err, func(r db.Rows) (zone.Record, error) {
		var x zone.Record
		return x, r.Scan(&x.ID, &x.Name, &x.Type, &x.TTL, &x.Data)
	})
}

// Records reads a zone's records (command.ZoneStoreTx).
func (t *tx) Records(ctx context.Context, id zone.ID, name string) ([]zone.Record, error) {
	if name == "" {
		return t.selectRecords(ctx, `zone_id = $1 AND NOT extra`, id)
	}
	return t.selectRecords(ctx, `zone_id = $1 AND name = $2 AND NOT extra`, id, name)
}

// ExtraRecords reads the records that signing has added (command.ZoneStoreTx).
func (t *tx) ExtraRecords(ctx context.Context, id zone.ID) ([]zone.Record, error) {
	return t.selectRecords(ctx, `zone_id = $1 AND extra`, id)
}

// RecordsAt reads the records of names (command.ZoneStoreTx).
func (t *tx) RecordsAt(ctx context.Context, id zone.ID, names []string) ([]zone.Record, error) {
	return t.recordsAt(ctx, id, names, ` AND NOT extra`)
}

func (t *tx) recordsAt(ctx context.Context, id zone.ID, names []string, which string) ([]zone.Record, error) {
	var out []zone.Record
	for part := range slices.Chunk(distinct(names), recordRows) {
		args := []any{id}
		for _, n := range part {
			args = append(args, n)
		}
		found, err := t.selectRecords(ctx, `zone_id = $1 AND name IN (`+places(2, len(part))+`)`+which, args...)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	return out, nil
}

// RecordsByID reads records by their numbers (command.ZoneStoreTx).
func (t *tx) RecordsByID(ctx context.Context, id zone.ID, ids []zone.RecordID) ([]zone.Record, error) {
	var out []zone.Record
	for part := range slices.Chunk(ids, recordRows) {
		var b builder
		b.arg(id)
		found, err := t.selectRecords(ctx, `+zone_id = $1 AND `+in(&b, "id", part)+` AND NOT extra`, b.args...)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	return out, nil
}

// CountRecords tells how many records a zone has (command.ZoneStoreTx).
func (t *tx) CountRecords(ctx context.Context, id zone.ID) (n int, err error) {
	return n, absent(t.q.QueryRow(ctx, `SELECT records FROM zone WHERE id = $1`, id).Scan(&n), "zone")
}

// WholeZone reads a zone with its records (command.ZoneStoreTx). Head and records are of one moment when the version is the
// same before and after.
func (t *tx) WholeZone(ctx context.Context, origin dname.Name) (command.WholeZone, error) {
	for range 20 {
		z, err := t.AnyZone(ctx, origin)
		if err != nil {
			return command.WholeZone{}, err
		}
		w := command.WholeZone{Zone: z}
		if w.Records, err = t.Records(ctx, z.ID, ""); err != nil {
			return w, err
		}
		if w.Extra, err = t.ExtraRecords(ctx, z.ID); err != nil {
			return w, err
		}
		var version int64
		err = absent(t.q.QueryRow(ctx, `SELECT version FROM zone WHERE id = $1`, z.ID).Scan(&version), "zone")
		if err != nil || version == z.Version {
			return w, err
		}
	}
	return command.WholeZone{}, fmt.Errorf("store: the zone %s changes too fast to be read", origin)
}

// NextRecords draws numbers of records (command.ZoneStoreTx).
func (t *tx) NextRecords(ctx context.Context, n int) ([]zone.RecordID, error) {
	if t.view {
		return nil, ErrView
	}
	if n == 0 {
		return nil, nil
	}
	if t.q.Engine() == db.Postgres {
		rows, err := t.q.Query(ctx, `SELECT nextval('zone_record_number') FROM generate_series(1, $1) ORDER BY 1`, n)
		return db.Collect(rows, err, func(r db.Rows) (id zone.RecordID, err error) { return id, r.Scan(&id) })
	}
	var last zone.RecordID
	err := t.returning(ctx, `UPDATE sequence SET value = value + $1 WHERE name = 'zone_record' RETURNING value`, n).Scan(&last)
	ids := make([]zone.RecordID, n)
	for i := range ids {
		ids[i] = last - zone.RecordID(n-1-i)
	}
	return ids, err
}

// number gives numbers to records that have none.
func (t *tx) number(ctx context.Context, rs []zone.Record) error {
	n := 0
	for _, r := range rs {
		if r.ID == 0 {
			n++
		}
	}
	ids, err := t.NextRecords(ctx, n)
	if err != nil {
		return err
	}
	for i := range rs {
		if rs[i].ID == 0 {
			rs[i].ID, ids = ids[0], ids[1:]
		}
	}
	return nil
}

// ApplyChange changes records and writes the journal (command.ZoneStoreTx).
func (t *tx) ApplyChange(ctx context.Context, e *zone.Entry) error {
	for part := range slices.Chunk(e.Change.Remove, recordRows) {
		if err := t.removeRecords(ctx, e.Zone, part); err != nil {
			return err
		}
	}
	e.Change.Add = slices.Clone(e.Change.Add)
	if err := t.number(ctx, e.Change.Add); err != nil {
		return err
	}
	for part := range slices.Chunk(e.Change.Add, recordRows) {
		if err := t.addRecords(ctx, e.Zone, part); err != nil {
			return err
		}
	}
	own, _ := e.Change.Split()
	if more := len(own.Add) - len(own.Remove); more != 0 {
		if err := t.queue(ctx, nil, `UPDATE zone SET records = records + $1 WHERE id = $2`, more, e.Zone); err != nil {
			return err
		}
	}
	if e.From == e.To {
		return nil // nothing that is served yet
	}
	return t.journal(ctx, e)
}

func (t *tx) removeRecords(ctx context.Context, id zone.ID, rs []zone.Record) error {
	var b builder
	ids := make([]zone.RecordID, len(rs))
	for i, r := range rs {
		ids[i] = r.ID
	}
	text := `DELETE FROM zone_record WHERE +zone_id = ` + b.arg(id) // by the numbers, not through all of the zone
	n, err := t.exec(ctx, text+` AND `+in(&b, "id", ids), b.args...)
	if err == nil && n != int64(len(rs)) {
		return errs.E(errs.Conflict, "a record to be removed is gone")
	}
	return err
}

func (t *tx) addRecords(ctx context.Context, id zone.ID, rs []zone.Record) error {
	var text strings.Builder
	var args []any
	text.WriteString(`INSERT INTO zone_record (id, zone_id, name, type, ttl, data, extra, chain) VALUES `)
	for i, r := range rs {
		if i > 0 {
			text.WriteString(", ")
		}
		text.WriteString("(" + places(len(args)+1, 8) + ")")
		args = append(args, r.ID, id, r.Name, r.Type, r.TTL, r.Data, r.Type.Extra(), zone.ChainKey(r))
	}
	return t.queue(ctx, nil, text.String(), args...)
}
