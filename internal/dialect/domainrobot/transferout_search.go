package domainrobot

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
)

// transferOutColumns are the keys of POST /transferout/_search (domainrobot-json.md §8.7).
var transferOutColumns = map[string]column{
	"domain": {core: "name", read: nameValue}, "name": {core: "name", read: nameValue}, "sld": {core: "sld", read: nameValue},
	"tld": {core: "tld", read: nameValue}, "end": {core: "outgoing", dates: true}, "status": {core: "name", always: "START"},
	"reminder": {}, "created": {}, "loosingregistrar": {}, "start": {}, "type": {}, "subtld": {}, "gainingregistrar": {}, "id": {}, "updated": {}, "transaction": {},
}

// transferOutSearch is POST /transferout/_search (0106001): transfers away that nobody has answered.
func transferOutSearch(ctx context.Context, d *Dialect, q *request) (answer, error) {
	s := &search{d: d, q: q, columns: transferOutColumns}
	v, err := s.query(ctx)
	if err != nil {
		return answer{}, err
	}
	v.Where = command.And(v.Where, command.Where("outgoing", command.NotNull))
	page, err := command.Do(ctx, d.run, q.caller, command.ListDomains{Query: v.Query, Children: v.children})
	if err != nil {
		return answer{}, err
	}
	data := make([]jsonx.Obj, len(page.Domains))
	for i, dom := range page.Domains {
		data[i] = d.outgoingJSON(q, dom)
	}
	return list(classTransferOut, page.Total, data), nil
}
