package wapi

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/registry/sim"
)

// Words for the embedded registry: its live name space, and the registrar beside the platform.
const (
	live           = "live"
	otherRegistrar = "other-registrar"
)

// meanwhile lets happen what other doors, the other registrar and time do, line by line: "advance 720h", "take NAME" (the other
// registrar asks for it), "approve NAME", "reject NAME" (a transfer, by its sponsor), "decide ACCOUNT NAME yes" (a transfer away,
// by the account), "push ACCOUNT NAME ACCOUNT", "delete ACCOUNT NAME", "status ACCOUNT NAME STATUS", "flag NAME STATUS" (by the
// registry), "sign ACCOUNT NAME".
func meanwhile(t *testing.T, w *dialecttest.World, lines string) {
	t.Helper()
	for line := range strings.Lines(lines) {
		word := strings.Fields(line)
		if len(word) < 2 {
			t.Fatalf("meanwhile %q", line)
		}
		happen(t, w, word)
	}
}

func happen(t *testing.T, w *dialecttest.World, word []string) {
	t.Helper()
	ctx := t.Context()
	switch word[0] {
	case "advance":
		d, err := time.ParseDuration(word[1])
		must(t, err)
		_, err = w.Core.Lifecycle.Advance(ctx, w.Clocks.Registrar().Add(d), nil)
		must(t, err)
	case "take":
		must(t, w.Sim.TakeByTransfer(ctx, live, word[1], otherRegistrar))
	case "approve":
		must(t, w.Sim.Approve(ctx, live, word[1]))
	case "reject":
		must(t, w.Sim.Reject(ctx, live, word[1]))
	case "flag":
		must(t, w.Sim.SetStatuses(ctx, live, word[1], sim.StatusChange{Add: []string{word[2]}, Reason: "court order"}))
	default:
		byAccount(t, w, word)
	}
}

// byAccount runs a command of the core, as another door would.
func byAccount(t *testing.T, w *dialecttest.World, word []string) {
	t.Helper()
	who, name := w.Caller(t, word[1]), word[2]
	run := func(cmd command.Command[command.Outcome]) {
		_, err := command.Do(t.Context(), w.Runner, who, cmd)
		must(t, err)
	}
	switch word[0] {
	case "decide":
		run(command.DecideTransfer{Name: name, Approve: word[3] == "yes"})
	case "push":
		run(command.PushDomain{Name: name, To: word[3]})
	case "delete":
		run(command.DeleteDomain{Name: name})
	case "status":
		run(command.UpdateDomain{Name: name, Statuses: map[string]bool{word[3]: true}})
	case "sign":
		run(command.UpdateDomain{Name: name, DNSSEC: &domain.DNSSEC{DS: []domain.DS{{KeyTag: 12345, Alg: 13, DigestType: 2, Digest: strings.Repeat("AB", 32)}}}})
	default:
		t.Fatalf("meanwhile %v", word)
	}
}

// plant changes a domain in the store, into a state that takes long to come by.
func plant(t *testing.T, w *dialecttest.World, who, name string, change func(*domain.Domain)) {
	t.Helper()
	a := w.Caller(t, who).Account
	must(t, w.Store.InTx(t.Context(), func(ctx context.Context, tx command.Tx) error {
		d, err := tx.Domain(ctx, a.ID, dname.Name(name))
		if err != nil {
			return err
		}
		change(&d)
		return tx.PutDomain(ctx, &d)
	}))
}
