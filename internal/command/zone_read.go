package command

import (
	"context"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/zone"
)

// ZoneInfo reads a zone of the caller with its served records. Errors: Missing, InvalidName, NotFound, NotOwned (field "zone").
type ZoneInfo struct {
	Origin string
	Bare   bool // leaves the records out
}

func (ZoneInfo) need() account.Access { return account.Read }

func (cmd ZoneInfo) run(ctx context.Context, r *Runner, c Caller) (ZoneView, error) {
	view := r.cfg.Store.View()
	z, err := ownZone(ctx, view, c, cmd.Origin)
	if err != nil {
		return ZoneView{}, err
	}
	if cmd.Bare {
		n, err := view.CountRecords(ctx, z.ID)
		return ZoneView{Zone: z, Count: n}, err
	}
	w, err := view.WholeZone(ctx, z.Origin)
	if err == nil && w.Zone.Account != c.Account.ID { // it has just moved
		err = errs.F(errs.NotOwned, fieldZone, "%s is served for another account", z.Origin)
	}
	if err != nil {
		return ZoneView{}, err
	}
	return ZoneView{Zone: w.Zone, Records: zone.Sorted(w.Records), Count: len(w.Records)}, nil
}

// FindZone finds the caller's zone that a name lies in: the one with the longest origin. Names may have wildcards and service
// labels. Errors: InvalidName, NotFound (field "name").
type FindZone struct{ Name string }

func (FindZone) need() account.Access { return account.Read }

func (cmd FindZone) run(ctx context.Context, r *Runner, c Caller) (zone.Zone, error) {
	name, err := zone.CanonicalName(cmd.Name, "")
	if err != nil || name == zone.Apex {
		return zone.Zone{}, errs.F(errs.InvalidName, "name", "%q is not a valid name", clipText(cmd.Name))
	}
	z, err := r.cfg.Store.View().ZoneAbove(ctx, c.Account.ID, dname.Name(name))
	if errs.Is(err, errs.NotFound) {
		err = errs.F(errs.NotFound, "name", "%s lies in no zone of this account", name)
	}
	return z, err
}

// ListZones lists the caller's zones, by origin where nothing else is asked for. Fields: id, origin, kind, comment, virtual_ns,
// created, updated. Errors: Invalid (a field).
type ListZones struct {
	Query    Query
	Children bool // also those of the accounts below
	Apex     bool // gives the records of the origins along
}

// ZonePage is a page of zones.
type ZonePage struct {
	Zones []zone.Zone
	Apex  map[zone.ID][]zone.Record
	Page
}

func (ListZones) need() account.Access { return account.Read }

func (cmd ListZones) run(ctx context.Context, r *Runner, c Caller) (ZonePage, error) {
	view := r.cfg.Store.View()
	accs, err := scope(ctx, view, c, cmd.Children)
	if err != nil {
		return ZonePage{}, err
	}
	out := ZonePage{}
	if out.Zones, out.Page, err = view.ListZones(ctx, accs, cmd.Query.bounded()); err != nil || !cmd.Apex {
		return out, err
	}
	out.Apex = make(map[zone.ID][]zone.Record, len(out.Zones))
	for _, z := range out.Zones {
		if out.Apex[z.ID], err = view.Records(ctx, z.ID, zone.Apex); err != nil {
			return out, err
		}
	}
	return out, nil
}

// ExportZone writes a zone file (RFC 1035 §5) of what is served. Errors: as ZoneInfo.
type ExportZone struct{ Origin string }

func (ExportZone) need() account.Access { return account.Read }

func (cmd ExportZone) run(ctx context.Context, r *Runner, c Caller) (string, error) {
	v, err := ZoneInfo{Origin: cmd.Origin}.run(ctx, r, c)
	if err != nil {
		return "", err
	}
	return zone.Text(v.Zone, v.Records), nil
}

// maxHistory bounds what ZoneHistory gives.
const maxHistory = 1000

// ZoneHistory gives the latest changes of a zone, youngest first; the records that signing adds are left out. Errors: as ZoneInfo.
type ZoneHistory struct {
	Origin string
	Limit  int // 0: 100
}

func (ZoneHistory) need() account.Access { return account.Read }

func (cmd ZoneHistory) run(ctx context.Context, r *Runner, c Caller) ([]zone.Entry, error) {
	view := r.cfg.Store.View()
	z, err := ownZone(ctx, view, c, cmd.Origin)
	if err != nil {
		return nil, err
	}
	limit := cmd.Limit
	if limit <= 0 {
		limit = 100
	}
	list, err := view.ZoneHistory(ctx, z.ID, min(limit, maxHistory))
	for i := range list {
		list[i].Change, _ = list[i].Change.Split()
	}
	return list, err
}
