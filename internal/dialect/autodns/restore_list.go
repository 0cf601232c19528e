package autodns

import (
	"context"
	"time"

	"github.com/polyreg/polyreg/internal/command"
)

// restoreColumns are the keys of the list of restorable domains (autodns-xml.md §5.2).
var restoreColumns = map[string]column{
	"name": {core: "name", text: nameValue}, "sld": {core: "sld", text: nameValue}, "tld": {core: "tld", text: nameValue},
	"expire": {core: "expires", dates: true}, "payable": {core: "expires", dates: true}, "created": {core: "created", dates: true},
	"updated": {core: "updated", dates: true}, "deleted": {core: "deleted", dates: true}, "comment": {core: "comment"},
	"ownerc": {core: "registrant", read: contactNumber}, "adminc": {core: "admin", read: contactNumber},
	"techc": {core: "tech", read: contactNumber}, "zonec": {core: "billing", read: contactNumber},
	"nserver": {core: "server", text: nameValue}, "autorenew": {core: "auto_renew", read: autoRenewValue},
	"action": {always: "RESTORE"}, "cancelation": {always: "DELETE"}, "domainsafe": {always: "false"},
}

// restoreFields always stand in the answer; keys add others.
var restoreFields = []string{"owner", "name", "idn", "created", "payable", "expire"}

// restoreList is task 0105005: the domains in their redemption (autodns-xml.md §9.3).
func restoreList(ctx context.Context, t *task) (result, error) {
	l := &listing{t: t, columns: restoreColumns}
	p, err := l.page(ctx)
	if err != nil {
		return result{}, err
	}
	p.query.Where = command.And(p.query.Where, restorable(t.d.run.Clocks().Registrar()))
	found, total, err := t.domains(ctx, p)
	if err != nil {
		return result{}, err
	}
	only := t.keys()
	for _, k := range restoreFields {
		only[k] = true
	}
	views, err := t.views(ctx, found, only, p.children)
	out := make([]el, len(views))
	for i, v := range views {
		kids := t.q.domainEls(v, without(only, "action", "deleted"))
		out[i] = block("restore", append(kids, leaf("action", "RESTORE"), leaf("deleted", stamp(v.Deleted)))...)
	}
	return listed(total, out), err
}

func without(set map[string]bool, keys ...string) map[string]bool {
	for _, k := range keys {
		delete(set, k)
	}
	return set
}

// restorable asks for domains that are deleted and may be restored still.
func restorable(now time.Time) command.Filter {
	return command.And(command.Where("deleted", command.NotNull), command.Where("restore_until", command.Greater, now.UTC().Format(time.RFC3339Nano)))
}
