package wapi

import (
	"context"

	"github.com/polyreg/polyreg/internal/wire/jsonx"
)

// domainTLDPeriodCheck tells whether a period is sold for an ending (wapi.md §7.2).
func domainTLDPeriodCheck(_ context.Context, c *call) (jsonx.Obj, error) {
	tld, err := c.tld()
	if err != nil {
		return nil, err
	}
	years, err := c.period()
	if err != nil {
		return nil, err
	}
	if tld.CheckYears(years) != nil {
		return nil, badPeriod
	}
	return nil, nil
}
