package dmapi

import (
	"context"
	"strings"

	"github.com/polyreg/polyreg/internal/catalog"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/contact"
)

// maxContacts bounds the rows of a list without from and to (§7.4.1).
const maxContacts = 10_000

// contactList is query-contact-list (§7.4.1): the handles that there are, with tld those that serve for it. A contact that no
// dialect with handles has shown yet gets its handle for that TLD here.
func contactList(ctx context.Context, rq *request) (*reply, error) {
	extended, err1 := rq.form.truth("extended-format", false)
	offset, limit, err2 := rq.window()
	if err := join(err1, err2); err != nil {
		return nil, err
	}
	var tld *catalog.TLD
	if rq.form.get("tld") != "" {
		var err error
		if tld, err = rq.contactTLD(); err != nil {
			return nil, err
		}
	}
	if limit < 0 {
		limit = maxContacts
	}
	rp := &reply{}
	t := rq.table()
	if extended {
		t.sep = "\t"
		rp.columns = []string{"handle", "name", "organization", "email"}
	}
	err := rq.eachHandle(ctx, tld, offset, limit, func(handle string, d contact.Data) {
		if extended {
			t.add(handle, d.Name(), d.Organisation, d.Email)
		} else {
			t.add(handle)
		}
	})
	t.into(rp)
	if !extended {
		rp.separator = "" // one column has none
	}
	return rp, err
}

// eachHandle walks the handles that match pattern, in the order of the contacts.
func (rq *request) eachHandle(ctx context.Context, tld *catalog.TLD, offset, limit int, do func(string, contact.Data)) error {
	pattern, err := rq.form.pattern("pattern")
	if err != nil {
		return err
	}
	q := command.Query{Sort: []command.Sort{{Field: "id"}}, Limit: 500}
	for limit > 0 {
		page, err := command.Do(ctx, rq.d.deps.Runner, rq.caller, command.ListContacts{Query: q})
		if err != nil {
			return err
		}
		handles, err := rq.listedHandles(ctx, tld, page.Contacts)
		if err != nil {
			return err
		}
		for _, k := range page.Contacts {
			for _, h := range handles[k.ID] {
				h = strings.ToUpper(h)
				switch {
				case pattern != "" && !match(pattern, h):
				case offset > 0:
					offset--
				case limit > 0:
					limit--
					do(h, k.Data)
				}
			}
		}
		if page.Next == "" || len(page.Contacts) == 0 {
			return nil
		}
		q.After = page.Next
	}
	return nil
}

// listedHandles are the handles to be listed for a page of contacts.
func (rq *request) listedHandles(ctx context.Context, tld *catalog.TLD, page []contact.Contact) (map[contact.ID][]string, error) {
	ids := make([]contact.ID, len(page))
	for i, k := range page {
		ids[i] = k.ID
	}
	all, err := rq.allHandles(ctx, ids)
	if tld == nil || err != nil {
		return all, err
	}
	made, err := rq.madeHandles(ctx, tld.HandlePrefix, ids)
	if err != nil {
		return nil, err
	}
	var fresh []contact.ID
	for _, id := range ids {
		if len(all[id]) == 0 {
			fresh = append(fresh, id)
		}
	}
	if len(fresh) > 0 {
		more, err := rq.handles(ctx, tld.HandlePrefix, fresh)
		if err != nil {
			return nil, err
		}
		for id, h := range more {
			made[id] = h
		}
	}
	out := map[contact.ID][]string{}
	for id, h := range made {
		out[id] = []string{h}
	}
	return out, nil
}
