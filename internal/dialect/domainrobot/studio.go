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

// domainStudio is POST /domainstudio (0108001): availability and prices of given names (source custom) and of a word under many
// endings (source initial). Other sources find nothing (domainrobot-json.md §8.10).
func domainStudio(ctx context.Context, d *Dialect, q *request) (answer, error) {
	names, err := d.candidates(q)
	if err != nil {
		return answer{}, err
	}
	found, err := d.check(ctx, q, names)
	if err != nil {
		return answer{}, err
	}
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
		c := candidate{source: strings.ToUpper(source)}
		c.onlyAvailable, _ = sr.flag("onlyAvailable")
		c.onlyAvailable = c.onlyAvailable || free
		services, _ := sr.texts("services")
		for _, s := range services {
			switch strings.ToUpper(s) {
			case "WHOIS":
				c.whois = true
			case "PRICE":
				c.price = true
			case "ESTIMATION":
				c.estimation = true
			default:
				sr.Add(bad(errs.Invalid, sr.at("services"), s, "must be one of WHOIS, PRICE, ESTIMATION"))
			}
		}
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
		o.Add("price", prices.service(ctx, a.TLD))
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
	return jsonx.Obj{{"status", "SUCCESS"}, {"data", jsonx.Obj{{"status", status}}}}
}

// priceCache asks for the prices of each ending once.
type priceCache struct {
	d        *Dialect
	q        *request
	currency string
	known    map[string]jsonx.Obj
}

// service lists the prices of an ending for its shortest period.
func (p *priceCache) service(ctx context.Context, tld *catalog.TLD) jsonx.Obj {
	failed := func(why string) jsonx.Obj { return jsonx.Obj{{"status", "FAILED"}, {"message", why}} }
	switch {
	case tld == nil:
		return failed("this ending is not supported")
	case p.currency != "" && !strings.EqualFold(p.currency, string(p.q.caller.Account.Currency)):
		return failed("prices are in " + string(p.q.caller.Account.Currency))
	}
	if o, ok := p.known[tld.Name]; ok {
		return o
	}
	var list []jsonx.Obj
	for _, op := range catalog.Operations {
		years := tld.MinYears
		if op == catalog.Transfer || op == catalog.Restore {
			years = 1
		}
		lines, err := command.Do(ctx, p.d.run, p.q.caller, command.Price{Name: tld.Name, Operation: op, Years: years})
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
	p.known[tld.Name] = o
	return o
}

func simplePrice(l command.PriceLine) jsonx.Obj {
	return jsonx.Obj{
		{"price", jsonx.Obj{{"amount", json.Number(l.Amount.Decimal())}, {"type", "NET"}, {"currency", string(l.Amount.Currency)}}},
		{"businessCase", string(l.Operation)}, {"period", period(l.Years)},
	}
}
