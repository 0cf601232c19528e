package wapi

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
)

// contactCheck tells whether a handle may be chosen for a new contact (wapi.md §7.3).
func contactCheck(ctx context.Context, c *call) (jsonx.Obj, error) {
	tld, err := c.tld()
	if err != nil {
		return nil, err
	}
	word := c.text("cname")
	if word == "" {
		return nil, paramMissing
	}
	handle, err := chosenHandle(tld.Class, word)
	if err != nil {
		return nil, err
	}
	_, err = do(ctx, c, command.FindContact{Dialect: name, Handle: handle})
	switch {
	case errs.Is(err, errs.NotFound):
		return jsonx.Obj{{"cname", handle}}, nil
	case err == nil || errs.Is(err, errs.NotOwned):
		return nil, code(3231)
	}
	return nil, err
}
