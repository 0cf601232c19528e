package wapi

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
)

// Codes of transfers to this account (wapi.md §7.2).
const (
	noAuthInfo    code = 2215
	transferWaits code = 3219
)

// eppPendingTransfer is the registry's result code for a name that a transfer waits for (RFC 5730 §3).
const eppPendingTransfer = 2300

// domainTransferCheck tells whether a name could be transferred to the account: 1000, or why not (wapi.md §7.2).
func domainTransferCheck(ctx context.Context, c *call) (jsonx.Obj, error) {
	n, _, err := c.sellable()
	if err != nil {
		return nil, err
	}
	if err := limitReached(c.d.runner.Spend(ctx, checkRule, accountKey(c.caller)), tooManyTransferChecks); err != nil {
		return nil, err
	}
	_, err = do(ctx, c, command.CheckTransfer{Name: string(n)})
	if errs.Is(err, errs.Busy) {
		return nil, transferWaits
	}
	return nil, waiting(err)
}

// waiting gives the code of a name that a transfer waits for already; any other error stays.
func waiting(err error) error {
	if err != nil && errs.As(err).Code == eppPendingTransfer {
		return transferWaits
	}
	return err
}
