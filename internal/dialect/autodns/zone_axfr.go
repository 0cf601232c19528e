package autodns

import (
	"context"
	"strings"

	"github.com/polyreg/polyreg/internal/zone"
)

// zoneAXFR is task 0210: what is served, in the form of a zone file, with one line in each element "free".
func zoneAXFR(ctx context.Context, t *task) (result, error) {
	v, err := t.theZone(ctx)
	if err != nil {
		return result{}, err
	}
	out := []el{leaf("name", string(v.Origin)), leaf("system_ns", systemNS(v.Zone))}
	for line := range strings.Lines(zone.Text(v.Zone, v.records)) {
		out = append(out, leaf("free", strings.ReplaceAll(strings.TrimSuffix(line, "\n"), "\t", " ")))
	}
	r := t.done('S')
	r.data = []el{block("zone", out...)}
	return r, nil
}
