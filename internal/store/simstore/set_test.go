package simstore_test

import (
	"context"
	"errors"
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/polyreg/polyreg/internal/registry/sim/repo"
	"github.com/polyreg/polyreg/internal/store/simstore"
)

// A set is written and read as it is, holds on to its contacts, and is held by the domains that name it.
func TestSets(t *testing.T) {
	each(t, func(t *testing.T, s *simstore.Store) {
		ctx := t.Context()
		inTx := func(fn func(context.Context, repo.Tx) error) error { return s.InTx(ctx, fn) }
		want := func(what string, got, want error) {
			t.Helper()
			if !errors.Is(got, want) {
				t.Fatalf("%s: got %v, want %v", what, got, want)
			}
		}
		ct := repo.Contact{Namespace: repo.Live, Handle: "TECH-1", Sponsor: "a", Int: &repo.Postal{Name: "T"}, Created: t0}
		ns := repo.Set{Namespace: repo.Live, Kind: repo.NSSet, Handle: "NS-1", Sponsor: "a", Creator: "a", Tech: []string{"TECH-1"}, AuthInfo: "sealed",
			Servers: []repo.NameServer{{Name: "ns1.x.cz", Addresses: []netip.Addr{netip.MustParseAddr("192.0.2.1")}}, {Name: "ns2.y.net"}}, Created: t0}
		keys := repo.Set{Namespace: repo.Live, Kind: repo.Keyset, Handle: "NS-1", Sponsor: "a", Creator: "a", Created: t0,
			Keys: []repo.Key{{Flags: 257, Protocol: 3, Alg: 13, PubKey: "AQID"}}}
		d := repo.Domain{Namespace: repo.Live, Name: "x.cz", Sponsor: "a", Creator: "a", Created: t0, Expires: t0.AddDate(1, 0, 0),
			NSSet: "NS-1", HostAttrs: []repo.NameServer{{Name: "ns.z.net"}}}
		want("a set whose contact is missing", missingKind(inTx(func(ctx context.Context, tx repo.Tx) error { s := ns; return tx.InsertSet(ctx, &s) }), "contact"), nil)
		want("insert", inTx(func(ctx context.Context, tx repo.Tx) error {
			return errors.Join(tx.InsertContact(ctx, &ct), tx.InsertSet(ctx, &ns), tx.InsertSet(ctx, &keys))
		}), nil)
		want("second insert", inTx(func(ctx context.Context, tx repo.Tx) error { s := ns; return tx.InsertSet(ctx, &s) }), repo.ErrExists)
		want("domain with a missing set", missingKind(inTx(func(ctx context.Context, tx repo.Tx) error {
			bad := d
			bad.Keyset = "NONE"
			return tx.InsertDomain(ctx, &bad)
		}), repo.Keyset), nil)
		want("domain", inTx(func(ctx context.Context, tx repo.Tx) error { return tx.InsertDomain(ctx, &d) }), nil)

		got, err := s.Set(ctx, repo.SetKey{Namespace: repo.Live, Kind: repo.NSSet, Handle: "NS-1"})
		want("read", err, nil)
		linked := ns
		linked.Linked = true
		if diff := cmp.Diff(linked, got, cmp.Comparer(func(a, b netip.Addr) bool { return a == b })); diff != "" {
			t.Error(diff)
		}
		taken, err := s.TakenSets(ctx, repo.Live, repo.NSSet, []string{"NS-1", "NS-2"})
		if err != nil || len(taken) != 1 || !taken["NS-1"] {
			t.Errorf("taken: %v %v", taken, err)
		}
		read, err := s.Domain(ctx, repo.Live, "x.cz")
		if err != nil || read.NSSet != "NS-1" || read.Keyset != "" || len(read.HostAttrs) != 1 {
			t.Errorf("domain: %+v %v", read, err)
		}
		if c, err := s.Contact(ctx, repo.Live, "TECH-1"); err != nil || !c.Linked {
			t.Errorf("contact of a set: %+v %v", c, err)
		}
		want("delete in use", inTx(func(ctx context.Context, tx repo.Tx) error {
			set, err := tx.LockSet(ctx, repo.SetKey{Namespace: repo.Live, Kind: repo.NSSet, Handle: "NS-1"})
			return errors.Join(err, tx.DeleteSet(ctx, &set))
		}), repo.ErrInUse)
		want("change", inTx(func(ctx context.Context, tx repo.Tx) error {
			d, err := tx.LockDomain(ctx, repo.Live, "x.cz")
			d.NSSet, d.Keyset = "", "NS-1"
			set, err2 := tx.LockSet(ctx, repo.SetKey{Namespace: repo.Live, Kind: repo.NSSet, Handle: "NS-1"})
			set.Tech, set.Servers = nil, set.Servers[:1]
			return errors.Join(err, err2, tx.UpdateDomain(ctx, &d), tx.UpdateSet(ctx, &set))
		}), nil)
		read, err = s.Domain(ctx, repo.Live, "x.cz")
		if err != nil || read.NSSet != "" || read.Keyset != "NS-1" {
			t.Errorf("after the change: %+v %v", read, err)
		}
		want("delete", inTx(func(ctx context.Context, tx repo.Tx) error {
			set, err := tx.LockSet(ctx, repo.SetKey{Namespace: repo.Live, Kind: repo.NSSet, Handle: "NS-1"})
			d, err2 := tx.LockDomain(ctx, repo.Live, "x.cz")
			ct, err3 := tx.LockContact(ctx, repo.Live, "TECH-1")
			return errors.Join(err, err2, err3, tx.DeleteSet(ctx, &set), tx.DeleteDomain(ctx, &d), tx.DeleteContact(ctx, &ct))
		}), nil)
		want("seed", s.Seed(ctx, repo.Seed{Contacts: []repo.Contact{ct}, Sets: []repo.Set{ns, keys}, Domains: []repo.Domain{d}}), nil)
		if read, err := s.Domain(ctx, repo.Live, "x.cz"); err != nil || read.NSSet != "NS-1" {
			t.Errorf("seeded: %+v %v", read, err)
		}
		want("reset", s.Reset(ctx), nil)
		_, err = s.Set(ctx, repo.SetKey{Namespace: repo.Live, Kind: repo.Keyset, Handle: "NS-1"})
		want("after the reset", err, repo.ErrNotFound)
	})
}

// missingKind is nil when err names something of the kind that is missing.
func missingKind(err error, kind string) error {
	var m *repo.MissingError
	if errors.As(err, &m) && m.Kind == kind {
		return nil
	}
	return errors.Join(errors.New("not a missing "+kind), err)
}
