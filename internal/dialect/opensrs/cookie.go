package opensrs

import (
	"context"
	"crypto/rand"
	"math/big"
	"strconv"
	"time"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/order"
)

// Cookies of registrants live for a day after their last use (opensrs.md §7); of one reseller's at most cookiesKept.
const (
	cookieIdle  = 24 * time.Hour
	cookiesKept = 1000
)

// setCookie is SET COOKIE (opensrs-commands.md §14.1): a registrant's log-in for one domain of its profile.
func setCookie(ctx context.Context, x *call) (*reply, error) {
	a := x.q.attrs
	name := x.q.named()
	if name == "" {
		return nil, errNoDomain
	}
	for _, key := range []string{"reg_username", "reg_password"} {
		if a.raw(key) == "" {
			return nil, refuse(errs.Missing, 460, "Required field '"+key+"' not provided")
		}
	}
	p, err := do(ctx, x, command.CheckProfile{Domain: name, Profile: command.Profile{Username: a.str("reg_username"), Password: a.raw("reg_password")}})
	if err != nil {
		return nil, x.registrantRefused(name, err)
	}
	info, err := x.held(ctx, name)
	if err != nil {
		return nil, x.registrantRefused(name, err)
	}
	held, err := x.heldBy(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	token, err := newCookie(p.ID)
	if err != nil {
		return nil, err
	}
	err = x.d.deps.Runner.OpenRegistrant(ctx, x.c, command.RegistrantSession{Token: token, Profile: p.ID, Domain: info.Domain.Name, Idle: cookieIdle, Keep: cookiesKept})
	if err != nil {
		return nil, err
	}
	number, what := waiting(info)
	return ok("Command Successful", hash("permission", "", "cookie", token, "expiredate", utc(info.Domain.Expires), "domain_count", held,
		"last_access_time", "", "f_owner", "1", "waiting_requests_no", number, "waiting_request", what, "last_ip", "")), nil
}

// updateCookie is UPDATE COOKIE (§14.2): the cookie stays the same and is about another domain of the profile. A log-in may come
// along; without one the cookie is proof enough (recorded so).
func updateCookie(ctx context.Context, x *call) (*reply, error) {
	token, a := x.q.cookie(), x.q.attrs
	name := a.str("domain_new")
	switch {
	case token == "":
		return nil, errNoCookie
	case name == "":
		return nil, missing("domain_new")
	}
	if user, password := a.str("reg_username"), a.raw("reg_password"); user != "" || password != "" {
		if _, err := do(ctx, x, command.CheckProfile{Domain: name, Profile: command.Profile{Username: user, Password: password}}); err != nil {
			return nil, x.registrantRefused(name, err)
		}
	}
	s, err := x.d.deps.Runner.MoveRegistrant(ctx, x.c, token, name)
	if err != nil {
		return nil, x.registrantRefused(name, err)
	}
	info, err := x.held(ctx, string(s.Domain))
	if err != nil {
		return nil, x.registrantRefused(name, err)
	}
	held, err := x.heldBy(ctx, s.Profile)
	if err != nil {
		return nil, err
	}
	number, what := waiting(info)
	return ok("Command Successful", hash("domain_count", held, "f_owner", "1", "waiting_requests_no", number, "waiting_request", what,
		"cookie", token, "expiredate", utc(info.Domain.Expires))), nil
}

// deleteCookie is DELETE COOKIE (§14.3).
func deleteCookie(ctx context.Context, x *call) (*reply, error) {
	token := x.q.cookie()
	if token == "" {
		return nil, errNoCookie
	}
	if err := x.d.deps.Runner.EndRegistrant(ctx, x.c, token); err != nil {
		return nil, err
	}
	return ok("Command Successful", nil), nil
}

// registrantRefused words a refused log-in as recorded: one line, then who can help, and a line feed at the end.
func (x *call) registrantRefused(name string, err error) error {
	e := errs.As(err)
	if !errs.Is(err, errs.Auth, errs.NotFound, errs.NotOwned, errs.UnsupportedTLD, errs.InvalidName) {
		return err
	}
	if n, bad := dname.Parse(name); bad == nil {
		name = string(n)
	}
	text := "Authentication Error.\nFor support regarding " + clip(name, 80) + ", please contact your reseller"
	if c := x.c.Account; c.Company != "" || c.Email != "" {
		text += ":\n\n    " + c.Company
		if c.Company != "" && c.Email != "" {
			text += ", "
		}
		text += c.Email
	}
	return &refusal{kind: e.Kind, code: 415, text: text + "\n", support: true}
}

// registrant is the session of the cookie that the request carries.
func (x *call) registrant(ctx context.Context) (account.Session, error) {
	return x.d.deps.Runner.Registrant(ctx, x.c, x.q.cookie())
}

// domain is the name that the command is about: one that the request names, else that of its cookie (opensrs.md §4.2).
func (x *call) domain(ctx context.Context) (string, error) {
	if x.selected == "" {
		x.selected = x.q.named()
	}
	if x.selected == "" && x.q.cookie() != "" {
		s, err := x.registrant(ctx)
		if err != nil {
			return "", err
		}
		x.selected = string(s.Domain)
	}
	if x.selected == "" {
		return "", errNoDomain
	}
	return x.selected, nil
}

// heldBy counts a profile's domains.
func (x *call) heldBy(ctx context.Context, p account.ProfileID) (string, error) {
	found, err := do(ctx, x, command.ListDomains{Query: command.Query{Count: true, Where: command.And(notDeleted, ofProfile(p))}})
	return strconv.Itoa(found.Total), err
}

func ofProfile(p account.ProfileID) command.Filter {
	return command.Where("profile", command.Equal, strconv.FormatInt(int64(p), 10))
}

// waiting is the number of orders under way for a domain and a word for them.
func waiting(info command.DomainInfo) (number, what string) {
	if info.Open == "" {
		return "0", "None"
	}
	return "1", orderStatus(order.Order{State: order.Pending})
}

// newCookie makes a token in the recorded form: 16 letters and digits, the profile's number, a number of the log-in.
func newCookie(p account.ProfileID) (string, error) {
	n, err := rand.Int(rand.Reader, big.NewInt(100_000))
	if err != nil {
		return "", err
	}
	return rand.Text()[:16] + ":" + strconv.FormatInt(int64(p), 10) + ":" + strconv.FormatInt(n.Int64()+1, 10), nil
}
