package domainrobot

import (
	"context"

	"github.com/polyreg/polyreg/internal/zone"
)

// redirectUpdate is PUT /redirect/{source} (0502). What the body does not have stays.
func redirectUpdate(ctx context.Context, d *Dialect, q *request) (answer, error) {
	was, s, err := d.redirectAt(ctx, q)
	if err != nil {
		return answer{}, err
	}
	f, err := readRedirect(q, s, was)
	if err != nil {
		return answer{}, err
	}
	out, err := d.editForwards(ctx, q, was.origin, s, func(have []zone.Forward, at int) ([]zone.Forward, error) {
		if at < 0 {
			return nil, noRedirect(s)
		}
		if f.Kind == zone.Redirect && have[at].Kind == zone.Redirect {
			f.Status = have[at].Status
		}
		have[at] = f
		return have, nil
	})
	if err != nil {
		return answer{}, err
	}
	return redirectAnswer(q, s, was.origin, out), nil
}
