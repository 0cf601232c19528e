package domainrobot

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/order"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
)

// authInfoCreate is POST /domain/{name}/_authinfo1 (0113001). While there is a code, which GET /domain/{name} shows, no other is
// made (domainrobot-json.md §8.2).
func authInfoCreate(ctx context.Context, d *Dialect, q *request) (answer, error) {
	name := q.arg("name")
	_, err := command.Do(ctx, d.run, q.caller, command.AuthInfo{Name: name})
	switch {
	case err == nil:
		return answer{}, errs.F(errs.Exists, "auth_info", "").On("domain", shownName(name))
	case errs.As(err).Field != "auth_info":
		return answer{}, err
	}
	return d.newAuthInfo(ctx, q)
}

// authInfoDelete is DELETE /domain/{name}/_authinfo1 (0113002): the code that there is stops working, and there is none until POST
// makes another.
func authInfoDelete(ctx context.Context, d *Dialect, q *request) (answer, error) {
	name := q.arg("name")
	if _, err := command.Do(ctx, d.run, q.caller, command.AuthInfo{Name: name}); err != nil {
		return answer{}, err
	}
	q.caller.Notice = order.NoticeIfPending
	out, err := command.Do(ctx, d.run, q.caller, command.DropAuthInfo{Name: name})
	a := one(classDomain, shownName(name))
	if out.Pending {
		a.letter = 'N'
	}
	return a, err
}

// newAuthInfo draws a new code and shows it.
func (d *Dialect) newAuthInfo(ctx context.Context, q *request) (answer, error) {
	name := q.arg("name")
	q.caller.Notice = order.NoticeIfPending
	out, err := command.Do(ctx, d.run, q.caller, command.NewAuthInfo{Name: name})
	if err != nil {
		return answer{}, err
	}
	a := one(classDomain, shownName(name))
	switch {
	case out.Pending:
		a.letter = 'N'
	case q.caller.DryRun:
		a.data = []jsonx.Obj{{{"name", shownName(name)}}}
	default:
		code, err := command.Do(ctx, d.run, q.caller, command.AuthInfo{Name: name})
		if err != nil {
			return answer{}, err
		}
		o := jsonx.Obj{{"name", shownName(name)}, {"authinfo", code}}
		if out.Domain != nil {
			now := d.run.Clocks().Registrar()
			if p := d.run.Policy(*out.Domain, now); p.TAC && p.AuthValid > 0 {
				addTime(&o, "authinfoExpire", now.Add(p.AuthValid))
			}
		}
		a.data = []jsonx.Obj{o}
	}
	return a, nil
}
