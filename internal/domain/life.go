package domain

import (
	"slices"
	"sort"
	"time"

	"github.com/polyreg/polyreg/internal/catalog"
	"github.com/polyreg/polyreg/internal/clock"
)

// Phase is where a name stands in its life; it follows from its dates alone.
type Phase string

// The phases in their order (RFC 3915 §2).
const (
	Active      Phase = "active"
	Expired     Phase = "expired"       // not renewed; the account can still renew it
	Redemption  Phase = "redemption"    // deleted; it can be restored
	Releasing   Phase = "pendingDelete" // deleted for good; soon free
	Transferred Phase = "transferred"   // only in notices and history: it has left the platform
)

// Phase of the name at a registrar time.
func (d Domain) Phase(now time.Time) Phase {
	switch {
	case !d.Deleted.IsZero() && now.Before(d.RestoreUntil):
		return Redemption
	case !d.Deleted.IsZero():
		return Releasing
	case !now.Before(d.Expires):
		return Expired
	}
	return Active
}

// RenewsItself reports whether the name is renewed before its expiry without anybody asking: not when the account wants it
// deleted by then.
func (d Domain) RenewsItself() bool {
	return d.AutoRenew != Expire && d.Deleted.IsZero() && (d.DeleteOn.IsZero() || d.DeleteOn.After(d.Expires))
}

// DeletesAt is when a name that nobody renews is deleted, or was.
func (d Domain) DeletesAt(p catalog.Policy) time.Time {
	if !d.Deleted.IsZero() {
		return d.Deleted
	}
	end := d.Expires.Add(p.DeleteAfter)
	if !d.DeleteOn.IsZero() && d.DeleteOn.Before(end) {
		return d.DeleteOn
	}
	return end
}

// Reasons in HeldFor.
const (
	HeldUser         = "user"
	HeldExpiry       = "expiry"
	HeldVerification = "verification"
)

// Step is one thing that time does to a name.
type Step string

// The steps in the order in which those of one moment are taken.
const (
	StepReminder      Step = "reminder"       // yearly: the registrant is shown the data
	StepNotice        Step = "expiry_notice"  // before the expiry
	StepAutoRenew     Step = "auto_renew"     // renewed and charged
	StepExpired       Step = "expired"        // the expiry passes unrenewed
	StepExpiredNotice Step = "expired_notice" // after the expiry
	StepHold          Step = "hold"           // out of the zone
	StepDelete        Step = "delete"
	StepRedemptionEnd Step = "redemption_end"
	StepRelease       Step = "release" // the name is free
)

var rank = map[Step]int{StepReminder: 1, StepNotice: 2, StepAutoRenew: 3, StepExpired: 4, StepExpiredNotice: 5, StepHold: 6, StepDelete: 7,
	StepRedemptionEnd: 8, StepRelease: 9}

// Rank orders steps of the same moment.
func (s Step) Rank() int { return rank[s] }

// Due is a step and its registrar time.
type Due struct {
	At   time.Time
	Step Step
}

// Before reports whether d comes before o.
func (d Due) Before(o Due) bool {
	if !d.At.Equal(o.At) {
		return d.At.Before(o.At)
	}
	return d.Step.Rank() < o.Step.Rank()
}

// Schedule is what time will do to the name as it is now, in order.
func Schedule(d Domain, p catalog.Policy) []Due {
	var out []Due
	add := func(at time.Time, s Step) { out = append(out, Due{clock.Cut(at), s}) }
	if !d.Deleted.IsZero() {
		if d.RestoreUntil.After(d.Deleted) && d.RestoreUntil.Before(d.Purge) {
			add(d.RestoreUntil, StepRedemptionEnd)
		}
		add(d.Purge, StepRelease)
		return out
	}
	for _, n := range p.Notices {
		if n <= 0 {
			add(d.Expires.Add(n), StepNotice)
		} else {
			add(d.Expires.Add(n), StepExpiredNotice)
		}
	}
	if d.RenewsItself() {
		add(d.Expires.Add(-p.RenewBefore), StepAutoRenew)
	}
	add(d.Expires, StepExpired)
	if p.HoldAfter > 0 && p.HoldAfter < p.DeleteAfter {
		add(d.Expires.Add(p.HoldAfter), StepHold)
	}
	end := d.DeletesAt(p)
	add(end, StepDelete)
	if p.Reminder {
		for y := 1; ; y++ {
			at := clock.AddYears(d.Created, y)
			if !at.Before(d.Expires) || at.After(end) {
				break
			}
			add(at, StepReminder)
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Before(out[j]) })
	return slices.DeleteFunc(out, func(s Due) bool { return s.Step != StepDelete && s.At.After(end) })
}

// NextDue is the first step of the schedule after the given one; ok is false when nothing is left.
func NextDue(d Domain, p catalog.Policy, after Due) (Due, bool) {
	for _, s := range Schedule(d, p) {
		if after.Before(s) {
			return s, true
		}
	}
	return Due{}, false
}

// TransferLock is until when the policy lets transfers away be refused, and why; zero for no such lock at now.
func (d Domain) TransferLock(p catalog.Policy, now time.Time) (until time.Time, why string) {
	for _, l := range []struct {
		from time.Time
		long time.Duration
		why  string
	}{{d.Created, p.CreateLock, "created"}, {d.Transferred, p.TransferLock, "transferred"}, {d.OwnerChanged, p.OwnerLock, "owner changed"}} {
		if end := l.from.Add(l.long); !l.from.IsZero() && end.After(now) && end.After(until) {
			until, why = end, l.why
		}
	}
	return until, why
}
