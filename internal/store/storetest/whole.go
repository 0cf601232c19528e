package storetest

import (
	"context"
	"net/netip"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/order"
)

// wholeDomain reads a domain with everything, and says the same as the single reads do.
func wholeDomain(t *testing.T, f *fixture) {
	ctx, a, b := t.Context(), f.account("a", 0), f.account("b", 0)
	jane, john, foreign := f.contact(a.ID, "Jane"), f.contact(a.ID, "John"), f.contact(b.ID, "Foreign")
	d := f.domain(a.ID, "full.com", func(d *domain.Domain) {
		d.Contacts = map[domain.Role]contact.ID{domain.Registrant: jane.ID, domain.Admin: jane.ID, domain.Tech: john.ID, domain.Billing: foreign.ID}
		d.Statuses = []string{domain.ClientHold}
	})
	bare := f.domain(a.ID, "bare.com", nil)
	f.domain(b.ID, "foreign.com", nil)
	whole := func(acc account.ID, name string) command.WholeDomain {
		return must[command.WholeDomain](f)(f.View().WholeDomain(ctx, acc, dname.Name(name)))
	}
	f.same(whole(a.ID, "full.com"), command.WholeDomain{Domain: must[domain.Domain](f)(f.View().Domain(ctx, a.ID, d.Name)),
		Contacts: map[contact.ID]contact.Contact{jane.ID: jane, john.ID: john}})
	f.order(a.ID, "bare.com", func(o *order.Order) { o.Operation, o.State = order.RenewDomain, order.Pending })
	f.order(a.ID, "full.com", func(o *order.Order) { o.State = order.Done })
	f.same(whole(a.ID, "bare.com"), command.WholeDomain{Domain: bare, Open: order.Pending})
	f.same(whole(a.ID, "full.com").Open, order.State(""))
	for _, err := range []error{second(f.View().WholeDomain(ctx, a.ID, "foreign.com")), second(f.View().WholeDomain(ctx, a.ID, "missing.com"))} {
		f.kind(err, errs.NotFound)
	}
}

// wholeLogins reads log-ins and sessions with their accounts and settings.
func wholeLogins(t *testing.T, f *fixture) {
	ctx, a := t.Context(), f.account("a", 0)
	live := account.Credential{Account: a.ID, Dialect: "wapi", Kind: account.SharedHash, Login: "u", Secret: "s", Access: account.Read}
	twin := account.Account{Name: "a", Environment: account.Test, Currency: "EUR"}
	settings := account.Settings{Account: a.ID, Dialect: "wapi", AllowedIPs: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}, Channel: "poll",
		Extra: map[string]string{"x": "y"}}
	wall := f.View().Wall().Truncate(time.Microsecond)
	session := account.Session{TokenHash: "h", Account: a.ID, Dialect: "wapi", Created: wall, Used: wall, Idle: time.Hour}
	var test account.Credential
	f.in(func(ctx context.Context, tx command.Tx) {
		f.ok(tx.AddAccount(ctx, &twin))
		test = live
		test.Account = twin.ID
		f.ok(tx.AddCredential(ctx, &test))
		f.ok(tx.AddCredential(ctx, &live))
		f.ok(tx.PutSettings(ctx, settings))
		session.Credential = live.ID
		f.ok(tx.AddSession(ctx, session))
		lost := session
		lost.TokenHash, lost.Credential = "lost", 1
		f.ok(tx.AddSession(ctx, lost))
	})
	want := []command.FoundLogin{{Credential: live, Account: a, Settings: settings},
		{Credential: test, Account: twin, Settings: account.Settings{Account: twin.ID, Dialect: "wapi"}}}
	f.same(must[[]command.FoundLogin](f)(f.View().FindLogins(ctx, "wapi", account.SharedHash, "u", 0)), want)
	f.same(must[[]command.FoundLogin](f)(f.View().FindLogins(ctx, "wapi", account.SharedHash, "v", 0)), []command.FoundLogin(nil))
	s, login, err := f.View().SessionLogin(ctx, "wapi", "h")
	f.ok(err)
	f.same(s, session)
	f.same(login, want[0])
	for _, token := range []string{"lost", "unknown"} {
		_, _, err := f.View().SessionLogin(ctx, "wapi", token)
		f.kind(err, errs.NotFound)
	}
}
