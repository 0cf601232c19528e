package domainrobot

import "context"

// cancelationUpdate is PUT /domain/{name}/cancelation (0103102): items that are left out stay.
func cancelationUpdate(ctx context.Context, d *Dialect, q *request) (answer, error) {
	dom, err := d.pendingCancelation(ctx, q)
	if err != nil {
		return answer{}, err
	}
	x, err := readCancelation(q, execOf(dom))
	if err != nil {
		return answer{}, err
	}
	return d.cancel(ctx, q, dom, x)
}
