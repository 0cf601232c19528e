package bench

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/app/core"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/money"
)

// lifeNames is how many names a year passes over.
const lifeNames = 10_000

// lived is what a year of registrar time took.
type lived struct {
	names, steps, events int
	took                 time.Duration
}

// year registers names in a sandbox's core, half of which renew themselves, lets a year and the end of a redemption pass in
// one move of the clock, and gives how long that took. The names are registered a second apart, so that no two have anything
// due at the same moment.
func year(t testing.TB, names int) lived {
	t.Helper()
	w := dialecttest.New(t, func(o *core.Options) { o.Timing.Due = time.Hour })
	c, ctx := w.Caller(t, "alpha"), context.Background()
	var jane contact.ID
	must(t, w.Store.InTx(ctx, func(ctx context.Context, tx command.Tx) error {
		k := contact.Contact{Account: c.Account.ID, Data: dialecttest.Jane(), Verified: true}
		if err := tx.AddContact(ctx, &k); err != nil {
			return err
		}
		jane = k.ID
		return tx.Deposit(ctx, c.Account.ID, money.New(int64(names)*100_00, "EUR"), "bench")
	}))
	register := func(i int) error {
		cmd := command.RegisterDomain{Name: fmt.Sprintf("year%d.com", i), Years: 1, FillRoles: true, Servers: command.ServerList{Platform: true},
			Contacts: map[domain.Role]command.ContactRef{domain.Registrant: {ID: jane}}}
		if i%2 == 0 {
			cmd.AutoRenew = domain.Renew
		}
		_, err := command.Do(ctx, w.Runner, c, cmd)
		return err
	}
	var wg sync.WaitGroup
	for i := 0; i < names; i += 8 {
		for k := i; k < min(i+8, names); k++ {
			wg.Add(1)
			go func() {
				defer wg.Done()
				if err := register(k); err != nil {
					t.Error(err)
				}
			}()
		}
		wg.Wait()
		w.Clocks.Advance(8 * time.Second)
	}
	rep, err := w.Core.Lifecycle.Advance(ctx, w.Clocks.Registrar().AddDate(0, 0, 365+66), nil)
	must(t, err)
	return lived{names, rep.Steps, len(rep.Events), rep.Took}
}

// TestYear holds the measurement itself together.
func TestYear(t *testing.T) {
	t.Parallel()
	if l := year(t, 16); l.steps < 16*4 || l.events < 16*4 {
		t.Errorf("%+v", l)
	}
}

func printYear(t testing.TB) {
	t.Helper()
	l := year(t, lifeNames)
	fmt.Printf("\na year and the end of a redemption over %d names, --memory: %.1f s for %d steps and %d events\n", l.names, l.took.Seconds(), l.steps, l.events)
}
