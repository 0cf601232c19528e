package wapi

import (
	"context"
	"strings"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
)

// contactCreate makes a contact at the registry of an ending (wapi.md §7.3).
func contactCreate(ctx context.Context, c *call) (jsonx.Obj, error) {
	tld, err := c.tld()
	if err != nil {
		return nil, err
	}
	v, err := c.contactObject()
	if err != nil {
		return nil, err
	}
	cmd := command.CreateContact{TLD: tld.Name, Dialect: name, Group: tld.Class, Format: autoHandle(tld.Class)}
	word := scalar(v.Get("cname"))
	if word == "" {
		word = c.text("cname")
	}
	if word != "" {
		if cmd.Handle, err = chosenHandle(tld.Class, word); err != nil {
			return nil, err
		}
	}
	if cmd.Data, err = readContact(v, contact.Data{}, tld, false); err != nil {
		return nil, err
	}
	res, err := do(ctx, c, cmd)
	if err != nil {
		return nil, err
	}
	if res.Handle == "" { // a dry run makes none
		res.Handle = autoHandle(tld.Class)(0)
	}
	return jsonx.Obj{{"cname", res.Handle}}, nil
}

// chosenHandle judges a handle that the client wants for a new contact (wapi.md §8).
func chosenHandle(class, word string) (string, error) {
	form := chosenForm[class]
	if form == nil {
		return "", code(2218)
	}
	handle := strings.ToUpper(word)
	switch {
	case !form.MatchString(handle):
		return "", badContactName
	case strings.HasPrefix(handle, reservedPrefix):
		return "", code(3235)
	}
	return handle, nil
}
