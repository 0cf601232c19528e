package domainrobot

import (
	"context"
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/secret"
)

// rateRule is the real service's limit per client address (domainrobot-json.md §1.6).
var rateRule = command.Rule{Name: "domainrobot.ip", Count: 3, Per: time.Second}

// Contexts of users (domainrobot-json.md §1.1).
const (
	demoContext = 1
	liveContext = 4
)

const (
	headerSession = "X-Domainrobot-SessionId"
	cookieSession = "domainrobot_session"
	headerContext = "X-Domainrobot-Context"
	header2FA     = "X-Domainrobot-2FA-Token"
	headerOwner   = "X-Domainrobot-Owner-User"
	headerOwnerCx = "X-Domainrobot-Owner-Context"
)

// credentials are what a client proves itself with. User and password are the octets as sent.
type credentials struct {
	user, password string
	context        int
	token          string
}

// authenticate finds out who calls: by session header, Basic credentials or session cookie, in this order; then whose objects
// are meant (domainrobot-json.md §2).
func (d *Dialect) authenticate(ctx context.Context, q *request) error {
	if err := d.identify(ctx, q); err != nil {
		return err
	}
	return d.actFor(ctx, q)
}

func (d *Dialect) identify(ctx context.Context, q *request) error {
	h := q.http.Header
	token := strings.TrimSpace(h.Get(headerSession))
	if token == "" && h.Get("Authorization") == "" {
		if c, err := q.http.Cookie(cookieSession); err == nil {
			token = c.Value
		}
	}
	if token != "" {
		return d.resume(ctx, q, token)
	}
	cred, err := q.basic()
	if err != nil {
		return err
	}
	c, err := d.login(ctx, q, cred)
	if err == nil {
		q.setCaller(c)
	}
	return err
}

func (d *Dialect) resume(ctx context.Context, q *request, token string) error {
	l := command.Login{Dialect: name, IP: q.ip, Env: q.environment(0), Rule: command.IPIfListed}
	c, _, err := d.run.Resume(ctx, l, token)
	if err == nil {
		q.setCaller(c)
	}
	return err
}

// setCaller notes the user behind a caller; a trusted application works as the user it belongs to.
func (q *request) setCaller(c command.Caller) {
	q.caller = c
	q.updater = who{c.Credential.Login, c.Credential.Context}
	if c.Credential.Kind == account.App {
		q.updater.user = c.Credential.Note
	}
	q.owner = q.updater
}

var errNoCredentials = errs.E(errs.Auth, "no credentials were given")

// basic reads the Authorization header: the octets are split at the first colon, their charset is judged later.
func (q *request) basic() (credentials, error) {
	scheme, rest, _ := strings.Cut(strings.TrimSpace(q.http.Header.Get("Authorization")), " ")
	if scheme == "" {
		return credentials{}, errNoCredentials
	}
	text := strings.TrimRight(strings.TrimSpace(rest), "=")
	raw, err := base64.RawStdEncoding.DecodeString(text)
	user, password, ok := strings.Cut(string(raw), ":")
	if !strings.EqualFold(scheme, "Basic") || err != nil || !ok {
		return credentials{}, errs.E(errs.Auth, "the Authorization header is not Basic user:password")
	}
	context, err := q.context(q.http.Header.Get(headerContext))
	return credentials{user: user, password: password, context: context, token: q.http.Header.Get(header2FA)}, err
}

// context reads a context; absent, it is that of the system called: 1 on the demo host, else 4.
func (q *request) context(text string) (int, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		if strings.EqualFold(hostOnly(q.http.Host), hostDemo) {
			return demoContext, nil
		}
		return liveContext, nil
	}
	n, err := strconv.ParseInt(text, 10, 32)
	if err != nil {
		return 0, bad(errs.Invalid, "request.auth.context", clip(text), "the context is not a number")
	}
	return int(n), nil
}

// login verifies credentials. Octets that are no UTF-8, or fail as UTF-8, are read as Latin-1 (domainrobot-json.md §2.1).
func (d *Dialect) login(ctx context.Context, q *request, cred credentials) (command.Caller, error) {
	if utf8.ValidString(cred.user) && utf8.ValidString(cred.password) {
		c, err := d.loginAs(ctx, q, cred)
		e := errs.As(err)
		if err == nil || e.Kind != errs.Auth || e.Field == "totp" || isASCII(cred.user+cred.password) {
			return c, err
		}
	}
	cred.user, cred.password = latin1(cred.user), latin1(cred.password)
	return d.loginAs(ctx, q, cred)
}

func (d *Dialect) loginAs(ctx context.Context, q *request, cred credentials) (command.Caller, error) {
	l := command.Login{
		Dialect: name, Login: cred.user, Context: cred.context, IP: q.ip, Env: q.environment(cred.context),
		Password: cred.password, TOTP: strings.TrimSpace(cred.token), CheckTOTP: secret.VerifyTOTP, Rule: command.IPIfListed,
	}
	if isUUID(cred.user) {
		// A trusted application belongs to one user, so no context is needed (domainrobot-json.md §2.2).
		l.Context, l.Env = 0, q.environment(0)
		return d.run.LoginApp(ctx, l)
	}
	return d.run.LoginPassword(ctx, l)
}

// actFor switches to the objects of a sub-user when the owner headers name one (domainrobot-json.md §2.5).
func (d *Dialect) actFor(ctx context.Context, q *request) error {
	user := strings.TrimSpace(q.http.Header.Get(headerOwner))
	if user == "" {
		return nil
	}
	owner := who{user, q.updater.context}
	if text := q.http.Header.Get(headerOwnerCx); strings.TrimSpace(text) != "" {
		n, err := q.context(text)
		if err != nil {
			return err
		}
		owner.context = n
	}
	if owner == q.updater {
		return nil
	}
	c, err := d.run.ActFor(ctx, q.caller, owner.user, owner.context, false)
	if err != nil {
		return err
	}
	q.caller, q.owner = c, owner
	return nil
}

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// latin1 reads octets as ISO 8859-1.
func latin1(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		b.WriteRune(rune(s[i]))
	}
	return b.String()
}

// isUUID reports whether a log-in name has the form of a trusted application's.
func isUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case i == 8 || i == 13 || i == 18 || i == 23:
			if c != '-' {
				return false
			}
		case c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F':
		default:
			return false
		}
	}
	return true
}

// sessionToken is the session a request is made with, as a header or cookie.
func sessionToken(r *http.Request) string {
	if t := strings.TrimSpace(r.Header.Get(headerSession)); t != "" {
		return t
	}
	if c, err := r.Cookie(cookieSession); err == nil {
		return c.Value
	}
	return ""
}
