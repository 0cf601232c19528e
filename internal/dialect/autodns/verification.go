package autodns

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/wire/internetx"
)

// The tasks on the proof of an owner's e-mail address (autodns-xml.md §12.2). The object says which: name is a domain, whose owner is
// meant; contact is the number of a contact that owns one.

// verificationInfo is task 0344.
func verificationInfo(ctx context.Context, t *task) (result, error) {
	name, err := t.verifiedName(ctx)
	if err != nil {
		return result{}, err
	}
	v, err := do(ctx, t, command.Verification{Name: name})
	if err != nil {
		return result{}, asVerification(err)
	}
	r := t.done('S')
	r.data = []el{verificationEl(name, v)}
	return r, nil
}

// verificationResend is task 0349: the mail goes out again, with a new hash.
func verificationResend(ctx context.Context, t *task) (result, error) {
	name, err := t.verifiedName(ctx)
	if err != nil {
		return result{}, err
	}
	if _, err := do(ctx, t, command.SendVerification{Name: name}); err != nil {
		return result{}, asVerification(err)
	}
	return t.done('S'), nil
}

// verificationConfirm is task 0346, by the hash of the mail.
func verificationConfirm(ctx context.Context, t *task) (result, error) {
	hash := t.object.ChildTrim("hash")
	if hash == "" {
		hash = t.object.ChildTrim("reference")
	}
	t.subject = object{}
	if hash == "" {
		return result{}, bad(errs.Missing, "request.task.verification.hash", "", "is required")
	}
	if t.c.DryRun {
		return result{}, bad(errs.Unsupported, "request.task.demo", "1", "a hash can be used, not tried")
	}
	email, err := do(ctx, t, command.ConfirmEmail{Token: hash})
	if err != nil {
		return result{}, asVerification(err)
	}
	t.subject = object{"verification", clip(email)}
	return t.done('S'), nil
}

// verifiedName is the domain whose owner is meant.
func (t *task) verifiedName(ctx context.Context) (string, error) {
	if name := t.object.ChildTrim("name"); name != "" {
		t.subject = object{"verification", clip(shownName("domain", name))}
		_, err := do(ctx, t, command.InfoDomain{Name: name})
		return name, err
	}
	id := t.object.ChildTrim("contact")
	if id == "" {
		return "", bad(errs.Missing, "request.task.verification.name", "", "is required")
	}
	found, err := t.findContact(ctx, id, "")
	t.subject = object{"verification", clip(id)}
	if err != nil {
		return "", err
	}
	page, err := do(ctx, t, command.ListDomains{Query: command.Query{Limit: 1, Where: command.Where(string(domain.Registrant), command.Equal, decimal(found.Contact.ID))}})
	if err == nil && len(page.Domains) == 0 {
		err = errs.F(errs.NotFound, "verification", "the contact owns no domain")
	}
	if err != nil {
		return "", err
	}
	return string(page.Domains[0].Name), nil
}

// asVerification says that it is the verification that is missing.
func asVerification(err error) error {
	if errs.Is(err, errs.NotFound) {
		return errs.F(errs.NotFound, "verification", "no verification has been asked for")
	}
	return err
}

func verificationEl(name string, v contact.Verification) el {
	status := internetx.ProofStatus(v.Done, v.Failed)
	return block("verification", some(leaf("name", shownName("domain", name)), leaf("status", status), leaf("created", stamp(v.Created)),
		leaf("confirmed", stamp(v.Done)), leaf("deactivation", stamp(v.Due)), leaf("failed", stamp(v.Failed)))...)
}
