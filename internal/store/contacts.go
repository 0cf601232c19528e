package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/store/db"
)

const contactColumns = `id, account_id, owner, data, verified, created, updated, version`

var contactList = listing{
	table: "contact", columns: contactColumns, key: "id", scope: "owner = ''",
	fields: map[string]field{
		"id": {"id", number}, "alias": {"alias", folded}, "type": {"type", folded}, "organisation": {"organisation", folded},
		"title": {"title", folded}, "first_name": {"first_name", folded}, "last_name": {"last_name", folded},
		"email": {"email", folded}, "phone": {"phone", folded}, "fax": {"fax", folded}, "city": {"city", folded},
		"state": {"state", folded}, "postal_code": {"postal_code", folded}, "country": {"country", folded},
		"comment": {"comment", folded}, "street": {"street", folded}, "created": {"created", moment}, "updated": {"updated", moment},
	},
}

// contactRow reads contactColumns.
type contactRow struct {
	c                contact.Contact
	data             string
	created, updated int64
}

func (r *contactRow) dest() []any {
	c := &r.c
	return []any{&c.ID, &c.Account, &c.Owner, &r.data, &c.Verified, &r.created, &r.updated, &c.Version}
}

func (r *contactRow) contact() (contact.Contact, error) {
	r.c.Created, r.c.Updated = db.Time(r.created), db.Time(r.updated)
	return r.c, unpack(r.data, &r.c.Data, "contact")
}

func scanContact(r db.Row, keys ...any) (contact.Contact, error) {
	var row contactRow
	if err := r.Scan(append(row.dest(), keys...)...); err != nil {
		return row.c, absent(err, "contact")
	}
	return row.contact()
}

// contactData gives a contact's data as JSON and its digest: equal for contacts that say the same about the same party.
func contactData(d contact.Data) (data, digest string, err error) {
	b, err := json.Marshal(d)
	if err != nil {
		return "", "", err
	}
	same := d.Normalize()
	same.Alias, same.Comment = "", ""
	if len(same.Extra) == 0 {
		same.Extra = nil
	}
	canonical, err := json.Marshal(same)
	sum := sha256.Sum256(canonical)
	return string(b), hex.EncodeToString(sum[:]), err
}

// contactFields are the values of the columns that lists search in.
func contactFields(d contact.Data) []any {
	texts := []string{d.Alias, string(d.Type), d.Organisation, d.Title, d.FirstName, d.LastName, d.Email, d.Phone, d.Fax,
		strings.Join(d.Street, "\n"), d.City, d.State, d.PostalCode, d.Country, d.Comment}
	values := make([]any, len(texts))
	for i, s := range texts {
		values[i] = fold(s)
	}
	return values
}

const contactFieldColumns = `alias, type, organisation, title, first_name, last_name, email, phone, fax, street, city, state,
	postal_code, country, comment`

// Contact reads a contact of an account (command.ContactTx).
func (t *tx) Contact(ctx context.Context, acc account.ID, id contact.ID) (contact.Contact, error) {
	return scanContact(t.q.QueryRow(ctx, `SELECT `+contactColumns+` FROM contact WHERE id = $1 AND account_id = $2`, id, acc))
}

// ContactAccount is the account that holds a contact (command.ContactTx).
func (t *tx) ContactAccount(ctx context.Context, id contact.ID) (account.ID, error) {
	var acc account.ID
	err := t.q.QueryRow(ctx, `SELECT account_id FROM contact WHERE id = $1`, id).Scan(&acc)
	return acc, absent(err, "contact")
}

// Contacts reads several contacts of an account (command.ContactTx).
func (t *tx) Contacts(ctx context.Context, acc account.ID, ids []contact.ID) (map[contact.ID]contact.Contact, error) {
	found := make(map[contact.ID]contact.Contact, len(ids))
	if len(ids) == 0 {
		return found, nil
	}
	var b builder
	b.WriteString(`SELECT ` + contactColumns + ` FROM contact WHERE account_id = ` + b.arg(acc))
	b.WriteString(` AND ` + in(&b, "id", distinct(ids)) + ` ORDER BY id`)
	rows, err := t.q.Query(ctx, b.String(), b.args...)
	all, err := db.Collect(rows, err, func(r db.Rows) (contact.Contact, error) { return scanContact(r) })
	for _, c := range all {
		found[c.ID] = c
	}
	return found, err
}

func distinct[T comparable](list []T) []T {
	seen := make(map[T]bool, len(list))
	out := make([]T, 0, len(list))
	for _, v := range list {
		if !seen[v] {
			seen[v] = true
			out = append(out, v)
		}
	}
	return out
}

// SameContact finds the oldest shared contact with equal data (command.ContactTx).
func (t *tx) SameContact(ctx context.Context, acc account.ID, d contact.Data) (contact.Contact, error) {
	_, digest, err := contactData(d)
	if err != nil {
		return contact.Contact{}, err
	}
	return scanContact(t.q.QueryRow(ctx, `SELECT `+contactColumns+` FROM contact WHERE account_id = $1 AND digest = $2
		AND owner = '' ORDER BY id LIMIT 1`, acc, digest))
}

// AddContact makes a contact (command.ContactTx).
func (t *tx) AddContact(ctx context.Context, c *contact.Contact) error {
	data, digest, err := contactData(c.Data)
	if err != nil {
		return err
	}
	args := append([]any{c.Account, c.Owner, data, digest, c.Verified, db.Micros(t.registrar), int64(0), int64(1)}, contactFields(c.Data)...)
	err = t.returning(ctx, `INSERT INTO contact (account_id, owner, data, digest, verified, created, updated, version, `+
		contactFieldColumns+`) VALUES (`+places(1, len(args))+`) RETURNING id`, args...).Scan(&c.ID)
	if err == nil {
		c.Created, c.Version = t.registrar, 1
	}
	return err
}

// PutContact changes a contact (command.ContactTx).
func (t *tx) PutContact(ctx context.Context, c *contact.Contact) error {
	data, digest, err := contactData(c.Data)
	if err != nil {
		return err
	}
	args := append(contactFields(c.Data), data, digest, c.Verified, c.Owner, db.Micros(t.registrar), c.ID, c.Account, c.Version)
	n, err := t.exec(ctx, `UPDATE contact SET alias = $1, type = $2, organisation = $3, title = $4, first_name = $5,
		last_name = $6, email = $7, phone = $8, fax = $9, street = $10, city = $11, state = $12, postal_code = $13,
		country = $14, comment = $15, data = $16, digest = $17, verified = $18, owner = $19, updated = $20,
		version = version + 1 WHERE id = $21 AND account_id = $22 AND version = $23`, args...)
	if err != nil {
		return err
	}
	if n == 0 {
		return errs.E(errs.Conflict, "the contact has been changed meanwhile")
	}
	c.Updated = t.registrar
	c.Version++
	return nil
}

// DeleteContact removes a contact with its handles and its marks of registries (command.ContactTx).
func (t *tx) DeleteContact(ctx context.Context, acc account.ID, id contact.ID) error {
	if _, err := t.Contact(ctx, acc, id); err != nil {
		return err
	}
	for _, table := range []string{"contact_handle", "contact_at_registry"} {
		if _, err := t.exec(ctx, `DELETE FROM `+table+` WHERE contact_id = $1`, id); err != nil {
			return err
		}
	}
	_, err := t.exec(ctx, `DELETE FROM contact WHERE id = $1 AND account_id = $2`, id, acc)
	return err
}

// ContactUse counts the domains that reference a contact (command.ContactTx).
func (t *tx) ContactUse(ctx context.Context, id contact.ID) (int, error) {
	if id == 0 {
		return 0, nil
	}
	var n int
	err := t.q.QueryRow(ctx, `SELECT COUNT(*) FROM (
		SELECT id FROM domain WHERE registrant = $1 AND registrant <> 0 UNION SELECT id FROM domain WHERE admin = $1 AND admin <> 0
		UNION SELECT id FROM domain WHERE tech = $1 AND tech <> 0 UNION SELECT id FROM domain WHERE billing = $1 AND billing <> 0) d`, id).Scan(&n)
	return n, err
}
