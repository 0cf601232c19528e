package autodns

import (
	"context"
	"net/netip"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/secret"
)

// The vectors of autodns-xml.md §4.4, as far as they are for the one algorithm of this server.
func TestTOTPVectors(t *testing.T) {
	t.Parallel()
	const rfc, own = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "OBXWY6LSMVTS25DFON2C243FMNZGK5BB"
	for _, v := range []struct {
		secret string
		at     int64
		code   string
	}{
		{rfc, 59, "287082"}, {rfc, 1111111109, "081804"}, {rfc, 1111111111, "050471"}, {rfc, 1234567890, "005924"}, {rfc, 2000000000, "279037"},
		{own, 1700000000, "498989"}, {own, 1700000029, "406453"}, {own, 1700000030, "406453"},
	} {
		at := time.Unix(v.at, 0)
		if code, err := secret.CodeTOTP(v.secret, at); err != nil || code != v.code {
			t.Errorf("%d: %s %v", v.at, code, err)
		}
		if _, ok := secret.VerifyTOTP(v.secret, v.code, at, 0); !ok {
			t.Errorf("%d: %s is refused", v.at, v.code)
		}
	}
}

func TestAddressRules(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t)
	err := w.Store.InTx(context.Background(), func(ctx context.Context, tx command.Tx) error {
		a, err := tx.AccountByName(ctx, account.Live, "alpha")
		if err != nil {
			return err
		}
		return tx.PutSettings(ctx, account.Settings{Account: a.ID, Dialect: shared, AllowedIPs: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}})
	})
	if err != nil {
		t.Fatal(err)
	}
	c := newClient(t, w)
	if r := c.want(c.task("<code>0984</code>"), "E00000", "EF00103"); r.about() != "user=alpha, 4" {
		t.Error(r.raw)
	}
	c.from = "192.0.2.9:1"
	c.want(c.task("<code>0984</code>"), "S0984", "")
	c.from = "[::ffff:192.0.2.9]:1"
	c.want(c.task("<code>0984</code>"), "S0984", "")
	app := `<authentication><trusted_application><uuid>` + dialecttest.RobotAppUUID + `</uuid><password>` + dialecttest.RobotAppPass + `</password></trusted_application></authentication>`
	c.want(c.send(as(app, "<task><code>0984</code></task>")), "S0984", "")
	c.from = "[2001:db8::1]:1"
	c.want(c.send(as(app, "<task><code>0984</code></task>")), "E00000", "EF00103")
	c.want(c.send(as(`<authentication><trusted_application><uuid>x</uuid><password>y</password></trusted_application></authentication>`, "<task><code>0984</code></task>")), "E00000", "EF00101")
}

func TestSessionExpires(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t)
	ctx := context.Background()
	caller, err := w.Runner.LoginPassword(ctx, command.Login{Dialect: shared, Login: "alpha", Context: 4, Password: "s3cret-robot"})
	if err != nil {
		t.Fatal(err)
	}
	const hash = "0b6c1a52-6f5e-4f0e-9a53-0d5f6f0f2a11"
	if err := w.Runner.OpenSession(ctx, caller, hash, time.Microsecond, 10); err != nil {
		t.Fatal(err)
	}
	time.Sleep(time.Millisecond)
	c := newClient(t, w)
	session := "<auth_session><hash>" + hash + "</hash></auth_session>"
	c.want(c.send(as(session, "<task><code>0984</code></task>")), "E00000", "EF00105")
	c.want(c.task("<code>1321003</code>"+session), "E1321003", "EF00105")
	c.want(c.task("<code>1321003</code>"), "E00000", "EF01000")
}
