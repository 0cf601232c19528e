package dmapi

import (
	"context"
	"net/mail"
	"strings"
	"time"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
)

// emailList is wa-email-list (§7.8.1): the domains whose owner has not verified the address yet, and until when that is to be.
func emailList(ctx context.Context, rq *request) (*reply, error) {
	t := &rows{sep: "\t"}
	err := rq.eachVerification(ctx, "", func(d domain.Domain, v contact.Verification) bool {
		if v.Done.IsZero() {
			t.add(v.Email, string(d.Name), v.Due.UTC().Format(time.RFC3339))
		}
		return true
	})
	return t.into(&reply{columns: []string{"email", "domain", "verification-expires"}}), err
}

// eachVerification walks the account's domains by name whose owner was asked to verify an address, of one address when email
// is not empty, until do gives false.
func (rq *request) eachVerification(ctx context.Context, email string, do func(domain.Domain, contact.Verification) bool) error {
	r := rq.d.deps.Runner
	asked := map[contact.ID]*contact.Verification{}
	q := command.Query{Where: command.Where("deleted", command.IsNull), Sort: []command.Sort{{Field: "name"}}, Limit: 500}
	for {
		page, err := command.Do(ctx, r, rq.caller, command.ListDomains{Query: q})
		if err != nil {
			return err
		}
		for _, d := range page.Domains {
			owner := d.Contacts[domain.Registrant]
			if owner == 0 {
				continue
			}
			v, known := asked[owner]
			if !known {
				if v, err = rq.verificationOf(ctx, d, email); err != nil {
					return err
				}
				asked[owner] = v
			}
			if v != nil && !do(d, *v) {
				return nil
			}
		}
		if page.Next == "" || len(page.Domains) == 0 {
			return nil
		}
		q.After = page.Next
	}
}

// verificationOf is what the owner of a domain was asked for, nil for nothing, or for another address than email.
func (rq *request) verificationOf(ctx context.Context, d domain.Domain, email string) (*contact.Verification, error) {
	r := rq.d.deps.Runner
	if email != "" {
		k, err := command.Do(ctx, r, rq.caller, command.FindContact{ID: d.Contacts[domain.Registrant]})
		if err != nil || !strings.EqualFold(k.Contact.Data.Email, email) {
			return nil, lostMeanwhile(err)
		}
	}
	v, err := command.Do(ctx, r, rq.caller, command.Verification{Name: string(d.Name)})
	if err != nil {
		return nil, lostMeanwhile(err)
	}
	return &v, nil
}

// lostMeanwhile takes no offence at what is not, or no longer, there.
func lostMeanwhile(err error) error {
	if errs.Is(err, errs.NotFound, errs.NotOwned) {
		return nil
	}
	return err
}

// email reads the parameter of that name.
func (rq *request) email() (string, error) {
	s, err := rq.form.require("email")
	if err != nil {
		return "", err
	}
	return s, plainAddress("email", s)
}

// plainAddress refuses what is more or less than a mail address.
func plainAddress(name, s string) error {
	if a, err := mail.ParseAddress(s); err != nil || a.Address != s || len(s) > 254 {
		return param(name, "valid e-mail address")
	}
	return nil
}
