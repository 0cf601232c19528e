package command_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/errs"
)

// Orders at the same time that bring the same new registrant profile make it once; a wrong password is refused.
func TestOrdersSideBySideMakeOneProfile(t *testing.T) {
	t.Parallel()
	ctx, w := context.Background(), dialecttest.New(t)
	c := alpha(t, w)
	const orders = 6
	results := make([]error, orders)
	var wg sync.WaitGroup
	for i := range orders {
		wg.Add(1)
		go func() {
			defer wg.Done()
			cmd := registerCmd(fmt.Sprintf("profile-%d.com", i))
			cmd.Profile = &command.Profile{Username: "owner9", Password: "Abcdef123456"}
			_, results[i] = command.Do(ctx, w.Runner, c, cmd)
		}()
	}
	wg.Wait()
	for i, err := range results {
		if err != nil {
			t.Errorf("order %d: %v", i, err)
		}
	}
	wrong := registerCmd("profile-wrong.com")
	wrong.Profile = &command.Profile{Username: "owner9", Password: "another-password"}
	if _, err := command.Do(ctx, w.Runner, c, wrong); !errs.Is(err, errs.Auth) {
		t.Errorf("a wrong password: %v", err)
	}
	proof(t, w)
}

// A name with an open registration is busy for every account, and taken for whoever merely looks.
func TestSecondOrderIsBusyForEveryAccount(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	w := dialecttest.New(t, dialecttest.Pending(func(op, name string) bool { return name == "contested.com" }))
	a, b := alpha(t, w), caller(t, w, "beta", "beta-"+dialecttest.RobotPassword)
	if out, err := command.Do(ctx, w.Runner, a, registerCmd("contested.com")); err != nil || !out.Pending {
		t.Fatalf("%+v, %v", out, err)
	}
	for who, c := range map[string]command.Caller{"the same account": a, "another account": b} {
		if _, err := command.Do(ctx, w.Runner, c, registerCmd("contested.com")); !errs.Is(err, errs.Busy) {
			t.Errorf("%s: %v", who, err)
		}
	}
	res, err := command.Do(ctx, w.Runner, b, command.CheckDomains{Names: []string{"contested.com"}})
	if err != nil || res[0].Status != command.Taken {
		t.Errorf("another account's look-up: %+v, %v", res, err)
	}
	if _, err := command.Do(ctx, w.Runner, b, registerCmd("example.com")); !errs.Is(err, errs.NotAvailable) {
		t.Errorf("a name that is held: %v", err)
	}
}
