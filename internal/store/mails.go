package store

import (
	"context"
	"time"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/notify"
	"github.com/polyreg/polyreg/internal/store/db"
)

const selectMail = `SELECT id, account_id, kind, object_name, recipient, subject, body, state, tries, next_attempt, error, created,
	wall FROM mail `

func scanMail(r db.Row) (notify.Mail, error) {
	var m notify.Mail
	var next, created, wall int64
	err := r.Scan(&m.ID, &m.Account, &m.Kind, &m.ObjectName, &m.To, &m.Subject, &m.Body, &m.State, &m.Tries, &next, &m.Error,
		&created, &wall)
	m.Next, m.Created, m.Wall = db.Time(next), db.Time(created), db.Time(wall)
	return m, absent(err, "mail")
}

func collectMails(rows db.Rows, err error) ([]notify.Mail, error) {
	return db.Collect(rows, err, func(r db.Rows) (notify.Mail, error) { return scanMail(r) })
}

// AddMail writes a mail (command.MailTx).
func (t *tx) AddMail(ctx context.Context, m *notify.Mail) error {
	err := t.returning(ctx, `INSERT INTO mail (account_id, kind, object_name, recipient, subject, body, state, tries, next_attempt,
		error, created, wall) VALUES (`+places(1, 12)+`) RETURNING id`, m.Account, m.Kind, m.ObjectName, m.To, m.Subject, m.Body,
		m.State, m.Tries, db.Micros(m.Next), m.Error, db.Micros(t.registrar), db.Micros(t.wall)).Scan(&m.ID)
	if err == nil {
		m.Created, m.Wall = t.registrar, t.wall
	}
	return err
}

// DueMails gives mails to send (command.MailTx); on PostgreSQL the rows are locked, as by DueOrders.
func (t *tx) DueMails(ctx context.Context, wall time.Time, limit int) ([]notify.Mail, error) {
	text := selectMail + `WHERE state = 'queued' AND next_attempt <= $1 ORDER BY next_attempt, id LIMIT $2`
	if t.q.Engine() == db.Postgres && !t.view {
		text += ` FOR UPDATE SKIP LOCKED`
	}
	return collectMails(t.q.Query(ctx, text, db.Micros(wall), max(limit, 0)))
}

// PutMail writes how far a mail has come, into its obligations too (command.MailTx). Evidence stays as it was first given;
// what has been delivered has been sent.
func (t *tx) PutMail(ctx context.Context, m notify.Mail) error {
	n, err := t.exec(ctx, `UPDATE mail SET state = $1, tries = $2, next_attempt = $3, error = $4 WHERE id = $5`,
		m.State, m.Tries, db.Micros(m.Next), m.Error, m.ID)
	if err == nil && n == 0 {
		err = absent(db.ErrNoRows, "mail")
	}
	if err != nil {
		return err
	}
	var columns []string
	switch m.State {
	case notify.MailSent:
		columns = []string{"sent"}
	case notify.MailDelivered:
		columns = []string{"sent", "delivered"}
	case notify.MailBounced:
		columns = []string{"bounced"}
	}
	for _, c := range columns {
		err := t.queue(ctx, nil, `UPDATE obligation SET `+c+` = $1 WHERE mail_id = $2 AND mail_id <> 0 AND `+c+` = 0`,
			db.Micros(t.registrar), m.ID)
		if err != nil {
			return err
		}
	}
	return nil
}

// Mail reads a mail (command.MailTx).
func (t *tx) Mail(ctx context.Context, id int64) (notify.Mail, error) {
	return scanMail(t.q.QueryRow(ctx, selectMail+`WHERE id = $1`, id))
}

// Mails lists mails by number (command.MailTx), command.MaxPage of them at most.
func (t *tx) Mails(ctx context.Context, q command.MailQuery) ([]notify.Mail, error) {
	b := &builder{}
	b.WriteString(selectMail + `WHERE id > ` + b.arg(q.After))
	if q.Account != 0 {
		b.WriteString(` AND account_id = ` + b.arg(q.Account))
	}
	if q.To != "" {
		b.WriteString(` AND LOWER(recipient) = ` + b.arg(lowerASCII(q.To)))
	}
	if q.Object != "" {
		b.WriteString(` AND object_name = ` + b.arg(q.Object))
	}
	if q.Limit <= 0 || q.Limit > command.MaxPage {
		q.Limit = command.MaxPage
	}
	b.WriteString(` ORDER BY id LIMIT ` + b.arg(q.Limit))
	return collectMails(t.q.Query(ctx, b.String(), b.args...))
}
