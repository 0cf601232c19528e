package domainrobot

import (
	"context"
	"time"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/wire/internetx"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
)

// The tasks on the proof of an owner's e-mail address (domainrobot-json.md §8.4, §9.3). The core asks for it by itself; a proof belongs
// to an address, and is looked up through a domain that the contact owns.

// verified is a contact with the proof of its address.
type verified struct {
	found   command.FoundContact
	domains []domain.Domain // that it owns
	contact.Verification
}

// maxVerified bounds the domains that a verification shows.
const maxVerified = 100

// verification finds the contact of the address and the proof of its address.
func (d *Dialect) verification(ctx context.Context, q *request) (verified, error) {
	var v verified
	var err error
	if v.found, err = d.findContact(ctx, q, q.arg("id")); err != nil {
		return v, err
	}
	if v.domains, err = d.owned(ctx, q, v.found.Contact.ID, maxVerified); err != nil {
		return v, err
	}
	if len(v.domains) == 0 {
		return v, noVerification()
	}
	v.Verification, err = command.Do(ctx, d.run, q.caller, command.Verification{Name: string(v.domains[0].Name)})
	return v, asVerification(err)
}

// owned are domains of a contact.
func (d *Dialect) owned(ctx context.Context, q *request, id contact.ID, most int) ([]domain.Domain, error) {
	page, err := command.Do(ctx, d.run, q.caller, command.ListDomains{Query: command.Query{Limit: most,
		Where: command.Where(string(domain.Registrant), command.Equal, decimal(id))}})
	return page.Domains, err
}

func noVerification() error {
	return errs.F(errs.NotFound, "verification", "no verification has been asked for")
}

// asVerification says that it is the verification that is missing.
func asVerification(err error) error {
	if errs.Is(err, errs.NotFound) {
		return noVerification()
	}
	return err
}

// verificationInfo is GET /contact/{id}/verification (0344).
func verificationInfo(ctx context.Context, d *Dialect, q *request) (answer, error) {
	v, err := d.verification(ctx, q)
	if err != nil {
		return answer{}, err
	}
	return one(classVerification, v.found.Handle, q.verificationJSON(v)), nil
}

// verifiedContactInfo is GET /contact/{id}/verification/contact (0374).
func verifiedContactInfo(ctx context.Context, d *Dialect, q *request) (answer, error) {
	v, err := d.verification(ctx, q)
	if err != nil {
		return answer{}, err
	}
	return one(classVerifiedContact, v.found.Handle, q.verifiedContactJSON(v)), nil
}

// verificationResend is PUT /contact/{id}/verification/_resendEmail (0349): the mail goes out again, with a new reference.
func verificationResend(ctx context.Context, d *Dialect, q *request) (answer, error) {
	v, err := d.verification(ctx, q)
	if err != nil {
		return answer{}, err
	}
	if _, err := command.Do(ctx, d.run, q.caller, command.SendVerification{Name: string(v.domains[0].Name)}); err != nil {
		return answer{}, asVerification(err)
	}
	return one(classVerification, v.found.Handle, q.verificationJSON(v)), nil
}

// verificationConfirm is PUT /contact/verification/_confirm (0346), by the reference of the mail.
func verificationConfirm(ctx context.Context, d *Dialect, q *request) (answer, error) {
	reference, _ := q.query.LastFold("reference")
	switch {
	case reference == "":
		return answer{}, bad(errs.Missing, "reference", "", "is required")
	case q.caller.DryRun:
		return answer{}, bad(errs.Unsupported, "X-Domainrobot-Demo", "true", "a reference can be used, not tried")
	}
	_, err := command.Do(ctx, d.run, q.caller, command.ConfirmEmail{Token: reference})
	return answer{object: generic(classVerification, "")}, asVerification(err)
}

// caseStatuses are those of the whole case, by a contact's.
var caseStatuses = map[string]string{"SUCCESS": "COMPLETED", "FAILED": "TIMEOUT", "PENDING": "PENDING"}

func (q *request) verificationJSON(v verified) jsonx.Obj {
	var o jsonx.Obj
	addTime(&o, "created", v.Created)
	addTime(&o, "updated", lastOf(v.Verification))
	o.Add("status", caseStatuses[internetx.ProofStatus(v.Done, v.Failed)])
	o.Add("contacts", []jsonx.Obj{q.verifiedContactJSON(v)})
	return o
}

func (q *request) verifiedContactJSON(v verified) jsonx.Obj {
	var o jsonx.Obj
	status := internetx.ProofStatus(v.Done, v.Failed)
	addTime(&o, "created", v.Created)
	addTime(&o, "updated", lastOf(v.Verification))
	o.Add("owner", q.owner.json())
	o.Add("updater", q.owner.json())
	o.Add("status", status)
	addTime(&o, "confirmed", v.Done)
	list := make([]jsonx.Obj, len(v.domains))
	for i, dom := range v.domains {
		one := jsonx.Obj{{"name", string(dom.Name)}, {"idn", dom.Name.Unicode()}, {"status", status}}
		if status != "SUCCESS" {
			addTime(&one, "deactivation", v.Due)
		}
		list[i] = one
	}
	o.Add("domains", list)
	addTime(&o, "failed", v.Failed)
	o.Add("contact", jsonx.Obj{{"id", numberOf(v.found.Handle)}, {"email", v.Email}})
	return o
}

// lastOf is when a proof was last changed.
func lastOf(v contact.Verification) time.Time {
	switch {
	case !v.Done.IsZero():
		return v.Done
	case !v.Failed.IsZero():
		return v.Failed
	}
	return v.Created
}
