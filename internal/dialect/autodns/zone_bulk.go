package autodns

import (
	"context"
	"slices"
	"strings"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/wire/internetx"
	"github.com/polyreg/polyreg/internal/zone"
)

// zoneBulk is task 0202001: parts of zones are changed, as the template or the zone itself says. What is to be added and is there, or
// to be removed and is not, is no error: clients rely on it (autodns-xml.md §13.4, §21).
func zoneBulk(ctx context.Context, t *task) (result, error) {
	err := t.editing(ctx, t.bulk)
	return t.done('S'), err
}

// editing changes a zone by what change makes of its present state, which nobody has changed meanwhile.
func (t *task) editing(ctx context.Context, change func(v zoneView) (command.UpdateZone, error)) error {
	return command.Contend(nil, func() error {
		v, err := t.theZone(ctx)
		if err != nil {
			return err
		}
		cmd, err := change(v)
		if err != nil {
			return err
		}
		cmd.Origin, cmd.Serial = string(v.Origin), &v.Serial
		if idle(cmd, v) {
			_, err = do(ctx, t, command.ChangeZone{Origin: cmd.Origin})
		} else {
			_, err = do(ctx, t, cmd)
		}
		return err
	})
}

// idle reports whether a command would change nothing.
func idle(cmd command.UpdateZone, v zoneView) bool {
	return (cmd.Records == nil || cmd.Records.Change.Empty()) && (cmd.SOA == nil || *cmd.SOA == v.SOA) && (cmd.TTL == nil || *cmd.TTL == v.TTL) &&
		cmd.AllowXFR == nil && cmd.Comment == nil && (cmd.Note == nil || cmd.Note.Text == v.aside.Text())
}

// bulk is what the task makes of a zone: removals, then replacements, then additions, then single values.
func (t *task) bulk(v zoneView) (command.UpdateZone, error) {
	var l errs.List
	n := t.object
	soa := readSOA(n.Child("soa"), soaOrder{v.SOA, v.TTL}, &l)
	e := v.edit(zoneReader{v.Origin, &l})
	e.ttl = soa.ttl
	for _, a := range e.records(n, "rr_rem") {
		e.remove(a)
	}
	t.replacements(e, &soa, &l)
	for _, a := range e.records(n, "rr_add") {
		e.add(a)
	}
	t.bulkMain(e, &l)
	if servers := e.servers(n); len(servers) > 0 {
		e.drop(func(r zone.Record) bool { return r.Name == zone.Apex && r.Type == "NS" })
		for _, a := range servers {
			e.add(a)
		}
	}
	e.view.aside.Action = readAction(n, v.aside.Action, &l)
	e.view.aside.Purge = readPurge(n, v.aside.Purge, &l)
	cmd := command.UpdateZone{SOA: &soa.SOA, TTL: &soa.ttl, AllowXFR: readTransfers(n, &l), Comment: textOf(n, "comment"), Note: note(e.view.aside)}
	if flag := flagOf(n, "dnssec"); flag != nil && *flag != v.Signing.On {
		l.Add(bad(errs.Unsupported, "request.task.zone.dnssec", bit(*flag), "is changed by task 0202"))
	}
	var change zone.Change
	change, t.asked = e.change()
	cmd.Records = &command.ChangeZone{Change: change}
	return cmd, l.Err()
}

// bulkMain sets or takes away the main address.
func (t *task) bulkMain(e *zoneEdit, l *errs.List) {
	main := t.object.Child("main")
	old, www, has := e.view.main()
	flag := flagOf(t.object, "www_include")
	if flag != nil {
		www = *flag
	}
	address := main.ChildTrim("value")
	switch {
	case address != "" && internetx.MainType(address) == "":
		l.Add(bad(errs.Invalid, "request.task.zone.main.value", address, "is not an address"))
	case address != "":
		if !has && flag == nil {
			www = !slices.ContainsFunc(e.list, func(a askedRecord) bool { return a.Name == "www" })
		}
		e.main(address, e.seconds("request.task.zone.main.ttl", main.ChildTrim("ttl")), www)
	case truthy(t.object.ChildText("remove_main_ip")):
		e.main("", 0, false)
	case flag != nil && has:
		e.main(old.Data, old.TTL, www)
	}
}

// replacements carries out search_and_replace.
func (t *task) replacements(e *zoneEdit, soa *soaOrder, l *errs.List) {
	for i, n := range t.object.ChildrenNamed("search_and_replace") {
		typ, search, replace := strings.ToUpper(n.ChildTrim("type")), n.ChildTrim("search"), n.ChildTrim("replace")
		path := "request.task.zone.search_and_replace."
		switch {
		case search == "":
			l.Add(bad(errs.Missing, path+"search", "", "is required"))
		case typ == "SOA_EMAIL":
			if now := internetx.Email(soa.RName); replace != "" && (search == now || search == "*") {
				if soa.RName = internetx.Mailbox(replace); soa.RName == "" {
					l.Add(bad(errs.Invalid, path+"replace", replace, "is not a mail address"))
				}
			}
		case typ == "MAIN_IP" && replace != "" && internetx.MainType(replace) == "":
			l.Add(bad(errs.Invalid, path+"replace", replace, "is not an address"))
		case typ != "MAIN_IP" && typ != "NSERVER" && typ != "ALL" && !zone.Type(typ).Valid():
			l.Add(bad(errs.Invalid, path+"type", typ, "is not a type that can be searched"))
		default:
			e.replaced(typ, search, replace, i)
		}
	}
}
