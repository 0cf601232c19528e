package simstore_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/polyreg/polyreg/internal/registry/sim/repo"
	"github.com/polyreg/polyreg/internal/store/simstore"
)

func TestLifeIsKept(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *simstore.Store) {
		base(t, s)
		d := domain("life.com")
		d.AuthSet = t0.Add(time.Minute)
		d.Periods = []repo.Period{{Kind: "addPeriod", Until: t0.Add(time.Hour), From: t0, Fee: 7}}
		d.Deletion = &repo.Deletion{Stage: "redemptionPeriod", Until: t0.Add(time.Hour), Deleted: t0, Redemption: t0.Add(time.Hour), SvTRID: "sv"}
		d.Transfer = &repo.Transfer{State: "pending", ReID: "other", ReDate: t0, AcID: "core", AcDate: t0.AddDate(0, 0, 5), Years: 1, Fee: 9}
		d.DNSSEC = &repo.DNSSEC{MaxSigLife: 5, DS: []repo.DS{{KeyTag: 1, Alg: 13, DigestType: 2, Digest: "AB", Key: &repo.Key{Flags: 257}}}}
		insert := func(ctx context.Context, tx repo.Tx) error { return tx.InsertDomain(ctx, &d) }
		if err := in(t, s, insert); err != nil {
			t.Fatal(err)
		}
		got, err := s.Domain(t.Context(), repo.Live, "life.com")
		if diff := cmp.Diff(d, got); err != nil || diff != "" {
			t.Fatalf("read back: %v\n%s", err, diff)
		}
		taken, err := s.TakenDomains(t.Context(), repo.Live, []string{"life.com", "free.com"})
		if err != nil || len(taken) != 1 || !taken["life.com"].Equal(d.Deletion.Until) {
			t.Errorf("taken: %v %v", taken, err)
		}
		ct := contact("C-9")
		ct.Transferred, ct.Transfer = t0, &repo.Transfer{State: "pending", ReID: "other", ReDate: t0, AcID: "core", AcDate: t0.Add(time.Minute)}
		if err := in(t, s, func(ctx context.Context, tx repo.Tx) error { return tx.InsertContact(ctx, &ct) }); err != nil {
			t.Fatal(err)
		}
		if got, err := s.Contact(t.Context(), repo.Live, "C-9"); err != nil || cmp.Diff(ct, got) != "" {
			t.Errorf("contact: %v\n%s", err, cmp.Diff(ct, got))
		}
		due, err := s.Due(t.Context(), t0.Add(time.Hour), 10)
		want := []repo.Due{{At: t0.Add(time.Minute), Namespace: repo.Live, Object: "contact", Name: "C-9", ID: ct.ID},
			{At: t0.Add(time.Hour), Namespace: repo.Live, Object: "domain", Name: "life.com", ID: d.ID}}
		if diff := cmp.Diff(want, due); err != nil || diff != "" {
			t.Errorf("due: %v\n%s", err, diff)
		}
		if due, err := s.Due(t.Context(), t0, 10); err != nil || len(due) != 0 {
			t.Errorf("due too early: %v %v", due, err)
		}
	})
}

func TestPurgeTakesHostsAlong(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *simstore.Store) {
		base(t, s)
		h, d, user := host("ns.gone.com"), domain("gone.com"), domain("user.com")
		user.NameServers = append(user.NameServers, h.Name)
		if err := s.Seed(t.Context(), repo.Seed{Hosts: []repo.Host{h}, Domains: []repo.Domain{d, user}}); err != nil {
			t.Fatal(err)
		}
		err := in(t, s, func(ctx context.Context, tx repo.Tx) error {
			d, err := tx.LockDomain(ctx, repo.Live, "gone.com")
			if err == nil {
				err = tx.MoveHosts(ctx, d.ID, "other")
			}
			if err != nil {
				return err
			}
			if h, err := tx.Host(ctx, repo.Live, h.Name); err != nil || h.Sponsor != "other" {
				t.Errorf("moved: %+v %v", h, err)
			}
			return tx.PurgeDomain(ctx, &d)
		})
		if err != nil {
			t.Fatal(err)
		}
		_, gone := s.Host(t.Context(), repo.Live, h.Name)
		if left, err := s.Domain(t.Context(), repo.Live, "user.com"); err != nil || len(left.NameServers) != 2 || !errors.Is(gone, repo.ErrNotFound) {
			t.Errorf("after the purge: %+v %v %v", left, err, gone)
		}
	})
}

func TestCharge(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *simstore.Store) {
		base(t, s)
		charge := func(n int64, force bool) (left *int64, err error) {
			err = in(t, s, func(ctx context.Context, tx repo.Tx) error {
				left, err = tx.Charge(ctx, "core", n, force)
				return err
			})
			return left, err
		}
		if left, err := charge(5, false); left != nil || err != nil {
			t.Errorf("without a balance: %v %v", left, err)
		}
		ten := int64(10)
		if err := in(t, s, func(ctx context.Context, tx repo.Tx) error { return tx.SetBalance(ctx, "core", &ten) }); err != nil {
			t.Fatal(err)
		}
		for _, step := range []struct {
			amount int64
			force  bool
			left   int64
			err    error
		}{{10, false, 0, nil}, {1, false, 0, repo.ErrFunds}, {1, true, -1, nil}, {-5, false, 4, nil}, {4, false, 0, nil}} {
			left, err := charge(step.amount, step.force)
			if !errors.Is(err, step.err) || left == nil || *left != step.left {
				t.Errorf("charge %d: %v %v", step.amount, left, err)
			}
		}
		if g, err := s.Registrar(t.Context(), "core"); err != nil || g.Balance == nil || *g.Balance != 0 {
			t.Errorf("registrar: %+v %v", g, err)
		}
	})
}
