package autodns

import (
	"context"
	"strconv"
	"strings"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/order"
	"github.com/polyreg/polyreg/internal/secret"
	"github.com/polyreg/polyreg/internal/wire/xmlx"
)

// Contexts of users (autodns-xml.md §4.1).
const (
	demoContext = 1
	liveContext = 4
)

// authenticate finds out who calls, by session, trusted application, or user and password, in this order; then whose objects
// are meant (autodns-xml.md §4).
func (d *Dialect) authenticate(ctx context.Context, q *request) error {
	if err := d.identify(ctx, q); err != nil {
		return err
	}
	if err := d.actFor(ctx, q); err != nil {
		return err
	}
	c := &q.caller
	c.Dialect, c.Channel, c.IP, c.Notice = name, shared, q.ip, order.NoticeAlways
	return nil
}

func (d *Dialect) identify(ctx context.Context, q *request) error {
	if hash := q.root.Path("auth_session").ChildTrim("hash"); hash != "" {
		return d.resume(ctx, q, hash)
	}
	if app := q.root.Path("authentication", "trusted_application"); given(app) {
		return d.byApplication(ctx, q, app)
	}
	if auth := q.root.Child("auth"); given(auth) {
		return d.byPassword(ctx, q, auth)
	}
	if given(q.root.Path("authentication", "sso")) {
		return errs.E(errs.Unsupported, "single sign-on is not offered; send auth, auth_session or trusted_application")
	}
	return errs.E(errs.Auth, "the request has no credentials")
}

func (d *Dialect) resume(ctx context.Context, q *request, hash string) error {
	c, _, err := d.run.Resume(ctx, q.login(0), strings.ToLower(hash))
	if err == nil {
		q.token = strings.ToLower(hash)
		q.setCaller(c)
	}
	return err
}

// login is what every way to log in has in common.
func (q *request) login(context int) command.Login {
	return command.Login{Dialect: shared, Context: context, IP: q.ip, Env: q.environment(context), Rule: command.IPIfListed,
		CheckTOTP: secret.VerifyTOTP}
}

func (d *Dialect) byApplication(ctx context.Context, q *request, app *xmlx.Node) error {
	l := q.login(0)
	l.Login, l.Password = app.ChildTrim("uuid"), app.ChildText("password")
	c, err := d.run.LoginApp(ctx, l)
	if err == nil {
		q.setCaller(c)
	}
	return err
}

func (d *Dialect) byPassword(ctx context.Context, q *request, auth *xmlx.Node) error {
	number, err := q.context(auth.Child("context"), "request.auth.context")
	if err != nil {
		return err
	}
	q.user = who{auth.ChildTrim("user"), strconv.Itoa(number)}
	l := q.login(number)
	l.Login, l.Password, l.TOTP = q.user.user, auth.ChildText("password"), auth.ChildTrim("token")
	c, err := d.run.LoginPassword(ctx, l)
	if err == nil {
		q.setCaller(c)
	}
	return err
}

// context reads a context; absent, it is that of the system called: 1 on the demo host, else 4.
func (q *request) context(n *xmlx.Node, path string) (int, error) {
	text := n.Trim()
	if text == "" {
		if q.vendorHost() == hostDemo {
			return demoContext, nil
		}
		return liveContext, nil
	}
	v, err := whole(path, text)
	if err != nil {
		return 0, err
	}
	return v, nil
}

// setCaller notes the user behind a caller; a trusted application works as the user it belongs to.
func (q *request) setCaller(c command.Caller) {
	q.caller = c
	q.user = who{c.Credential.Login, strconv.Itoa(c.Credential.Context)}
	if c.Credential.Kind == account.App {
		q.user.user = c.Credential.Note
	}
	q.owner = q.user
}

// actFor switches to the objects of a sub-user when the owner block names one (autodns-xml.md §4.6). An empty context is that
// of the user.
func (d *Dialect) actFor(ctx context.Context, q *request) error {
	block := q.root.Child("owner")
	owner := who{block.ChildTrim("user"), q.user.context}
	if owner.user == "" {
		return nil
	}
	number, err := strconv.Atoi(owner.context)
	if err != nil {
		return errs.E(errs.Forbidden, "the user has no context")
	}
	if given(block.Child("context")) {
		if number, err = q.context(block.Child("context"), "request.owner.context"); err != nil {
			return err
		}
		owner.context = strconv.Itoa(number)
	}
	if owner == q.user {
		return nil
	}
	c, err := d.run.ActFor(ctx, q.caller, owner.user, number, false)
	if err != nil {
		return err
	}
	q.caller, q.owner = c, owner
	return nil
}

// environment limits the search for a log-in: a vendor host to its system, else users of context 1 to test accounts.
func (q *request) environment(context int) account.Environment {
	switch host := q.vendorHost(); {
	case host == hostDemo, host == "" && context == demoContext:
		return account.Test
	case host != "":
		return account.Live
	}
	return ""
}

// vendorHost is the vendor's host that was called, empty for another one.
func (q *request) vendorHost() string {
	host := strings.ToLower(q.http.Host)
	if i := strings.LastIndexByte(host, ':'); i >= 0 && !strings.HasSuffix(host, "]") {
		host = host[:i]
	}
	switch host = strings.TrimSuffix(host, "."); host {
	case hostLive, hostDemo, hostLabel:
		return host
	}
	return ""
}
