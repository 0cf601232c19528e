package store

import (
	"context"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/store/db"
)

// lifeRow reads the columns of a domain that say how far its life has come: the last ones of domainColumns.
type lifeRow struct {
	dnssec, heldFor, outgoingTo                                                  string
	ownerChanged, deleteOn, deleted, restoreUntil, purge, outgoingAt, outgoingBy int64
}

func (r *lifeRow) dest() []any {
	return []any{&r.dnssec, &r.ownerChanged, &r.heldFor, &r.deleteOn, &r.deleted, &r.restoreUntil, &r.purge, &r.outgoingTo,
		&r.outgoingAt, &r.outgoingBy}
}

func (r *lifeRow) into(d *domain.Domain) error {
	d.OwnerChanged, d.DeleteOn, d.Deleted = db.Time(r.ownerChanged), db.Time(r.deleteOn), db.Time(r.deleted)
	d.RestoreUntil, d.Purge = db.Time(r.restoreUntil), db.Time(r.purge)
	if r.outgoingTo != "" || r.outgoingAt != 0 || r.outgoingBy != 0 {
		d.Outgoing = &domain.Outgoing{Gaining: r.outgoingTo, Requested: db.Time(r.outgoingAt), ActBy: db.Time(r.outgoingBy)}
	}
	if err := unpack(r.heldFor, &d.HeldFor, "reasons of a hold"); err != nil {
		return err
	}
	return unpack(r.dnssec, &d.DNSSEC, "DNSSEC data")
}

func lifeValues(d *domain.Domain) []any {
	var signed string
	if !d.DNSSEC.Empty() {
		signed = encoded(d.DNSSEC)
	}
	var away domain.Outgoing
	if d.Outgoing != nil {
		away = *d.Outgoing
	}
	return []any{signed, db.Micros(d.OwnerChanged), pack(d.HeldFor), db.Micros(d.DeleteOn), db.Micros(d.Deleted),
		db.Micros(d.RestoreUntil), db.Micros(d.Purge), away.Gaining, db.Micros(away.Requested), db.Micros(away.ActBy)}
}

// AnyDomain finds a domain in whatever account (command.DomainTx).
func (t *tx) AnyDomain(ctx context.Context, env account.Environment, name dname.Name) (domain.Domain, error) {
	return scanDomain(t.q.QueryRow(ctx, `SELECT `+selectDomain+` FROM domain WHERE environment = $1 AND name = $2`, env, name))
}

// DomainByID finds a domain by its number (command.DomainTx).
func (t *tx) DomainByID(ctx context.Context, id domain.ID) (domain.Domain, error) {
	return scanDomain(t.q.QueryRow(ctx, `SELECT `+selectDomain+` FROM domain WHERE id = $1`, id))
}

// MoveDomain gives a domain to another account (command.DomainTx); its place in the due list goes along.
func (t *tx) MoveDomain(ctx context.Context, d *domain.Domain, to account.ID) error {
	if err := t.changeDomain(ctx, d, to); err != nil {
		return err
	}
	return t.queue(ctx, nil, `UPDATE due SET account_id = $1 WHERE kind = $2 AND object = $3`, to, command.DueDomain, d.ID)
}

// RemoveDomain takes a domain off the platform (command.DomainTx). Contacts that belong to it go with it, unless another
// domain has come to use them.
func (t *tx) RemoveDomain(ctx context.Context, d domain.Domain) error {
	n, err := t.exec(ctx, `DELETE FROM domain WHERE id = $1 AND account_id = $2`, d.ID, d.Account)
	if err == nil && n == 0 {
		err = absent(db.ErrNoRows, "domain")
	}
	if err != nil {
		return err
	}
	if err := t.DropDue(ctx, command.DueDomain, int64(d.ID)); err != nil {
		return err
	}
	rows, err := t.q.Query(ctx, selectOwned, d.Account, d.Name)
	owned, err := db.Collect(rows, err, func(r db.Rows) (id contact.ID, err error) { return id, r.Scan(&id) })
	if err != nil || len(owned) == 0 {
		return err
	}
	for _, text := range []string{`contact_handle WHERE contact_id`, `contact_at_registry WHERE contact_id`, `contact WHERE id`} {
		for _, id := range owned {
			if err := t.queue(ctx, nil, `DELETE FROM `+text+` = $1`, id); err != nil {
				return err
			}
		}
	}
	return nil
}

// selectOwned finds the contacts that belong to a domain and that no domain uses.
const selectOwned = `SELECT id FROM contact WHERE account_id = $1 AND owner = $2 AND owner <> ''
	AND NOT EXISTS (SELECT 1 FROM domain u WHERE u.registrant = contact.id AND u.registrant <> 0)
	AND NOT EXISTS (SELECT 1 FROM domain u WHERE u.admin = contact.id AND u.admin <> 0)
	AND NOT EXISTS (SELECT 1 FROM domain u WHERE u.tech = contact.id AND u.tech <> 0)
	AND NOT EXISTS (SELECT 1 FROM domain u WHERE u.billing = contact.id AND u.billing <> 0) ORDER BY id`
