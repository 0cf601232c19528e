package domainrobot

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
)

// transferOutInfo is GET /transferout/{name} (0106001): the transfer away that waits for a domain.
func transferOutInfo(ctx context.Context, d *Dialect, q *request) (answer, error) {
	info, err := command.Do(ctx, d.run, q.caller, command.InfoDomain{Name: q.arg("name")})
	if err == nil && info.Domain.Outgoing == nil {
		err = errs.F(errs.NotFound, "transfer", "no transfer waits").On("domain", string(info.Domain.Name))
	}
	if err != nil {
		return answer{}, err
	}
	o := d.outgoingJSON(q, info.Domain)
	o.Add("status", "START")
	return one(classTransfer, string(info.Domain.Name), o), nil
}
