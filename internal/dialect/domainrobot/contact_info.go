package domainrobot

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
)

// contactInfo is GET /contact/{id} (0304).
func contactInfo(ctx context.Context, d *Dialect, q *request) (answer, error) {
	found, err := d.findContact(ctx, q, q.arg("id"))
	if err != nil {
		return answer{}, err
	}
	return one(classContact, found.Handle, q.contactJSON(found.Contact, found.Handle, nil)), nil
}

// findContact looks a contact of the caller up by its public number.
func (d *Dialect) findContact(ctx context.Context, q *request, handle string) (command.FoundContact, error) {
	return command.Do(ctx, d.run, q.caller, command.FindContact{Dialect: name, Handle: handle})
}
