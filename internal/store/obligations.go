package store

import (
	"context"
	"errors"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/notify"
	"github.com/polyreg/polyreg/internal/store/db"
)

// AddObligation notes that a registrant must be told something, once (command.MailTx).
func (t *tx) AddObligation(ctx context.Context, o *notify.Obligation) (bool, error) {
	err := t.returning(ctx, `INSERT INTO obligation (account_id, kind, object_kind, object_name, recipient, due, sent, delivered,
		bounced, mail_id) VALUES (`+places(1, 10)+`) ON CONFLICT DO NOTHING RETURNING id`, o.Account, o.Kind, o.ObjectKind,
		o.ObjectName, o.Recipient, db.Micros(o.Due), db.Micros(o.Sent), db.Micros(o.Delivered), db.Micros(o.Bounced), o.Mail).
		Scan(&o.ID)
	if errors.Is(err, db.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// Obligations lists what an object's registrants had to be told (command.MailTx), by when it was due.
func (t *tx) Obligations(ctx context.Context, acc account.ID, kind, name string) ([]notify.Obligation, error) {
	rows, err := t.q.Query(ctx, `SELECT id, account_id, kind, object_kind, object_name, recipient, due, sent, delivered, bounced,
		mail_id FROM obligation WHERE account_id = $1 AND object_kind = $2 AND object_name = $3 ORDER BY due, id`, acc, kind, name)
	return db.Collect(rows, err, func(r db.Rows) (o notify.Obligation, err error) {
		var due, sent, delivered, bounced int64
		err = r.Scan(&o.ID, &o.Account, &o.Kind, &o.ObjectKind, &o.ObjectName, &o.Recipient, &due, &sent, &delivered, &bounced, &o.Mail)
		o.Due, o.Sent, o.Delivered, o.Bounced = db.Time(due), db.Time(sent), db.Time(delivered), db.Time(bounced)
		return o, err
	})
}
