package simstore_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/polyreg/polyreg/internal/registry/sim/repo"
	"github.com/polyreg/polyreg/internal/store/simstore"
)

func TestStanding(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *simstore.Store) {
		base(t, s)
		plain, moving, ended, pending := domain("a-plain.com"), domain("b-moving.com"), domain("c-ended.com"), domain("d-pending.com")
		moving.Transfer = &repo.Transfer{State: repo.TransferPending, ReID: "other", ReDate: t0, AcID: "core", AcDate: t0.Add(time.Hour)}
		ended.Transfer = &repo.Transfer{State: "clientRejected", ReID: "other", ReDate: t0, AcID: "core", AcDate: t0}
		pending.Pending = &repo.Pending{Op: "create", ClTRID: "1-1", SvTRID: "sv"}
		for _, d := range []*repo.Domain{&plain, &moving, &ended, &pending} {
			if err := in(t, s, func(ctx context.Context, tx repo.Tx) error { return tx.InsertDomain(ctx, d) }); err != nil {
				t.Fatal(err)
			}
		}
		names := func(list []repo.Domain, err error) []string {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
			var out []string
			for _, d := range list {
				out = append(out, d.Name)
			}
			return out
		}
		if diff := cmp.Diff([]string{"b-moving.com", "d-pending.com"}, names(s.Waiting(t.Context(), repo.Live, "", 10))); diff != "" {
			t.Error("waiting: " + diff)
		}
		if diff := cmp.Diff([]string{"b-moving.com", "c-ended.com"}, names(s.HeldBy(t.Context(), plain.Sponsor, "a-plain.com", 2))); diff != "" {
			t.Error("held: " + diff)
		}
		if got := names(s.Waiting(t.Context(), repo.Test, "", 10)); got != nil {
			t.Errorf("in the other name space: %v", got)
		}
	})
}
