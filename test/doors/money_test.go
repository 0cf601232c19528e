package doors

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/polyreg/polyreg/internal/store/pgtest"
)

// noFunds are the answers to an order that the account cannot pay (wapi.md §9, opensrs.md §5.1, dmapi.md §5.2; the vendor of the
// other two publishes none).
var noFunds = map[string]string{"dmapi": "200 2104", "opensrs": "440", "wapi json": "3002", "wapi xml": "3002",
	"domainrobot": "400 E0101 EF00901", "autodns": "E0101 EF00901"}

// TestMoneyUnderFire: sixteen registrations at once through four doors, with money for ten.
func TestMoneyUnderFire(t *testing.T) {
	onBoth(t, fire)
	t.Run("postgres alone", func(t *testing.T) {
		t.Parallel()
		d := pgtest.Open(t)
		fire(t, setup{core: d, registry: d})
	})
}

const (
	shots  = 16
	afford = 10
)

func fire(t *testing.T, s setup) {
	w := start(t, s)
	before := count(t, w.registry, "sim_domain")
	doors := []client{newOpenSRS(w, "ten"), newDMAPI(w, "ten"), newWAPI(w, "ten", "json"), newRobot(w, "ten"), newWAPI(w, "ten", "xml"), newAutoDNS(w, "ten")}
	handles := make([]string, len(doors))
	for i, c := range doors {
		var err error
		if handles[i], err = c.contact(jane()); err != nil && !errors.Is(err, errNone) {
			t.Fatal(err)
		}
	}
	contacts, orders := count(t, w.core, "contact"), count(t, w.core, "reg_order")
	results := make([]error, shots)
	ready := make(chan struct{})
	var wg sync.WaitGroup
	for i := range shots {
		wg.Add(1)
		go func() {
			defer wg.Done()
			o := order{name: shot(i), years: 1, servers: platformServers, handle: handles[i%len(doors)], owner: jane()}
			<-ready
			results[i] = doors[i%len(doors)].register(o)
		}()
	}
	close(ready)
	wg.Wait()
	done := 0
	for i, err := range results {
		c := doors[i%len(doors)]
		switch {
		case err == nil:
			done++
		case codeOf(err) != noFunds[c.door()]:
			t.Errorf("%s through %s: %v", shot(i), c.door(), err)
		}
	}
	if done != afford {
		t.Errorf("%d registrations succeeded, the money was for %d", done, afford)
	}
	w.proven(t)
	seeMoney(t, doors, "under fire", &purse{})
	settled(t, w, results)
	if n := count(t, w.registry, "sim_domain") - before; n != afford {
		t.Errorf("the registry holds %d names more", n)
	}
	if n := count(t, w.core, "reg_order") - orders; n != afford {
		t.Errorf("%d orders are stored", n)
	}
	if n := count(t, w.core, "reg_order WHERE state <> 'done'"); n != 0 {
		t.Errorf("%d orders are not done", n)
	}
	if n := count(t, w.core, "hold WHERE state = 'open'"); n != 0 {
		t.Errorf("%d holds are open", n)
	}
	if n := count(t, w.core, "entry WHERE reason = 'charge'"); n != afford {
		t.Errorf("%d charges", n)
	}
	if n := count(t, w.core, "contact") - contacts; n != succeeded(results, doors, "opensrs") {
		t.Errorf("%d contacts came with the orders of OpenSRS", n)
	}
}

func shot(i int) string { return fmt.Sprintf("shot-%d.com", i) }

func succeeded(results []error, doors []client, door string) (n int) {
	for i, err := range results {
		if err == nil && doors[i%len(doors)].door() == door {
			n++
		}
	}
	return n
}

// settled compares what every door lists with what was answered, and what the registry holds with both.
func settled(t *testing.T, w *world, results []error) {
	t.Helper()
	held := strings.Join(query(t, w.registry, `SELECT name, sponsor FROM sim_domain ORDER BY name`, 2), "\n")
	for _, c := range w.clients("ten") {
		list, err := c.list()
		must(t, err)
		for i, err := range results {
			_, listed := list[shot(i)]
			atRegistry := strings.Contains(held, shot(i)+" ")
			if ok := err == nil; listed != ok || atRegistry != ok {
				t.Errorf("%s: succeeded %v, listed by %s %v, at the registry %v", shot(i), ok, c.door(), listed, atRegistry)
			}
		}
	}
}

// taken are the answers to an order for a name that is registered.
var taken = map[string]string{"dmapi": "200 2302", "opensrs": "485", "wapi json": "3201", "wapi xml": "3201",
	"domainrobot": "400 E0101 EF01021", "autodns": "E0101 EF01021"}

// TestOneNameThroughAllDoors: of twelve orders at once for one name, through all doors and from two accounts, one succeeds and is
// paid; the others are told that it is busy or taken. One that lost at the registry leaves a failed order and nothing else.
func TestOneNameThroughAllDoors(t *testing.T) {
	onBoth(t, race)
}

func race(t *testing.T, s setup) {
	w := start(t, s)
	doors := append(w.clients("alpha"), w.clients("beta")...)
	handles := make([]string, len(doors))
	for i, c := range doors {
		handles[i] = handle(t, c)
	}
	before := map[string]int{}
	tables := []string{"contact", "domain", "entry", "posting", "hold WHERE state = 'captured'", "reg_order WHERE state = 'done'"}
	for _, table := range tables {
		before[table] = count(t, w.core, table)
	}
	for round := range 3 {
		name := fmt.Sprintf("wanted-%d.com", round)
		results := make([]error, len(doors))
		ready := make(chan struct{})
		var wg sync.WaitGroup
		for i, c := range doors {
			wg.Add(1)
			go func() {
				defer wg.Done()
				<-ready
				results[i] = c.register(order{name: name, years: 1, servers: platformServers, handle: handles[i], owner: jane()})
			}()
		}
		close(ready)
		wg.Wait()
		winner := -1
		for i, err := range results {
			c := doors[i]
			switch got := codeOf(err); {
			case err == nil && winner < 0:
				winner = i
			case got != c.busy("register") && got != taken[c.door()]:
				t.Errorf("%s through %s: %v", name, c.door(), err)
			}
		}
		if winner < 0 {
			t.Fatalf("%s: nobody succeeded: %v", name, results)
		}
		for _, table := range tables {
			want := 1
			switch {
			case table == "posting":
				want = 2
			case table == "contact" && doors[winner].door() != "opensrs": // there alone contacts come with the order
				want = 0
			}
			n := count(t, w.core, table)
			if d := n - before[table]; d != want {
				t.Errorf("%s, won through %s: %d rows of %s more, want %d", name, doors[winner].door(), d, table, want)
			}
			before[table] = n
		}
	}
	for _, open := range []string{"reg_order WHERE state NOT IN ('done', 'failed')", "hold WHERE state = 'open'"} {
		if n := count(t, w.core, open); n != 0 {
			t.Errorf("%d rows of %s", n, open)
		}
	}
	if n := count(t, w.registry, "sim_domain WHERE name LIKE 'wanted-%'"); n != 3 {
		t.Errorf("the registry holds %d of three names", n)
	}
	w.proven(t)
}
