package autodns

import "context"

// cancelationUpdate is task 0103102: items that are left out stay (autodns-xml.md §10).
func cancelationUpdate(ctx context.Context, t *task) (result, error) {
	d, err := t.pendingCancelation(ctx)
	if err != nil {
		return result{}, err
	}
	x, err := t.readCancelation(execOf(d))
	if err != nil {
		return result{}, err
	}
	return t.cancel(ctx, d, x)
}
