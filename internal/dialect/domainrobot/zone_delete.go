package domainrobot

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
)

// zoneDelete is DELETE /zone/{name}[/{virtualNameServer}] (0203).
func zoneDelete(ctx context.Context, d *Dialect, q *request) (answer, error) {
	v, err := d.zoneAt(ctx, q)
	if err != nil {
		return answer{}, err
	}
	if _, err := command.Do(ctx, d.run, q.caller, command.DeleteZone{Origin: string(v.Origin)}); err != nil {
		return answer{}, err
	}
	return one(classZone, string(v.Origin)), nil
}
