package domainrobot

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/wire/internetx"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
)

// contactInfo is GET /contact/{id} (0304).
func contactInfo(ctx context.Context, d *Dialect, q *request) (answer, error) {
	found, err := d.findContact(ctx, q, q.arg("id"))
	if err != nil {
		return answer{}, err
	}
	o := q.contactJSON(found.Contact, found.Handle, nil)
	if !found.Contact.Verified {
		v, err := d.verification(ctx, q)
		switch {
		case err == nil:
			set(o, "verification", internetx.ProofStatus(v.Done, v.Failed))
		case !errs.Is(err, errs.NotFound):
			return answer{}, err
		}
	}
	return one(classContact, found.Handle, o), nil
}

// set replaces an item of an object.
func set(o jsonx.Obj, name string, value any) {
	for i := range o {
		if o[i][0] == name {
			o[i][1] = value
		}
	}
}

// findContact looks a contact of the caller up by its public number.
func (d *Dialect) findContact(ctx context.Context, q *request, handle string) (command.FoundContact, error) {
	return command.Do(ctx, d.run, q.caller, command.FindContact{Dialect: name, Handle: handle})
}
