package opensrs

import (
	"context"
	"strconv"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
)

// pendingText is said where a registry takes its time (250).
const pendingText = "Request accepted; the registry has not answered yet"

// revoke is REVOKE DOMAIN (opensrs-commands.md §3.3): the name is deleted at its registry. What was charged for it within a
// grace period is given back by the core; the deletion itself costs nothing.
func revoke(ctx context.Context, x *call) (*reply, error) {
	name, err := x.domain(ctx)
	if err != nil {
		return nil, err
	}
	out, err := do(ctx, x, command.DeleteDomain{Name: name})
	if err != nil {
		return nil, x.notOfReseller(x.refine(ctx, err))
	}
	r := ok("Domain "+out.Order.ObjectName+" revoked successfully", hash("charge", "0", "price", "0.00", "deletion_id", strconv.FormatInt(int64(out.Order.Number), 10)))
	if out.Pending {
		r.code, r.text = 250, pendingText
	}
	return r, nil
}

// notOfReseller is how this command words a domain that is not the caller's (recorded so, not 415).
func (x *call) notOfReseller(err error) error {
	if e := errs.As(err); errs.Is(err, errs.NotFound, errs.NotOwned, errs.UnsupportedTLD) && e.Code == 0 {
		return refuse(e.Kind, 463, "The Domain you specified does not belong to this Reseller. "+x.c.Credential.Login)
	}
	return err
}
