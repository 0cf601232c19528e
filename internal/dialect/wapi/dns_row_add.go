package wapi

import (
	"context"
	"strings"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
	"github.com/polyreg/polyreg/internal/zone"
)

// dnsRowAdd adds a row that waits for a commit. Its number is not told: clients list again (wapi.md §7.5).
func dnsRowAdd(ctx context.Context, c *call) (jsonx.Obj, error) {
	n, err := c.zoneName("domain")
	if err != nil {
		return nil, err
	}
	typ := c.text("type")
	if typ == "" {
		typ = c.text("rdtype")
	}
	if typ == "" || c.text("ttl") == "" || !c.params.Get("rdata").Given() {
		return nil, paramMissing
	}
	comment, err := c.comment()
	if err != nil {
		return nil, err
	}
	if comment == nil {
		comment = new(string)
	}
	return nil, c.editRows(ctx, n, func(v command.StagedView) (rowEdit, error) {
		x, err := c.newRow(v.Zone, zone.Type(strings.ToUpper(typ)))
		if err != nil {
			return rowEdit{}, err
		}
		same := func(o zone.Record) bool { return o.Name == x.Name && o.Type == x.Type && o.Data == x.Data }
		change := withTTL(zone.Change{Add: []zone.Record{x}}, x, v.Records)
		return rowEdit{change, edit(c.d.runner.Clocks().Registrar(), comment, same)}, nil
	})
}

// newRow reads the row that is to be added to a zone.
func (c *call) newRow(z zone.Zone, typ zone.Type) (zone.Record, error) {
	x := zone.Record{Type: typ}
	if !rowTypes[typ] {
		return x, badRowType
	}
	var err error
	if x.Name, err = zone.CanonicalName(c.text("name"), z.Origin); err != nil {
		return x, badRowName
	}
	if !isRow(x) {
		return x, badRowNameHere
	}
	var ok bool
	if x.Data, ok = readData(typ, c.text("rdata"), z.Origin); !ok {
		return x, badRowData
	}
	x.TTL, err = readTTL(c.text("ttl"))
	return x, err
}
