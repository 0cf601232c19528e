package domainrobot

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
)

// zoneComment is PUT /zone/{name}/{virtualNameServer}/_comment (0202004); an empty or missing comment takes it away. No other task
// changes it.
func zoneComment(ctx context.Context, d *Dialect, q *request) (answer, error) {
	v, err := d.zoneAt(ctx, q)
	if err != nil {
		return answer{}, err
	}
	r := &reader{v: q.body, path: "zone"}
	comment, _ := r.text("comment")
	if err := r.Err(); err != nil {
		return answer{}, err
	}
	if _, err := command.Do(ctx, d.run, q.caller, command.UpdateZone{Origin: string(v.Origin), Comment: &comment}); err != nil {
		return answer{}, err
	}
	return one(classZone, string(v.Origin)), nil
}
