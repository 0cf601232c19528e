package store

import (
	"context"
	"strings"
	"time"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/store/db"
	"github.com/polyreg/polyreg/internal/zone"
)

const selectForward = `SELECT id, zone_id, kind, source, target, title, status FROM zone_forward `

func scanForward(r db.Row) (zone.Forward, error) {
	var f zone.Forward
	return f, absent(r.Scan(&f.ID, &f.Zone, &f.Kind, &f.Source, &f.Target, &f.Title, &f.Status), "forward")
}

// Forwards reads a zone's forwards (command.ZoneStoreTx).
func (t *tx) Forwards(ctx context.Context, id zone.ID) ([]zone.Forward, error) {
	rows, err := t.q.Query(ctx, selectForward+`WHERE zone_id = $1 ORDER BY id`, id)
	return db.Collect(rows, err, func(r db.Rows) (zone.Forward, error) { return scanForward(r) })
}

// PutForwards replaces a zone's forwards (command.ZoneStoreTx).
func (t *tx) PutForwards(ctx context.Context, id zone.ID, fs []zone.Forward) error {
	z, err := t.ZoneByID(ctx, id)
	if err != nil {
		return err
	}
	have, err := t.Forwards(ctx, id)
	if err != nil {
		return err
	}
	stay := map[zone.Forward][]int64{}
	for _, f := range have {
		n := f.ID
		f.ID = 0
		stay[f] = append(stay[f], n)
	}
	for i := range fs {
		f := &fs[i]
		f.ID, f.Zone = 0, id
		if ids := stay[*f]; len(ids) > 0 {
			stay[*f], f.ID = ids[1:], ids[0]
		}
	}
	for _, ids := range stay {
		for _, n := range ids {
			if err := t.queue(ctx, nil, `DELETE FROM zone_forward WHERE id = $1`, n); err != nil {
				return err
			}
		}
	}
	for i := range fs {
		f := &fs[i]
		if f.ID != 0 {
			continue
		}
		var host dname.Name
		if f.Kind != zone.Mail {
			host = zone.Absolute(f.Source, z.Origin)
		}
		err := t.returning(ctx, `INSERT INTO zone_forward (zone_id, kind, source, target, title, status, host) VALUES (`+places(1, 7)+`) RETURNING id`,
			id, f.Kind, f.Source, f.Target, f.Title, f.Status, host).Scan(&f.ID)
		if err != nil {
			return err
		}
	}
	return t.queue(ctx, nil, `UPDATE zone SET by_default = $1 WHERE id = $2`, false, id)
}

// ForwardFor finds the HTTP forward of a host, or that of a wildcard above it (command.ZoneStoreTx).
func (t *tx) ForwardFor(ctx context.Context, host dname.Name) (zone.Forward, error) {
	names := []any{host}
	for rest := string(host); ; {
		_, up, ok := strings.Cut(rest, ".")
		if !ok {
			break
		}
		names = append(names, "*."+up)
		rest = up
	}
	return scanForward(t.q.QueryRow(ctx, selectForward+`WHERE host <> '' AND host IN (`+places(1, len(names))+`)
		ORDER BY CASE SUBSTR(host, 1, 1) WHEN '*' THEN 1 ELSE 0 END, LENGTH(host) DESC, id LIMIT 1`, names...))
}

// ZoneNote reads what an interface keeps beside a zone (command.ZoneStoreTx).
func (t *tx) ZoneNote(ctx context.Context, id zone.ID, dialect string) (sealed string, err error) {
	err = t.q.QueryRow(ctx, `SELECT sealed FROM zone_note WHERE zone_id = $1 AND dialect = $2`, id, dialect).Scan(&sealed)
	return sealed, absent(err, "note")
}

// PutZoneNote keeps it (command.ZoneStoreTx).
func (t *tx) PutZoneNote(ctx context.Context, id zone.ID, dialect, sealed string) error {
	return t.queue(ctx, nil, `INSERT INTO zone_note (zone_id, dialect, sealed) VALUES ($1, $2, $3) ON CONFLICT (zone_id, dialect) DO UPDATE SET sealed = excluded.sealed`,
		id, dialect, sealed)
}

const selectDNSCredential = `SELECT id, account_id, username, hash, scopes, created, last_used FROM dns_credential `

func scanDNSCredential(r db.Row) (zone.Credential, error) {
	var c zone.Credential
	var scopes string
	var created, used int64
	if err := r.Scan(&c.ID, &c.Account, &c.Username, &c.Hash, &scopes, &created, &used); err != nil {
		return c, absent(err, "log-in")
	}
	c.Created, c.LastUsed = db.Time(created), db.Time(used)
	return c, unpack(scopes, &c.Scopes, "scopes")
}

// DNSCredential finds a dynamic DNS log-in (command.ZoneStoreTx).
func (t *tx) DNSCredential(ctx context.Context, username string) (zone.Credential, error) {
	return scanDNSCredential(t.q.QueryRow(ctx, selectDNSCredential+`WHERE username = $1`, username))
}

// AddDNSCredential makes one (command.ZoneStoreTx).
func (t *tx) AddDNSCredential(ctx context.Context, c *zone.Credential) error {
	c.Created = t.registrar
	return t.insert(ctx, &c.ID, errs.F(errs.Exists, "username", "the user name is taken"), `INSERT INTO dns_credential (account_id, username, hash,
		scopes, created, last_used) VALUES (`+places(1, 6)+`) ON CONFLICT DO NOTHING RETURNING id`, c.Account, c.Username, c.Hash, pack(c.Scopes),
		db.Micros(c.Created), db.Micros(c.LastUsed))
}

// DNSCredentials lists an account's (command.ZoneStoreTx).
func (t *tx) DNSCredentials(ctx context.Context, acc account.ID) ([]zone.Credential, error) {
	rows, err := t.q.Query(ctx, selectDNSCredential+`WHERE account_id = $1 ORDER BY id`, acc)
	return db.Collect(rows, err, func(r db.Rows) (zone.Credential, error) { return scanDNSCredential(r) })
}

// DeleteDNSCredential removes one (command.ZoneStoreTx).
func (t *tx) DeleteDNSCredential(ctx context.Context, acc account.ID, id int64) error {
	n, err := t.exec(ctx, `DELETE FROM dns_credential WHERE id = $1 AND account_id = $2`, id, acc)
	if err == nil && n == 0 {
		return absent(db.ErrNoRows, "log-in")
	}
	return err
}

// UseDNSCredential keeps the time of the last use (command.ZoneStoreTx).
func (t *tx) UseDNSCredential(ctx context.Context, id int64, wall time.Time) error {
	return t.queue(ctx, nil, `UPDATE dns_credential SET last_used = $1 WHERE id = $2`, db.Micros(wall), id)
}
