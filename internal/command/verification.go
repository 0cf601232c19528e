package command

import (
	"context"
	"net/mail"
	"strings"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/id"
	"github.com/polyreg/polyreg/internal/notify"
)

// verifyStep is the only step of a verification in the due list.
const verifyStep = "verification"

// askVerification asks a registrant to prove the e-mail address, where the policy of the ending wants it and the address is
// not proven or being proven (2013 RAA, accuracy specification §1.f). The test environment sends no mail and asks nobody.
func (r *Runner) askVerification(ctx context.Context, tx Tx, d domain.Domain) error {
	now := tx.Registrar()
	p := r.Policy(d, now)
	who, ok := d.Contacts[domain.Registrant]
	if !ok || p.Verify == 0 || d.Environment == account.Test {
		return nil
	}
	email, proven, err := tx.Unproven(ctx, d.Account, who)
	if err != nil || email == "" {
		return err
	}
	if proven {
		return tx.VerifyEmail(ctx, d.Account, email)
	}
	token := id.Secret(32)
	v := contact.Verification{Account: d.Account, Email: strings.ToLower(email), TokenHash: hashToken(token), Created: now, Due: now.Add(p.Verify)}
	if fresh, err := tx.AddVerification(ctx, &v); err != nil || !fresh {
		return err // an order beside this one has opened it
	}
	if err := tx.PutDue(ctx, verificationEntry(v)); err != nil {
		return err
	}
	return r.oblige(ctx, tx, duty{d: d, kind: dutyVerify, due: now, to: v.Email, data: map[string]string{"due": stamp(v.Due), "token": token}})
}

// VerifyEmail takes a token of a mail: the address is verified in its account, and names that were suspended for it come back.
// It gives the address. Errors: NotFound.
func (r *Runner) VerifyEmail(ctx context.Context, token string) (string, error) {
	return r.verifyEmail(ctx, token, 0)
}

// ConfirmEmail is VerifyEmail for an account that has got the token from its registrant; one of another account is NotFound.
type ConfirmEmail struct{ Token string }

func (ConfirmEmail) need() account.Access { return account.Modify }

func (cmd ConfirmEmail) run(ctx context.Context, r *Runner, c Caller) (string, error) {
	return r.verifyEmail(ctx, cmd.Token, c.Account.ID)
}

// verifyEmail takes a token; of one account alone where one is given.
func (r *Runner) verifyEmail(ctx context.Context, token string, only account.ID) (string, error) {
	// Anybody may send tokens: a wrong one shall not open a transaction that writes.
	v, err := r.cfg.Store.View().VerificationByToken(ctx, hashToken(token))
	if err != nil {
		return "", err
	}
	err = r.cfg.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		var err error
		if v, err = tx.VerificationByToken(ctx, hashToken(token)); err != nil {
			return err
		}
		if only != 0 && v.Account != only {
			return errs.F(errs.NotFound, "token", "the token is unknown")
		}
		if !v.Done.IsZero() {
			return nil
		}
		v.Done = tx.Registrar()
		if err := tx.PutVerification(ctx, v); err != nil {
			return err
		}
		if err := tx.VerifyEmail(ctx, v.Account, v.Email); err != nil {
			return err
		}
		if err := tx.AddNotice(ctx, &notify.Notice{Account: v.Account, Kind: notify.VerificationDone, ObjectKind: "contact", ObjectName: v.Email, Data: map[string]string{"email": v.Email}}); err != nil {
			return err
		}
		return r.resumeVerified(ctx, tx, v)
	})
	return v.Email, err
}

// resumeVerified brings back the names that were suspended for want of the proof.
func (r *Runner) resumeVerified(ctx context.Context, tx Tx, v contact.Verification) error {
	return r.forRegistrant(ctx, tx, v, func(d domain.Domain) error { return r.releaseHold(ctx, tx, d, domain.HeldVerification) })
}

// suspendUnverified orders the suspension of every name of the registrant whose ending asks for the proof.
func (r *Runner) suspendUnverified(ctx context.Context, tx Tx, v contact.Verification) error {
	return r.forRegistrant(ctx, tx, v, func(d domain.Domain) error {
		if r.Policy(d, tx.Registrar()).Verify == 0 {
			return nil
		}
		hold := r.holdDraft(draft{}, d, domain.HeldVerification)
		if hold == nil {
			return nil
		}
		return r.followUp(ctx, tx, d, hold.in)
	})
}

// forRegistrant places a follow-up for every name of a verification's registrant. Those that another order is just busy with are
// looked after an hour later; else the verification's entry in the due list goes.
func (r *Runner) forRegistrant(ctx context.Context, tx Tx, v contact.Verification, place func(domain.Domain) error) error {
	ds, err := tx.DomainsByRegistrantEmail(ctx, v.Account, v.Email)
	if err != nil {
		return err
	}
	var busy error
	for _, d := range ds {
		err := place(d)
		if errs.Is(err, errs.Busy) {
			busy = err
		} else if err != nil {
			return err
		}
	}
	return r.afterFollowUp(ctx, tx, verificationEntry(v), busy)
}

// verificationEntry is a verification's place in the due list.
func verificationEntry(v contact.Verification) DueEntry {
	return DueEntry{Kind: DueVerification, Object: v.ID, Account: v.Account, Name: v.Email, At: v.Due, Step: verifyStep, Rank: 10}
}

// SendVerification sends the mail of an open verification again, with a new token. Errors: NotFound (no verification is
// open for the address), Invalid.
type SendVerification struct{ Name string }

func (SendVerification) need() account.Access { return account.Modify }

func (cmd SendVerification) run(ctx context.Context, r *Runner, c Caller) (contact.Verification, error) {
	var v contact.Verification
	d, err := r.ownDomain(ctx, r.cfg.Store.View(), c, cmd.Name)
	if err != nil {
		return v, err
	}
	email, err := registrantEmail(ctx, r.cfg.Store.View(), d)
	if err != nil {
		return v, err
	}
	if _, err := mail.ParseAddress(email); err != nil {
		return v, errs.F(errs.Invalid, "registrant.email", "the registrant has no e-mail address")
	}
	if c.DryRun {
		return r.cfg.Store.View().Verification(ctx, d.Account, strings.ToLower(email))
	}
	err = r.cfg.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		if v, err = tx.Verification(ctx, d.Account, strings.ToLower(email)); err != nil {
			return err
		}
		if !v.Done.IsZero() {
			return errs.E(errs.WrongState, "the address is verified already")
		}
		token := id.Secret(32)
		v.TokenHash = hashToken(token)
		if err := tx.PutVerification(ctx, v); err != nil {
			return err
		}
		return r.oblige(ctx, tx, duty{d: d, kind: dutyVerify, due: tx.Registrar(), to: v.Email, data: map[string]string{"due": stamp(v.Due), "token": token}})
	})
	return v, err
}

// Verification tells how far the proof of a domain's registrant address is. Errors: NotFound (none was asked for).
type Verification struct{ Name string }

func (Verification) need() account.Access { return account.Read }

func (cmd Verification) run(ctx context.Context, r *Runner, c Caller) (contact.Verification, error) {
	d, err := r.ownDomain(ctx, r.cfg.Store.View(), c, cmd.Name)
	if err != nil {
		return contact.Verification{}, err
	}
	email, err := registrantEmail(ctx, r.cfg.Store.View(), d)
	if err != nil {
		return contact.Verification{}, err
	}
	return r.cfg.Store.View().Verification(ctx, d.Account, strings.ToLower(email))
}

// planVerification suspends the names of a registrant who has not proven the address, or brings back those that could not be
// when it was proven.
func (r *Runner) planVerification(ctx context.Context, e DueEntry) error {
	return r.cfg.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		have, err := tx.Due(ctx, e.Kind, e.Object)
		if errs.Is(err, errs.NotFound) || err == nil && !have.At.Equal(e.At) {
			return nil
		}
		if err != nil {
			return err
		}
		v, err := tx.VerificationByID(ctx, e.Object)
		switch {
		case errs.Is(err, errs.NotFound):
			return tx.DropDue(ctx, e.Kind, e.Object)
		case err != nil:
			return err
		case !v.Done.IsZero():
			return r.resumeVerified(ctx, tx, v)
		}
		return r.failVerification(ctx, tx, v)
	})
}

func (r *Runner) failVerification(ctx context.Context, tx Tx, v contact.Verification) error {
	first := v.Failed.IsZero()
	if first {
		v.Failed = tx.Registrar()
	}
	if err := tx.PutVerification(ctx, v); err != nil {
		return err
	}
	if err := r.suspendUnverified(ctx, tx, v); err != nil || !first {
		return err
	}
	if err := tx.AddHistory(ctx, History{Account: v.Account, ObjectKind: "contact", ObjectName: v.Email, What: "verification failed", At: tx.Registrar()}); err != nil {
		return err
	}
	return tx.AddNotice(ctx, &notify.Notice{Account: v.Account, Kind: notify.VerificationFailed, ObjectKind: "contact", ObjectName: v.Email, Data: map[string]string{"email": v.Email}})
}
