package simstore

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/polyreg/polyreg/internal/registry/sim/repo"
	"github.com/polyreg/polyreg/internal/store/db"
)

const contactColumns = `namespace, handle, sponsor, creator, updater, postal_int, postal_loc, voice, voice_ext, fax, fax_ext,
	email, disclose, auth_info, statuses, created, updated, transferred, transfer, due`

const selectContact = `SELECT id, namespace, handle, sponsor, creator, updater, postal_int, postal_loc, voice, voice_ext, fax, fax_ext,
	email, disclose, auth_info, statuses, created, updated, transferred, transfer,
	EXISTS (SELECT 1 FROM sim_domain_contact l WHERE l.contact_id = sim_contact.id) OR
	EXISTS (SELECT 1 FROM sim_set_contact l WHERE l.contact_id = sim_contact.id)
	FROM sim_contact WHERE namespace = $1 AND handle = $2`

// Contact reads a contact (repo.Reader).
func (r reader) Contact(ctx context.Context, namespace, handle string) (repo.Contact, error) {
	var (
		c                             repo.Contact
		pInt, pLoc, states, transfer  string
		created, updated, transferred int64
	)
	err := r.q.QueryRow(ctx, selectContact, namespace, handle).Scan(&c.ID, &c.Namespace, &c.Handle, &c.Sponsor, &c.Creator,
		&c.Updater, &pInt, &pLoc, &c.Voice, &c.VoiceExt, &c.Fax, &c.FaxExt, &c.Email, &c.Disclose, &c.AuthInfo, &states, &created,
		&updated, &transferred, &transfer, &c.Linked)
	if err != nil {
		return repo.Contact{}, absent(err)
	}
	c.Statuses, c.Created, c.Updated, c.Transferred = split(states), db.Time(created), db.Time(updated), db.Time(transferred)
	if c.Int, err = decodePostal(pInt); err != nil {
		return repo.Contact{}, err
	}
	if c.Loc, err = decodePostal(pLoc); err != nil {
		return repo.Contact{}, err
	}
	c.Transfer, err = decodeTransfer(transfer)
	return c, err
}

// LockContact reads a contact and keeps others from changing it (repo.Tx).
func (t *tx) LockContact(ctx context.Context, namespace, handle string) (repo.Contact, error) {
	if err := t.lock(ctx, "sim_contact", "handle", namespace, handle); err != nil {
		return repo.Contact{}, err
	}
	return t.Contact(ctx, namespace, handle)
}

func contactArgs(c *repo.Contact) ([]any, error) {
	pInt, err := encodePostal(c.Int)
	if err != nil {
		return nil, err
	}
	pLoc, err := encodePostal(c.Loc)
	if err != nil {
		return nil, err
	}
	transfer, err := encodeTransfer(c.Transfer)
	if err != nil {
		return nil, err
	}
	return []any{c.Namespace, c.Handle, c.Sponsor, c.Creator, c.Updater, pInt, pLoc, c.Voice, c.VoiceExt, c.Fax, c.FaxExt,
		c.Email, c.Disclose, c.AuthInfo, join(c.Statuses), db.Micros(c.Created), db.Micros(c.Updated),
		db.Micros(c.Transferred), transfer, db.Micros(c.Due())}, nil
}

// InsertContact adds a contact (repo.Tx).
func (t *tx) InsertContact(ctx context.Context, c *repo.Contact) error {
	args, err := contactArgs(c)
	if err != nil {
		return err
	}
	err = t.q.QueryRow(ctx, "INSERT INTO sim_contact ("+contactColumns+") VALUES ("+places(1, len(args))+
		") ON CONFLICT (namespace, handle) DO NOTHING RETURNING id", args...).Scan(&c.ID)
	if errors.Is(err, db.ErrNoRows) {
		return repo.ErrExists
	}
	return err
}

// UpdateContact writes a locked contact as it now is (repo.Tx).
func (t *tx) UpdateContact(ctx context.Context, c *repo.Contact) error {
	args, err := contactArgs(c)
	if err != nil {
		return err
	}
	n, err := t.q.Exec(ctx, `UPDATE sim_contact SET sponsor = $1, updater = $2, postal_int = $3, postal_loc = $4, voice = $5,
		voice_ext = $6, fax = $7, fax_ext = $8, email = $9, disclose = $10, auth_info = $11,
		statuses = $12, updated = $13, transferred = $14, transfer = $15, due = $16 WHERE id = $17`,
		c.Sponsor, c.Updater, args[5], args[6], c.Voice, c.VoiceExt, c.Fax, c.FaxExt, c.Email, c.Disclose, c.AuthInfo, join(c.Statuses),
		db.Micros(c.Updated), args[17], args[18], args[19], c.ID)
	return one(n, err)
}

// DeleteContact removes a locked contact that no domain uses (repo.Tx).
func (t *tx) DeleteContact(ctx context.Context, c *repo.Contact) error {
	if c.Linked {
		return repo.ErrInUse
	}
	n, err := t.q.Exec(ctx, "DELETE FROM sim_contact WHERE id = $1", c.ID)
	return inUse(one(n, err))
}

func encodePostal(p *repo.Postal) (string, error) {
	if p == nil {
		return "", nil
	}
	b, err := json.Marshal(p)
	return string(b), err
}

func decodePostal(text string) (*repo.Postal, error) {
	if text == "" {
		return nil, nil
	}
	p := new(repo.Postal)
	if err := json.Unmarshal([]byte(text), p); err != nil {
		return nil, fmt.Errorf("stored postal address: %w", err)
	}
	return p, nil
}
