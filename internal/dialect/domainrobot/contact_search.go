package domainrobot

import (
	"context"
	"strings"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
)

// contactColumns are the keys of POST /contact/_search (domainrobot-json.md §8.4).
var contactColumns = map[string]column{
	"id": {core: "id", read: contactNumber, exact: true}, "alias": {core: "alias"}, "type": {core: "type", read: contactType, exact: true},
	"organization": {core: "organisation"}, "title": {core: "title"}, "fname": {core: "first_name"}, "lname": {core: "last_name"},
	"email": {core: "email"}, "phone": {core: "phone", read: phoneNumber}, "fax": {core: "fax", read: phoneNumber}, "city": {core: "city"},
	"state": {core: "state"}, "pcode": {core: "postal_code"}, "country": {core: "country", read: upperValue},
	"address": {core: "street"}, "comment": {core: "comment"}, "created": {core: "created", dates: true}, "updated": {core: "updated", dates: true},
	"sip": {}, "verification": {}, "domainsafe": {}, "updater": {}, "protection": {}, "extensions": {},
}

// contactDefaults are the columns of a list without further keys (domainrobot-json.md §4).
var contactDefaults = []string{"created", "updated", "owner", "id", "alias", "type", "organization", "title", "fname", "lname", "address", "pcode", "city", "state", "country"}

// contactSearch is POST /contact/_search (0304).
func contactSearch(ctx context.Context, d *Dialect, q *request) (answer, error) {
	s := &search{d: d, q: q, columns: contactColumns}
	v, err := s.query(ctx)
	if err != nil {
		return answer{}, err
	}
	page, err := command.Do(ctx, d.run, q.caller, command.ListContacts{Query: v.Query, Children: v.children})
	if err != nil {
		return answer{}, err
	}
	ids := make([]contact.ID, len(page.Contacts))
	for i, k := range page.Contacts {
		ids[i] = k.ID
	}
	handles, err := d.handles(ctx, q, ids)
	if err != nil {
		return answer{}, err
	}
	only := map[string]bool{}
	for _, k := range append(q.keys(), contactDefaults...) {
		only[strings.ToLower(k)] = true
	}
	data := make([]jsonx.Obj, len(page.Contacts))
	for i, k := range page.Contacts {
		data[i] = q.contactJSON(k, handles[k.ID], only)
	}
	return list(classContact, page.Total, data), nil
}

// handles gives the public numbers of contacts.
func (d *Dialect) handles(ctx context.Context, q *request, ids []contact.ID) (map[contact.ID]string, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	return command.Do(ctx, d.run, q.caller, handleCommand(ids...))
}

// contactNumber turns a public number into the core's; a number of nobody's matches nothing.
func contactNumber(ctx context.Context, s *search, value string) (string, bool, error) {
	found, err := s.d.findContact(ctx, s.q, strings.TrimSpace(value))
	if errs.Is(err, errs.NotFound, errs.NotOwned) || strings.TrimSpace(value) == "" {
		return "", false, nil
	}
	return decimal(found.Contact.ID), err == nil, err
}

func contactType(_ context.Context, _ *search, value string) (string, bool, error) {
	for t, word := range contactTypes {
		if strings.EqualFold(word, value) {
			return string(t), true, nil
		}
	}
	return "", false, nil
}

func phoneNumber(_ context.Context, _ *search, value string) (string, bool, error) {
	return contact.NormalizePhone(value, ""), true, nil
}

func upperValue(_ context.Context, _ *search, value string) (string, bool, error) {
	return strings.ToUpper(value), true, nil
}
