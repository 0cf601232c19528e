package autodns

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
)

// authInfoSend is task 0113005: the code goes to the owner by mail (autodns-xml.md §11).
func authInfoSend(ctx context.Context, t *task) (result, error) {
	name, err := t.identifier()
	if err != nil {
		return result{}, err
	}
	if _, err := do(ctx, t, command.SendAuthInfo{Name: name}); err != nil {
		return result{}, err
	}
	return t.done('S'), nil
}
