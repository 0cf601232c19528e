package domainrobot

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/polyreg/polyreg/internal/catalog"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
)

// candidate is one name of a domain search, with what its source asked about it.
type candidate struct {
	name          string
	source        string
	whois, price  bool
	estimation    bool
	onlyAvailable bool
}

// maxCandidates bounds one search; more names than the core checks at once are checked in turns.
const maxCandidates = 2000

// domainStudio is POST /domainstudio (0108001): availability and prices of given names (source custom), of a word under many endings
// (source initial), and of free names like it (source suggestion). Other sources find nothing (domainrobot-json.md §8.10).
func domainStudio(ctx context.Context, d *Dialect, q *request) (answer, error) {
	names, err := d.candidates(q)
	if err != nil {
		return answer{}, err
	}
	found, err := d.check(ctx, q, names)
	if err != nil {
		return answer{}, err
	}
	more, free, err := d.suggestions(ctx, q, names)
	if err != nil {
		return answer{}, err
	}
	names, found = append(names, more...), append(found, free...)
	portfolio, _ := (&reader{v: q.body}).flag("checkPortfolio")
	prices := &priceCache{d: d, q: q, currency: q.body.Get("currency").Str()}
	var data []jsonx.Obj
	for i, c := range names {
		a := found[i]
		if c.onlyAvailable && a.Status != command.Free {
			continue
		}
		o := envelopeName(c, a)
		o.Add("source", c.source)
		o.Add("services", c.services(ctx, a, prices))
		o.AddIf(portfolio, "portfolio", a.Mine)
		data = append(data, o)
	}
	return list(classStudio, len(data), data), nil
}

// candidates gathers the names of all sources in order; a name that comes again is left out unless allowDuplicates.
func (d *Dialect) candidates(q *request) ([]candidate, error) {
	r := &reader{v: q.body, path: "domainstudio"}
	double, _ := r.flag("allowDuplicates")
	free, _ := r.flag("onlyAvailable")
	token, _ := r.text("searchToken")
	sources := q.body.Get("sources")
	var out []candidate
	seen := map[string]bool{}
	for _, source := range []string{"initial", "custom"} {
		v := sources.Get(source)
		if !v.Given() {
			continue
		}
		sr := &reader{v: v, path: "sources." + source}
		c := readSource(sr, source)
		c.onlyAvailable = c.onlyAvailable || free
		names, _ := sr.texts("domains")
		if source == "initial" {
			names = append(d.initialNames(sr, token), names...)
		}
		for _, n := range names {
			if c.name = strings.TrimSpace(n); c.name != "" && (double || !seen[strings.ToLower(c.name)]) {
				seen[strings.ToLower(c.name)] = true
				out = append(out, c)
			}
		}
		r.Add(errs.As(sr.Err()))
	}
	if len(out) > maxCandidates {
		r.Add(bad(errs.TooLarge, "sources", "", "more than %d names", maxCandidates))
	}
	return out, r.Err()
}

// readSource reads what the sources have in common.
func readSource(r *reader, source string) candidate {
	c := candidate{source: strings.ToUpper(source)}
	c.onlyAvailable, _ = r.flag("onlyAvailable")
	services, _ := r.texts("services")
	for _, s := range services {
		switch strings.ToUpper(s) {
		case "WHOIS":
			c.whois = true
		case "PRICE":
			c.price = true
		case "ESTIMATION":
			c.estimation = true
		default:
			r.Add(bad(errs.Invalid, r.at("services"), s, "must be one of WHOIS, PRICE, ESTIMATION"))
		}
	}
	return c
}

// initialNames joins the word searched for with the endings, all that are sold when none are given.
func (d *Dialect) initialNames(r *reader, token string) []string {
	label, _, _ := strings.Cut(strings.TrimSpace(token), ".")
	label = strings.Join(strings.Fields(label), "-")
	if label == "" {
		return nil
	}
	tlds, given := r.texts("tlds")
	if !given {
		for _, t := range d.run.Catalog().TLDs() {
			tlds = append(tlds, t.Name)
		}
	}
	var out []string
	for _, t := range tlds {
		if t = strings.Trim(strings.TrimSpace(t), "."); t != "" {
			out = append(out, label+"."+t)
		}
	}
	return out
}

// check asks the core about all names.
func (d *Dialect) check(ctx context.Context, q *request, names []candidate) ([]command.Availability, error) {
	var out []command.Availability
	for len(out) < len(names) {
		part := names[len(out):]
		part = part[:min(len(part), command.MaxCheck)]
		texts := make([]string, len(part))
		for i, c := range part {
			texts[i] = c.name
		}
		got, err := command.Do(ctx, d.run, q.caller, command.CheckDomains{Names: texts})
		if err != nil {
			return nil, err
		}
		out = append(out, got...)
	}
	return out, nil
}

// envelopeName is the name's part of a DomainEnvelope.
func envelopeName(c candidate, a command.Availability) jsonx.Obj {
	if a.Name == "" {
		return jsonx.Obj{{"domain", c.name}, {"idn", c.name}}
	}
	o := jsonx.Obj{{"domain", string(a.Name)}, {"idn", a.Name.Unicode()}}
	if a.TLD != nil {
		o.Add("tld", a.TLD.Name)
	}
	return o
}

// services answers what was asked about one name.
func (c candidate) services(ctx context.Context, a command.Availability, prices *priceCache) jsonx.Obj {
	var o jsonx.Obj
	if c.whois {
		o.Add("whois", whoisService(a))
	}
	if c.price {
		o.Add("price", prices.service(ctx, a))
	}
	if c.estimation {
		o.Add("estimation", jsonx.Obj{{"status", "FAILED"}, {"message", "not supported"}})
	}
	return o
}

// whoisService tells whether a name is free, in the words of DomainStudioDomainStatus.
func whoisService(a command.Availability) jsonx.Obj {
	status := map[command.Status]string{
		command.Free: "FREE", command.Taken: "ASSIGNED", command.Processing: "ASSIGNED", command.ReservedFor: "RESERVED", command.Refused: "INVALID",
	}[a.Status]
	if a.Err != nil && !errs.Is(a.Err, errs.InvalidName, errs.UnsupportedTLD) {
		return jsonx.Obj{{"status", "FAILED"}, {"message", a.Err.Text}, {"data", jsonx.Obj{{"status", "ERROR"}}}}
	}
	data := jsonx.Obj{{"status", status}}
	if a.Class != "" && a.Status == command.Free {
		data = jsonx.Obj{{"status", "PREMIUM"}, {"priceClass", a.Class}}
	}
	return jsonx.Obj{{"status", "SUCCESS"}, {"data", data}}
}

// priceCache asks for the prices of each ending and price class once.
type priceCache struct {
	d        *Dialect
	q        *request
	currency string
	known    map[string]jsonx.Obj
}

// service lists the prices of a name for its ending's shortest period.
func (p *priceCache) service(ctx context.Context, a command.Availability) jsonx.Obj {
	tld := a.TLD
	failed := func(why string) jsonx.Obj { return jsonx.Obj{{"status", "FAILED"}, {"message", why}} }
	switch {
	case tld == nil:
		return failed("this ending is not supported")
	case p.currency != "" && !strings.EqualFold(p.currency, string(p.q.caller.Account.Currency)):
		return failed("prices are in " + string(p.q.caller.Account.Currency))
	}
	key, of := tld.Name, tld.Name
	if a.Class != "" {
		key, of = tld.Name+" "+a.Class, string(a.Name)
	}
	if o, ok := p.known[key]; ok {
		return o
	}
	var list []jsonx.Obj
	for _, op := range catalog.Operations {
		years := tld.MinYears
		if op == catalog.Transfer || op == catalog.Restore {
			years = 1
		}
		lines, err := command.Do(ctx, p.d.run, p.q.caller, command.Price{Name: of, Operation: op, Years: years, Class: a.Class})
		if err != nil || len(lines) == 0 {
			continue
		}
		list = append(list, simplePrice(lines[0]))
	}
	o := jsonx.Obj{{"status", "SUCCESS"}, {"data", jsonx.Obj{{"prices", list}}}}
	if len(list) == 0 {
		o = failed("there is no price in the currency of the account")
	}
	if p.known == nil {
		p.known = map[string]jsonx.Obj{}
	}
	p.known[key] = o
	return o
}

func simplePrice(l command.PriceLine) jsonx.Obj {
	return jsonx.Obj{
		{"price", jsonx.Obj{{"amount", json.Number(l.Amount.Decimal())}, {"type", "NET"}, {"currency", string(l.Amount.Currency)}}},
		{"businessCase", string(l.Operation)}, {"period", period(l.Years)},
	}
}
