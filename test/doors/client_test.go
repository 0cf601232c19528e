package doors

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

// client orders and asks through one door. A refusal is an *answer.
type client interface {
	door() string
	check(name string) (free bool, err error)
	// contact makes a contact for .com and gives its handle; errNone where the interface has no such command.
	contact(p person) (string, error)
	// register orders a name, with the contact's handle where there is one, else with its data.
	register(o order) error
	info(name string) (view, error)
	// list gives the expiry of each of the account's names as the list shows it.
	list() (map[string]string, error)
	renew(name string, years int, expires time.Time) error
	setServers(name string, servers []string) error
	balance() (string, error)
	// price gives the price of a .com; errNone where the interface has no price command.
	price(op string, years int) (string, error)
	// infoTime and listTime are the forms that info and list write an expiry in.
	infoTime(time.Time) string
	listTime(time.Time) string
	// busy is the code that answers a second order for a name with one open, by operation: register, renew, servers.
	busy(op string) string
}

// errNone says that an interface has no command for something.
var errNone = errors.New("the interface has no such command")

// order is a registration.
type order struct {
	name    string
	years   int
	servers []string
	handle  string
	owner   person
}

// person is a contact's data; numbers are international without blanks.
type person struct {
	first, last, email, phone, street, city, code, country string
}

// jane is fit for every door.
func jane() person {
	return person{"Jane", "Doe", "jane@example.org", "+49.30123456", "Example Street 1", "Berlin", "10115", "DE"}
}

// view is a domain as every door can show it. Phones are digits alone, countries capital, names one text.
type view struct {
	name, expires string
	servers       []string
	owner         person
}

// normal brings the parts that the interfaces write differently into one form.
func (p person) normal() person {
	p.phone = strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, p.phone)
	p.country = strings.ToUpper(p.country)
	p.last = strings.TrimSpace(p.first + " " + p.last)
	p.first = ""
	return p
}

// platformServers are the operator's.
var platformServers = []string{"ns1.polyreg.test", "ns2.polyreg.test"}

// clients gives an account's client for every door; WAPI counts as two.
func (w *world) clients(account string) []client {
	return []client{newDMAPI(w, account), newOpenSRS(w, account), newWAPI(w, account, "json"), newWAPI(w, account, "xml"),
		newRobot(w, account), newAutoDNS(w, account)}
}

// buy makes a contact and registers a name for a year.
func buy(c client, name string, owner person) error {
	o := order{name: name, years: 1, servers: platformServers, owner: owner}
	var err error
	if o.handle, err = c.contact(owner); err != nil && !errors.Is(err, errNone) {
		return fmt.Errorf("contact: %w", err)
	}
	return c.register(o)
}

// codeOf is the code of a refusal; "" for success and "?…" for anything that is no answer.
func codeOf(err error) string {
	var a *answer
	switch {
	case err == nil:
		return ""
	case errors.As(err, &a):
		return a.code
	}
	return "? " + err.Error()
}

// TestClients: each test client can do by itself what the other tests build on.
func TestClients(t *testing.T) {
	t.Parallel()
	w := start(t, setup{})
	for _, c := range w.clients("alpha") {
		name := "own-" + strings.ReplaceAll(c.door(), " ", "-") + ".com"
		free, err := c.check(name)
		if checks := !errors.Is(err, errNone); checks && (err != nil || !free) {
			t.Fatalf("%s: check: %v %v", c.door(), free, err)
		}
		if err := buy(c, name, jane()); err != nil {
			t.Fatalf("%s: register: %v", c.door(), err)
		}
		for _, taken := range []string{name, "beta-owned.com", "incoming.com"} {
			if free, err = c.check(taken); free || err != nil && !errors.Is(err, errNone) {
				t.Errorf("%s: check of %s, which is taken: %v %v", c.door(), taken, free, err)
			}
		}
	}
	w.proven(t)
}
