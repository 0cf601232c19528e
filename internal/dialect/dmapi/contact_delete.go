package dmapi

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
)

// contactDelete is contact-delete (§7.4.4).
func contactDelete(ctx context.Context, rq *request) (*reply, error) {
	found, err := rq.namedContact(ctx)
	if err != nil {
		return nil, err
	}
	out, err := command.Do(ctx, rq.d.deps.Runner, rq.caller, command.DeleteContact{ID: found.Contact.ID})
	if err != nil {
		return nil, err
	}
	return accepted(out), nil
}

// namedContact is the contact that the parameter handle names.
func (rq *request) namedContact(ctx context.Context) (command.FoundContact, error) {
	handle, err := rq.form.require("handle")
	if err != nil {
		return command.FoundContact{}, err
	}
	return command.Do(ctx, rq.d.deps.Runner, rq.caller, command.FindContact{Dialect: name, Handle: handle})
}
