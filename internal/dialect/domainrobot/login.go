package domainrobot

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
)

// Session lengths in minutes (domainrobot-json.md §2.3), and how many sessions a user can have open; the oldest goes.
const (
	sessionDefault = 10
	sessionMin     = 10
	sessionMax     = 300
	sessionsKept   = 100
)

// login is POST /login (1321001): it opens a session. The credentials of the body win over an Authorization header. The session id
// is in the headers alone.
func login(ctx context.Context, d *Dialect, q *request) (answer, error) {
	cred, err := q.loginData()
	if err == nil {
		err = d.openFor(ctx, q, cred)
	}
	if err != nil {
		d.reject(ctx, q, err)
		return answer{}, err
	}
	minutes := q.timeout()
	id := newUUID()
	if err := d.run.OpenSession(ctx, q.caller, id, time.Duration(minutes)*time.Minute, sessionsKept); err != nil {
		return answer{}, err
	}
	a := one(classUser, q.updater.user+", "+strconv.Itoa(q.updater.context), d.userJSON(q, q.updater, q.caller.Account))
	cookie := fmt.Sprintf("%s=%s; Path=/;Max-Age=%d", cookieSession, id, minutes*60-1)
	if d.secure || q.http.TLS != nil {
		cookie += ";secure"
	}
	a.header = http.Header{http.CanonicalHeaderKey(headerSession): {id}, "Set-Cookie": {cookie + ";httponly"}}
	return a, nil
}

// openFor verifies the credentials of a log-in that is to last. Sessions belong to users: a trusted application sends its
// credentials with each request.
func (d *Dialect) openFor(ctx context.Context, q *request, cred credentials) error {
	c, err := d.login(ctx, q, cred)
	if err != nil {
		return err
	}
	q.setCaller(c)
	if c.Credential.Kind == account.App {
		return errs.E(errs.Forbidden, "a trusted application cannot open a session")
	}
	q.caller = q.caller.For(q.route.code, q.stid, q.ctid)
	return nil
}

// loginData reads the body's credentials, or those of the header when the body has none.
func (q *request) loginData() (credentials, error) {
	user, password := q.body.Get("user"), q.body.Get("password")
	if !user.Given() && !password.Given() {
		return q.basic()
	}
	r := &reader{v: q.body, path: "request.auth"}
	var c credentials
	c.user, _ = r.text("user")
	c.password, _ = r.text("password")
	c.token, _ = r.text("token")
	if v := q.body.Get("token"); v.Kind == jsonx.Number && len(v.Text) < 6 {
		c.token = strings.Repeat("0", 6-len(v.Text)) + v.Text // a number has lost its leading zeros
	}
	if c.token == "" {
		c.token = q.http.Header.Get(header2FA)
	}
	text, _ := r.text("context")
	if text == "" {
		text = q.http.Header.Get(headerContext)
	}
	var err error
	if c.context, err = q.context(text); err != nil {
		return c, err
	}
	return c, r.Err()
}

// timeout is the session's length in minutes; a value out of range is brought into it.
func (q *request) timeout() int {
	text, _ := q.query.LastFold("timeout")
	n, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil {
		return sessionDefault
	}
	return min(max(n, sessionMin), sessionMax)
}

// logout is DELETE /logout, and GET as older clients do (1321003).
func logout(ctx context.Context, d *Dialect, q *request) (answer, error) {
	token := sessionToken(q.http)
	if token == "" {
		return answer{}, errs.E(errs.SessionExpired, "the request names no session")
	}
	return answer{}, d.run.EndSession(ctx, name, token)
}

// newUUID is a random UUID (RFC 9562 §5.4), the form of the original's session ids.
func newUUID() string {
	b := make([]byte, 16)
	rand.Read(b)
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// userJSON writes a User with the parts that the request's switches ask for (domainrobot-json.md §2.3).
func (d *Dialect) userJSON(q *request, u who, acc account.Account) jsonx.Obj {
	o := jsonx.Obj{{"user", u.user}, {"context", u.context}}
	o.AddIf(acc.Email != "", "defaultEmail", acc.Email)
	o.Add("status", 2)
	o.Add("substatus", 0)
	o.Add("lock", "NONE")
	language := "en"
	if acc.Language == "de" {
		language = "de"
	}
	o.Add("language", language)
	none := []jsonx.Obj{}
	if q.on("acl") {
		o.Add("acls", jsonx.Obj{{"user", u.json()}, {"acls", d.rights(q.caller)}})
	}
	if q.on("profiles") || q.on("profile") {
		o.Add("profiles", jsonx.Obj{{"profiles", none}})
	}
	o.AddIf(q.on("serviceProfiles"), "serviceProfiles", jsonx.Obj{{"serviceProfiles", none}})
	if q.on("customer") {
		o.Add("customer", customerJSON(acc))
	}
	o.AddIf(q.on("subscription"), "subscriptions", none)
	if q.on("nameServerGroup") {
		o.Add("nameServerGroups", d.groupsJSON())
	}
	o.AddIf(q.on("application"), "applications", none)
	o.AddIf(q.on("clientAccount"), "clientAccounts", none)
	return o
}

// rights lists the tasks of this server and which of them the log-in may use.
func (d *Dialect) rights(c command.Caller) []jsonx.Obj {
	var out []jsonx.Obj
	seen := map[string]bool{}
	for _, rt := range offered() {
		code := rt.code
		if strings.HasSuffix(rt.pattern, "_search") {
			code += "-LIST"
		}
		if rt.code == "" || rt.code == "0000" || seen[code] {
			continue
		}
		seen[code] = true
		may := c.Access.Allows(rt.need)
		out = append(out, jsonx.Obj{{"functionCode", code}, {"userLocked", !may}, {"effective", may}})
	}
	return out
}

// groupsJSON is the platform's name server group.
func (d *Dialect) groupsJSON() []jsonx.Obj {
	names := d.run.Platform().NameServers
	if len(names) == 0 {
		return []jsonx.Obj{}
	}
	return []jsonx.Obj{{{"name", d.nameServerGroup()}}}
}

func customerJSON(acc account.Account) jsonx.Obj {
	o := jsonx.Obj{{"number", int64(acc.ID)}, {"client", "polyreg"}, {"name", acc.Name}}
	o.AddIf(acc.Company != "", "organization", acc.Company)
	o.AddIf(acc.Email != "", "emails", []string{acc.Email})
	o.AddIf(acc.Currency != "", "paymentCurrency", string(acc.Currency))
	return o
}
