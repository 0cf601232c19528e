package autodns

import "context"

// redirectUpdate is task 0502: what the task does not say stays.
func redirectUpdate(ctx context.Context, t *task) (result, error) {
	return t.editRedirect(ctx, true, t.readRedirect)
}
