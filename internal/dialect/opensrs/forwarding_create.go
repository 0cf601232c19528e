package opensrs

import (
	"context"

	"github.com/polyreg/polyreg/internal/errs"
)

// createForwarding is CREATE_DOMAIN_FORWARDING (opensrs-commands.md §9.1): it switches the service on, without rules. Names are
// forwarded by records of a zone, so that one is made where there is none.
func createForwarding(ctx context.Context, x *call) (*reply, error) {
	s, err := x.forwarding(ctx)
	if err != nil {
		return nil, err
	}
	if s.on {
		return nil, refuse(errs.Exists, 485, "Domain forwarding already exists for domain "+s.name())
	}
	if err := x.saveForwarding(ctx, s, nil, writeNote(nil)); err != nil {
		return nil, err
	}
	return ok("Command Successful", nil), nil
}
