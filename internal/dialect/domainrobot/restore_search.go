package domainrobot

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/polyreg/polyreg/internal/command"
)

// restoreColumns are the keys of POST /domain/restore/_search (domainrobot-json.md §8.2).
var restoreColumns = func() map[string]column {
	c := maps.Clone(domainColumns)
	maps.Copy(c, map[string]column{
		"deleted": {core: "deleted", dates: true}, "cancelation": {core: "name", always: "DELETE"}, "action": {core: "name", always: "DELETE"},
		"parking": {}, "nsentry": {}, "period": {}, "remarks": {}, "restorephaseend": {},
	})
	return c
}()

// restoreSearch is POST /domain/restore/_search (0105005): the domains that are deleted and can be restored.
func restoreSearch(ctx context.Context, d *Dialect, q *request) (answer, error) {
	s := &search{d: d, q: q, columns: restoreColumns}
	v, err := s.query(ctx)
	if err != nil {
		return answer{}, err
	}
	v.Where = command.And(v.Where, d.restorable(d.run.Clocks().Registrar()))
	page, err := command.Do(ctx, d.run, q.caller, command.ListDomains{Query: v.Query, Children: v.children})
	if err != nil {
		return answer{}, err
	}
	data, err := d.listed(ctx, q, page.Domains, "expire", "payable", "action", "cancelation")
	for i, dom := range page.Domains {
		if err == nil {
			addTime(&data[i], "deleted", dom.Deleted)
			addTime(&data[i], "restorePhaseEnd", dom.RestoreUntil)
		}
	}
	return list(classRestore, page.Total, data), err
}

// restorable asks for domains that were deleted less than their ending's redemption ago. The redemption that most endings have is
// not asked for by their names.
func (d *Dialect) restorable(now time.Time) command.Filter {
	endings := map[time.Duration][]string{}
	for _, tld := range d.run.Catalog().TLDs() {
		endings[tld.Grace.Redemption] = append(endings[tld.Grace.Redemption], tld.Name)
	}
	lengths := slices.SortedFunc(maps.Keys(endings), func(a, b time.Duration) int {
		if n := len(endings[b]) - len(endings[a]); n != 0 {
			return n
		}
		return int((a - b) / time.Second)
	})
	var any []command.Filter
	var others []string
	for _, long := range slices.Backward(lengths) {
		since := command.Where("deleted", command.Greater, now.Add(-long).UTC().Format(time.RFC3339Nano))
		of := command.Where("tld", command.In, endings[long]...)
		if long == lengths[0] {
			of = command.Filter{}
			if len(others) > 0 {
				of = command.Where("tld", command.NotIn, others...)
			}
		}
		others = append(others, endings[long]...)
		any = append(any, command.And(since, of))
	}
	return command.And(command.Where("deleted", command.NotNull), command.Filter{Any: any})
}
