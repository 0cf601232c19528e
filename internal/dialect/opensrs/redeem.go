package opensrs

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
)

// redeem is REDEEM DOMAIN (opensrs-commands.md §3.2): a deleted name comes back from its redemption period, for the fee of the
// price list and a year where it had expired.
func redeem(ctx context.Context, x *call) (*reply, error) {
	name, err := x.domain(ctx)
	if err != nil {
		return nil, err
	}
	out, err := do(ctx, x, command.RestoreDomain{Name: name})
	switch {
	case errs.Is(err, errs.WrongState):
		return nil, refuse(errs.WrongState, 400, "Redemption failed: "+errs.As(err).Text)
	case err != nil:
		return nil, err
	case out.Pending:
		return &reply{code: 250, text: pendingText}, nil
	}
	return ok("Command completed successfully", nil), nil
}
