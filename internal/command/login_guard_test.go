package command_test

import (
	"context"
	"io"
	"log/slog"
	"net/netip"
	"sync/atomic"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/secret"
)

func robot(user, password string) command.Login {
	return command.Login{Dialect: "domainrobot", Login: user, Context: 4, Password: password, IP: netip.MustParseAddr("127.0.0.1"), CheckTOTP: secret.VerifyTOTP}
}

// Who knows a password cannot try all second factors: a wrong one counts as a failed log-in, a missing one or a used one does not.
func TestWrongSecondFactorsLockTheUser(t *testing.T) {
	t.Parallel()
	ctx, w := context.Background(), dialecttest.New(t, dialecttest.Limits)
	l := robot(dialecttest.Robot2FAUser, dialecttest.Robot2FAPass)
	for range 12 {
		if _, err := w.Runner.LoginPassword(ctx, l); !errs.Is(err, errs.Auth) {
			t.Fatalf("without a code: %v", err)
		}
	}
	code, err := secret.CodeTOTP(dialecttest.Robot2FATOTP, w.Clocks.Wall())
	if err != nil {
		t.Fatal(err)
	}
	l.TOTP = code
	for i := range 12 { // the first is good, the others bring it once more
		if _, err := w.Runner.LoginPassword(ctx, l); i == 0 && err != nil || i > 0 && !errs.Is(err, errs.Auth) {
			t.Fatalf("good code %d: %v", i, err)
		}
	}
	l.TOTP = "12345x"
	for i := range 10 {
		if _, err := w.Runner.LoginPassword(ctx, l); !errs.Is(err, errs.Auth) {
			t.Fatalf("wrong code %d: %v", i, err)
		}
	}
	if _, err := w.Runner.LoginPassword(ctx, l); !errs.Is(err, errs.AccountLocked) {
		t.Errorf("after ten wrong codes: %v", err)
	}
}

// A locked user is not let in by its trusted application.
func TestAnApplicationOfALockedUserIsRefused(t *testing.T) {
	t.Parallel()
	ctx, w := context.Background(), dialecttest.New(t, dialecttest.Limits)
	app := robot(dialecttest.RobotAppUUID, dialecttest.RobotAppPass)
	app.Context = 0
	if _, err := w.Runner.LoginApp(ctx, app); err != nil {
		t.Fatal(err)
	}
	for range 10 {
		if _, err := w.Runner.LoginPassword(ctx, robot(dialecttest.RobotUser, "wrong")); !errs.Is(err, errs.Auth) {
			t.Fatal(err)
		}
	}
	if _, err := w.Runner.LoginApp(ctx, app); !errs.Is(err, errs.AccountLocked) {
		t.Errorf("%v", err)
	}
}

// counted counts what costs a hash.
type counted struct {
	*secret.Passwords
	n atomic.Int32
}

func (c *counted) Verify(ctx context.Context, id string, version int64, hash, password string) (bool, error) {
	c.n.Add(1)
	return c.Passwords.Verify(ctx, id, version, hash, password)
}

func (c *counted) Waste(ctx context.Context, password string) error {
	c.n.Add(1)
	return c.Passwords.Waste(ctx, password)
}

// A log-in that is unknown, or known in the other environment alone, costs a hash like one whose password is wrong.
func TestEveryRefusedLogInCostsAHash(t *testing.T) {
	t.Parallel()
	ctx, w, pw := context.Background(), dialecttest.New(t), &counted{Passwords: secret.NewPasswords(secret.MinParams)}
	r := command.NewRunner(command.Config{Store: w.Store, Clocks: w.Clocks, Registries: w.Core.Registries, Secrets: secret.NewRing(), Passwords: pw,
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Inline: time.Second}, w.Runner.Catalog())
	for name, change := range map[string]func(*command.Login){"wrong": func(*command.Login) {}, "unknown": func(l *command.Login) { l.Login = "nobody" },
		"other environment": func(l *command.Login) { l.Env = account.Test }, "not text": func(l *command.Login) { l.Login = "\xff" }} {
		l := robot(dialecttest.RobotUser, "wrong")
		change(&l)
		pw.n.Store(0)
		if _, err := r.LoginPassword(ctx, l); !errs.Is(err, errs.Auth) || pw.n.Load() != 1 {
			t.Errorf("%s: %v after %d hashes", name, err, pw.n.Load())
		}
	}
}
