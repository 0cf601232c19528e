package autodns

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/domain"
)

// cancelationColumns are the keys of the list of cancelations (autodns-xml.md §5.2).
var cancelationColumns = map[string]column{
	"domain": {core: "name", text: domainWord}, "sld": {core: "sld", text: nameValue}, "tld": {core: "tld", text: nameValue},
	"execdate": {core: "expires", dates: true}, "created": {core: "updated", dates: true}, "updated": {core: "updated", dates: true},
	"registry_status": {build: lockFilter}, "type": {always: "DELETE"}, "disconnect": {always: "false"},
}

// cancelationInquire is task 0103104: with a domain the cancelation that waits for it, else a list.
func cancelationInquire(ctx context.Context, t *task) (result, error) {
	if !namesDomain(t.object, t.id) {
		return cancelationList(ctx, t)
	}
	d, err := t.pendingCancelation(ctx)
	if err != nil {
		return result{}, err
	}
	els, err := t.cancelationEls(ctx, []domain.Domain{d})
	r := t.done('S')
	r.data = els
	return r, err
}

func cancelationList(ctx context.Context, t *task) (result, error) {
	l := &listing{t: t, columns: cancelationColumns}
	p, err := l.page(ctx)
	if err != nil {
		return result{}, err
	}
	p.query.Where = command.And(p.query.Where, whereEnding())
	found, total, err := t.domains(ctx, p)
	if err != nil {
		return result{}, err
	}
	els, err := t.cancelationEls(ctx, found)
	return listed(total, els), err
}

// domains gathers a page of domains.
func (t *task) domains(ctx context.Context, p page) ([]domain.Domain, int, error) {
	return collect(ctx, p, func(ctx context.Context, q command.Query) ([]domain.Domain, command.Page, error) {
		got, err := do(ctx, t, command.ListDomains{Query: q, Children: p.children})
		return got.Domains, got.Page, err
	})
}

func (t *task) cancelationEls(ctx context.Context, ds []domain.Domain) ([]el, error) {
	orders, err := t.cancelationOrders(ctx, ds)
	out := make([]el, len(ds))
	for i, d := range ds {
		x := execOf(d)
		out[i] = t.cancelationEl(d, made{exec: x, when: x.at(d), order: orders[string(d.Name)]})
	}
	return out, err
}
