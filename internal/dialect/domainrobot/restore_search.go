package domainrobot

import (
	"context"
	"maps"
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
	v.Where = command.And(v.Where, restorable(d.run.Clocks().Registrar()))
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

// restorable asks for domains that are deleted and may be restored still.
func restorable(now time.Time) command.Filter {
	return command.And(command.Where("deleted", command.NotNull), command.Where("restore_until", command.Greater, now.UTC().Format(time.RFC3339Nano)))
}
