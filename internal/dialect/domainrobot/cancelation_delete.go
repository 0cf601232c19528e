package domainrobot

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/order"
)

// cancelationDelete is DELETE /domain/{name}/cancelation (0103103): the domain renews itself again.
func cancelationDelete(ctx context.Context, d *Dialect, q *request) (answer, error) {
	dom, err := d.pendingCancelation(ctx, q)
	if err != nil {
		return answer{}, err
	}
	q.caller.Notice = order.NoticeNever
	_, err = command.Do(ctx, d.run, q.caller, kept(string(dom.Name)))
	return one(classCancelation, string(dom.Name)), err
}

// kept is the change that takes a domain's cancelation away.
func kept(name string) command.UpdateDomain {
	renew := domain.Renew
	return command.UpdateDomain{Name: name, AutoRenew: &renew, Always: true}
}
