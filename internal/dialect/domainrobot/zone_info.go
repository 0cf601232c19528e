package domainrobot

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
)

// zoneInfo is GET /zone/{name}[/{virtualNameServer}] (0205).
func zoneInfo(ctx context.Context, d *Dialect, q *request) (answer, error) {
	v, err := d.zoneAt(ctx, q)
	if err != nil {
		return answer{}, err
	}
	return one(classZone, string(v.Origin), q.zoneJSON(v, nil)), nil
}

// zoneAXFR is GET /zone/{name}/{virtualNameServer}/_axfr (0210): what is served, as the text of a zone file.
func zoneAXFR(ctx context.Context, d *Dialect, q *request) (answer, error) {
	v, err := d.zoneAt(ctx, q)
	if err != nil {
		return answer{}, err
	}
	text, err := command.Do(ctx, d.run, q.caller, command.ExportZone{Origin: string(v.Origin)})
	if err != nil {
		return answer{}, err
	}
	a := one(classZone, string(v.Origin))
	a.texts = []string{text}
	return a, nil
}
