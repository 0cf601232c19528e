package domain_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/polyreg/polyreg/internal/catalog"
	"github.com/polyreg/polyreg/internal/clock"
	"github.com/polyreg/polyreg/internal/domain"
)

const day = 24 * time.Hour

var born = time.Date(2025, 3, 1, 12, 0, 0, 0, time.UTC)

func policy(t testing.TB, name string) catalog.Policy {
	t.Helper()
	p, ok := catalog.PolicyNamed(name)
	if !ok {
		t.Fatalf("no policy %s", name)
	}
	return p
}

// days writes a schedule as steps and their distance from the expiry in days.
func days(d domain.Domain, list []domain.Due) string {
	var out []string
	for _, s := range list {
		out = append(out, fmt.Sprintf("%s%+g", s.Step, s.At.Sub(d.Expires).Hours()/24))
	}
	return strings.Join(out, " ")
}

func TestSchedule(t *testing.T) {
	t.Parallel()
	expires := clock.AddYears(born, 1)
	for _, c := range []struct {
		name, policy string
		change       func(*domain.Domain)
		tune         func(*catalog.Policy)
		want         string
	}{
		{name: "plain", want: "expiry_notice-30 expiry_notice-7 auto_renew-7 expired+0 expired_notice+5 hold+8 delete+30"},
		{name: "gTLD", policy: catalog.PolicyGTLD, want: "expiry_notice-30 expiry_notice-7 auto_renew-7 expired+0 expired_notice+5 hold+8 delete+30"},
		{name: "to expire", change: func(d *domain.Domain) { d.AutoRenew = domain.Expire },
			want: "expiry_notice-30 expiry_notice-7 expired+0 expired_notice+5 hold+8 delete+30"},
		{name: "renewed once", change: func(d *domain.Domain) { d.AutoRenew = domain.RenewOnce },
			want: "expiry_notice-30 expiry_notice-7 auto_renew-7 expired+0 expired_notice+5 hold+8 delete+30"},
		{name: "three years", policy: catalog.PolicyGTLD, change: func(d *domain.Domain) { d.Created = clock.AddYears(born, -2) },
			want: "reminder-730 reminder-365 expiry_notice-30 expiry_notice-7 auto_renew-7 expired+0 expired_notice+5 hold+8 delete+30"},
		{name: "deleted on a day before the expiry", change: func(d *domain.Domain) { d.AutoRenew, d.DeleteOn = domain.Expire, expires.Add(-10*day) },
			want: "expiry_notice-30 delete-10"},
		{name: "deleted on a day after it", change: func(d *domain.Domain) { d.AutoRenew, d.DeleteOn = domain.Expire, expires.Add(6*day) },
			want: "expiry_notice-30 expiry_notice-7 expired+0 expired_notice+5 delete+6"},
		{name: "a wish that comes too late", change: func(d *domain.Domain) { d.AutoRenew, d.DeleteOn = domain.Expire, expires.Add(60*day) },
			want: "expiry_notice-30 expiry_notice-7 expired+0 expired_notice+5 hold+8 delete+30"},
		{name: "no hold, no notices", tune: func(p *catalog.Policy) { p.HoldAfter, p.Notices = 0, nil }, want: "auto_renew-7 expired+0 delete+30"},
		{name: "notice on the day", tune: func(p *catalog.Policy) { p.Notices = []time.Duration{0} }, want: "auto_renew-7 expiry_notice+0 expired+0 hold+8 delete+30"},
		{name: "notice behind the deletion", tune: func(p *catalog.Policy) { p.Notices = []time.Duration{31 * day, 30 * day} },
			want: "auto_renew-7 expired+0 hold+8 expired_notice+30 delete+30"},
		{name: "in redemption", change: func(d *domain.Domain) {
			d.Deleted, d.RestoreUntil, d.Purge = expires.Add(30*day), expires.Add(60*day), expires.Add(65*day)
		}, want: "redemption_end+60 release+65"},
		{name: "no redemption", change: func(d *domain.Domain) {
			d.Deleted, d.RestoreUntil, d.Purge = expires.Add(30*day), expires.Add(30*day), expires.Add(35*day)
		}, want: "release+35"},
		{name: "free at once", change: func(d *domain.Domain) {
			d.Deleted, d.RestoreUntil, d.Purge = expires.Add(-day), expires.Add(-day), expires.Add(-day)
		}, want: "release-1"},
		{name: "no wait behind the redemption", change: func(d *domain.Domain) {
			d.Deleted, d.RestoreUntil, d.Purge = expires, expires.Add(30*day), expires.Add(30*day)
		}, want: "release+30"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if c.policy == "" {
				c.policy = catalog.PolicyPlain
			}
			d, p := domain.Domain{Created: born, Expires: expires, AutoRenew: domain.Renew}, policy(t, c.policy)
			if c.change != nil {
				c.change(&d)
			}
			if c.tune != nil {
				c.tune(&p)
			}
			if diff := cmp.Diff(c.want, days(d, domain.Schedule(d, p))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestNextDue(t *testing.T) {
	t.Parallel()
	d, p := domain.Domain{Created: born, Expires: clock.AddYears(born, 1), AutoRenew: domain.Renew}, policy(t, catalog.PolicyPlain)
	week := d.Expires.Add(-7 * day)
	for _, c := range []struct {
		after domain.Due
		want  string
	}{
		{domain.Due{}, "expiry_notice-30"},
		{domain.Due{At: d.Expires.Add(-30 * day)}, "expiry_notice-30"},
		{domain.Due{At: d.Expires.Add(-30 * day), Step: domain.StepNotice}, "expiry_notice-7"},
		{domain.Due{At: week, Step: domain.StepNotice}, "auto_renew-7"},
		{domain.Due{At: week, Step: domain.StepAutoRenew}, "expired+0"},
		{domain.Due{At: d.Expires.Add(30 * day), Step: domain.StepDelete}, ""},
	} {
		got := ""
		if s, ok := domain.NextDue(d, p, c.after); ok {
			got = days(d, []domain.Due{s})
		}
		if got != c.want {
			t.Errorf("after %+v: %s, want %s", c.after, got, c.want)
		}
	}
	renewed := d // the next round begins behind the step that renewed
	renewed.Expires = clock.AddYears(d.Expires, 1)
	if s, ok := domain.NextDue(renewed, p, domain.Due{At: week, Step: domain.StepAutoRenew}); !ok || days(renewed, []domain.Due{s}) != "expiry_notice-30" {
		t.Errorf("after a renewal: %+v %v", s, ok)
	}
}

// TestScheduleHolds holds for whatever name and policy: a schedule is in order, lies within the name's life, ends with the
// step that ends it, and NextDue walks through all of it once.
func TestScheduleHolds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		hours := func(name string, from, to int) time.Duration {
			return time.Duration(rapid.IntRange(from, to).Draw(t, name)) * time.Hour
		}
		p := catalog.Policy{RenewBefore: hours("renew", 0, 24*60), HoldAfter: hours("hold", 0, 24*50), DeleteAfter: hours("delete", 1, 24*60),
			Reminder: rapid.Bool().Draw(t, "reminder")}
		for _, h := range rapid.SliceOfNDistinct(rapid.IntRange(-24*90, 24*90), 0, 5, rapid.ID[int]).Draw(t, "notices") {
			p.Notices = append(p.Notices, time.Duration(h)*time.Hour)
		}
		d := domain.Domain{Created: born.Add(hours("created", -24*4000, 24*4000)),
			AutoRenew: rapid.SampledFrom([]domain.AutoRenew{domain.Renew, domain.RenewOnce, domain.Expire}).Draw(t, "choice")}
		d.Expires = clock.AddYears(d.Created, rapid.IntRange(1, 10).Draw(t, "years"))
		last := domain.StepDelete
		switch rapid.IntRange(0, 2).Draw(t, "state") {
		case 1:
			d.DeleteOn = d.Created.Add(hours("wish", 1, 24*4000))
		case 2:
			last = domain.StepRelease
			d.Deleted = d.Created.Add(hours("deleted", 0, 24*4000))
			d.RestoreUntil = d.Deleted.Add(hours("redemption", 0, 24*40))
			d.Purge = d.RestoreUntil.Add(hours("pending", 0, 24*10))
		}
		all := domain.Schedule(d, p)
		if len(all) == 0 || all[len(all)-1].Step != last {
			t.Fatalf("%+v does not end with %s", all, last)
		}
		if !slices.IsSortedFunc(all, func(a, b domain.Due) int {
			if b.Before(a) {
				return 1
			}
			return -1
		}) {
			t.Fatalf("not in order: %+v", all)
		}
		for _, s := range all {
			if s.At.Before(d.Created) || s.Step.Rank() == 0 {
				t.Fatalf("%+v of a name created at %s", s, d.Created)
			}
		}
		var walked []domain.Due
		for after, ok := (domain.Due{}), true; ok && len(walked) <= len(all); {
			if after, ok = domain.NextDue(d, p, after); ok {
				walked = append(walked, after)
			}
		}
		if diff := cmp.Diff(all, walked); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestPhase(t *testing.T) {
	t.Parallel()
	alive := domain.Domain{Created: born, Expires: clock.AddYears(born, 1)}
	gone := alive
	gone.Deleted, gone.RestoreUntil, gone.Purge = born.Add(10*day), born.Add(40*day), born.Add(45*day)
	for _, c := range []struct {
		d    domain.Domain
		at   time.Time
		want domain.Phase
	}{
		{alive, alive.Expires.Add(-1), domain.Active}, {alive, alive.Expires, domain.Expired},
		{gone, gone.RestoreUntil.Add(-1), domain.Redemption}, {gone, gone.RestoreUntil, domain.Releasing},
	} {
		if got := c.d.Phase(c.at); got != c.want {
			t.Errorf("at %s: %s, want %s", c.at, got, c.want)
		}
	}
}

func TestTransferLock(t *testing.T) {
	t.Parallel()
	now, next := policy(t, catalog.PolicyGTLD), policy(t, catalog.PolicyGTLDNext)
	d := domain.Domain{Created: born, Transferred: born.Add(10 * day), OwnerChanged: born.Add(20 * day)}
	for _, c := range []struct {
		d    domain.Domain
		p    catalog.Policy
		at   time.Time
		days int // from the creation, 0 for no lock
		why  string
	}{
		{domain.Domain{Created: born}, now, born, 60, "created"},
		{domain.Domain{Created: born}, next, born, 30, "created"},
		{domain.Domain{Created: born}, now, born.Add(60 * day), 0, ""},
		{domain.Domain{Created: born}, policy(t, catalog.PolicyPlain), born, 0, ""},
		{d, now, born.Add(20 * day), 80, "owner changed"},
		{d, next, born.Add(20 * day), 40, "transferred"},
		{domain.Domain{}, now, time.Time{}, 0, ""},
	} {
		var want time.Time
		if c.days > 0 {
			want = born.Add(time.Duration(c.days) * day)
		}
		if until, why := c.d.TransferLock(c.p, c.at); !until.Equal(want) || why != c.why {
			t.Errorf("%s at %s: %s (%s), want %s (%s)", c.p.Name, c.at, until, why, want, c.why)
		}
	}
}
