package catalog

import (
	"testing"
	"time"
)

func TestPolicyNamed(t *testing.T) {
	t.Parallel()
	for _, name := range PolicyNames() {
		p, ok := PolicyNamed(name)
		if !ok || p.Name != name || !p.From.IsZero() || len(p.Notices) != 3 || p.HoldAfter >= p.DeleteAfter {
			t.Errorf("%s: %+v", name, p)
		}
		p.Notices[0] = 0
		if again, _ := PolicyNamed(name); again.Notices[0] == 0 {
			t.Errorf("%s: whoever changes what he got changes the built-in policy", name)
		}
	}
	if p, ok := PolicyNamed("other"); ok || p.Name != "" {
		t.Errorf("%+v", p)
	}
	now, _ := PolicyNamed(PolicyGTLD)
	next, _ := PolicyNamed(PolicyGTLDNext)
	plain, _ := PolicyNamed(PolicyPlain)
	if now.CreateLock != 60*day || now.TransferLock != 60*day || now.OwnerLock != 60*day || now.TAC || now.Verify != 15*day || !now.Reminder {
		t.Errorf("%+v", now)
	}
	if next.CreateLock != 30*day || next.TransferLock != 30*day || next.OwnerLock != 0 || !next.TAC || next.AuthValid != 14*day {
		t.Errorf("%+v", next)
	}
	if plain.CreateLock != 0 || plain.TAC || plain.Verify != 0 || plain.Reminder {
		t.Errorf("%+v", plain)
	}
}

func TestPolicyInForce(t *testing.T) {
	t.Parallel()
	at := func(year int) time.Time { return time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC) }
	named := func(from time.Time, name string) Policy { return Policy{Name: name, From: from} }
	dated := []Policy{named(at(2030), "c"), named(at(2020), "a"), named(at(2025), "b"), named(at(2025), "b2")}
	for _, c := range []struct {
		tld  TLD
		at   time.Time
		want string
	}{
		{TLD{GTLD: true}, at(2026), PolicyGTLD},
		{TLD{}, at(2026), PolicyPlain},
		{TLD{GTLD: true, Policies: []Policy{named(time.Time{}, "x")}}, at(1990), "x"},
		{TLD{GTLD: true, Policies: dated}, at(2019), PolicyGTLD},
		{TLD{Policies: dated}, at(2020), "a"},
		{TLD{Policies: dated}, at(2025).Add(-1), "a"},
		{TLD{Policies: dated}, at(2029), "b2"},
		{TLD{Policies: dated}, at(2031), "c"},
	} {
		if got := c.tld.Policy(c.at).Name; got != c.want {
			t.Errorf("at %s: %s, want %s", c.at, got, c.want)
		}
	}
}
