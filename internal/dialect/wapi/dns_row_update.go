package wapi

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
	"github.com/polyreg/polyreg/internal/zone"
)

// dnsRowUpdate changes a row's time to live, data and comment; name and type stay, whatever is sent of them. The values that the row
// has already are a success and change nothing (wapi.md §7.5).
func dnsRowUpdate(ctx context.Context, c *call) (jsonx.Obj, error) {
	n, err := c.zoneName("domain")
	if err != nil {
		return nil, err
	}
	if c.text("row_id") == "" {
		return nil, paramMissing
	}
	comment, err := c.comment()
	if err != nil {
		return nil, err
	}
	return nil, c.editRows(ctx, n, func(v command.StagedView) (rowEdit, error) {
		was, err := c.row(v)
		if err != nil {
			return rowEdit{}, err
		}
		is, err := c.changedRow(v.Zone, was)
		if err != nil {
			return rowEdit{}, err
		}
		var e rowEdit
		if is != was {
			e.change = withTTL(zone.Change{Remove: []zone.Record{was}, Add: []zone.Record{is}}, is, v.Records)
		} else if comment == nil {
			return e, nil
		}
		e.note = edit(c.d.runner.Clocks().Registrar(), comment, func(o zone.Record) bool { return o.ID == was.ID })
		return e, nil
	})
}

// changedRow is a row with what is given of its values.
func (c *call) changedRow(z zone.Zone, x zone.Record) (zone.Record, error) {
	if rdata := c.text("rdata"); c.params.Get("rdata").Given() && rdata != showData(x.Type, x.Data) {
		var ok bool
		if x.Data, ok = readData(x.Type, rdata, z.Origin); !ok {
			return x, badRowData
		}
	}
	if word := c.text("ttl"); c.params.Get("ttl").Given() && word != showTTL(x) {
		var err error
		if x.TTL, err = readTTL(word); err != nil {
			return x, err
		}
	}
	return x, nil
}
