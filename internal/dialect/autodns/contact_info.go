package autodns

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/errs"
)

// contactInquire is task 0304: with an id or an alias one contact, else a list.
func contactInquire(ctx context.Context, t *task) (result, error) {
	id, alias := t.object.ChildTrim("id"), t.object.ChildTrim("alias")
	if id == "" && alias == "" {
		return contactList(ctx, t)
	}
	found, err := t.findContact(ctx, id, alias)
	if err != nil {
		return result{}, err
	}
	t.subject = object{"handle", found.Handle}
	r := t.done('S')
	r.data = []el{block("handle", t.q.contactEls(found.Contact, found.Handle, nil)...)}
	return r, nil
}

// findContact looks a contact of the caller up by its number, or by its alias when there is no number.
func (t *task) findContact(ctx context.Context, id, alias string) (command.FoundContact, error) {
	if id == "" {
		return t.byAlias(ctx, alias)
	}
	t.subject = object{"handle", clip(id)}
	found, err := do(ctx, t, command.FindContact{Dialect: shared, Handle: id})
	if missing(err) {
		return found, noContact(id)
	}
	return found, err
}

func noContact(handle string) error {
	return errs.F(errs.NotFound, "contact", "the contact does not exist").On("contact", clip(handle))
}

func (t *task) byAlias(ctx context.Context, alias string) (command.FoundContact, error) {
	t.subject = object{"handle", clip(alias)}
	page, err := do(ctx, t, command.ListContacts{Query: command.Query{Where: command.Where("alias", command.Equal, alias), Limit: 1}})
	if err != nil {
		return command.FoundContact{}, err
	}
	if len(page.Contacts) == 0 {
		if page, err = t.byShownAlias(ctx, alias); err != nil {
			return command.FoundContact{}, err
		}
	}
	if len(page.Contacts) == 0 {
		return command.FoundContact{}, noContact(alias)
	}
	k := page.Contacts[0]
	handles, err := t.handles(ctx, []contact.ID{k.ID})
	return command.FoundContact{Contact: k, Handle: handles[k.ID]}, err
}

// byShownAlias looks for a contact that another interface made without an alias: answers show one made from its name. The last
// word of it is the end of one of the names.
func (t *task) byShownAlias(ctx context.Context, alias string) (command.ContactPage, error) {
	var ends []command.Filter
	for _, field := range []string{"last_name", "first_name", "organisation"} {
		ends = append(ends, command.Where(field, command.Like, "%"+alias[strings.LastIndexByte(alias, '-')+1:]))
	}
	page, err := do(ctx, t, command.ListContacts{Query: command.Query{Limit: command.MaxPage,
		Where: command.And(command.Where("alias", command.Equal, ""), command.Filter{Any: ends})}})
	page.Contacts = slices.DeleteFunc(page.Contacts, func(k contact.Contact) bool { return !strings.EqualFold(aliasOf(k.Data), alias) })
	return page, err
}

// handlesAtOnce bounds the numbers of one look-up.
const handlesAtOnce = 1000

// handles gives the public numbers of contacts.
func (t *task) handles(ctx context.Context, ids []contact.ID) (map[contact.ID]string, error) {
	out := map[contact.ID]string{}
	var once []contact.ID
	for _, id := range ids {
		if _, seen := out[id]; !seen && id != 0 {
			out[id] = ""
			once = append(once, id)
		}
	}
	for part := range slices.Chunk(once, handlesAtOnce) {
		got, err := do(ctx, t, command.Handles{Dialect: shared, IDs: part, Format: decimal})
		if err != nil {
			return nil, err
		}
		maps.Copy(out, got)
	}
	return out, nil
}
