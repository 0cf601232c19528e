package autodns

import (
	"context"
	"time"

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
	return t.done('S'), t.keep(ctx, string(d.Name))
}

// keep takes a domain's cancelation away.
func (t *task) keep(ctx context.Context, name string) error {
	renew, never := domain.Renew, time.Time{}
	quiet := *t
	quiet.c.Notice = order.NoticeNever
	_, err := do(ctx, &quiet, command.UpdateDomain{Name: name, AutoRenew: &renew, DeleteOn: &never, Always: true})
	return err
}
