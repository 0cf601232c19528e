package opensrs

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/zone"
)

// createZone is CREATE_DNS_ZONE (opensrs-commands.md §8.1), for a domain of the account.
func createZone(ctx context.Context, x *call) (*reply, error) {
	info, err := x.own(ctx)
	if err != nil {
		return nil, err
	}
	if err := knownTemplate(x.q.attrs); err != nil {
		return nil, err
	}
	given, err := zoneRecords(x.q.attrs.get("records"), info.Domain.Name)
	if err != nil {
		return nil, err
	}
	v, err := do(ctx, x, command.CreateZone{Origin: string(info.Domain.Name), Records: given.records})
	if err != nil {
		return nil, given.refused(err)
	}
	return x.zoneAnswer(v, info), nil
}

// zoneRecords reads the records of a zone that is not there yet; none may be given.
func zoneRecords(given *value, origin dname.Name) (givenRecords, error) {
	switch {
	case given.empty():
		return givenRecords{}, nil
	case given.form == scalar:
		return givenRecords{}, invalid("records", "is no hash")
	}
	return readRecords(given, command.ZoneView{Zone: zone.Zone{Origin: origin}})
}
