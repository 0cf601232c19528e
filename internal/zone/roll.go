package zone

import (
	"slices"
	"time"
)

// Timing is how long the keys of a zone live and how long their changes wait for caches (RFC 7583 §3.2.1 pre-publication of
// zone-signing keys, §3.3.1 double signature of key-signing keys).
type Timing struct {
	ZSKLife time.Duration
	KSKLife time.Duration
	Publish time.Duration // from a key's publication until everybody knows it
	Retire  time.Duration // from a ZSK's last signature until nobody has one
	DS      time.Duration // from the parent's dropping a DS until nobody has it
}

// Times of keys. What the world has cached is reckoned with the longest TTL of a zone.
const (
	zskLife     = 90 * 24 * time.Hour
	kskLife     = 730 * 24 * time.Hour
	propagation = time.Hour      // until the secondaries have a change
	dsTTL       = 24 * time.Hour // the longest that parents are known to use
	maxCached   = 7 * 24 * time.Hour
)

// TimingFor gives the times of a zone whose records live as long as ttl in caches.
func TimingFor(ttl time.Duration) Timing {
	wait := min(max(ttl, KeyTTL*time.Second), maxCached) + propagation
	return Timing{ZSKLife: zskLife, KSKLife: kskLife, Publish: wait, Retire: wait, DS: dsTTL + propagation}
}

// Roll is what is to be done about keys at a moment.
type Roll struct {
	Keys    []Key     // with their new states; removed ones included
	Changed bool      // a state differs
	New     []KeyRole // keys to be made and published now
	Next    time.Time // when to look again, zero for never
}

// Advance moves keys along by time. Keys of a zone that is being unsigned have no KSK that is published or active: there are no
// new ones then.
func (t Timing) Advance(keys []Key, now time.Time) Roll {
	a := advance{Timing: t, now: now, r: Roll{Keys: slices.Clone(keys)}}
	leaving := Leaving(keys)
	for i := range a.r.Keys {
		a.step(&a.r.Keys[i])
	}
	for _, role := range []KeyRole{ZSK, KSK} {
		if !leaving {
			a.renew(role)
		}
	}
	return a.r
}

// Leaving reports whether the keys are those of a zone that is being unsigned.
func Leaving(keys []Key) bool {
	return !slices.ContainsFunc(keys, func(k Key) bool { return k.Role == KSK && (k.State == Published || k.State == Active) })
}

type advance struct {
	Timing
	now time.Time
	r   Roll
}

// due reports whether a moment has come; otherwise it is one to look again at.
func (a *advance) due(at time.Time) bool {
	if !at.After(a.now) {
		return true
	}
	if a.r.Next.IsZero() || at.Before(a.r.Next) {
		a.r.Next = at
	}
	return false
}

func (a *advance) step(k *Key) {
	switch {
	case k.Role == ZSK && k.State == Published && a.due(k.Published.Add(a.Publish)):
		for i := range a.r.Keys {
			if o := &a.r.Keys[i]; o.Role == ZSK && o.State == Active {
				o.State, o.Retired = Retired, a.now
				a.due(a.now.Add(a.Retire))
			}
		}
		k.State, k.Active, a.r.Changed = Active, a.now, true
	case k.Role == ZSK && k.State == Retired && !Leaving(a.r.Keys) && a.due(k.Retired.Add(a.Retire)),
		k.Role == KSK && k.State == Retired && !k.DSGone.IsZero() && a.due(k.DSGone.Add(a.DS)):
		k.State, k.Removed, a.r.Changed = Removed, a.now, true
	case k.Role == KSK && k.State == Published:
		a.due(k.Published.Add(a.Publish)) // its DS is wanted then
	}
}

// renew begins a roll where an active key grows old and no successor is there.
func (a *advance) renew(role KeyRole) {
	life := map[KeyRole]time.Duration{KSK: a.KSKLife, ZSK: a.ZSKLife}[role]
	for _, k := range a.r.Keys {
		if k.Role == role && k.State == Published {
			return
		}
	}
	for _, k := range a.r.Keys {
		if k.Role == role && k.State == Active && a.due(k.Active.Add(life-a.Publish)) {
			a.r.New = append(a.r.New, role)
			a.due(a.now.Add(a.Publish))
			return
		}
	}
}

// Wanted are the KSKs whose DS the parent shall have now: the published one once everybody knows it, the active one before. None
// for a zone that is being unsigned, or whose first key is not known yet: first tells that apart.
func (t Timing) Wanted(keys []Key, now time.Time) (wanted []Key, first bool) {
	var active []Key
	for _, k := range keys {
		switch {
		case k.Role != KSK:
		case k.State == Published && !k.Published.Add(t.Publish).After(now):
			wanted = append(wanted, k)
		case k.State == Published:
			first = true
		case k.State == Active:
			active = append(active, k)
		}
	}
	if len(wanted) > 0 {
		return wanted, false
	}
	return active, first && len(active) == 0
}

// DSSeen moves KSKs along once the parent has the DS of exactly the wanted ones.
func DSSeen(keys, wanted []Key, now time.Time) (out []Key, changed bool) {
	out = slices.Clone(keys)
	for i := range out {
		k := &out[i]
		is := slices.ContainsFunc(wanted, func(w Key) bool { return w.ID == k.ID })
		switch {
		case k.Role != KSK:
		case is && k.State == Published:
			k.State, k.Active, changed = Active, now, true
		case !is && k.State == Active:
			k.State, k.Retired, k.DSGone, changed = Retired, now, now, true
		case !is && k.State == Retired && k.DSGone.IsZero():
			k.DSGone, changed = now, true
		}
	}
	return out, changed
}

// DSLost moves KSKs back once the parent has no DS any more, as when its name was registered anew: those in use wait for theirs again,
// unless another one waits already.
func DSLost(keys []Key) []Key {
	out := slices.Clone(keys)
	if slices.ContainsFunc(keys, func(k Key) bool { return k.Role == KSK && k.State == Published }) {
		return out
	}
	for i := range out {
		if k := &out[i]; k.Role == KSK && k.State == Active {
			k.State = Published
		}
	}
	return out
}
