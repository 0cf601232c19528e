package dmapi

import (
	"context"
	"time"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
)

// zoneList is dns-zone-list (§7.6): the account's zones, each with the expiry of its domain; one without a domain here has "-".
func zoneList(ctx context.Context, rq *request) (*reply, error) {
	pattern, err := rq.form.pattern("pattern")
	if err != nil {
		return nil, err
	}
	where, possible := whereDomain(pattern)
	if where.Field != "" {
		where.Field = "origin"
	}
	t := rq.table()
	t.sep = " " // two columns, under /v2/ too
	q := command.Query{Where: where, Sort: []command.Sort{{Field: "origin"}}, Limit: command.MaxPage}
	for possible {
		page, err := command.Do(ctx, rq.d.deps.Runner, rq.caller, command.ListZones{Query: q})
		if err != nil {
			return nil, err
		}
		for _, z := range page.Zones {
			expires := ""
			d, err := command.Do(ctx, rq.d.deps.Runner, rq.caller, command.InfoDomain{Name: string(z.Origin)})
			switch {
			case err == nil:
				expires = d.Domain.Expires.UTC().Format(time.DateOnly)
			case !errs.Is(err, errs.NotFound, errs.NotOwned, errs.UnsupportedTLD):
				return nil, err
			}
			t.add(string(z.Origin), expires)
		}
		if q.After = page.Next; page.Next == "" {
			break
		}
	}
	rp := t.into(&reply{})
	rp.separator = ""
	return rp, nil
}
