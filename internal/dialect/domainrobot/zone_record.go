package domainrobot

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/wire/internetx"
	"github.com/polyreg/polyreg/internal/zone"
)

// maxRecords bounds the records of one request (domainrobot-json.md §7).
const maxRecords = zone.MaxRecords

// readRecords reads a list of ResourceRecord objects, each either by fields or as a line of BIND (§9.4). ttl is for those without one;
// 0 leaves it to the core.
func (z *zoneReader) readRecords(name string, ttl int) {
	list, _ := z.objects(name)
	if len(list) > maxRecords {
		z.Add(bad(errs.TooLarge, z.at(name), "", "are more than %d", maxRecords))
		return
	}
	for i, item := range list {
		z.readRecord(&reader{v: item, path: fmt.Sprintf("%s[%d]", z.at(name), i)}, i, ttl)
	}
}

func (z *zoneReader) readRecord(r *reader, index, ttl int) {
	raw, _ := r.text("raw")
	v := internetx.ZoneRecord{}
	v.Name, _ = r.text("name")
	v.Type, _ = r.text("type")
	v.Value, _ = r.text("value")
	v.Type = strings.ToUpper(strings.TrimSpace(v.Type))
	if n, given := r.number("pref"); given {
		if n < 0 || n > 65535 {
			r.Add(bad(errs.Invalid, r.at("pref"), strconv.FormatInt(n, 10), "must be from 0 to 65535"))
		}
		pref := int(n)
		v.Pref = &pref
	}
	own := ttl
	if n, given := r.number("ttl"); given && n != 0 {
		if n < 0 || n > zone.MaxTTL {
			r.Add(bad(errs.Invalid, r.at("ttl"), strconv.FormatInt(n, 10), "is not a number of seconds"))
		}
		own = int(n)
	}
	if v.Type == "" && strings.TrimSpace(raw) == "" {
		r.Add(bad(errs.Missing, r.at("type"), "", "is required"))
	}
	if err := r.Err(); err != nil {
		z.Add(errs.As(err))
		return
	}
	object := internetx.RecordObject(string(z.origin), z.ns, index)
	if v.Type == "" {
		z.rawLine(raw, object, own)
		return
	}
	rules := internetx.ZoneData{Origin: string(z.origin)}
	x := zone.Record{Name: internetx.OwnerName(v.Name, string(z.origin)), Type: zone.Type(v.Type), TTL: own, Data: rules.Stored(v)}
	z.add(x, object, v.String())
}

// rawLine reads a line of BIND.
func (z *zoneReader) rawLine(line, path string, ttl int) {
	p, err := zone.ParseText(line, z.origin, ttl, maxRecords)
	var wrong *zone.ParseError
	switch {
	case errors.As(err, &wrong):
		z.Add(bad(errs.Invalid, path, line, "%s", wrong.Text))
	case p.SOA != nil || len(p.Records) == 0:
		z.Add(bad(errs.Invalid, path, line, "is not a record that a zone can have"))
	}
	for _, x := range p.Records {
		z.add(x, path, line)
	}
}

// freeText reads lines of BIND (domainrobot-json.md §9.4); they become records like all others.
func (z *zoneReader) freeText(ttl int) {
	list, _ := z.texts("freeText")
	if len(list) > maxRecords {
		z.Add(bad(errs.TooLarge, z.at("freeText"), "", "are more than %d", maxRecords))
		return
	}
	for i, line := range list {
		if strings.TrimSpace(line) != "" {
			z.rawLine(line, fmt.Sprintf("%s[%d]", z.at("freeText"), i), ttl)
		}
	}
}

// located has the core's refusals of records name the places of the request: "records[3].data" is the fourth of list.
func (z *zoneReader) located(err error, list []place) error {
	if err == nil || errs.Is(err, errs.Internal) {
		return err
	}
	var l errs.List
	for _, p := range errs.As(err).All() {
		one := *p
		one.More = nil
		if i := fieldIndex(p.Field); fieldHead(p.Field) == "records" && i >= 0 && i < len(list) {
			one = *bad(p.Kind, list[i].path, list[i].text, "%s", p.Text)
		}
		l.Add(&one)
	}
	return l.Err()
}

// fieldIndex is the number in the first brackets of a field, -1 for none.
func fieldIndex(field string) int {
	_, rest, ok := strings.Cut(field, "[")
	number, _, closed := strings.Cut(rest, "]")
	n, err := strconv.Atoi(number)
	if !ok || !closed || err != nil {
		return -1
	}
	return n
}
