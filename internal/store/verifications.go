package store

import (
	"context"
	"errors"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/store/db"
)

const selectVerification = `SELECT id, account_id, email, token_hash, created, due, failed, done FROM verification `

func scanVerification(r db.Row) (contact.Verification, error) {
	var v contact.Verification
	var created, due, failed, done int64
	err := r.Scan(&v.ID, &v.Account, &v.Email, &v.TokenHash, &created, &due, &failed, &done)
	v.Created, v.Due, v.Failed, v.Done = db.Time(created), db.Time(due), db.Time(failed), db.Time(done)
	return v, absent(err, "verification")
}

// VerifyEmail marks an address as verified wherever the account uses it (command.ContactTx). The version stays: a registry
// is told nothing of it.
func (t *tx) VerifyEmail(ctx context.Context, acc account.ID, email string) error {
	_, err := t.exec(ctx, `UPDATE contact SET verified = $1 WHERE account_id = $2 AND email = $3 AND NOT verified`, true, acc, fold(email))
	return err
}

// Unproven looks whether an address has yet to be proven (command.ContactTx), in one question: every registration asks it.
func (t *tx) Unproven(ctx context.Context, acc account.ID, id contact.ID) (email string, proven bool, err error) {
	err = t.q.QueryRow(ctx, `SELECT c.email, EXISTS (SELECT 1 FROM contact o WHERE o.account_id = $1 AND o.email = c.email AND o.verified)
		OR EXISTS (SELECT 1 FROM verification v WHERE v.account_id = $1 AND v.email = c.email AND v.done <> 0)
		FROM contact c WHERE c.id = $2 AND c.account_id = $1 AND NOT c.verified AND c.email <> '' AND NOT EXISTS (
		SELECT 1 FROM verification v WHERE v.account_id = $1 AND v.email = c.email AND v.done = 0 AND v.failed = 0)`, acc, id).Scan(&email, &proven)
	if errors.Is(err, db.ErrNoRows) {
		return "", false, nil
	}
	return email, proven, err
}

// DomainsByRegistrantEmail lists the domains of a registrant (command.ContactTx).
func (t *tx) DomainsByRegistrantEmail(ctx context.Context, acc account.ID, email string) ([]domain.Domain, error) {
	rows, err := t.q.Query(ctx, `SELECT `+of("n", selectDomain)+` FROM contact c JOIN domain n ON n.registrant = c.id
		WHERE c.account_id = $1 AND c.email = $2 AND n.account_id = $1 AND n.registrant <> 0 ORDER BY n.id`, acc, fold(email))
	return db.Collect(rows, err, func(r db.Rows) (domain.Domain, error) { return scanDomain(r) })
}

// AddVerification opens a verification (command.ContactTx); the address is kept in small letters.
func (t *tx) AddVerification(ctx context.Context, v *contact.Verification) (bool, error) {
	email := fold(v.Email)
	err := t.returning(ctx, `INSERT INTO verification (account_id, email, token_hash, created, due, failed, done)
		VALUES (`+places(1, 7)+`) ON CONFLICT DO NOTHING RETURNING id`, v.Account, email, v.TokenHash, db.Micros(v.Created),
		db.Micros(v.Due), db.Micros(v.Failed), db.Micros(v.Done)).Scan(&v.ID)
	if errors.Is(err, db.ErrNoRows) {
		return false, nil
	}
	if err == nil {
		v.Email = email
	}
	return err == nil, err
}

// Verification finds the latest of an account and address (command.ContactTx).
func (t *tx) Verification(ctx context.Context, acc account.ID, email string) (contact.Verification, error) {
	return scanVerification(t.q.QueryRow(ctx, selectVerification+`WHERE account_id = $1 AND email = $2 ORDER BY id DESC LIMIT 1`,
		acc, fold(email)))
}

// VerificationByToken finds one by its token's hash (command.ContactTx).
func (t *tx) VerificationByToken(ctx context.Context, hash string) (contact.Verification, error) {
	return scanVerification(t.q.QueryRow(ctx, selectVerification+`WHERE token_hash = $1 AND token_hash <> ''`, hash))
}

// VerificationByID finds one by its number (command.ContactTx).
func (t *tx) VerificationByID(ctx context.Context, id int64) (contact.Verification, error) {
	return scanVerification(t.q.QueryRow(ctx, selectVerification+`WHERE id = $1`, id))
}

// PutVerification writes how far a verification has come (command.ContactTx). An older one that failed may be done after
// all: it then takes the place of the one that is open or done now, whose entry of the due list goes too.
func (t *tx) PutVerification(ctx context.Context, v contact.Verification) error {
	if !v.Done.IsZero() {
		const others = `FROM verification WHERE account_id = $1 AND email = $2 AND (failed = 0 OR done <> 0) AND id <> $3`
		err := t.queue(ctx, nil, `DELETE FROM due WHERE kind = $4 AND object IN (SELECT id `+others+`)`, v.Account, fold(v.Email), v.ID,
			command.DueVerification)
		if err == nil {
			err = t.queue(ctx, nil, `DELETE `+others, v.Account, fold(v.Email), v.ID)
		}
		if err != nil {
			return err
		}
	}
	n, err := t.exec(ctx, `UPDATE verification SET token_hash = $1, failed = $2, done = $3 WHERE id = $4`, v.TokenHash,
		db.Micros(v.Failed), db.Micros(v.Done), v.ID)
	if err == nil && n == 0 {
		return absent(db.ErrNoRows, "verification")
	}
	return err
}
