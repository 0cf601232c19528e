package dmapi

import (
	"context"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // local times of the replies, on machines without zone files

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/catalog"
	"github.com/polyreg/polyreg/internal/command"
)

// login starts a session by API key, or by user name and password; the key wins when both are given (§4.1, §4.2).
func login(ctx context.Context, rq *request) (*reply, error) {
	identify := rq.loginPassword
	if rq.form.get("api-key") != "" {
		identify = rq.loginKey
	}
	if err := identify(ctx); err != nil {
		return nil, err
	}
	if err := rq.fillCaller(); err != nil {
		return nil, err
	}
	r := rq.d.deps.Runner
	tlds, err := rq.tlds(ctx)
	if err != nil {
		return nil, err
	}
	stats, err := command.Do(ctx, r, rq.caller, command.Statistics{})
	if err != nil {
		return nil, err
	}
	money, err := command.Do(ctx, r, rq.caller, command.Balance{})
	if err != nil {
		return nil, err
	}
	sid := command.NewToken(sessionBytes)
	if err := r.OpenSession(ctx, rq.caller, sid, sessionIdle, sessionsKept); err != nil {
		return nil, err
	}
	rq.sid = sid
	acc, cred := rq.caller.Account, rq.caller.Credential
	held := money.Amount()
	held.Minor = money.Held
	rp := &reply{login: true, text: textOK, body: tlds, bodyLF: true, extra: []header{
		{"UID", strconv.FormatInt(int64(acc.ID), 10)},
		{"User-Login", loginName(rq.caller)},
		{"Auth-Sid", sid},
		{"Session-Timeout", strconv.Itoa(sessionSeconds)},
		{"User-Access", userAccess(rq.caller.Access)},
		{"Account-currency", string(acc.Currency)},
		{"Account-balance", money.Amount().Short()},
		{"Account-pending_amount", held.Short()},
		{"Account-rebate", "0.0"},
		{"Account-contract_date", day(acc.Created)},
		{"Stats-number-of-domains", strconv.Itoa(stats.Domains)},
		// As they were before this log-in.
		{"Stats-last-login", localTime(cred.LastLogin)},
		{"Stats-last-ip", cred.LastIP},
		{"Stats-last-error", localTime(cred.LastError)},
		{"Stats-last-error-ip", cred.LastErrorIP},
		{"Stats-number-of-autorenew", strconv.Itoa(stats.AutoRenew)},
	}}
	return rp, nil
}

// textOK is the Status-Text of login and logout (§3.2).
const textOK = "OK"

// loginName is the user name, or for an API key, which has none, the account's.
func loginName(c command.Caller) string {
	switch {
	case c.Credential.Kind != account.APIKey:
		return c.Credential.Login
	case c.Account.Email != "":
		return c.Account.Email
	}
	return c.Account.Name
}

func userAccess(a account.Access) string {
	switch {
	case a.Allows(account.Full):
		return "@full"
	case a.Allows(account.Modify):
		return "@modify-only"
	}
	return "@read-only"
}

// berlin is the local time of the recorded replies (§4.2).
var berlin = mustLoad("Europe/Berlin")

func mustLoad(zone string) *time.Location {
	loc, err := time.LoadLocation(zone)
	if err != nil { // the data is embedded
		panic(err)
	}
	return loc
}

// localTime is the service's local time with its offset; "" for no time.
func localTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(berlin).Format("2006-01-02 15:04:05 -0700")
}

// tlds lists what the caller may register, one TLD per line, sorted bytewise; with prefixes=1 each with its handle prefix.
func (rq *request) tlds(ctx context.Context) (string, error) {
	prefixes, err := rq.form.truth("prefixes", false)
	if err != nil {
		return "", err
	}
	prices, err := command.Do(ctx, rq.d.deps.Runner, rq.caller, command.PriceList{})
	if err != nil {
		return "", err
	}
	sold := map[string]bool{}
	for _, p := range prices {
		if p.Operation == catalog.Create {
			sold[p.TLD] = true
		}
	}
	var lines []string
	for _, t := range rq.d.deps.Runner.Catalog().TLDs() {
		switch {
		case !sold[t.Name]:
		case prefixes:
			lines = append(lines, t.Name+"\t"+t.HandlePrefix)
		default:
			lines = append(lines, t.Name)
		}
	}
	return strings.Join(lines, "\n"), nil
}

// tldList is the login's body as a request of its own (§7.1.5).
func tldList(ctx context.Context, rq *request) (*reply, error) {
	body, err := rq.tlds(ctx)
	return &reply{body: body}, err
}
