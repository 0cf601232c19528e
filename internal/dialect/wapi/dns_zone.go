package wapi

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
	"github.com/polyreg/polyreg/internal/zone"
)

// zoneName reads the zone that a command is about; both words for it are taken (wapi.md §7.5).
func (c *call) zoneName(first, second string) (string, error) {
	text := cmp.Or(c.text(first), c.text(second))
	if text == "" {
		return "", paramMissing
	}
	n, err := dname.Parse(strings.TrimSuffix(text, "."))
	if err != nil {
		return "", badName
	}
	return string(n), nil
}

// rows is a zone as it will be, with what this interface keeps about its rows.
type rows struct {
	command.StagedView
	aside map[string]rowAside
}

// rowAside is what is kept about a row beside the zone, by its number.
type rowAside struct {
	Comment string `json:"c,omitempty"`
	Changed int64  `json:"t,omitempty"` // Unix
}

// anyRow is the place of what is kept about the last change of whatever row.
const anyRow = "any"

// rowsOf reads a zone that has rows of its own.
func (c *call) rowsOf(ctx context.Context, origin string) (rows, error) {
	v, err := do(ctx, c, command.StagedZone{Origin: origin})
	if err != nil {
		return rows{}, err
	}
	if v.Zone.Kind == zone.Secondary {
		return rows{}, code(2318)
	}
	aside, err := c.d.asideOf(ctx, v.Zone)
	return rows{v, aside}, err
}

// asideOf reads what is kept about a zone's rows.
func (d *Dialect) asideOf(ctx context.Context, z zone.Zone) (map[string]rowAside, error) {
	out := map[string]rowAside{}
	note, err := d.runner.ZoneNote(ctx, z, name)
	if err == nil && note != "" {
		err = json.Unmarshal([]byte(note), &out)
	}
	return out, err
}

// keep stores what is known about rows that are there.
func (r rows) keep(ctx context.Context, c *call, now []zone.Record) error {
	there := map[string]rowAside{anyRow: {Changed: c.d.runner.Clocks().Registrar().Unix()}}
	for _, x := range now {
		if a, ok := r.aside[rowID(x)]; ok {
			there[rowID(x)] = a
		}
	}
	text, err := json.Marshal(there)
	if err != nil {
		return err
	}
	_, err = do(ctx, c, command.UpdateZone{Origin: string(r.Zone.Origin), Note: &command.Note{Of: name, Text: string(text)}})
	return err
}

func rowID(x zone.Record) string { return strconv.FormatInt(int64(x.ID), 10) }

// shown are the rows that the interface lists: not the name servers of the origin, which are the platform's (wapi.md §7.5).
func (r rows) shown() []zone.Record {
	list := slices.DeleteFunc(slices.Clone(r.Records), hidden)
	slices.SortFunc(list, func(a, b zone.Record) int {
		return cmp.Or(strings.Compare(strings.ToUpper(rowName(a)), strings.ToUpper(rowName(b))), int(a.ID-b.ID))
	})
	return list
}

func hidden(x zone.Record) bool {
	return x.Name == zone.Apex && x.Type == "NS" || !slices.Contains(rowTypes, string(x.Type))
}

// find gives a row by the parameter row_id.
func (r rows) find(c *call) (zone.Record, error) {
	id := c.text("row_id")
	if id == "" {
		return zone.Record{}, paramMissing
	}
	for _, x := range r.shown() {
		if rowID(x) == id {
			return x, nil
		}
	}
	return zone.Record{}, code(3309)
}

// object is a row as it is listed; the order of its fields is matched by clients (wapi.md §7.5).
func (r rows) object(x zone.Record) jsonx.Obj {
	a := r.aside[rowID(x)]
	changed := r.Zone.Created
	if a.Changed != 0 {
		changed = time.Unix(a.Changed, 0)
	}
	return jsonx.Obj{{"ID", rowID(x)}, {"name", rowName(x)}, {"ttl", strconv.Itoa(x.TTL)}, {"rdtype", string(x.Type)}, {"rdata", rowData(x)},
		{"changed_date", dateTime(changed)}, {"author_comment", a.Comment}}
}

// zoneFailed translates what the core refuses about a zone. failed is the command's own code.
func zoneFailed(err error, failed code) error {
	e := errs.As(err)
	switch {
	case err == nil || e.Kind == errs.Internal || errs.Is(err, errs.RegistryDown, errs.Auth, errs.AccountLocked, errs.Forbidden):
		return err
	case e.Field != "zone":
		return failed
	}
	switch e.Kind {
	case errs.NotFound:
		return code(3222)
	case errs.NotOwned:
		return code(3223)
	case errs.WrongState:
		return code(2318)
	case errs.InvalidName:
		return badName
	}
	return failed
}
