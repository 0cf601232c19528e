package opensrs

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
)

// deleteZone is DELETE_DNS_ZONE (opensrs-commands.md §8.5). What is forwarded below it goes too.
func deleteZone(ctx context.Context, x *call) (*reply, error) {
	v, _, err := x.zone(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := do(ctx, x, command.DeleteZone{Origin: string(v.Zone.Origin)}); err != nil {
		return nil, err
	}
	return ok("Command Successful", nil), nil
}
