package domainrobot

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
	"github.com/polyreg/polyreg/internal/wire/xmlx"
)

// documentInfo is GET /document/{alias} (1901004). The only document is price_list.xml, the caller's prices as XML.
func documentInfo(ctx context.Context, d *Dialect, q *request) (answer, error) {
	alias := q.arg("alias")
	if !strings.EqualFold(alias, "price_list.xml") {
		return answer{}, bad(errs.NotFound, "document", alias, "there is no such document")
	}
	lines, err := command.Do(ctx, d.run, q.caller, command.PriceList{})
	if err != nil {
		return answer{}, err
	}
	return answer{raw: d.priceListXML(q, lines), contentType: "application/xml;charset=UTF-8"}, nil
}

// priceSearch is POST /price/article/_search, which the PHP SDK calls: prices as articles. The task has no known code.
func priceSearch(ctx context.Context, d *Dialect, q *request) (answer, error) {
	lines, err := command.Do(ctx, d.run, q.caller, command.PriceList{})
	if err != nil {
		return answer{}, err
	}
	keep, err := priceFilters(q.body)
	if err != nil {
		return answer{}, err
	}
	s := &search{q: q}
	v, err := s.view()
	if err != nil {
		return answer{}, err
	}
	var data []jsonx.Obj
	for _, l := range lines {
		if keep(l) {
			data = append(data, priceJSON(l))
		}
	}
	total := len(data)
	data = data[min(v.Offset, total):]
	if v.Limit >= 0 {
		data = data[:min(v.Limit, len(data))]
	}
	return list(classPrice, total, data), nil
}

func priceJSON(l command.PriceLine) jsonx.Obj {
	return jsonx.Obj{
		{"amount", json.Number(l.Amount.Decimal())}, {"type", "NET"}, {"currency", string(l.Amount.Currency)}, {"period", period(l.Years)},
		{"product", jsonx.Obj{{"article", jsonx.Obj{{"type", "domain"}, {"label", l.TLD}}}, {"businessCase", string(l.Operation)}}},
	}
}

// priceFilters reads the filters of a price search: equality and lists on label, businessCase, currency, period, joined by AND.
func priceFilters(body jsonx.Value) (func(command.PriceLine) bool, error) {
	r := &reader{v: body, path: "query"}
	filters, _ := r.objects("filters")
	var conditions []func(command.PriceLine) bool
	for _, f := range filters {
		fr := &reader{v: f, path: "filters"}
		key, _ := fr.text("key")
		value := priceItem(key)
		fr.word("operator", "EQUAL", "IN")
		fr.word("link", "AND")
		want, many := fr.texts("values")
		if v, given := fr.text("value"); given && !many {
			want = []string{v}
		}
		if value == nil {
			fr.Add(bad(errs.Invalid, "filters.key", key, "there is no such key"))
		}
		if err := fr.Err(); err != nil {
			return nil, err
		}
		conditions = append(conditions, func(l command.PriceLine) bool {
			for _, w := range want {
				if strings.EqualFold(strings.TrimPrefix(w, "."), value(l)) {
					return true
				}
			}
			return false
		})
	}
	return func(l command.PriceLine) bool {
		for _, c := range conditions {
			if !c(l) {
				return false
			}
		}
		return true
	}, r.Err()
}

func priceItem(key string) func(command.PriceLine) string {
	switch key[strings.LastIndexByte(key, '.')+1:] {
	case "label", "articleLabel", "tld":
		return func(l command.PriceLine) string { return l.TLD }
	case "businessCase":
		return func(l command.PriceLine) string { return string(l.Operation) }
	case "currency":
		return func(l command.PriceLine) string { return string(l.Amount.Currency) }
	case "period":
		return func(l command.PriceLine) string { return strconv.Itoa(l.Years) }
	}
	return nil
}

// priceListXML writes the document in the vendor's schema urn:com:internetx:ns:price_list-1.0 (autodns-xml.md §18). Prices are
// net; without VAT, for this platform knows no rate.
func (d *Dialect) priceListXML(q *request, lines []command.PriceLine) []byte {
	w := xmlx.NewWriter(xmlx.Layout{})
	w.Head(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>`)
	w.Start("priceList", "xmlns", "urn:com:internetx:ns:price_list-1.0",
		"generated", d.run.Clocks().Registrar().Format("2006-01-02T15:04:05-07:00"),
		"customer", strconv.FormatInt(int64(q.caller.Account.ID), 10))
	w.Start("prices")
	for i, l := range lines {
		newTLD := i == 0 || lines[i-1].TLD != l.TLD
		newCase := newTLD || lines[i-1].Operation != l.Operation
		if i > 0 && newCase {
			w.End()
		}
		if i > 0 && newTLD {
			w.End()
		}
		if newTLD {
			w.Start("domain", "label", l.TLD)
		}
		if newCase {
			w.Start("businessCase", "label", string(l.Operation))
		}
		w.Empty("price", "amount", l.Amount.Decimal(), "currency", string(l.Amount.Currency), "period", strconv.Itoa(l.Years)+"y", "type", "NET")
	}
	if len(lines) > 0 {
		w.End()
		w.End()
	}
	w.End()
	w.Empty("promos")
	w.End()
	return w.Bytes()
}
