package domainrobot

import "context"

// redirectInfo is GET /redirect/{source} (0504).
func redirectInfo(ctx context.Context, d *Dialect, q *request) (answer, error) {
	r, _, err := d.redirectAt(ctx, q)
	if err != nil {
		return answer{}, err
	}
	return one(classRedirect, r.source, r.json(q, true)), nil
}
