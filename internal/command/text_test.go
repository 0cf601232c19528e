package command_test

import (
	"context"
	"errors"
	"net/netip"
	"strings"
	"testing"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/errs"
)

// NUL and what is no UTF-8 are unknown or wrong values everywhere, never a fault of a database that cannot compare with them.
func TestTextsThatNoDatabaseKeeps(t *testing.T) {
	t.Parallel()
	ctx, w := context.Background(), dialecttest.New(t)
	c := alpha(t, w)
	login := command.Login{Dialect: "domainrobot", Context: 4, Password: "x", IP: netip.MustParseAddr("127.0.0.1"), Verify: func(string) bool { return true }}
	for _, bad := range []string{"alpha\x00", "alpha\xff"} {
		login.Login = bad
		_, password := w.Runner.LoginPassword(ctx, login)
		_, app := w.Runner.LoginApp(ctx, login)
		_, shared := w.Runner.LoginShared(ctx, account.SharedKey, login)
		_, child := w.Runner.ActFor(ctx, c, bad, 4, false)
		_, contact := command.Do(ctx, w.Runner, c, command.FindContact{Dialect: "domainrobot", Handle: bad})
		_, number := command.Do(ctx, w.Runner, c, command.GetOrder{Request: bad})
		_, comment := command.Do(ctx, w.Runner, c, command.UpdateDomain{Name: "example.com", Comment: &bad})
		set := registerCmd("texts.com")
		set.Servers = command.ServerList{NSSet: bad}
		_, servers := command.Do(ctx, w.Runner, c, set)
		order := registerCmd("texts.com")
		order.Comment = bad
		_, register := command.Do(ctx, w.Runner, c, order)
		keyed := c
		keyed.IdempotencyKey = bad
		_, key := command.Do(ctx, w.Runner, keyed, registerCmd("texts.com"))
		for what, got := range map[string]struct {
			err  error
			kind errs.Kind
		}{"password": {password, errs.Auth}, "application": {app, errs.Auth}, "shared key": {shared, errs.Auth}, "child": {child, errs.Forbidden},
			"contact": {contact, errs.NotFound}, "order": {number, errs.NotFound}, "comment": {comment, errs.Invalid}, "set": {servers, errs.NotFound}, "register": {register, errs.Invalid}, "key": {key, errs.Invalid}} {
			var e *errs.Error
			if !errors.As(got.err, &e) || e.Kind != got.kind {
				t.Errorf("%q as %s: %v", bad, what, got.err)
			}
		}
		out, err := command.Do(ctx, w.Runner, c.For("test", "r", bad), command.UpdateDomain{Name: "example.com", Comment: new(string), Always: true})
		if err != nil || out.Order.Caller.ClTRID != "alpha\ufffd" {
			t.Errorf("client's id %q: %q, %v", bad, out.Order.Caller.ClTRID, err)
		}
	}
}

// A domain's comment has lines, and an end.
func TestComments(t *testing.T) {
	t.Parallel()
	ctx, w := context.Background(), dialecttest.New(t)
	c := alpha(t, w)
	for text, want := range map[string]errs.Kind{"two\nlines\tand a tab": 0, strings.Repeat("ä", 4000): 0, strings.Repeat("ä", 4001): errs.Invalid, "bell\a": errs.Invalid} {
		_, err := command.Do(ctx, w.Runner, c, command.UpdateDomain{Name: "example.com", Comment: &text})
		if errs.KindOf(err) != want {
			t.Errorf("%.20q: %v", text, err)
		}
	}
}
