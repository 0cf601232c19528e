package autodns

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
)

// transferColumns are the keys of the list of transfers away (autodns-xml.md §5.2).
var transferColumns = map[string]column{
	"domain": {core: "name", text: domainWord}, "sld": {core: "sld", text: nameValue}, "tld": {core: "tld", text: nameValue},
	"end": {core: "outgoing", dates: true}, "updated": {core: "outgoing", dates: true}, "status": {always: "START"},
}

// transferOutInquire is task 0106001: with a domain the transfer away that waits for it, else a list.
func transferOutInquire(ctx context.Context, t *task) (result, error) {
	if !namesDomain(t.object, t.id) {
		return transferOutList(ctx, t)
	}
	name, err := t.domainName()
	if err != nil {
		return result{}, err
	}
	info, err := do(ctx, t, command.InfoDomain{Name: name})
	switch {
	case err != nil:
		return result{}, err
	case info.Domain.Outgoing == nil:
		return result{}, errs.F(errs.NotFound, "transfer", "no transfer waits").On("domain", string(info.Domain.Name))
	}
	r := t.done('S')
	r.data = []el{t.transferEl(info.Domain)}
	return r, nil
}

func transferOutList(ctx context.Context, t *task) (result, error) {
	l := &listing{t: t, columns: transferColumns}
	p, err := l.page(ctx)
	if err != nil {
		return result{}, err
	}
	p.query.Where = command.And(p.query.Where, command.Where("outgoing", command.NotNull))
	found, total, err := t.domains(ctx, p)
	var out []el
	for _, d := range found {
		if d.Outgoing != nil {
			out = append(out, t.transferEl(d))
		}
	}
	return listed(total, out), err
}
