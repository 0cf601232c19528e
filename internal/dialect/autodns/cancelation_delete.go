package autodns

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/order"
)

// cancelationDelete is task 0103103: the domain renews itself again (autodns-xml.md §10).
func cancelationDelete(ctx context.Context, t *task) (result, error) {
	d, err := t.pendingCancelation(ctx)
	if err != nil {
		return result{}, err
	}
	renew := domain.Renew
	t.c.Notice = order.NoticeNever
	_, err = do(ctx, t, command.UpdateDomain{Name: string(d.Name), AutoRenew: &renew, Always: true})
	return t.done('S'), err
}
