package opensrs

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/zone"
)

// setZone is SET_DNS_ZONE (opensrs-commands.md §8.3). It replaces all records of the types that the interface knows; others, which
// a client cannot see and so cannot send, stay.
func setZone(ctx context.Context, x *call) (*reply, error) {
	v, info, err := x.zone(ctx)
	if err != nil {
		return nil, err
	}
	rows := x.q.attrs.get("records")
	if rows == nil || rows.form == scalar {
		return nil, missing("records")
	}
	return x.replaceZone(ctx, v, info, func(v command.ZoneView) (givenRecords, error) {
		given, err := readRecords(rows, v)
		for _, r := range v.Records {
			if apexServer := r.Type == "NS" && r.Name == zone.Apex; !apexServer && typeOf(string(r.Type)) == nil {
				given.records = append(given.records, r)
			}
		}
		return given, err
	})
}
