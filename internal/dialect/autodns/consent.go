package autodns

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/wire/internetx"
)

// consented reports whether the order says that the owner agrees, in the object or the task.
func (t *task) consented() bool {
	return truthy(t.object.ChildText("confirm_owner_consent")) || truthy(t.node.ChildText("confirm_owner_consent"))
}

// needsConsent tells whether two owners differ in what the owner has to agree to: name, e-mail or organization (autodns-xml.md §9.1).
func needsConsent(a, b contact.Data) bool {
	owner := func(d contact.Data) internetx.Owner {
		return internetx.Owner{Name: d.Name(), Organization: d.Organisation, Email: d.Email}
	}
	return !owner(a).Same(owner(b))
}

// noConsent refuses a change that the owner has not agreed to.
func (t *task) noConsent() error {
	return bad(errs.Missing, "request.task."+t.element+".confirm_owner_consent", "", "the owner has to agree to a change of name, e-mail or organization")
}

// consents refuses an order that gives a gTLD domain another owner without consent. What the caller does not hold is left to the
// order itself.
func (t *task) consents(ctx context.Context, name string, o domainOrder) error {
	next, ok := o.contacts[domain.Registrant]
	if !ok || t.consented() {
		return nil
	}
	info, err := do(ctx, t, command.InfoDomain{Name: name})
	if err != nil {
		return err
	}
	was, known := info.Contacts[domain.Registrant]
	if !known || !t.d.generic(info.Domain.TLD) {
		return nil
	}
	data := contact.Data{}
	if next.New != nil {
		data = next.New.Normalize()
	} else {
		found, err := do(ctx, t, command.FindContact{ID: next.ID})
		if err != nil {
			return err
		}
		data = found.Contact.Data
	}
	if needsConsent(was.Data, data) {
		return t.noConsent()
	}
	return nil
}

// generic reports whether ICANN's rules on owners hold for an ending.
func (d *Dialect) generic(ending string) bool {
	tld := d.run.Catalog().TLD(ending)
	return tld != nil && tld.GTLD
}

// contactConsents refuses a change of a contact that owns a gTLD domain without consent.
func (t *task) contactConsents(ctx context.Context, k contact.Contact, data contact.Data) error {
	if t.consented() || !needsConsent(k.Data, data.Normalize()) {
		return nil
	}
	q := command.Query{Limit: 100, Where: command.Where("registrant", command.Equal, decimal(k.ID))}
	for {
		page, err := do(ctx, t, command.ListDomains{Query: q})
		if err != nil {
			return err
		}
		for _, d := range page.Domains {
			if t.d.generic(d.TLD) {
				return t.noConsent()
			}
		}
		if q.After = page.Next; q.After == "" {
			return nil
		}
	}
}
