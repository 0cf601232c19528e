package catalog

import "time"

// Policy is what time does to names of a TLD and what a transfer must obey, from a date on. Durations count from the expiry
// unless said otherwise.
type Policy struct {
	Name string
	From time.Time // registrar time from which it is in force; zero: always

	Notices     []time.Duration // expiry notices, negative ones before the expiry (Expired Registration Recovery Policy)
	RenewBefore time.Duration   // how long before the expiry names renew themselves
	HoldAfter   time.Duration   // out of the zone; 0 for never
	DeleteAfter time.Duration   // deleted at the registry
	Reminder    bool            // yearly data reminder to the registrant

	CreateLock   time.Duration // transfers away are refused so long after the creation,
	TransferLock time.Duration // after a transfer,
	OwnerLock    time.Duration // and after a change of registrant
	// TAC: an authInfo is drawn on request only, is valid for AuthValid and used once (RFC 9154).
	TAC       bool
	AuthValid time.Duration

	Verify time.Duration // the registrant's e-mail must be verified within; 0 for no verification
}

const day = 24 * time.Hour

// Names of the built-in policies.
const (
	PolicyGTLD     = "gtld"      // rules of 2026: 60 days
	PolicyGTLDNext = "gtld-720h" // the approved transfer rules: 720 hours and TAC
	PolicyPlain    = "plain"     // endings without ICANN's duties
)

// PolicyNamed gives a built-in policy; ok is false for an unknown name.
func PolicyNamed(name string) (p Policy, ok bool) {
	p = Policy{Name: name, Notices: []time.Duration{-30 * day, -7 * day, 5 * day}, RenewBefore: 7 * day, HoldAfter: 8 * day, DeleteAfter: 30 * day}
	switch name {
	case PolicyGTLD:
		p.Reminder, p.Verify = true, 15*day
		p.CreateLock, p.TransferLock, p.OwnerLock = 60*day, 60*day, 60*day
	case PolicyGTLDNext:
		p.Reminder, p.Verify = true, 15*day
		p.CreateLock, p.TransferLock = 720*time.Hour, 720*time.Hour
		p.TAC, p.AuthValid = true, 336*time.Hour
	case PolicyPlain:
	default:
		return Policy{}, false
	}
	return p, true
}

// PolicyNames are the names of the built-in policies.
func PolicyNames() []string { return []string{PolicyGTLD, PolicyGTLDNext, PolicyPlain} }

// Policy is the one in force at a registrar time: of Policies the one with the latest From that has come, else the built-in
// one for the kind of ending.
func (t *TLD) Policy(at time.Time) Policy {
	var best *Policy
	for i := range t.Policies {
		if p := &t.Policies[i]; !p.From.After(at) && (best == nil || !p.From.Before(best.From)) {
			best = p
		}
	}
	if best != nil {
		return *best
	}
	name := PolicyPlain
	if t.GTLD {
		name = PolicyGTLD
	}
	p, _ := PolicyNamed(name)
	return p
}
