package wapi

import (
	"context"

	"github.com/polyreg/polyreg/internal/catalog"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
)

// domainCreate registers a name (wapi.md §7.2).
func domainCreate(ctx context.Context, c *call) (jsonx.Obj, error) {
	n, tld, err := c.sellable()
	if err != nil {
		return nil, err
	}
	years, err := c.period()
	if err != nil {
		return nil, err
	}
	cmd := command.RegisterDomain{Name: string(n), Years: years, FillRoles: true}
	if cmd.Servers, err = c.servers(tld); err != nil {
		return nil, err
	}
	if k := c.text("keyset"); k != "" && k != "0" {
		return nil, code(2265)
	}
	if cmd.Contacts, err = c.owners(ctx, tld); err != nil {
		return nil, err
	}
	if err := c.rules(); err != nil {
		return nil, err
	}
	if err := c.spendCheck(ctx); err != nil {
		return nil, err
	}
	out, err := do(ctx, c, cmd)
	if err != nil {
		return nil, c.notAvailable(ctx, err, n)
	}
	if out.Pending {
		return nil, pending
	}
	left := deposit(out.Balance)
	if c.test {
		left = left.Sub(out.Price)
	}
	return createdDomain(out, expiryOf(out), left), nil
}

// notAvailable tells a reserved name, and one in quarantine, from a registered one.
func (c *call) notAvailable(ctx context.Context, err error, n dname.Name) error {
	if !errs.Is(err, errs.NotAvailable) {
		return err
	}
	if _, reserved := c.d.runner.Catalog().Reserved(n); reserved {
		return code(3205)
	}
	return c.taken(ctx, n)
}

// owners resolves owner_c, and below .cz admin_c; other registries ignore that (wapi.md §7.2).
func (c *call) owners(ctx context.Context, tld *catalog.TLD) (map[domain.Role]command.ContactRef, error) {
	refs := map[domain.Role]command.ContactRef{}
	word := c.text("owner_c")
	if word == "" {
		return nil, code(2204)
	}
	id, err := c.owner(ctx, word, tld, 2207, 3211)
	if err != nil {
		return nil, err
	}
	refs[domain.Registrant] = command.ContactRef{ID: id}
	if word := c.text("admin_c"); word != "" && tld.Class == classCZ {
		if id, err = c.owner(ctx, word, tld, 2208, 3212); err != nil {
			return nil, err
		}
		refs[domain.Admin] = command.ContactRef{ID: id}
	}
	return refs, nil
}

// owner resolves one handle, with the codes for a malformed and for a missing one.
func (c *call) owner(ctx context.Context, word string, tld *catalog.TLD, malformed, missing code) (contact.ID, error) {
	handle, ok := contactHandle(word)
	if !ok {
		return 0, malformed
	}
	k, err := c.findContact(ctx, handle, tld)
	if errs.Is(err, errs.NotFound, errs.NotOwned) {
		return 0, missing
	}
	return k.ID, err
}

// rules wants the name of the person who accepts the registration rules (wapi.md §6.4).
func (c *call) rules() error {
	v := c.params.Get("rules")
	switch {
	case !v.Given():
		return code(2245)
	case v.Kind != jsonx.Object || scalar(v.Get("fname")) == "" || scalar(v.Get("lname")) == "":
		return code(2246)
	}
	return nil
}
