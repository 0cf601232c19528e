package domainrobot

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/wire/internetx"
)

// needsConsent tells whether two owners differ in what the owner has to agree to: name, e-mail or organization
// (domainrobot-json.md §8.2).
func needsConsent(a, b contact.Data) bool {
	owner := func(d contact.Data) internetx.Owner {
		return internetx.Owner{Name: d.Name(), Organization: d.Organisation, Email: d.Email}
	}
	return !owner(a).Same(owner(b))
}

// noConsent refuses a change that the owner has not agreed to.
func noConsent(object string) error {
	return bad(errs.Missing, object+".confirmOwnerConsent", "", "the owner has to agree to a change of name, e-mail or organization")
}

// consents refuses an order that gives a gTLD domain another owner without consent.
func (d *Dialect) consents(ctx context.Context, q *request, name string, o domainOrder) error {
	next, ok := o.contacts[domain.Registrant]
	if !ok || o.consent {
		return nil
	}
	info, err := command.Do(ctx, d.run, q.caller, command.InfoDomain{Name: name})
	if err != nil {
		return err
	}
	was, known := info.Contacts[domain.Registrant]
	if !known || next.New == nil && next.ID == was.ID || !d.generic(info.Domain.TLD) {
		return nil
	}
	var data contact.Data
	if next.New != nil {
		data = next.New.Normalize()
	} else {
		found, err := command.Do(ctx, d.run, q.caller, command.FindContact{ID: next.ID})
		if err != nil {
			return err
		}
		data = found.Contact.Data
	}
	if needsConsent(was.Data, data) {
		return noConsent("domain")
	}
	return nil
}

// generic reports whether ICANN's rules on owners hold for an ending.
func (d *Dialect) generic(ending string) bool {
	tld := d.run.Catalog().TLD(ending)
	return tld != nil && tld.GTLD
}

// contactConsents refuses a change of a contact that owns a gTLD domain without consent.
func (d *Dialect) contactConsents(ctx context.Context, q *request, k contact.Contact, data contact.Data) error {
	r := &reader{v: q.body, path: "contact"}
	if yes, _ := r.flag("confirmOwnerConsent"); yes || !needsConsent(k.Data, data.Normalize()) {
		return r.Err()
	}
	q1 := command.Query{Limit: 100, Where: command.Where(string(domain.Registrant), command.Equal, decimal(k.ID))}
	for {
		page, err := command.Do(ctx, d.run, q.caller, command.ListDomains{Query: q1})
		if err != nil {
			return err
		}
		for _, dom := range page.Domains {
			if d.generic(dom.TLD) {
				return noConsent("contact")
			}
		}
		if q1.After = page.Next; q1.After == "" {
			return nil
		}
	}
}
