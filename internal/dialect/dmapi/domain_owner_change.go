package dmapi

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/domain"
)

// domainOwnerChange is domain-owner-change (§7.3.11): the domain gets an owner of its own with the data sent.
func domainOwnerChange(ctx context.Context, rq *request) (*reply, error) {
	text, err := rq.form.require("domain")
	if err != nil {
		return nil, err
	}
	info, err := command.Do(ctx, rq.d.deps.Runner, rq.caller, command.InfoDomain{Name: text})
	if err != nil {
		return nil, err
	}
	tld, err := rq.soldTLD(info.Domain)
	if err != nil {
		return nil, err
	}
	data, err := rq.contactData(tld)
	if err != nil {
		return nil, err
	}
	rp, err := rq.update(ctx, command.UpdateDomain{Name: text, Contacts: map[domain.Role]command.ContactRef{domain.Registrant: {New: &data}}})
	if err != nil {
		return nil, err
	}
	return rq.warned(rp), nil
}
