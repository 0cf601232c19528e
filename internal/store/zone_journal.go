package store

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/polyreg/polyreg/internal/store/db"
	"github.com/polyreg/polyreg/internal/zone"
)

// journalLength is how many changes of a zone are kept.
const journalLength = 1000

type storedRecord struct {
	ID   zone.RecordID `json:"i,omitempty"`
	Name string        `json:"n"`
	Type zone.Type     `json:"t"`
	TTL  int           `json:"l"`
	Data string        `json:"d"`
}

type storedChange struct {
	Remove []storedRecord `json:"r,omitempty"`
	Add    []storedRecord `json:"a,omitempty"`
}

func packChange(c zone.Change) string {
	var s storedChange
	for _, r := range c.Remove {
		s.Remove = append(s.Remove, storedRecord(r))
	}
	for _, r := range c.Add {
		s.Add = append(s.Add, storedRecord(r))
	}
	return encoded(s)
}

func unpackChange(text string) (zone.Change, error) {
	var s storedChange
	var c zone.Change
	err := unpack(text, &s, "change of a zone")
	for _, r := range s.Remove {
		c.Remove = append(c.Remove, zone.Record(r))
	}
	for _, r := range s.Add {
		c.Add = append(c.Add, zone.Record(r))
	}
	return c, err
}

// journal writes an entry, and forgets what is too old. The zone's stored SOA is still the one before.
func (t *tx) journal(ctx context.Context, e *zone.Entry) error {
	var number int64
	err := t.returning(ctx, `INSERT INTO zone_change (zone_id, number, serial_from, serial_to, change, soa, soa_before, at, who)
		VALUES ($1, (SELECT COALESCE(MAX(number), 0) + 1 FROM zone_change WHERE zone_id = $1), $2, $3, $4, $5, (SELECT soa FROM zone WHERE id = $1), $6, $7) RETURNING number`,
		e.Zone, e.From, e.To, packChange(e.Change), encoded(storedSOA(e.SOA)), db.Micros(e.At), e.Who).Scan(&number)
	if err != nil || number <= journalLength {
		return err
	}
	return t.queue(ctx, nil, `DELETE FROM zone_change WHERE zone_id = $1 AND number <= $2`, e.Zone, number-journalLength)
}

const selectEntry = `SELECT zone_id, serial_from, serial_to, change, soa, soa_before, at, who FROM zone_change WHERE zone_id = $1`

func scanEntry(r db.Rows) (zone.Entry, error) {
	var e zone.Entry
	var change, soa, before string
	var at int64
	if err := r.Scan(&e.Zone, &e.From, &e.To, &change, &soa, &before, &at, &e.Who); err != nil {
		return e, err
	}
	var s, b storedSOA
	var bad error
	e.Change, bad = unpackChange(change)
	err := errors.Join(bad, unpack(soa, &s, "SOA"), unpack(before, &b, "SOA"))
	e.SOA, e.Before, e.At = zone.SOA(s), zone.SOA(b), db.Time(at)
	return e, err
}

// Journal reads what changed since a serial (command.ZoneStoreTx).
func (t *tx) Journal(ctx context.Context, id zone.ID, from uint32) ([]zone.Entry, bool, error) {
	var serial uint32
	err := t.q.QueryRow(ctx, `SELECT serial FROM zone WHERE id = $1`, id).Scan(&serial)
	if err != nil || serial == from {
		return nil, err == nil, absent(err, "zone")
	}
	var first int64
	err = t.q.QueryRow(ctx, `SELECT number FROM zone_change WHERE zone_id = $1 AND serial_from = $2 ORDER BY number DESC LIMIT 1`, id, from).Scan(&first)
	if errors.Is(err, db.ErrNoRows) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	rows, err := t.q.Query(ctx, selectEntry+` AND number >= $2 ORDER BY number`, id, first)
	list, err := db.Collect(rows, err, scanEntry)
	if err != nil {
		return nil, false, err
	}
	for i, e := range list {
		if i > 0 && e.From != list[i-1].To {
			return nil, false, nil
		}
	}
	return list, len(list) > 0 && list[0].From == from, nil
}

// ZoneHistory reads the latest changes (command.ZoneStoreTx).
func (t *tx) ZoneHistory(ctx context.Context, id zone.ID, limit int) ([]zone.Entry, error) {
	rows, err := t.q.Query(ctx, selectEntry+` ORDER BY number DESC LIMIT $2`, id, limit)
	return db.Collect(rows, err, scanEntry)
}

// Staged reads what waits for a commit (command.ZoneStoreTx).
func (t *tx) Staged(ctx context.Context, id zone.ID) (zone.Change, error) {
	var text string
	err := t.q.QueryRow(ctx, `SELECT change FROM zone_staged WHERE zone_id = $1`, id).Scan(&text)
	if errors.Is(err, db.ErrNoRows) {
		return zone.Change{}, nil
	}
	if err != nil {
		return zone.Change{}, err
	}
	return unpackChange(text)
}

// PutStaged replaces what waits for a commit (command.ZoneStoreTx).
func (t *tx) PutStaged(ctx context.Context, id zone.ID, c zone.Change) error {
	c.Add = slices.Clone(c.Add)
	if err := t.number(ctx, c.Add); err != nil {
		return err
	}
	var at time.Time
	if !c.Empty() {
		at = t.wall
	}
	n, err := t.exec(ctx, `UPDATE zone SET staged = $1, staged_at = $2, by_default = $3 WHERE id = $4`, len(c.Remove)+len(c.Add), db.Micros(at), false, id)
	if err == nil && n == 0 {
		return absent(db.ErrNoRows, "zone")
	}
	if err != nil {
		return err
	}
	if c.Empty() {
		return t.queue(ctx, nil, `DELETE FROM zone_staged WHERE zone_id = $1`, id)
	}
	return t.queue(ctx, nil, `INSERT INTO zone_staged (zone_id, change) VALUES ($1, $2) ON CONFLICT (zone_id) DO UPDATE SET change = excluded.change`,
		id, packChange(c))
}

// StagedBefore finds zones that have waited for a commit (command.ZoneStoreTx).
func (t *tx) StagedBefore(ctx context.Context, wall time.Time, limit int) ([]zone.Zone, error) {
	rows, err := t.q.Query(ctx, `SELECT `+zoneColumns+` FROM zone WHERE staged_at <> 0 AND staged_at < $1 ORDER BY staged_at, id LIMIT $2`,
		db.Micros(wall), limit)
	return db.Collect(rows, err, func(r db.Rows) (zone.Zone, error) { return scanZone(r) })
}
