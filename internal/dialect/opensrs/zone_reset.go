package opensrs

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
)

// resetZone is RESET_DNS_ZONE (opensrs-commands.md §8.4): the zone is what it was when the platform made it.
func resetZone(ctx context.Context, x *call) (*reply, error) {
	v, info, err := x.zone(ctx)
	if err != nil {
		return nil, err
	}
	if err := knownTemplate(x.q.attrs); err != nil {
		return nil, err
	}
	return x.replaceZone(ctx, v, info, func(command.ZoneView) (givenRecords, error) { return givenRecords{}, nil })
}
