package wapi

import (
	"context"

	"github.com/polyreg/polyreg/internal/catalog"
	"github.com/polyreg/polyreg/internal/clock"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
)

// domainTransfer brings a name to the account (wapi.md §7.2). A period that is sent along is ignored.
func domainTransfer(ctx context.Context, c *call) (jsonx.Obj, error) {
	n, tld, err := c.sellable()
	if err != nil {
		return nil, err
	}
	cmd := command.TransferDomain{Name: string(n), AuthInfo: c.text("auth_info"), FillRoles: true}
	if cmd.AuthInfo == "" {
		return nil, noAuthInfo
	}
	if cmd.Contacts, err = c.newOwner(ctx, tld); err != nil {
		return nil, err
	}
	if cmd.Servers, err = c.newServers(tld); err != nil {
		return nil, err
	}
	if err := c.rules(); err != nil {
		return nil, err
	}
	out, err := do(ctx, c, cmd)
	if err == nil && c.test {
		return c.wouldTransfer(ctx, cmd, out)
	}
	switch {
	case err != nil:
		return nil, waiting(err)
	case out.Pending:
		return nil, pending
	}
	return createdDomain(out, expiryOf(out), deposit(out.Balance)), nil
}

// wouldTransfer is the reply of a test: the code is judged as far as the registry tells, and the year that comes with a
// transfer is added but below .cz.
func (c *call) wouldTransfer(ctx context.Context, cmd command.TransferDomain, out command.Outcome) (jsonx.Obj, error) {
	t, err := do(ctx, c, command.CheckTransfer{Name: cmd.Name, AuthInfo: cmd.AuthInfo})
	if err != nil {
		return nil, waiting(err)
	}
	expires := t.Expires
	if !t.Inside && !expires.IsZero() && t.TLD.Class != classCZ {
		expires = clock.AddYears(expires, 1)
	}
	return createdDomain(out, expires, deposit(out.Balance).Sub(out.Price)), nil
}

// newOwner resolves owner_c, which .cz alone does without: contacts there stay as they are unless a new owner is named.
func (c *call) newOwner(ctx context.Context, tld *catalog.TLD) (map[domain.Role]command.ContactRef, error) {
	word := c.text("owner_c")
	switch {
	case word == "" && tld.Class == classCZ:
		return nil, nil
	case word == "":
		return nil, code(2204)
	}
	id, err := c.owner(ctx, word, tld, 2207, 3211)
	if err != nil {
		return nil, err
	}
	return map[domain.Role]command.ContactRef{domain.Registrant: {ID: id}}, nil
}

// newServers reads the optional dns: absent keeps the present servers. Below .cz a list is refused, as everywhere.
func (c *call) newServers(tld *catalog.TLD) (command.ServerList, error) {
	dns := c.params.Get("dns")
	switch {
	case !dns.Given():
		return command.ServerList{}, nil
	case tld.Class == classCZ && !isEmpty(dns):
		return command.ServerList{}, badDNS
	}
	return readServers(dns)
}
