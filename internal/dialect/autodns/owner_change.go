package autodns

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
)

// ownerChange is task 0104010: a domain gets another owner, and other contacts with it. The message S0104011 or E0104011 tells how it
// ended (autodns-xml.md §7.4, §11).
func ownerChange(ctx context.Context, t *task) (result, error) {
	name, err := t.identifier()
	if err != nil {
		return result{}, err
	}
	o, err := t.readDomain(ctx)
	if err != nil {
		return result{}, err
	}
	if !given(t.object.Child("ownerc")) {
		return result{}, bad(errs.Missing, "request.task.domain.ownerc", "", "is required")
	}
	if err := t.consents(ctx, name, o); err != nil {
		return result{}, err
	}
	cmd := command.UpdateDomain{Name: name, Contacts: o.contacts}
	if cmd.DNSSEC, err = updatedKeys(t.object); err != nil {
		return result{}, err
	}
	return t.orderUpdate(ctx, cmd, o)
}
