package autodns

import "context"

// redirectCreate is task 0501 (autodns-xml.md §14.1).
func redirectCreate(ctx context.Context, t *task) (result, error) {
	return t.editRedirect(ctx, false, t.readRedirect)
}
