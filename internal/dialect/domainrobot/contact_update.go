package domainrobot

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
)

// contactUpdate is PUT /contact/{id} (0302). Clients send the object back as they read it, so read-only items in it are ignored;
// items that are not given stay (domainrobot-json.md §1.3, §8.4).
func contactUpdate(ctx context.Context, d *Dialect, q *request) (answer, error) {
	found, err := d.findContact(ctx, q, q.arg("id"))
	if err != nil {
		return answer{}, err
	}
	r := &reader{v: q.body, path: "contact"}
	data := readContact(r, found.Contact.Data)
	if err := r.Err(); err != nil {
		return answer{}, err
	}
	if err := d.contactConsents(ctx, q, found.Contact, data); err != nil {
		return answer{}, err
	}
	return d.changeContact(ctx, q, found, data)
}

// contactComment is PUT /contact/{id}/_comment (0302004): nothing but the comment changes.
func contactComment(ctx context.Context, d *Dialect, q *request) (answer, error) {
	found, err := d.findContact(ctx, q, q.arg("id"))
	if err != nil {
		return answer{}, err
	}
	r := &reader{v: q.body, path: "contact"}
	data := found.Contact.Data
	data.Comment, err = commentOf(r)
	if err != nil {
		return answer{}, err
	}
	a, err := d.changeContact(ctx, q, found, data)
	a.data = nil
	return a, err
}

// commentOf reads the comment of a _comment task; an empty or missing one takes the comment away.
func commentOf(r *reader) (string, error) {
	text, _ := r.text("comment")
	if !isASCII(text) {
		r.Add(bad(errs.Invalid, r.at("comment"), text, "may hold ASCII characters only"))
	}
	return text, r.Err()
}

func (d *Dialect) changeContact(ctx context.Context, q *request, found command.FoundContact, data contact.Data) (answer, error) {
	out, err := command.Do(ctx, d.run, q.caller, command.UpdateContact{ID: found.Contact.ID, Version: found.Contact.Version, Data: data})
	if err != nil {
		return answer{}, err
	}
	if out.Pending {
		a := one(classContact, found.Handle, q.jobJSON(out.Order))
		a.letter = 'N'
		return a, nil
	}
	k := found.Contact
	k.Data = data.Normalize()
	if out.Contact != nil {
		k = *out.Contact
	}
	return one(classContact, found.Handle, q.contactJSON(k, found.Handle, nil)), nil
}

func objects(class, value string) []jsonx.Obj { return []jsonx.Obj{generic(class, value)} }
