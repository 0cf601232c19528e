package autodns

import "context"

// redirectDelete is task 0503.
func redirectDelete(ctx context.Context, t *task) (result, error) {
	return t.editRedirect(ctx, true, nil)
}
