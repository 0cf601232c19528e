package autodns

import "context"

// redirectUpdate is task 0502: the redirect of the source becomes what the task says.
func redirectUpdate(ctx context.Context, t *task) (result, error) {
	return t.editRedirect(ctx, true, t.newForwards)
}
