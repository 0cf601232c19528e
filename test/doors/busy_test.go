package doors

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/clock"
	"github.com/polyreg/polyreg/internal/registry"
	"github.com/polyreg/polyreg/internal/registry/sim/repo"
)

// asked is an order whose answer is not known yet: it must be accepted in the dialect's form for that.
func asked(c client, o order) error {
	var err error
	form := ""
	switch c := c.(type) {
	case *dmapi:
		r, e := c.call("domain-register", c.registerParams(o)...)
		if err = e; err == nil {
			if r, err = c.call("result-retrieve", "Proc-ID", r.first("Proc-ID")); r.fact("Completion-Status") != "?" {
				form = r.body
			}
		}
	case *opensrs:
		top, e := c.call("SW_REGISTER", "DOMAIN", registration(o))
		if err = e; at(top, "response_code") != "250" {
			form = at(top, "response_code")
		}
	case *wapi:
		r, e := c.call("domain-create", creation(o))
		if err = e; r.text("code") != "1001" {
			form = r.text("code")
		}
	case *robot:
		r, e := c.call("POST", "/domain", domainObject(o))
		if err = e; r.text("status", "code") != "N0101" || len(r.each("data")) != 1 || r.each("data")[0].text("status") != "RUNNING" {
			form = fmt.Sprint(r)
		}
	case *autodns:
		r, e := c.call("0101", domainElement(o))
		if err = e; r.Child("status").ChildTrim("code") != "N0101" {
			form = r.Child("status").ChildTrim("code")
		}
	}
	if err == nil && form != "" {
		err = fmt.Errorf("%s: not the form of a pending order: %s", c.door(), form)
	}
	return err
}

// handle makes a contact where a door has them.
func handle(t *testing.T, c client) string {
	t.Helper()
	h, err := c.contact(jane())
	if err != nil && err != errNone {
		t.Fatalf("%s: %v", c.door(), err)
	}
	return h
}

// TestSecondOrderIsBusy: while a registration is open, whoever ordered it through whatever door, a second order for the name
// gets the dialect's busy answer through every door and from every account, and changes nothing. When it ends, it is there once.
func TestSecondOrderIsBusy(t *testing.T) {
	t.Parallel()
	w := start(t, setup{pending: func(op, name string) bool { return strings.HasPrefix(name, "open-") }})
	mine, theirs := w.clients("alpha"), w.clients("beta")
	handles := map[client]string{}
	for _, c := range append(append([]client{}, mine...), theirs...) {
		handles[c] = handle(t, c)
	}
	for i, a := range mine {
		o := order{name: fmt.Sprintf("open-%d.com", i), years: 1, servers: platformServers, owner: jane()}
		o.handle = handles[a]
		if err := asked(a, o); err != nil {
			t.Fatal(err)
		}
		before := w.dump(t)
		for _, b := range append(append([]client{}, mine...), theirs...) {
			o.handle = handles[b]
			if got := codeOf(b.register(o)); got != b.busy("register") {
				t.Errorf("ordered through %s, again through %s: %s, want %s", a.door(), b.door(), got, b.busy("register"))
			}
			if free, err := b.check(o.name); free || err != nil && err != errNone {
				t.Errorf("ordered through %s: %s says free %v, %v", a.door(), b.door(), free, err)
			}
		}
		if diff := sameRows(before, w.dump(t)); diff != "" {
			t.Errorf("ordered through %s, a second order changed%s", a.door(), diff)
		}
		must(t, w.app.Core().Sim.ResolvePending(context.Background(), repo.Live, o.name, true))
		waitFor(t, w, o.name)
		see(t, mine, "after it was pending", view{name: o.name, servers: platformServers, owner: jane()}, clock.AddYears(now, 1))
	}
	w.proven(t)
}

// waitFor waits until no order for a name is open.
func waitFor(t *testing.T, w *world, name string) {
	t.Helper()
	for range 400 {
		if count(t, w.core, "reg_order WHERE state IN ('sent', 'pending') AND object_name = '"+name+"'") == 0 {
			return
		}
		time.Sleep(25 * time.Millisecond)
	}
	t.Fatalf("the order for %s does not end", name)
}

// slow holds renewals back at the registry until it is told to go on.
type slow struct {
	registry.Registry
	entered chan string
	release chan struct{}
}

func (s slow) RenewDomain(ctx context.Context, clTRID string, in registry.DomainRenew) (registry.DomainRenewed, error) {
	s.entered <- string(in.Name)
	<-s.release
	return s.Registry.RenewDomain(ctx, clTRID, in)
}

// TestChangeOfBusyName: while a renewal is at the registry, whatever door it came through, renewals and changes through every
// door are busy and change nothing; another account does not see the name at all.
func TestChangeOfBusyName(t *testing.T) {
	t.Parallel()
	entered, release := make(chan string), make(chan struct{})
	w := start(t, setup{wrap: func(r registry.Registry) registry.Registry { return slow{r, entered, release} }})
	doors, other := w.clients("alpha"), newRobot(w, "beta")
	const name = "alpha-owned.com"
	expires := now.AddDate(0, 0, 630)
	for i, a := range doors {
		outcome := make(chan error, 1)
		go func() { outcome <- a.renew(name, 1, expires) }()
		select {
		case <-entered:
		case err := <-outcome:
			t.Fatalf("%s: the renewal ended before it reached the registry: %v", a.door(), err)
		}
		before := w.dump(t)
		for _, b := range doors {
			if got := codeOf(b.renew(name, 1, expires)); got != b.busy("renew") {
				t.Errorf("renewed through %s, again through %s: %s, want %s", a.door(), b.door(), got, b.busy("renew"))
			}
			if got := codeOf(b.setServers(name, []string{"ns1.example.net", "ns2.example.net"})); got != b.busy("servers") {
				t.Errorf("renewed through %s, changed through %s: %s, want %s", a.door(), b.door(), got, b.busy("servers"))
			}
		}
		if got := codeOf(other.renew(name, 1, expires)); got != "404 E0101003 EF01012" {
			t.Errorf("another account's renewal: %s", got)
		}
		if diff := sameRows(before, w.dump(t)); diff != "" {
			t.Errorf("renewed through %s, a second order changed%s", a.door(), diff)
		}
		release <- struct{}{}
		if err := <-outcome; err != nil {
			t.Errorf("%s: %v", a.door(), err)
		}
		expires = clock.AddYears(expires, 1)
		if got, err := doors[(i+1)%len(doors)].info(name); err != nil || got.expires != doors[(i+1)%len(doors)].infoTime(expires) {
			t.Errorf("after the renewal through %s: %+v, %v", a.door(), got, err)
		}
	}
	w.proven(t)
}
