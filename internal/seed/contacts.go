package seed

import (
	"strings"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/catalog"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/contact"
)

// madeUpID is the id of the contact that stands in for an account that has none.
const madeUpID = "account"

func (c *compiler) contactsAll() {
	handles := map[string]string{}
	for i := range c.root.Contacts {
		k, path := &c.root.Contacts[i], item("contacts", i)
		owner, ok := c.accountKey(join(path, "account"), k.Account)
		if !c.given(join(path, "id"), k.ID) || !ok {
			continue
		}
		c.word(join(path, "id"), k.ID, 64)
		unique(c, c.contacts, key(k.Account, strings.ToLower(k.ID)), join(path, "id"), "the contact "+clip(k.ID))
		if c.first[k.Account] == "" {
			c.first[k.Account] = k.ID
		}
		p := command.PlantContact{Account: owner, ID: k.ID, Data: c.contactData(k, path), Verified: k.Verified == nil || *k.Verified}
		p.Handles = c.handles(join(path, "handles"), owner.Environment, k.Handles, handles)
		c.f.plant.Contacts = append(c.f.plant.Contacts, p)
	}
}

// contactData fills in what every registry asks for and the file leaves out, and checks the rest.
func (c *compiler) contactData(k *Contact, path string) contact.Data {
	c.oneOfGiven(join(path, "type"), k.Type, "person", "organisation", "role")
	if k.FirstName == "" && k.LastName == "" && k.Organisation == "" {
		k.LastName = k.ID
	}
	for _, d := range []struct{ v, def *string }{{&k.Email, ptr("hostmaster@polyreg.test")}, {&k.City, ptr("Berlin")},
		{&k.PostalCode, ptr("10115")}, {&k.Country, ptr("DE")}} {
		if *d.v == "" {
			*d.v = *d.def
		}
	}
	if len(k.Street) == 0 {
		k.Street = []string{"Example Street 1"}
	}
	d := contact.Data{Type: contact.Type(k.Type), FirstName: k.FirstName, LastName: k.LastName, Title: k.Title, Organisation: k.Organisation,
		Email: k.Email, Email2: k.Email2, Phone: k.Phone, Fax: k.Fax, Street: k.Street, City: k.City, State: k.State, PostalCode: k.PostalCode,
		Country: k.Country, Language: k.Language, CompanyNo: k.CompanyNumber, VATID: k.VATID, Alias: k.Alias, Comment: k.Comment, Extra: k.Extra}
	d = d.Normalize()
	if e := d.Validate(""); e != nil {
		for _, one := range e.All() {
			c.bad(join(path, one.Field), "%s", one.Text)
		}
	}
	return d
}

func ptr(s string) *string { return &s }

func (c *compiler) oneOfGiven(path, v string, values ...string) {
	if v != "" {
		c.oneOf(path, &v, values...)
	}
}

// handles reads public handles. One alone has the group that follows from the dialect: DMAPI's from its prefix, WAPI's
// serves in every group, Domainrobot knows none.
func (c *compiler) handles(path string, env account.Environment, in map[string]Handles, seen map[string]string) []contact.Handle {
	var out []contact.Handle
	for _, dialect := range keys(in) {
		at := join(path, dialect)
		if dialect != dmapi && dialect != wapi && dialect != domainrobot {
			c.bad(at, "contacts have handles in dmapi, wapi and domainrobot only")
			continue
		}
		for _, group := range keys(in[dialect]) {
			h := contact.Handle{Dialect: dialect, Group: group, Handle: in[dialect][group]}
			where := at
			if group != "" {
				where = join(at, group)
			}
			c.handle(where, &h)
			unique(c, seen, strings.Join([]string{string(env), dialect, strings.ToLower(h.Handle)}, "\x00"), where, "the handle "+clip(h.Handle))
			out = append(out, h)
		}
	}
	return out
}

// handle finds or checks the group, and checks the handle's form.
func (c *compiler) handle(path string, h *contact.Handle) {
	c.word(path, h.Handle, 64)
	switch h.Dialect {
	case dmapi:
		h.Handle = strings.ToUpper(h.Handle)
		if h.Group == "" {
			h.Group, _, _ = strings.Cut(h.Handle, "-")
		}
		if !c.known(func(t *catalog.TLD) bool { return t.HandlePrefix == h.Group }) {
			c.bad(path, "%q is not a handle prefix of the catalog", clip(h.Group))
		}
	case wapi:
		h.Handle = strings.ToUpper(h.Handle)
		if h.Group != "" && !c.known(func(t *catalog.TLD) bool { return t.Class == h.Group }) {
			c.bad(path, "%q is not a class of the catalog", clip(h.Group))
		}
	case domainrobot:
		if h.Group != "" {
			c.bad(path, "contacts have one handle in this dialect: give it alone")
		}
		if strings.Trim(h.Handle, "0123456789") != "" || strings.HasPrefix(h.Handle, "0") || len(h.Handle) > 18 {
			c.bad(path, "must be a positive number")
		}
	}
}

// contactFor finds the contact that a domain names, or makes one up of the account's own data.
func (c *compiler) contactFor(path string, owner command.PlantKey, id string) string {
	if id != "" {
		if c.contacts[key(owner.Name, strings.ToLower(id))] == "" {
			c.bad(path, "the account %s has no contact %q", owner.Name, clip(id))
		}
		return id
	}
	if first := c.first[owner.Name]; first != "" {
		return first
	}
	a := c.accounts[owner.Name]
	k := Contact{ID: madeUpID, Account: owner.Name, Organisation: a.Company, LastName: "Hostmaster", Email: a.Email, Phone: "+49.30123456"}
	c.first[owner.Name] = madeUpID
	c.contacts[key(owner.Name, madeUpID)] = path
	p := command.PlantContact{Account: owner, ID: madeUpID, Data: c.contactData(&k, path), Verified: true}
	c.f.plant.Contacts = append(c.f.plant.Contacts, p)
	return madeUpID
}
