package doors

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/clock"
	"github.com/polyreg/polyreg/internal/money"
)

// word is where a name stands in the words of one door: what it shows of the name, or the code of its refusal.
func word(c client, name string, when time.Time) (string, error) {
	switch c := c.(type) {
	case *dmapi:
		r, err := c.call("query-whois", "domain", name)
		return r.fact("domain.status"), err
	case *opensrs:
		return c.word(name, when)
	case *wapi:
		d, err := c.call("domain-info", map[string]any{"name": name})
		if err != nil {
			return "", err
		}
		return strings.TrimSpace(d.text("data", "domain", "status") + " " + d.text("data", "domain", "rgp_status")), nil
	case *robot:
		r, err := c.call("GET", "/domain/"+name, nil)
		if err != nil {
			return "", err
		}
		return r.each("data")[0].text("registryStatus"), nil
	case *autodns:
		r, err := c.call("0105", block("domain", el("name", name)))
		if err != nil {
			return "", err
		}
		d := r.Path("data", "domain")
		return strings.TrimSuffix(d.ChildTrim("registry_status")+" deleted", map[bool]string{true: " deleted"}[d.ChildTrim("deleted") == ""]), nil
	}
	return "", errNone
}

// word of OpenSRS, whose deleted names are in a list of their own (opensrs-commands.md §5).
func (c *opensrs) word(name string, when time.Time) (string, error) {
	n, err := c.call("get_deleted_domains", "domain", items{})
	if err != nil {
		return "", err
	}
	for _, row := range rows(item(n, "attributes", "del_domains")) {
		if at(row, "name") == name {
			return "deleted", nil
		}
	}
	v, err := c.info(name)
	if err != nil {
		return "", err
	}
	if expires, err := time.Parse(time.DateTime, v.expires); err != nil || !when.Before(expires) {
		return "expired", err
	}
	return "active", nil
}

// TestLifeThroughAllDoors leads a name from its registration past its expiry, into its redemption and back, and then to its
// release, and asks every door where it stands, each time; on both databases.
func TestLifeThroughAllDoors(t *testing.T) {
	onBoth(t, func(t *testing.T, s setup) {
		w := start(t, s)
		doors := w.clients("alpha")
		const name = "life.com"
		owner := jane()
		owner.email = "jane@alpha.example" // verified
		must(t, buy(doors[0], name, owner))
		clocks := w.app.Core().Runner.Clocks()
		to := func(at time.Time) {
			t.Helper()
			_, err := w.app.Core().Lifecycle.Advance(t.Context(), at, nil)
			must(t, err)
		}
		see := func(when string, want map[string]string) {
			t.Helper()
			for _, c := range doors {
				got, err := word(c, name, clocks.Registrar())
				if err != nil {
					got = codeOf(err)
				}
				if door, _, _ := strings.Cut(c.door(), " "); got != want[door] {
					t.Errorf("%s, through %s: %q, want %q (%v)", when, c.door(), got, want[door], err)
				}
			}
		}
		const day = 24 * time.Hour
		expires := clock.AddYears(now, 1)
		see("registered", map[string]string{"dmapi": "production", "opensrs": "active", "wapi": "ok", "domainrobot": "ACTIVE", "autodns": "ACTIVE"})
		to(expires.Add(day))
		see("expired", map[string]string{"dmapi": "production,expired", "opensrs": "expired", "wapi": "ok autoRenewPeriod", "domainrobot": "ACTIVE", "autodns": "ACTIVE"})
		to(expires.Add(9 * day))
		see("out of the zone", map[string]string{"dmapi": "production,expired,hold", "opensrs": "expired", "wapi": "clientHold autoRenewPeriod", "domainrobot": "HOLD", "autodns": "HOLD"})
		to(expires.Add(31 * day))
		gone := map[string]string{"dmapi": "redemption", "opensrs": "deleted", "wapi": "clientHold,pendingDelete redemptionPeriod", "domainrobot": "PENDING", "autodns": "PENDING deleted"}
		see("in its redemption", gone)

		before, err := doors[0].balance()
		must(t, err)
		var redeemer *opensrs
		for _, c := range doors {
			if o, ok := c.(*opensrs); ok {
				redeemer = o
			}
		}
		must(t, only(redeemer.call("redeem", "domain", items{"domain": name})))
		for _, c := range doors {
			after, err := c.balance()
			if err != nil || cents(t, before)-cents(t, after) != cents(t, restoreEUR)+cents(t, priceEUR) {
				t.Errorf("restored, through %s: %s of %s left, want %s and a year less (%v)", c.door(), after, before, restoreEUR, err)
			}
		}
		to(expires.Add(32 * day))
		see("restored", map[string]string{"dmapi": "production", "opensrs": "active", "wapi": "ok", "domainrobot": "ACTIVE", "autodns": "ACTIVE"})

		expires = clock.AddYears(expires, 1)
		to(expires.Add(31 * day))
		see("in its second redemption", gone)
		to(expires.Add(61 * day))
		gone["dmapi"], gone["wapi"] = "pending-delete", "clientHold,pendingDelete pendingDelete"
		see("before its release", gone)
		to(expires.Add(66 * day))
		see("free", map[string]string{"dmapi": "200 2303", "opensrs": "415", "wapi": "3222", "domainrobot": "404 E0105 EF01012", "autodns": "E0105 EF01012"})
		for _, c := range doors {
			if free, err := c.check(name); !errors.Is(err, errNone) && (err != nil || !free) {
				t.Errorf("free, through %s: %v (%v)", c.door(), free, err)
			}
		}
		w.proven(t)
	})
}

// restoreEUR is what a restore of a .com costs in the built-in catalog.
const restoreEUR = "60.00"

func cents(t *testing.T, text string) int64 {
	t.Helper()
	a, err := money.Parse(text, "EUR")
	must(t, err)
	return a.Minor
}
