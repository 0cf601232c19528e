package wapi

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/order"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
)

// Codes of domain-send-auth-info (wapi.md §7.2).
const (
	noSendAuthInfo     code = 2243
	sendAuthInfoFailed code = 3209
	sendAuthInfoAgain  code = 4214
)

// domainSendAuthInfo mails the authorisation code of an own name to its owner; the code is never part of the reply
// (wapi.md §7.2). Where a name has none before it is asked for, one is made.
func domainSendAuthInfo(ctx context.Context, c *call) (jsonx.Obj, error) {
	n, tld, err := c.sellable()
	if err != nil {
		return nil, err
	}
	if tld.Class != classCZ && tld.Class != classGTLD {
		return nil, noSendAuthInfo
	}
	_, err = do(ctx, c, command.SendAuthInfo{Name: string(n)})
	if errs.Is(err, errs.NotFound) && errs.As(err).Field == "auth_info" {
		return nil, c.makeAndSend(ctx, string(n))
	}
	return nil, noOwnerMail(err)
}

func (c *call) makeAndSend(ctx context.Context, name string) error {
	quiet := *c
	quiet.caller.Notice = order.NoticeNever // that a code was drawn is no outcome of the command
	out, err := do(ctx, &quiet, command.NewAuthInfo{Name: name})
	switch {
	case err != nil:
		return err
	case out.Pending:
		return sendAuthInfoAgain
	case c.test:
		return nil
	}
	_, err = do(ctx, c, command.SendAuthInfo{Name: name})
	return noOwnerMail(err)
}

// noOwnerMail gives the code of a name whose owner has no address here; any other error stays.
func noOwnerMail(err error) error {
	if errs.Is(err, errs.Missing) {
		return sendAuthInfoFailed
	}
	return err
}
