package store

import (
	"context"
	"testing"
	"time"

	"github.com/pressly/goose/v3"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/clock"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/store/db"
	"github.com/polyreg/polyreg/internal/store/pgtest"
	"github.com/polyreg/polyreg/internal/store/sqlite"
)

// TestUpgradeKeepsWhatIsThere goes back to the schema before domains had a life, and forward again with rows of that time.
func TestUpgradeKeepsWhatIsThere(t *testing.T) {
	t.Parallel()
	run := func(t *testing.T, d db.DB) {
		ctx := t.Context()
		if err := MigrateCore(ctx, d); err != nil {
			t.Fatal(err)
		}
		err := eachSchema(ctx, d, schemas[:1], func(ctx context.Context, _ string, p *goose.Provider) error {
			_, err := p.DownTo(ctx, 2)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range []string{
			`INSERT INTO host (environment, account_id, name, addresses) VALUES ('live', 1, 'ns1.example.com', '')`,
			`INSERT INTO domain (account_id, environment, name, sld, tld, registry, statuses, status_words, registrant, admin, tech, billing,
				servers, server_words, nsset, auth_info, profile_id, created, updated, expires, transferred, auto_renew, comment, comment_folded,
				version) VALUES (1, 'live', 'example.com', 'example', 'com', '', '', '', 0, 0, 0, 0, '', '', '', '', 0, 1, 0, 2, 0, 'renew', '', '', 1)`,
		} {
			if _, err := d.Exec(ctx, text); err != nil {
				t.Fatal(err)
			}
		}
		if err := MigrateCore(ctx, d); err != nil {
			t.Fatal(err)
		}
		s := New(d, clock.At(time.Unix(0, 0)))
		held, err := s.View().AnyDomain(ctx, account.Live, "example.com")
		if err != nil || held.DNSSEC != nil || held.Outgoing != nil || !held.Deleted.IsZero() || held.HeldFor != nil {
			t.Fatalf("%+v %v", held, err)
		}
		err = s.InTx(ctx, func(ctx context.Context, tx command.Tx) error {
			return tx.RehomeHosts(ctx, account.Live, "example.com", 2)
		})
		if err != nil {
			t.Fatal(err)
		}
		if h, err := s.View().Host(ctx, account.Live, "ns1.example.com"); err != nil || h.Account != 2 {
			t.Fatalf("%+v %v", h, err)
		}
	}
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		d, err := sqlite.OpenTemp()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { d.Close() })
		run(t, d)
	})
	t.Run("postgres", func(t *testing.T) { t.Parallel(); run(t, pgtest.Open(t)) })
}
