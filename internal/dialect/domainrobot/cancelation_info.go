package domainrobot

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
)

// cancelationInfo is GET /domain/{name}/cancelation (0103104).
func cancelationInfo(ctx context.Context, d *Dialect, q *request) (answer, error) {
	dom, err := d.pendingCancelation(ctx, q)
	if err != nil {
		return answer{}, err
	}
	data, err := d.cancelations(ctx, q, []domain.Domain{dom})
	return one(classCancelation, string(dom.Name), data...), err
}

func (d *Dialect) cancelations(ctx context.Context, q *request, ds []domain.Domain) ([]jsonx.Obj, error) {
	orders, err := d.cancelationOrders(ctx, q, ds)
	if err != nil {
		return nil, err
	}
	now := d.run.Clocks().Registrar()
	data := make([]jsonx.Obj, len(ds))
	for i, dom := range ds {
		data[i] = q.cancelationJSON(dom, execOf(dom), now, orders[string(dom.Name)])
	}
	return data, nil
}

// cancelationColumns are the keys of POST /domain/cancelation/_search (domainrobot-json.md §8.2).
var cancelationColumns = map[string]column{
	"domain": {core: "name", read: nameValue}, "name": {core: "name", read: nameValue}, "sld": {core: "sld", read: nameValue},
	"tld": {core: "tld", read: nameValue}, "registrystatus": {core: "status", build: statusFilter, exact: true},
	"type": {core: "name", always: "DELETE"}, "disconnect": {core: "name", always: "false"},
	"execdate": {}, "ctid": {}, "created": {}, "updated": {}, "subtld": {}, "gainingregistrar": {},
}

// cancelationSearch is POST /domain/cancelation/_search (0103104): what waits to be carried out.
func cancelationSearch(ctx context.Context, d *Dialect, q *request) (answer, error) {
	s := &search{d: d, q: q, columns: cancelationColumns}
	v, err := s.query(ctx)
	if err != nil {
		return answer{}, err
	}
	v.Where = command.And(v.Where, whereEnding())
	page, err := command.Do(ctx, d.run, q.caller, command.ListDomains{Query: v.Query, Children: v.children})
	if err != nil {
		return answer{}, err
	}
	data, err := d.cancelations(ctx, q, page.Domains)
	return list(classCancelation, page.Total, data), err
}
