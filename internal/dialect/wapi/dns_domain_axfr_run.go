package wapi

import (
	"context"

	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
	"github.com/polyreg/polyreg/internal/zone"
)

// dnsDomainAXFRRun would have a secondary zone transferred out of turn (wapi.md §7.5). Secondaries follow their masters' notices and
// the timers of their SOA; nothing here can hurry them, so that is refused.
func dnsDomainAXFRRun(ctx context.Context, c *call) (jsonx.Obj, error) {
	v, err := c.ownZone(ctx)
	switch {
	case err != nil:
		return nil, err
	case v.Zone.Kind != zone.Secondary:
		return nil, notPrimary
	}
	return nil, errs.E(errs.Unsupported, "transfers cannot be asked for")
}
