package doors

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/clock"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/money"
)

// people order one name each, with letters that every interface must carry whole.
var people = []person{
	{"Jane", "Doe", "jane@example.org", "+49.30123456", "Example Street 1", "Berlin", "10115", "DE"},
	{"Jiří", "Čapek", "jiri@example.org", "+420.234567890", "Dlouhá 1", "Praha", "11000", "CZ"},
	{"Erika", "Muster & <Söhne>", "erika@example.org", "+1.4165550100", "1 Example \"Street\"", "Toronto", "M4B 1B3", "CA"},
	{"Åse", "Øresund", "ase@example.org", "+47.22123456", "Storgata 1; 2. etasje", "Oslo", "0155", "NO"},
	{"Max", "O'Brien", "max@example.org", "+353.12345678", "5 Main Street = 100%", "Dublin", "D02 X285", "IE"},
	{"Zoë", "Müller", "zoe@example.org", "+41.443334455", "Bahnhofstraße 3", "Zürich", "8001", "CH"},
}

// purse follows an account's money and compares what all doors say of it.
type purse struct {
	currency money.Currency
	left     money.Amount
}

func (p *purse) spend(t *testing.T, price string) {
	t.Helper()
	a, err := money.Parse(price, p.currency)
	must(t, err)
	p.left.Minor -= a.Minor
}

// TestEveryPair: what any door orders, every door shows and charges alike: the registration, then a renewal, then other name
// servers, each through a further door. Once in euros, once in crowns.
func TestEveryPair(t *testing.T) {
	t.Parallel()
	t.Run("euros", func(t *testing.T) {
		onBoth(t, func(t *testing.T, s setup) {
			allPairs(t, start(t, s), "alpha", &purse{"EUR", money.New(100000, "EUR")}, priceEUR)
		})
	})
	t.Run("crowns", func(t *testing.T) {
		t.Parallel()
		allPairs(t, start(t, setup{}), "crown", &purse{"CZK", money.New(2500000, "CZK")}, priceCZK)
	})
}

func allPairs(t *testing.T, w *world, account string, p *purse, price string) {
	doors := w.clients(account)
	seeMoney(t, doors, "at the start", p)
	for i, a := range doors {
		t.Run(a.door(), func(t *testing.T) { walk(t, doors, i, p, price) })
	}
	seeLists(t, doors)
	w.proven(t)
	if n := count(t, w.registry, "sim_domain"); n != len(doors)+len(seedAccounts)+1 {
		t.Errorf("the registry holds %d names", n)
	}
}

// walk orders through the i-th door and looks through all.
func walk(t *testing.T, doors []client, i int, p *purse, price string) {
	a := doors[i]
	name := "through-" + strings.ReplaceAll(a.door(), " ", "-") + ".com"
	must(t, buy(a, name, people[i]))
	p.spend(t, price)
	want := view{name: name, servers: platformServers, owner: people[i]}
	expires := clock.AddYears(now, 1)
	see(t, doors, "registered", want, expires)
	seeMoney(t, doors, "registered", p)

	must(t, a.renew(name, 2, expires))
	p.spend(t, price)
	p.spend(t, price)
	expires = clock.AddYears(expires, 2)
	see(t, doors, "renewed", want, expires)
	seeMoney(t, doors, "renewed", p)

	want.servers = []string{"ns1.example.net", "ns2.example.net", fmt.Sprintf("ns%d.example.org", i)}
	must(t, a.setServers(name, want.servers))
	see(t, doors, "delegated", want, expires)
	seeMoney(t, doors, "delegated", p)

	for j, b := range doors { // and each door changes what the others have made
		want.servers = []string{fmt.Sprintf("a%d.example.net", j), "b.example.net"}
		if err := b.setServers(name, want.servers); err != nil {
			t.Errorf("%s cannot change what %s has registered: %v", b.door(), a.door(), err)
		}
	}
	must(t, doors[(i+1)%len(doors)].renew(name, 1, expires))
	p.spend(t, price)
	see(t, doors, "changed through all doors", want, clock.AddYears(expires, 1))
	seeMoney(t, doors, "changed through all doors", p)
}

// see compares what every door shows of a name, alone and in its list.
func see(t *testing.T, doors []client, when string, want view, expires time.Time) {
	t.Helper()
	for _, b := range doors {
		got, err := b.info(want.name)
		if err != nil {
			t.Errorf("%s, through %s: %v", when, b.door(), err)
			continue
		}
		if got.name != want.name || got.expires != b.infoTime(expires) || !slices.Equal(got.servers, want.servers) {
			t.Errorf("%s, through %s: %s, expires %s, servers %v; want %s, %s, %v", when, b.door(), got.name, got.expires, got.servers,
				want.name, b.infoTime(expires), want.servers)
		}
		if got.owner.normal() != want.owner.normal() {
			t.Errorf("%s, through %s: owner %+v, want %+v", when, b.door(), got.owner.normal(), want.owner.normal())
		}
		list, err := b.list()
		if err != nil || list[want.name] != b.listTime(expires) {
			t.Errorf("%s, in the list of %s: expires %q, want %q (%v)", when, b.door(), list[want.name], b.listTime(expires), err)
		}
	}
}

// seeMoney compares the balance that every door shows.
func seeMoney(t *testing.T, doors []client, when string, p *purse) {
	t.Helper()
	for _, b := range doors {
		if got, err := b.balance(); err != nil || got != p.left.Decimal() {
			t.Errorf("%s, through %s: balance %q, want %s (%v)", when, b.door(), got, p.left.Decimal(), err)
		}
	}
}

// seeLists compares which names every door lists.
func seeLists(t *testing.T, doors []client) {
	t.Helper()
	var first []string
	for _, b := range doors {
		list, err := b.list()
		must(t, err)
		var names []string
		for n := range list {
			names = append(names, n)
		}
		slices.Sort(names)
		if first == nil {
			first = names
		}
		if len(names) != len(doors)+1 || !slices.Equal(names, first) {
			t.Errorf("%s lists %v, %s %v", b.door(), names, doors[0].door(), first)
		}
	}
}

// TestPrices: every price command says the same, and it is what is charged.
func TestPrices(t *testing.T) {
	t.Parallel()
	w := start(t, setup{})
	for account, want := range map[string]struct {
		currency money.Currency
		price    string
	}{"alpha": {"EUR", priceEUR}, "crown": {"CZK", priceCZK}} {
		said := 0
		for _, c := range w.clients(account) {
			for _, op := range []string{"create", "renew"} {
				for _, years := range []int{1, 2, 10} {
					one, err := money.Parse(want.price, want.currency)
					must(t, err)
					price := money.New(one.Minor*int64(years), want.currency).Decimal()
					got, err := c.price(op, years)
					if errors.Is(err, errNone) {
						continue
					}
					said++
					if err != nil || got != price && got != price+" "+string(want.currency) {
						t.Errorf("%s, %s: %s for %d years costs %q, want %s (%v)", account, c.door(), op, years, got, price, err)
					}
				}
			}
		}
		if said != 3*6 {
			t.Errorf("%s: %d prices compared", account, said)
		}
	}
}

// TestPairsOfIDN: a name ordered in Unicode through any door is the same name everywhere, asked for in either form.
func TestPairsOfIDN(t *testing.T) {
	t.Parallel()
	w := start(t, setup{})
	doors := w.clients("alpha")
	for i, a := range doors {
		unicode := fmt.Sprintf("größe-%d.com", i)
		n, err := dname.Parse(unicode)
		must(t, err)

		if err := buy(a, unicode, people[i]); err != nil {
			t.Errorf("%s: %v", a.door(), err)
			continue
		}
		want := view{name: string(n), servers: platformServers, owner: people[i]}
		see(t, doors, "by its A-label", want, clock.AddYears(now, 1))
		for _, b := range doors {
			if got, err := b.info(unicode); err != nil || got.expires != b.infoTime(clock.AddYears(now, 1)) {
				t.Errorf("%s, asked for in Unicode: %+v %v", b.door(), got, err)
			}
			if free, err := b.check(unicode); free || err != nil && !errors.Is(err, errNone) {
				t.Errorf("%s: %s is free: %v %v", b.door(), unicode, free, err)
			}
			if err := b.setServers(unicode, []string{fmt.Sprintf("ns1.%d.example.net", i), "ns2.example.net"}); err != nil {
				t.Errorf("%s, changed in Unicode: %v", b.door(), err)
			}
		}
	}
	w.proven(t)
}
