package dmapi

import (
	"context"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
)

// whois is query-whois and query-object (§7.2.2): one domain, contact or host of the caller.
func whois(ctx context.Context, rq *request) (*reply, error) {
	given := 0
	for _, p := range []string{"domain", "contact", "host"} {
		if rq.form.get(p) != "" {
			given++
		}
	}
	if given != 1 {
		return nil, param("domain", "exactly one of domain, contact and host")
	}
	if _, err := rq.form.truth("internal", false); err != nil {
		return nil, err
	}
	switch {
	case rq.form.get("contact") != "":
		return rq.whoisContact(ctx, rq.form.get("contact"))
	case rq.form.get("host") != "":
		return rq.whoisHost(ctx, rq.form.get("host"))
	}
	return rq.whoisDomain(ctx, rq.form.get("domain"))
}

func (rq *request) whoisDomain(ctx context.Context, text string) (*reply, error) {
	info, err := command.Do(ctx, rq.d.deps.Runner, rq.caller, command.InfoDomain{Name: text})
	if errs.Is(err, errs.UnsupportedTLD) { // such a name is simply unknown here
		return nil, errs.E(errs.NotFound, "the domain %s does not exist", clip(text))
	}
	if err != nil {
		return nil, err
	}
	handles, err := rq.roleHandles(ctx, info.Domain)
	if err != nil {
		return nil, err
	}
	d := info.Domain
	var f facts
	f.add("domain.fqdn", string(d.Name))
	f.add("domain.status", rq.lifeStatus(d))
	if owner, ok := info.Contacts[domain.Registrant]; ok {
		addParty(&f, "domain", owner.Data)
	}
	f.add("domain.owner-c", handles[domain.Registrant])
	f.add("domain.admin-c", handles[domain.Admin])
	f.add("domain.tech-c", handles[domain.Tech])
	f.add("domain.billing-c", handles[domain.Billing])
	f.add("domain.created.date", stamp(d.Created))
	f.add("domain.modified.date", stamp(lastChange(d.Created, d.Updated)))
	f.add("domain.expires", stamp(d.Expires))
	for i, s := range d.Servers {
		f.add("domain.nservers.nserver.no", strconv.Itoa(i+1))
		f.add("domain.nservers.nserver.handle", string(s.Name))
	}
	return &reply{body: f.String()}, nil
}

func lastChange(created, updated time.Time) time.Time {
	if updated.IsZero() {
		return created
	}
	return updated
}

// roleHandles are the handles of a domain's contacts, made where they were not shown before.
func (rq *request) roleHandles(ctx context.Context, d domain.Domain) (map[domain.Role]string, error) {
	var ids []contact.ID
	seen := map[contact.ID]bool{}
	for _, role := range domain.Roles {
		if id := d.Contacts[role]; id != 0 && !seen[id] {
			seen[id] = true
			ids = append(ids, id)
		}
	}
	tld := rq.d.deps.Runner.Catalog().TLD(d.TLD)
	if len(ids) == 0 || tld == nil {
		return nil, nil
	}
	hs, err := rq.handles(ctx, tld.HandlePrefix, ids)
	out := map[domain.Role]string{}
	for role, id := range d.Contacts {
		out[role] = strings.ToUpper(hs[id])
	}
	return out, err
}

// addParty adds the data that domain and contact show alike.
func addParty(f *facts, object string, d contact.Data) {
	f.add(object+".name", d.Name())
	if object == "contact" {
		f.add(object+".fname", d.FirstName)
		f.add(object+".lname", d.LastName)
		f.add(object+".title", d.Title)
		f.add(object+".individual", yesNo(d.Type == contact.Person))
	}
	f.add(object+".organization", d.Organisation)
	f.add(object+".email", d.Email)
	for i, s := range d.Street {
		f.add(object+".address-"+strconv.Itoa(i+1), s)
	}
	f.add(object+".city", d.City)
	f.add(object+".state", d.State)
	f.add(object+".postal-code", d.PostalCode)
	f.add(object+".country", d.Country)
	f.add(object+".phone", d.Phone)
	if object == "contact" {
		f.add(object+".extension", d.PhoneExt)
	}
	f.add(object+".fax", d.Fax)
}

func yesNo(b bool) string {
	if b {
		return "Y"
	}
	return "N"
}

func (rq *request) whoisContact(ctx context.Context, handle string) (*reply, error) {
	found, err := command.Do(ctx, rq.d.deps.Runner, rq.caller, command.FindContact{Dialect: name, Handle: handle})
	if err != nil {
		return nil, err
	}
	k := found.Contact
	var f facts
	f.add("contact.handle", strings.ToUpper(found.Handle))
	addParty(&f, "contact", k.Data)
	names := make([]string, 0, len(k.Data.Extra))
	for n := range k.Data.Extra {
		names = append(names, n)
	}
	sort.Strings(names)
	for _, n := range names {
		if strings.HasPrefix(n, "x-") { // other dialects' own items have no word here
			f.add("contact."+baseName(n), k.Data.Extra[n])
		}
	}
	f.add("contact.created.date", stamp(k.Created))
	f.add("contact.modified.date", stamp(lastChange(k.Created, k.Updated)))
	return &reply{body: f.String()}, nil
}

func (rq *request) whoisHost(ctx context.Context, text string) (*reply, error) {
	h, err := command.Do(ctx, rq.d.deps.Runner, rq.caller, command.InfoHost{Name: text})
	if errs.Is(err, errs.InvalidName) {
		return nil, param("host", "valid host name")
	}
	if err != nil {
		return nil, err
	}
	var f facts
	f.add("host.fqdn", string(h.Name))
	for _, a := range h.Addresses {
		if a.Is4() {
			f.add("host.ip-address", a.String())
		} else {
			f.add("host.ip-address-v6", a.String())
		}
	}
	return &reply{body: f.String()}, nil
}
