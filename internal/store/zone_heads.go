package store

import (
	"context"
	"errors"
	"net/netip"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/store/db"
	"github.com/polyreg/polyreg/internal/zone"
)

const zoneColumns = `id, account_id, environment, origin, kind, soa, ttl, serial, virtual_ns, masters, allow_xfr, sign_on, sign_algorithm,
	sign_nsec3, comment, version, staged, staged_at, created, updated`

var zoneList = listing{
	table: "zone", columns: zoneColumns, key: "id",
	fields: map[string]field{"id": {"id", number}, "origin": {"origin", folded}, "kind": {"kind", word}, "comment": {"comment_folded", folded},
		"virtual_ns": {"virtual_ns", folded}, "created": {"created", moment}, "updated": {"updated", moment}},
}

type storedSOA struct {
	MName   dname.Name `json:"mname"`
	RName   string     `json:"rname"`
	Refresh int        `json:"refresh"`
	Retry   int        `json:"retry"`
	Expire  int        `json:"expire"`
	Minimum int        `json:"minimum"`
	TTL     int        `json:"ttl"`
}

type storedMaster struct {
	Addr netip.AddrPort `json:"addr"`
	Key  string         `json:"key,omitempty"`
}

func packMasters(ms []zone.Master) string {
	list := make([]storedMaster, len(ms))
	for i, m := range ms {
		list[i] = storedMaster(m)
	}
	return pack(list)
}

func scanZone(r db.Row, keys ...any) (zone.Zone, error) {
	var z zone.Zone
	var soa, masters, allow string
	var staged, created, updated int64
	err := r.Scan(append([]any{&z.ID, &z.Account, &z.Environment, &z.Origin, &z.Kind, &soa, &z.TTL, &z.Serial, &z.VirtualNS, &masters, &allow,
		&z.Signing.On, &z.Signing.Algorithm, &z.Signing.NSEC3, &z.Comment, &z.Version, &z.Staged, &staged, &created, &updated}, keys...)...)
	if err != nil {
		return z, absent(err, "zone")
	}
	z.StagedAt, z.Created, z.Updated = db.Time(staged), db.Time(created), db.Time(updated)
	var s storedSOA
	var ms []storedMaster
	err = errors.Join(unpack(soa, &s, "SOA"), unpack(masters, &ms, "masters"), unpack(allow, &z.AllowXFR, "prefixes"))
	z.SOA = zone.SOA(s)
	for _, m := range ms {
		z.Masters = append(z.Masters, zone.Master(m))
	}
	return z, err
}

// held has a row stay as it is until the end of the transaction. On SQLite there is one writer anyway.
func (t *tx) held() string {
	if t.view || t.q.Engine() == db.SQLite {
		return ""
	}
	return " FOR UPDATE"
}

// Zone finds a zone of an account (command.ZoneStoreTx).
func (t *tx) Zone(ctx context.Context, acc account.ID, origin dname.Name) (zone.Zone, error) {
	return scanZone(t.q.QueryRow(ctx, `SELECT `+zoneColumns+` FROM zone WHERE origin = $1 AND account_id = $2`+t.held(), origin, acc))
}

// AnyZone finds a zone (command.ZoneStoreTx).
func (t *tx) AnyZone(ctx context.Context, origin dname.Name) (zone.Zone, error) {
	return scanZone(t.q.QueryRow(ctx, `SELECT `+zoneColumns+` FROM zone WHERE origin = $1`+t.held(), origin))
}

// ZoneByID finds a zone by its number (command.ZoneStoreTx).
func (t *tx) ZoneByID(ctx context.Context, id zone.ID) (zone.Zone, error) {
	return scanZone(t.q.QueryRow(ctx, `SELECT `+zoneColumns+` FROM zone WHERE id = $1`+t.held(), id))
}

// ZoneAbove finds the zone that a name lies in (command.ZoneStoreTx).
func (t *tx) ZoneAbove(ctx context.Context, acc account.ID, name dname.Name) (zone.Zone, error) {
	var b builder
	list := b.arg(name)
	for _, up, ok := name.Cut(); ok; _, up, ok = up.Cut() {
		list += ", " + b.arg(up)
	}
	text := `SELECT ` + zoneColumns + ` FROM zone WHERE origin IN (` + list + `)`
	if acc != 0 {
		text += ` AND account_id = ` + b.arg(acc)
	}
	return scanZone(t.q.QueryRow(ctx, text+` ORDER BY LENGTH(origin) DESC LIMIT 1`, b.args...))
}

// AddZone makes a zone (command.ZoneStoreTx).
func (t *tx) AddZone(ctx context.Context, z *zone.Zone) error {
	z.Version, z.Created, z.Updated = 1, t.registrar, t.registrar
	now := db.Micros(t.registrar)
	err := t.insert(ctx, &z.ID, errs.F(errs.Exists, "zone", "the zone %s is served already", z.Origin).On("zone", string(z.Origin)),
		`INSERT INTO zone (account_id, environment, origin, kind, soa, ttl, serial, virtual_ns, masters, allow_xfr, sign_on, sign_algorithm,
		sign_nsec3, comment, comment_folded, version, records, staged, staged_at, by_default, created, updated)
		VALUES (`+places(1, 22)+`) ON CONFLICT DO NOTHING RETURNING id`, z.Account, z.Environment, z.Origin, z.Kind, encoded(storedSOA(z.SOA)),
		z.TTL, z.Serial, z.VirtualNS, packMasters(z.Masters), pack(z.AllowXFR), z.Signing.On, z.Signing.Algorithm, z.Signing.NSEC3, z.Comment,
		fold(z.Comment), z.Version, 0, 0, 0, false, now, now)
	if err != nil {
		return err
	}
	return t.feed(ctx, z.Origin, false)
}

// PutZone writes a zone's settings and serial (command.ZoneStoreTx).
func (t *tx) PutZone(ctx context.Context, z *zone.Zone) error {
	n, err := t.exec(ctx, `UPDATE zone SET soa = $1, ttl = $2, serial = $3, virtual_ns = $4, masters = $5, allow_xfr = $6, sign_on = $7,
		sign_algorithm = $8, sign_nsec3 = $9, comment = $10, comment_folded = $11, updated = $12, version = version + 1, by_default = $13
		WHERE id = $14 AND version = $15`, encoded(storedSOA(z.SOA)), z.TTL, z.Serial, z.VirtualNS, packMasters(z.Masters), pack(z.AllowXFR),
		z.Signing.On, z.Signing.Algorithm, z.Signing.NSEC3, z.Comment, fold(z.Comment), db.Micros(z.Updated), false, z.ID, z.Version)
	if err != nil {
		return err
	}
	if n == 0 {
		return errs.E(errs.Conflict, "the zone %s was changed in between", z.Origin).On("zone", string(z.Origin))
	}
	z.Version++
	return t.feed(ctx, z.Origin, true)
}

// DeleteZone removes a zone (command.ZoneStoreTx).
func (t *tx) DeleteZone(ctx context.Context, id zone.ID) error {
	var origin dname.Name
	if err := t.returning(ctx, `DELETE FROM zone WHERE id = $1 RETURNING origin`, id).Scan(&origin); err != nil {
		return absent(err, "zone")
	}
	for _, table := range []string{"zone_record", "zone_change", "zone_staged", "zone_forward", "zone_key", "zone_note"} {
		if err := t.queue(ctx, nil, `DELETE FROM `+table+` WHERE zone_id = $1`, id); err != nil {
			return err
		}
	}
	if err := t.DropDue(ctx, command.DueZoneKey, int64(id)); err != nil {
		return err
	}
	return t.feed(ctx, origin, true)
}

// ListZones lists zones, by origin where nothing else is asked for (command.ZoneStoreTx).
func (t *tx) ListZones(ctx context.Context, accs []account.ID, q command.Query) ([]zone.Zone, command.Page, error) {
	if len(q.Sort) == 0 {
		q.Sort = []command.Sort{{Field: "origin"}}
	}
	return list(ctx, t, &zoneList, accs, q, scanZone)
}

// AllZones walks the zones (command.ZoneStoreTx).
func (t *tx) AllZones(ctx context.Context, after dname.Name, limit int) ([]zone.Zone, error) {
	rows, err := t.q.Query(ctx, `SELECT `+zoneColumns+` FROM zone WHERE origin > $1 ORDER BY origin LIMIT $2`, after, limit)
	return db.Collect(rows, err, func(r db.Rows) (zone.Zone, error) { return scanZone(r) })
}

// MoveZones gives zones to another account (command.ZoneStoreTx). Notes are the old one's and stay behind.
func (t *tx) MoveZones(ctx context.Context, from account.ID, below dname.Name, to account.ID) error {
	err := t.queue(ctx, nil, `DELETE FROM zone_note WHERE zone_id IN (SELECT id FROM zone WHERE account_id = $1 AND (origin = $2 OR origin LIKE $3 ESCAPE '\'))`,
		from, below, "%."+escapeLike(string(below)))
	if err != nil {
		return err
	}
	err = t.queue(ctx, nil, `UPDATE due SET account_id = $1 WHERE kind = $2 AND object IN (SELECT id FROM zone WHERE account_id = $3 AND
		(origin = $4 OR origin LIKE $5 ESCAPE '\'))`, to, command.DueZoneKey, from, below, "%."+escapeLike(string(below)))
	if err != nil {
		return err
	}
	return t.queue(ctx, nil, `UPDATE zone SET account_id = $1 WHERE account_id = $2 AND (origin = $3 OR origin LIKE $4 ESCAPE '\')`, to, from, below,
		"%."+escapeLike(string(below)))
}

// NoteDefaultZone marks a zone that was made by itself (command.ZoneStoreTx).
func (t *tx) NoteDefaultZone(ctx context.Context, id zone.ID) error {
	return t.queue(ctx, nil, `UPDATE zone SET by_default = $1 WHERE id = $2`, true, id)
}

// DropDefaultZone removes a zone that was made by itself and never changed (command.ZoneStoreTx).
func (t *tx) DropDefaultZone(ctx context.Context, acc account.ID, origin dname.Name) (bool, error) {
	var id zone.ID
	err := t.q.QueryRow(ctx, `SELECT id FROM zone WHERE origin = $1 AND account_id = $2 AND by_default`+t.held(), origin, acc).Scan(&id)
	if errors.Is(err, db.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, t.DeleteZone(ctx, id)
}
