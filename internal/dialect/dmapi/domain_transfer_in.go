package dmapi

import (
	"context"
	"strings"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/domain"
)

// domainTransferIn is domain-transfer-in-reseller, and domain-transfer-in, its older form with fewer parameters (§7.3.4,
// §7.3.5). period is ignored.
func domainTransferIn(ctx context.Context, rq *request) (*reply, error) {
	text, err := rq.form.require("domain")
	if err != nil {
		return nil, err
	}
	_, tld, err := rq.d.deps.Runner.Catalog().CheckName(text)
	if err != nil {
		return nil, err
	}
	if err := rq.noPrivacy("none", privacyOff); err != nil {
		return nil, err
	}
	cmd := command.TransferDomain{Name: text, FillRoles: true}
	var authErr, contactsErr, serversErr, renewErr, lockErr, priceErr error
	cmd.AuthInfo, authErr = rq.transferAuthID()
	cmd.Contacts, contactsErr = rq.contactRefs(ctx, tld, domain.Roles...)
	if contactsErr == nil && len(cmd.Contacts) == 0 {
		contactsErr = missing("owner-c")
	}
	cmd.Servers.Servers, serversErr = rq.servers(nil)
	cmd.AutoRenew, renewErr = rq.autoRenewOr("autorenew", true)
	cmd.Lock, lockErr = rq.statusAfter()
	cmd.MaxPrice, priceErr = rq.maxPrice()
	if err := join(authErr, contactsErr, serversErr, renewErr, lockErr, priceErr); err != nil {
		return nil, err
	}
	warning, err := rq.ownerEmail(ctx, cmd.Contacts)
	if err != nil {
		return nil, err
	}
	out, err := command.Do(ctx, rq.d.deps.Runner, rq.caller, cmd)
	if err != nil {
		return nil, err
	}
	rp := accepted(out)
	if warning != "" {
		rp.warnings = append(rp.warnings, warning)
	}
	return rp, nil
}

// transferAuthID reads the auth-id: 6 to 32 printable characters of ASCII.
func (rq *request) transferAuthID() (string, error) {
	s := rq.form.raw("transfer-auth-id")
	switch {
	case strings.TrimSpace(s) == "":
		return "", missing("transfer-auth-id")
	case len(s) < 6 || len(s) > 32 || strings.IndexFunc(s, func(r rune) bool { return r < ' ' || r > '~' }) >= 0:
		return "", param("transfer-auth-id", "6 to 32 printable ASCII characters")
	}
	return s, nil
}

// statusAfter reads whether the domain shall be locked once it is here.
func (rq *request) statusAfter() (lock bool, err error) {
	switch strings.ToLower(rq.form.get("status")) {
	case "", "production":
		return false, nil
	case "lock":
		return true, nil
	}
	return false, param("status", "lock or production")
}

// ownerEmail gives the domain an owner of its own with the data of owner-c and another address. Without owner-c the owner's
// data are not known here, and the parameter does nothing.
func (rq *request) ownerEmail(ctx context.Context, refs map[domain.Role]command.ContactRef) (warning string, err error) {
	email := rq.form.get("owner-email")
	if email == "" {
		return "", nil
	}
	if err := plainAddress("owner-email", email); err != nil {
		return "", err
	}
	owner, ok := refs[domain.Registrant]
	if !ok {
		return "Parameter owner-email: has no effect without owner-c", nil
	}
	found, err := command.Do(ctx, rq.d.deps.Runner, rq.caller, command.FindContact{ID: owner.ID})
	if err != nil {
		return "", err
	}
	if data := found.Contact.Data; !strings.EqualFold(data.Email, email) {
		data.Email = email
		if e := data.Validate("contact."); e != nil && e.Field == "contact.email" {
			return "", param("owner-email", "valid e-mail address")
		}
		refs[domain.Registrant] = command.ContactRef{New: &data}
		keepOthers(refs, owner.ID)
	}
	return "", nil
}

// keepOthers names the handle's own contact for the roles that would follow the owner.
func keepOthers(refs map[domain.Role]command.ContactRef, id contact.ID) {
	for _, role := range domain.Roles {
		if _, ok := refs[role]; !ok {
			refs[role] = command.ContactRef{ID: id}
		}
	}
}
