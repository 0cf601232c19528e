package domainrobot

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/wire/internetx"
)

// contactCreate is POST /contact (0301). It is answered at once; equal data gives the contact that is there already, unless
// keys[]=force_handle_create (domainrobot-json.md §7, §8.4).
func contactCreate(ctx context.Context, d *Dialect, q *request) (answer, error) {
	r := &reader{v: q.body, path: "contact"}
	data := q.freshContact(r, "contact.")
	if err := r.Err(); err != nil {
		return answer{}, err
	}
	out, err := command.Do(ctx, d.run, q.caller, command.CreateContact{
		Data: data, Reuse: !q.on("force_handle_create"), Dialect: name, Format: decimal,
	})
	if err != nil {
		return answer{}, err
	}
	k := contact.Contact{Account: q.caller.Account.ID, Data: data.Normalize()}
	if out.Contact != nil {
		k = *out.Contact
	}
	a := one(classContact, out.Handle, q.contactJSON(k, out.Handle, nil))
	if out.Reused {
		a.messages = []message{reusedContact(out.Handle, q.german())}
	}
	return a, nil
}

func reusedContact(handle string, german bool) message {
	return message{text: internetx.Reused.Text.In(german), code: internetx.Reused.Code, status: "NOTICE", objects: objects("handle", handle)}
}

// freshContact reads a new contact and adds what the core finds wrong with it, so that all problems are told at once. prefix is
// the core's for fields of this contact.
func (q *request) freshContact(r *reader, prefix string) contact.Data {
	d := newContact(r)
	told := map[string]bool{}
	if err := errs.As(r.Err()); err != nil {
		for _, p := range err.All() {
			told[p.Field] = true
		}
	}
	if err := d.Normalize().Validate(prefix); err != nil {
		for _, p := range err.All() {
			one := *p
			one.More = nil
			if !told[ownPath+q.jsonPath(p.Field)] {
				r.Add(&one)
			}
		}
	}
	return d
}
