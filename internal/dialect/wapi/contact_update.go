package wapi

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
)

// contactUpdate replaces an own contact's data (wapi.md §7.3).
func contactUpdate(ctx context.Context, c *call) (jsonx.Obj, error) {
	tld, err := c.tld()
	if err != nil {
		return nil, err
	}
	word := c.text("cname")
	if word == "" {
		return nil, paramMissing
	}
	handle, ok := contactHandle(word)
	if !ok {
		return nil, badContactName
	}
	v, err := c.contactObject()
	if err != nil {
		return nil, err
	}
	k, err := c.findContact(ctx, handle, tld)
	if err != nil {
		return nil, err
	}
	data, err := readContact(v, k.Data, tld, true)
	if err != nil {
		return nil, err
	}
	out, err := do(ctx, c, command.UpdateContact{ID: k.ID, Version: k.Version, Data: data, TLD: tld.Name})
	if err != nil {
		return nil, err
	}
	return nil, pendingOr(out)
}

// pendingOr is 1001 for an order whose outcome is still to come.
func pendingOr(out command.Outcome) error {
	if out.Pending {
		return pending
	}
	return nil
}
