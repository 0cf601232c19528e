package dmapi

import (
	"context"
	"strings"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/domain"
)

// domainList is query-domain-list (§7.2.1). No match is an empty list, be the name foreign or missing.
func domainList(ctx context.Context, rq *request) (*reply, error) {
	show, err := rq.domainColumns()
	if err != nil {
		return nil, err
	}
	offset, limit, err := rq.window()
	if err != nil {
		return nil, err
	}
	rp := &reply{noTracking: true, columns: show.names()}
	t := rq.table()
	pattern, err := rq.form.pattern("pattern")
	if err != nil {
		return nil, err
	}
	where, possible := whereDomain(pattern)
	if possible && limit != 0 {
		err = rq.eachDomain(ctx, where, offset, limit, func(d domain.Domain) { t.add(rq.domainRow(show, d)...) })
	}
	return t.into(rp), err
}

// columns says which optional columns of query-domain-list were asked for.
type columns struct{ status, grants, privacy, jokerns bool }

func (rq *request) domainColumns() (c columns, err error) {
	for _, f := range []struct {
		name string
		to   *bool
	}{{"showstatus", &c.status}, {"showgrants", &c.grants}, {"showprivacy", &c.privacy}, {"showjokerns", &c.jokerns}} {
		if *f.to, err = rq.form.truth(f.name, false); err != nil {
			return c, err
		}
	}
	return c, nil
}

func (c columns) names() []string {
	out := []string{"domain", "expiration_date"}
	if c.status {
		out = append(out, "domain_status")
	}
	if c.grants {
		out = append(out, "own_role", "invitation_possible", "number_of_confirmed_grants", "pending_invitations")
	}
	if c.privacy {
		out = append(out, "privacy-status", "privacy-origin", "privacy-expiration")
	}
	if c.jokerns {
		out = append(out, "jokerns")
	}
	return out
}

func (rq *request) domainRow(c columns, d domain.Domain) []string {
	row := []string{string(d.Name), day(d.Expires)}
	if c.status {
		row = append(row, domainStatus(d))
	}
	if c.grants { // nobody can be invited yet: the caller is the creator and the only one
		row = append(row, "@creator", "true", "0", "0")
	}
	if c.privacy { // no privacy service is sold yet
		row = append(row, privacyOff, privacyOff, "-")
	}
	if c.jokerns {
		row = append(row, bit(rq.d.deps.Runner.OnPlatform(d.Servers)))
	}
	return row
}

// privacyOff is the level of a domain without the privacy service.
const privacyOff = "off"

// domainStatus is the comma list of query-domain-list: only words that every client knows.
func domainStatus(d domain.Domain) string { return strings.Join(statusWords(d), ",") }

func statusWords(d domain.Domain) []string {
	words := []string{"production"}
	if d.Locked() {
		words[0] = "lock"
	}
	if renewsItself(d) {
		words = append(words, "autorenew")
	}
	return words
}

func renewsItself(d domain.Domain) bool {
	return d.AutoRenew == domain.Renew || d.AutoRenew == domain.RenewOnce
}

// eachDomain walks the caller's domains by name, from offset on, limit of them or, when negative, all. Deleted ones, which may
// still be redeemed, are in no list (§7.2.1).
func (rq *request) eachDomain(ctx context.Context, where command.Filter, offset, limit int, do func(domain.Domain)) error {
	q := command.Query{Where: command.And(where, command.Where("deleted", command.IsNull)), Sort: []command.Sort{{Field: "name"}}, Offset: offset}
	for left := limit; left != 0; {
		if q.Limit = command.MaxPage; left > 0 {
			q.Limit = min(left, command.MaxPage)
		}
		page, err := command.Do(ctx, rq.d.deps.Runner, rq.caller, command.ListDomains{Query: q})
		if err != nil {
			return err
		}
		for _, d := range page.Domains {
			do(d)
		}
		if left > 0 {
			left -= len(page.Domains)
		}
		if page.Next == "" || len(page.Domains) == 0 {
			return nil
		}
		q.After, q.Offset = page.Next, 0
	}
	return nil
}
