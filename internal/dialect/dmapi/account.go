package dmapi

import (
	"context"
	"sort"
	"strconv"
	"strings"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/command"
)

// logout ends the session (§7.1.2).
func logout(ctx context.Context, rq *request) (*reply, error) {
	if rq.sid != "" {
		if err := rq.d.deps.Runner.EndSession(ctx, name, rq.sid); err != nil {
			return nil, err
		}
		rq.sid = "" // the reply names it no more
	}
	return &reply{text: textOK, noBalance: true}, nil
}

// version shows the interface's version; it needs no session (§7.1.3).
func version(context.Context, *request) (*reply, error) {
	return &reply{body: "Version: " + versionFull}, nil
}

// changing are the requests that an access level below full or modify does not allow; they are left out of the request list.
var changing = map[string]account.Access{
	"domain-register": account.Full, "domain-renew": account.Full,
	"domain-transfer-in": account.Full, "domain-transfer-in-reseller": account.Full, "domain-redeem": account.Full, "domain-delete": account.Full,
	"domain-modify": account.Modify, "domain-lock": account.Modify, "domain-unlock": account.Modify, "domain-set-property": account.Modify,
	"domain-owner-change": account.Modify, "domain-transfer-get-auth-id": account.Modify,
	"contact-create": account.Modify, "contact/create": account.Modify, "contact-modify": account.Modify, "contact-delete": account.Modify,
	"ns-create": account.Modify, "ns-modify": account.Modify, "ns-delete": account.Modify,
	"host-create": account.Modify, "host-modify": account.Modify, "host-delete": account.Modify,
	"dns-zone-put":      account.Modify,
	"wa-email-validate": account.Modify, "wa-email-verify": account.Modify,
}

// requestList names what this server offers and the caller may use, sorted (§7.1.4).
func requestList(_ context.Context, rq *request) (*reply, error) {
	var names []string
	for n, op := range rq.d.ops {
		need := changing[n]
		if op.run == nil || v2Only[n] || need != "" && !rq.caller.Access.Allows(need) {
			continue
		}
		names = append(names, n)
	}
	sort.Strings(names)
	return &reply{body: strings.Join(names, "\n")}, nil
}

// profile shows the account; balance is a bare number (§7.1.6).
func profile(ctx context.Context, rq *request) (*reply, error) {
	b, err := command.Do(ctx, rq.d.deps.Runner, rq.caller, command.Balance{})
	if err != nil {
		return nil, err
	}
	acc := rq.caller.Account
	var f facts
	f.add("customer-id", strconv.FormatInt(int64(acc.ID), 10))
	f.add("organization", acc.Company)
	f.add("balance", b.Amount().Decimal())
	f.add("last-access", localTime(rq.caller.Credential.LastLogin))
	f.add("admin_email", acc.Email)
	return &reply{body: f.String(), balance: b.Amount().Decimal()}, nil
}
