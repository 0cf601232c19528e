package dmapi

import (
	"context"
	"slices"
	"strconv"

	"github.com/polyreg/polyreg/internal/catalog"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
)

// formatHandle makes new handles of a TLD's prefix: it and the contact's number (§8.5).
func formatHandle(prefix string) func(contact.ID) string {
	return func(id contact.ID) string { return prefix + "-" + strconv.FormatInt(int64(id), 10) }
}

// handles are the contacts' handles for a prefix; missing ones are made.
func (rq *request) handles(ctx context.Context, prefix string, ids []contact.ID) (map[contact.ID]string, error) {
	return command.Do(ctx, rq.d.deps.Runner, rq.caller, command.Handles{Dialect: name, Group: prefix, IDs: ids, Format: formatHandle(prefix)})
}

// madeHandles are the handles that contacts have for a prefix already; none is made.
func (rq *request) madeHandles(ctx context.Context, prefix string, ids []contact.ID) (map[contact.ID]string, error) {
	c := rq.caller
	c.DryRun = true
	hs, err := command.Do(ctx, rq.d.deps.Runner, c, command.Handles{Dialect: name, Group: prefix, IDs: ids,
		Format: func(contact.ID) string { return "" }})
	for id, h := range hs {
		if h == "" {
			delete(hs, id)
		}
	}
	return hs, err
}

// prefixes are the handle prefixes of all TLDs, each once, in the order of the TLDs.
func (rq *request) prefixes() []string {
	var out []string
	for _, t := range rq.d.deps.Runner.Catalog().TLDs() {
		if t.HandlePrefix != "" && !slices.Contains(out, t.HandlePrefix) {
			out = append(out, t.HandlePrefix)
		}
	}
	return out
}

// allHandles are the handles that contacts have, whatever the prefix.
func (rq *request) allHandles(ctx context.Context, ids []contact.ID) (map[contact.ID][]string, error) {
	out := map[contact.ID][]string{}
	if len(ids) == 0 {
		return out, nil
	}
	for _, p := range rq.prefixes() {
		hs, err := rq.madeHandles(ctx, p, ids)
		if err != nil {
			return nil, err
		}
		for id, h := range hs {
			out[id] = append(out[id], h)
		}
	}
	return out, nil
}

// roleParams are the handle parameters of orders.
var roleParams = map[domain.Role]string{domain.Registrant: "owner-c", domain.Admin: "admin-c", domain.Tech: "tech-c", domain.Billing: "billing-c"}

// contactRefs resolves the handle parameters of an order for the given roles. A handle of another TLD's prefix is refused.
func (rq *request) contactRefs(ctx context.Context, tld *catalog.TLD, roles ...domain.Role) (map[domain.Role]command.ContactRef, error) {
	refs := map[domain.Role]command.ContactRef{}
	seen := map[string]contact.ID{}
	var l errs.List
	for _, role := range roles {
		p := roleParams[role]
		h := rq.form.get(p)
		if h == "" {
			continue
		}
		if h == emptied { // no role can be without a contact
			l.Add(errs.As(param(p, "contact handle ("+emptied+" cannot empty it)")))
			continue
		}
		if id, ok := seen[h]; ok {
			refs[role] = command.ContactRef{ID: id}
			continue
		}
		found, err := command.Do(ctx, rq.d.deps.Runner, rq.caller, command.FindContact{Dialect: name, Handle: h})
		switch {
		case errs.Is(err, errs.NotFound, errs.NotOwned):
			e := errs.As(err)
			l.Add(errs.F(e.Kind, "", "Parameter %s: expected: existing contact handle (%s)", p, e.Text))
			continue
		case err != nil:
			return nil, err
		case found.Group != "" && tld != nil && found.Group != tld.HandlePrefix:
			l.Add(errs.As(param(p, "contact handle for ."+tld.Name+" ("+tld.HandlePrefix+"-...)")))
			continue
		}
		seen[h] = found.Contact.ID
		refs[role] = command.ContactRef{ID: found.Contact.ID}
	}
	return refs, l.Err()
}

// tldOf is the TLD of a domain's name, nil when it is not sold: the command will say so.
func (rq *request) tldOf(text string) *catalog.TLD {
	_, tld, err := rq.d.deps.Runner.Catalog().CheckName(text)
	if err != nil {
		return nil
	}
	return tld
}

// soldTLD is the TLD of a domain of the account.
func (rq *request) soldTLD(d domain.Domain) (*catalog.TLD, error) {
	if t := rq.d.deps.Runner.Catalog().TLD(d.TLD); t != nil {
		return t, nil
	}
	return nil, errs.F(errs.UnsupportedTLD, "name", "%s is not sold any more", d.TLD)
}
