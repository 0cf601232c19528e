package dmapi

import (
	"context"
	"net/netip"

	"github.com/polyreg/polyreg/internal/command"
)

// nsList is query-ns-list, also named query-host-list (§7.5): the account's hosts; with full each with its addresses, of which
// the list has room for one of each kind.
func nsList(ctx context.Context, rq *request) (*reply, error) {
	full, err := rq.form.truth("full", false)
	if err != nil {
		return nil, err
	}
	pattern, err := rq.form.pattern("pattern")
	if err != nil {
		return nil, err
	}
	where, possible := whereDomain(pattern)
	t := rq.table()
	if full {
		t.sep = "\t"
	}
	q := command.Query{Where: where, Sort: []command.Sort{{Field: "name"}}, Limit: command.MaxPage}
	for possible {
		page, err := command.Do(ctx, rq.d.deps.Runner, rq.caller, command.ListHosts{Query: q})
		if err != nil {
			return nil, err
		}
		for _, h := range page.Hosts {
			if full {
				t.add(string(h.Name), firstAddress(h.Addresses, true), firstAddress(h.Addresses, false))
			} else {
				t.add(string(h.Name))
			}
		}
		if q.After = page.Next; page.Next == "" {
			break
		}
	}
	rp := t.into(&reply{})
	if !full {
		rp.separator = "" // one column has none
	}
	return rp, nil
}

// firstAddress is the first IPv4 or IPv6 address, "" without one.
func firstAddress(addrs []netip.Addr, v4 bool) string {
	for _, a := range addrs {
		if a.Is4() == v4 {
			return a.String()
		}
	}
	return ""
}
