// Package storetest says what a command.Store must do: behaviour of every method, the rules that two writers at once must
// not break, and who sees what. Exercise runs it against an implementation.
package storetest

import (
	"context"
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/money"
	"github.com/polyreg/polyreg/internal/order"
)

// Exercise runs the whole suite; open gives a fresh, empty store.
func Exercise(t *testing.T, open func(t *testing.T) command.Store) {
	for _, c := range []struct {
		name string
		run  func(*testing.T, *fixture)
	}{
		{"accounts", accounts}, {"settings", settings}, {"profiles", profiles},
		{"credentials", credentials}, {"log-ins", noteLogin}, {"sessions", sessions},
		{"ledger", moneyFlow}, {"ledger refusals", moneyRefusals}, {"holds at once", holdsAtOnce}, {"proof finds", proofFinds}, {"proof at work", proofAtWork},
		{"contacts", contacts}, {"handles", handles}, {"at registries", atRegistries}, {"contact lists", contactLists},
		{"hosts", hosts}, {"domains", domains}, {"domain lists", domainLists}, {"cursors", cursors}, {"bad queries", badQueries},
		{"orders", orders}, {"order lists", orderLists}, {"fencing", fencing}, {"open once", openOnce}, {"sweepers", sweepers}, {"keys", keys},
		{"notices", notices}, {"registry messages", registryMessages}, {"meta", meta},
		{"whole domain", wholeDomain}, {"whole log-ins", wholeLogins}, {"judged", judged}, {"name states", nameStates}, {"contacts at a registry", contactsAt}, {"drawn numbers", drawnNumbers},
		{"life of a domain", lifeOfDomain}, {"move", moveDomain}, {"remove", removeDomain}, {"host objects", hostObjects},
		{"due list", dueList}, {"due at once", dueAtOnce}, {"leases", leases},
		{"refunds", refunds}, {"refunds at once", refundsAtOnce}, {"order kinds", orderKinds},
		{"mails", mails}, {"mailers", mailers}, {"obligations", obligations},
		{"verifications", verifications}, {"verifications at once", verificationsAtOnce}, {"registrant's address", registrantEmail},
		{"zones", zoneHeads}, {"zone records", zoneRecords}, {"zone journal", zoneJournal}, {"keys of zones", zoneKeys}, {"chains of zones", zoneChain}, {"notes of zones", zoneNotes}, {"staged changes of zones", zoneStaged},
		{"zones made by themselves", zoneDefaults}, {"forwards", zoneForwards}, {"dynamic DNS log-ins", dnsCredentials}, {"feed of zones", zoneFeed}, {"feed of zones at once", zoneFeedAtOnce},
		{"timeline", timeline}, {"transactions", transactions}, {"views", views}, {"scope", scope},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.run(t, &fixture{t: t, Store: open(t)})
		})
	}
}

// fixture is a store with short forms.
type fixture struct {
	t *testing.T
	command.Store
}

// in runs fn in a transaction that must succeed.
func (f *fixture) in(fn func(ctx context.Context, tx command.Tx)) {
	f.t.Helper()
	err := f.InTx(f.t.Context(), func(ctx context.Context, tx command.Tx) error { fn(ctx, tx); return nil })
	if err != nil {
		f.t.Fatal(err)
	}
}

// ok fails on an error.
func (f *fixture) ok(err error) {
	f.t.Helper()
	if err != nil {
		f.t.Fatal(err)
	}
}

// kind fails unless err is of a kind.
func (f *fixture) kind(err error, want errs.Kind) {
	f.t.Helper()
	if errs.KindOf(err) != want {
		f.t.Fatalf("got error %v, want %s", err, want)
	}
}

// same compares values; errors are compared by what is stored of them.
func (f *fixture) same(got, want any) {
	f.t.Helper()
	if d := cmp.Diff(want, got, cmpopts.IgnoreUnexported(errs.Error{}), cmpopts.EquateComparable(netip.Addr{}, netip.AddrPort{}, netip.Prefix{}), cmpopts.EquateEmpty()); d != "" {
		f.t.Fatalf("-want +got:\n%s", d)
	}
}

// must gives a value or fails.
func must[T any](f *fixture) func(T, error) T {
	return func(v T, err error) T {
		f.t.Helper()
		f.ok(err)
		return v
	}
}

func (f *fixture) account(name string, parent account.ID) account.Account {
	f.t.Helper()
	a := account.Account{Name: name, Company: "Company " + name, Email: name + "@example.org", Language: "en", Parent: parent,
		Environment: account.Live, Currency: "EUR", PriceGroup: "standard"}
	f.in(func(ctx context.Context, tx command.Tx) { f.ok(tx.AddAccount(ctx, &a)) })
	return a
}

func (f *fixture) deposit(acc account.ID, minor int64) {
	f.t.Helper()
	f.in(func(ctx context.Context, tx command.Tx) {
		f.ok(tx.Deposit(ctx, acc, money.New(minor, "EUR"), "payment"))
	})
}

func person(last string) contact.Data {
	return contact.Data{Type: contact.Person, FirstName: "Jane", LastName: last, Email: strings.ToLower(last) + "@example.org",
		Phone: "+49.30123456", Street: []string{"Street 1"}, City: "Berlin", PostalCode: "10115", Country: "DE"}
}

func (f *fixture) contact(acc account.ID, last string) contact.Contact {
	f.t.Helper()
	c := contact.Contact{Account: acc, Data: person(last)}
	f.in(func(ctx context.Context, tx command.Tx) { f.ok(tx.AddContact(ctx, &c)) })
	return c
}

func (f *fixture) domain(acc account.ID, name dname.Name, change func(*domain.Domain)) domain.Domain {
	f.t.Helper()
	_, tld, _ := name.Cut()
	d := domain.Domain{Account: acc, Environment: account.Live, Name: name, TLD: string(tld), Registry: "demo", AutoRenew: domain.Renew}
	if change != nil {
		change(&d)
	}
	f.in(func(ctx context.Context, tx command.Tx) {
		if d.Created.IsZero() {
			d.Created = tx.Registrar()
		}
		f.ok(tx.AddDomain(ctx, &d))
	})
	return d
}

// newOrder draws a number and writes an order in the state "sent".
func newOrder(ctx context.Context, tx command.Tx, acc account.ID, object string, change func(*order.Order)) (order.Order, error) {
	n, err := tx.NextOrder(ctx)
	if err != nil {
		return order.Order{}, err
	}
	o := order.Order{Number: n, Account: acc, Environment: account.Live, Operation: order.Register, ObjectKind: "domain", ObjectName: object,
		State: order.Sent, Registry: "demo", Price: money.New(100, "EUR"), Input: []byte(`{"x":1}`), Attempt: 1, LeaseOwner: "n1",
		NextAttempt: tx.Wall(), Created: tx.Registrar(), Updated: tx.Registrar(),
		Caller: order.Caller{Dialect: "dmapi", Command: "domain-register", Request: "r" + object, ClTRID: "c", Notice: order.NoticeNever}}
	if change != nil {
		change(&o)
	}
	return o, tx.AddOrder(ctx, &o)
}

func (f *fixture) order(acc account.ID, object string, change func(*order.Order)) order.Order {
	f.t.Helper()
	var o order.Order
	f.in(func(ctx context.Context, tx command.Tx) {
		var err error
		o, err = newOrder(ctx, tx, acc, object, change)
		f.ok(err)
	})
	return o
}
