// Package names runs the name server on the platform's zones: where they come from, where transferred ones go, and what is counted.
package names

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/dns"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/store"
	"github.com/polyreg/polyreg/internal/zone"
)

// zones are those of the store, as the name server asks for them and brings them.
type zones struct {
	store  *store.Store
	runner *command.Runner
}

func (z zones) Zones(ctx context.Context, after dname.Name, limit int) ([]dname.Name, error) {
	list, err := z.store.View().AllZones(ctx, after, limit)
	out := make([]dname.Name, len(list))
	for i, x := range list {
		out[i] = x.Origin
	}
	return out, err
}

func (z zones) Load(ctx context.Context, origin dname.Name) (dns.Data, error) {
	w, err := z.store.View().WholeZone(ctx, origin)
	return dns.Data(w), err
}

func (z zones) Head(ctx context.Context, origin dname.Name) (zone.Zone, error) {
	return z.store.View().AnyZone(ctx, origin)
}

func (z zones) Changed(ctx context.Context, after int64, limit int) ([]dname.Name, int64, error) {
	return z.store.View().ChangedZones(ctx, after, limit)
}

func (z zones) Feed(ctx context.Context) (int64, error) { return z.store.View().ZoneChanges(ctx) }

func (z zones) Journal(ctx context.Context, id zone.ID, from uint32) ([]zone.Entry, bool, error) {
	entries, ok, err := z.store.View().Journal(ctx, id, from)
	if errs.Is(err, errs.NotFound) { // it has just gone
		return nil, false, nil
	}
	return entries, ok, err
}

func (z zones) Watch(ctx context.Context, wake func()) error {
	after, err := z.Feed(ctx)
	if err != nil {
		return err
	}
	wake() // for what came between
	return z.store.WatchZones(ctx, after, wake)
}

func (z zones) Replace(ctx context.Context, id zone.ID, got dns.Incoming) error {
	return z.runner.ReplaceSecondary(ctx, id, command.Received(got))
}

func (z zones) Apply(ctx context.Context, id zone.ID, entries []zone.Entry) error {
	return z.runner.ApplySecondary(ctx, id, entries)
}
