package autodns

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/order"
)

// contactUpdate is task 0302. Fields not sent stay, unless the extension's mode is replace (autodns-xml.md §12.2). It is answered S;
// N only when a registry has not answered yet, and a message follows then.
func contactUpdate(ctx context.Context, t *task) (result, error) {
	found, err := t.changed(ctx)
	if err != nil {
		return result{}, err
	}
	var l errs.List
	old := found.Contact.Data
	if replaces(t.object) {
		old = contact.Data{Alias: old.Alias, Comment: old.Comment}
	}
	data := readContact(t.object, old, "request.task.handle", &l)
	data.Comment = found.Contact.Data.Comment // has a task of its own
	if err := l.Err(); err != nil {
		return result{}, err
	}
	if err := t.contactConsents(ctx, found.Contact, data); err != nil {
		return result{}, err
	}
	return t.changeContact(ctx, found, data)
}

// contactComment is task 0302004: nothing but the comment changes; an empty one takes it away.
func contactComment(ctx context.Context, t *task) (result, error) {
	found, err := t.changed(ctx)
	if err != nil {
		return result{}, err
	}
	comment, err := t.comment()
	if err != nil {
		return result{}, err
	}
	data := found.Contact.Data
	data.Comment = comment
	return t.changeContact(ctx, found, data)
}

// changed is the contact that a task is about to change.
func (t *task) changed(ctx context.Context) (command.FoundContact, error) {
	id, err := t.identifier()
	if err != nil {
		return command.FoundContact{}, err
	}
	return t.findContact(ctx, id, "")
}

// comment reads the comment of a comment task.
func (t *task) comment() (string, error) {
	path := "request.task." + t.element + ".comment"
	if t.object.Child("comment") == nil {
		return "", bad(errs.Missing, path, "", "is required")
	}
	text := t.object.ChildTrim("comment")
	if !isASCII(text) {
		return "", bad(errs.Invalid, path, text, "may hold ASCII characters only")
	}
	return text, nil
}

func (t *task) changeContact(ctx context.Context, found command.FoundContact, data contact.Data) (result, error) {
	t.subject = object{"handle", found.Handle}
	t.c.Notice = order.NoticeIfPending
	out, err := do(ctx, t, command.UpdateContact{ID: found.Contact.ID, Version: found.Contact.Version, Data: data})
	if err != nil {
		return result{}, err
	}
	if out.Pending {
		return t.done('N'), nil
	}
	return t.done('S'), nil
}
