package command_test

import (
	"context"
	"net/netip"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/catalog"
	"github.com/polyreg/polyreg/internal/clock"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dns/sign"
	"github.com/polyreg/polyreg/internal/store"
	"github.com/polyreg/polyreg/internal/store/sqlite"
)

// newClockedZones is a runner without a registry whose wall time comes from now, with a caller.
func newClockedZones(t *testing.T, now func() time.Time) (*command.Runner, command.Caller) {
	t.Helper()
	d, err := sqlite.OpenTemp()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	if err := store.MigrateCore(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	clocks := clock.ForTest(now, plantNow)
	s := store.New(d, clocks)
	acc := account.Account{Name: "a", Environment: account.Live, Currency: "EUR"}
	if err := s.InTx(t.Context(), func(ctx context.Context, tx command.Tx) error { return tx.AddAccount(ctx, &acc) }); err != nil {
		t.Fatal(err)
	}
	r := command.NewRunner(command.Config{Store: s, Clocks: clocks, Registries: oneRegistry{}, Secrets: plainSealer{}, Signer: sign.Signer{}, Platform: command.Platform{NameServers: []string{"ns1.p.test"}}}, catalog.New(nil, nil))
	return r, command.Caller{Account: acc, Actor: acc, Access: account.Full}
}

func mustAddrPort(s string) netip.AddrPort { return netip.MustParseAddrPort(s) }
