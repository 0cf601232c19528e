package store

import (
	"context"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/store/db"
)

// ListContacts lists shared contacts (command.ContactTx).
func (t *tx) ListContacts(ctx context.Context, accs []account.ID, q command.Query) ([]contact.Contact, command.Page, error) {
	return list(ctx, t, &contactList, accs, q, scanContact)
}

// Handles gives the handles of contacts (command.ContactTx).
func (t *tx) Handles(ctx context.Context, dialect, group string, ids []contact.ID) (map[contact.ID]string, error) {
	found := make(map[contact.ID]string, len(ids))
	if len(ids) == 0 {
		return found, nil
	}
	var b builder
	b.WriteString(`SELECT contact_id, handle FROM contact_handle WHERE dialect = ` + b.arg(dialect) + ` AND handle_group = ` +
		b.arg(group))
	b.WriteString(` AND ` + in(&b, "contact_id", distinct(ids)) + ` ORDER BY contact_id`)
	rows, err := t.q.Query(ctx, b.String(), b.args...)
	_, err = db.Collect(rows, err, func(r db.Rows) (id contact.ID, err error) {
		var handle string
		err = r.Scan(&id, &handle)
		found[id] = handle
		return id, err
	})
	return found, err
}

// FindHandle looks a handle up (command.ContactTx).
func (t *tx) FindHandle(ctx context.Context, env account.Environment, dialect, handle string) (contact.Handle, error) {
	h := contact.Handle{Dialect: dialect}
	err := t.q.QueryRow(ctx, `SELECT contact_id, handle_group, handle FROM contact_handle
		WHERE environment = $1 AND dialect = $2 AND LOWER(handle) = $3`, env, dialect, lowerASCII(handle)).
		Scan(&h.Contact, &h.Group, &h.Handle)
	return h, absent(err, "handle")
}

// AddHandle gives a contact its handle unless it has one (command.ContactTx).
func (t *tx) AddHandle(ctx context.Context, env account.Environment, h contact.Handle) error {
	n, err := t.exec(ctx, `INSERT INTO contact_handle (contact_id, dialect, handle_group, environment, handle)
		VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`, h.Contact, h.Dialect, h.Group, env, h.Handle)
	if err != nil || n == 1 {
		return err
	}
	have, err := t.Handles(ctx, h.Dialect, h.Group, []contact.ID{h.Contact})
	if err == nil && have[h.Contact] == "" {
		return errs.F(errs.Exists, "handle", "the handle %s is taken", h.Handle)
	}
	return err
}

const selectAtRegistry = `SELECT contact_id, registry, registry_id, made, version FROM contact_at_registry WHERE `

func scanAtRegistry(r db.Rows) (a contact.AtRegistry, err error) {
	return a, r.Scan(&a.Contact, &a.Registry, &a.ID, &a.Made, &a.Version)
}

// AtRegistry gives contacts' objects at a registry (command.ContactTx).
func (t *tx) AtRegistry(ctx context.Context, registry string, ids []contact.ID) (map[contact.ID]contact.AtRegistry, error) {
	found := make(map[contact.ID]contact.AtRegistry, len(ids))
	if len(ids) == 0 {
		return found, nil
	}
	var b builder
	b.WriteString(selectAtRegistry + `registry = ` + b.arg(registry))
	b.WriteString(` AND ` + in(&b, "contact_id", distinct(ids)) + ` ORDER BY contact_id`)
	rows, err := t.q.Query(ctx, b.String(), b.args...)
	all, err := db.Collect(rows, err, scanAtRegistry)
	for _, a := range all {
		found[a.Contact] = a
	}
	return found, err
}

// ContactsAt gives an account's contacts with their objects at a registry (command.ContactTx).
func (t *tx) ContactsAt(ctx context.Context, acc account.ID, registry string, ids []contact.ID) (map[contact.ID]contact.AtRegistry, error) {
	found := make(map[contact.ID]contact.AtRegistry, len(ids))
	if len(ids) == 0 {
		return found, nil
	}
	var b builder
	b.WriteString(`SELECT c.id, COALESCE(r.registry_id, ''), COALESCE(r.made, FALSE), COALESCE(r.version, 0) FROM contact c
		LEFT JOIN contact_at_registry r ON r.contact_id = c.id AND r.registry = ` + b.arg(registry))
	b.WriteString(` WHERE c.account_id = ` + b.arg(acc) + ` AND ` + in(&b, "c.id", distinct(ids)) + ` ORDER BY c.id`)
	rows, err := t.q.Query(ctx, b.String(), b.args...)
	all, err := db.Collect(rows, err, func(r db.Rows) (contact.AtRegistry, error) {
		a := contact.AtRegistry{Registry: registry}
		return a, r.Scan(&a.Contact, &a.ID, &a.Made, &a.Version)
	})
	for _, a := range all {
		found[a.Contact] = a
	}
	return found, err
}

// RegistriesOf lists where a contact has been made (command.ContactTx).
func (t *tx) RegistriesOf(ctx context.Context, id contact.ID) ([]contact.AtRegistry, error) {
	rows, err := t.q.Query(ctx, selectAtRegistry+`contact_id = $1 AND made ORDER BY registry`, id)
	return db.Collect(rows, err, scanAtRegistry)
}

// PutAtRegistry writes a contact's object at a registry (command.ContactTx). Once it is made, its id stays and its version
// only grows: a slower order does not undo what a faster one achieved.
func (t *tx) PutAtRegistry(ctx context.Context, a contact.AtRegistry) error {
	_, err := t.exec(ctx, `INSERT INTO contact_at_registry (contact_id, registry, registry_id, made, version)
		VALUES ($1, $2, $3, $4, $5) ON CONFLICT (contact_id, registry) DO UPDATE SET
		registry_id = CASE WHEN contact_at_registry.made THEN contact_at_registry.registry_id ELSE excluded.registry_id END,
		made = contact_at_registry.made OR excluded.made,
		version = CASE WHEN excluded.version > contact_at_registry.version THEN excluded.version ELSE contact_at_registry.version END`,
		a.Contact, a.Registry, a.ID, a.Made, a.Version)
	return err
}
