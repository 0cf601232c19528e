package domainrobot

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/wire/internetx"
	"github.com/polyreg/polyreg/internal/zone"
)

// modifierTypes are those that are about zones (domainrobot-json.md §9.1, §10).
var modifierTypes = []string{"TTL", "MX", "A", "AAAA", "CNAME", "TXT", "ALL", "MAIN_IP", "SOA_EMAIL", "NSERVER"}

// modifiers searches values and puts others in their place; an empty one takes the record out. Values are compared whole.
func (p *patch) modifiers() {
	list, _ := p.z.objects("modifiers")
	for i, item := range list {
		r := &reader{v: item, path: fmt.Sprintf("%s[%d]", p.z.at("modifiers"), i)}
		typ := r.word("type", modifierTypes...)
		search, _ := r.text("search")
		replace, _ := r.text("replace")
		if typ == "" && r.Err() == nil {
			r.Add(bad(errs.Missing, r.at("type"), "", "is required"))
		}
		if strings.TrimSpace(search) == "" {
			r.Add(bad(errs.Missing, r.at("search"), "", "is required"))
		}
		if err := r.Err(); err != nil {
			p.z.Add(errs.As(err))
			continue
		}
		p.whole = true
		p.modify(r, typ, strings.TrimSpace(search), strings.TrimSpace(replace))
	}
}

func (p *patch) modify(r *reader, typ, search, replace string) {
	switch typ {
	case "TTL":
		p.modifyTTL(r, search, replace)
	case "SOA_EMAIL":
		if !strings.EqualFold(internetx.Email(p.soa.RName), search) {
			return
		}
		if p.soa.RName = internetx.Mailbox(replace); p.soa.RName == "" {
			r.Add(bad(errs.Invalid, r.at("replace"), replace, "is not a mail address"))
			p.z.Add(errs.As(r.Err()))
		}
	case "MAIN_IP":
		if p.aside.Main == "" || p.aside.Main != search {
			return
		}
		if replace != "" && internetx.MainType(replace) == "" {
			r.Add(bad(errs.Invalid, r.at("replace"), replace, "is not an IP address"))
			p.z.Add(errs.As(r.Err()))
			return
		}
		next := p.aside
		next.Main, next.WWW = replace, next.WWW && replace != ""
		p.edit.setMain(p.aside, next, 0)
		p.aside = next
	default:
		p.modifyValues(r.at("replace"), typ, search, replace)
	}
}

// modifyTTL replaces a TTL by another one.
func (p *patch) modifyTTL(r *reader, search, replace string) {
	from, err := strconv.Atoi(search)
	to, err2 := strconv.Atoi(replace)
	if err != nil || err2 != nil || to < 1 || to > zone.MaxTTL {
		r.Add(bad(errs.Invalid, r.at("replace"), replace, "is not a number of seconds"))
		p.z.Add(errs.As(r.Err()))
		return
	}
	p.edit.rewrite(r.at("replace"), func(x zone.Record) (zone.Record, bool) {
		hit := x.TTL == from
		x.TTL = to
		return x, hit
	})
}

// modifyValues replaces values of records of a type, or of all, or those of name servers.
func (p *patch) modifyValues(path, typ, search, replace string) {
	rules := internetx.ZoneData{Origin: string(p.v.Origin)}
	hit := func(x zone.Record) bool {
		shown := internetx.ShownRecord(x.Name, string(x.Type), x.Data).Value
		switch {
		case typ == "NSERVER":
			return isApexServer(x) && strings.EqualFold(strings.TrimSuffix(shown, "."), strings.TrimSuffix(search, "."))
		case isApexServer(x) || typ != "ALL" && typ != string(x.Type):
			return false
		}
		return shown == search
	}
	if replace == "" {
		p.edit.drop(hit)
		return
	}
	if typ == "NSERVER" {
		replace = strings.TrimSuffix(replace, ".") + "."
	}
	p.edit.rewrite(path, func(x zone.Record) (zone.Record, bool) {
		if !hit(x) {
			return x, false
		}
		shown := internetx.ShownRecord(x.Name, string(x.Type), x.Data)
		shown.Value = replace
		x.Data = rules.Stored(shown)
		return x, true
	})
}
