package autodns

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/order"
)

// authInfoDelete is task 0113002: the code that there is stops working, and there is none until 0113001 makes another
// (autodns-xml.md §11).
func authInfoDelete(ctx context.Context, t *task) (result, error) {
	name, err := t.identifier()
	if err != nil {
		return result{}, err
	}
	if _, err := do(ctx, t, command.AuthInfo{Name: name}); err != nil {
		return result{}, err
	}
	t.c.Notice = order.NoticeIfPending
	out, err := do(ctx, t, command.DropAuthInfo{Name: name})
	if err != nil {
		return result{}, err
	}
	if out.Pending {
		return t.done('N'), nil
	}
	return t.done('S'), nil
}
