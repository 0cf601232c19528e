package sim

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/polyreg/polyreg/internal/clock"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/registry/sim/repo"
	"github.com/polyreg/polyreg/internal/wire/epp"
)

// TLD is the policy of one ending; zero values are the defaults, those of a gTLD.
type TLD struct {
	MinYears          int // shortest term of a create or renew, 1 by default
	MaxYears          int // longest term of one command, 10 by default
	MaxTotal          int // years from now that no expiry may pass, 10 by default
	RequireRegistrant bool
	IDNTable          string // characters beyond ASCII that labels may have; empty for all that IDNA knows

	HostAttributes bool // name servers are host attributes and no objects
	Sets           bool // name servers and keys are named by an nsset and a keyset
	KeysOnly       bool // DNSSEC data are keys, and no DS records
	// Transit takes a deleted or expired domain from its sponsor for Grace.Redemption days, in which any registrar that knows
	// the authInfo may take it by a transfer; then it is purged. Brings NoRGP and InstantTransfer with it, and no TransferLock.
	Transit bool

	NoRGP       bool // no grace periods and no redemption: a delete is final
	NoAutoRenew bool // at the expiry the domain is deleted instead of renewed
	NoReport    bool // a restore needs no report
	Grace       Grace

	TransferLock    int  // days after a create or transfer in which there is no transfer: 60 by default, none when negative
	TransferWait    int  // days after which a transfer is approved by time: 5 by default
	InstantTransfer bool // the right authInfo transfers at once (1000)
	TransferNoYear  bool // a transfer does not prolong
}

// Grace are the periods of RFC 3915 in days; 0 is the default, a negative number none.
type Grace struct {
	Add            int // 5
	AutoRenew      int // 45
	Renew          int // 5
	Transfer       int // 5
	Redemption     int // 30
	PendingRestore int // 7
	PendingDelete  int // 5
}

func (t TLD) withDefaults() TLD {
	if t.Transit {
		t.NoRGP, t.InstantTransfer, t.TransferLock = true, true, -1
	}
	or(&t.MinYears, 1)
	or(&t.MaxYears, 10)
	or(&t.MaxTotal, 10)
	orDays(&t.TransferLock, 60)
	orDays(&t.TransferWait, 5)
	g := &t.Grace
	for _, d := range []struct {
		days *int
		def  int
	}{{&g.Add, 5}, {&g.AutoRenew, 45}, {&g.Renew, 5}, {&g.Transfer, 5}, {&g.Redemption, 30}, {&g.PendingRestore, 7}, {&g.PendingDelete, 5}} {
		orDays(d.days, d.def)
	}
	return t
}

func orDays(v *int, def int) {
	if *v == 0 {
		*v = def
	}
	*v = max(*v, 0)
}

func days(n int) time.Duration { return time.Duration(n) * 24 * time.Hour }

// policy is the TLD of a domain that exists; its TLD may have been taken out of service.
func (s *Server) policy(name string) TLD {
	if t, ok := s.tldOf(dname.Name(name)); ok {
		return t
	}
	return TLD{}.withDefaults()
}

// AllExtensions are the extensions that the server has; fee-1.0 needs prices, and RFC 9154 its switch.
func AllExtensions() []string {
	return []string{epp.NSRGP, epp.NSSecDNS, epp.NSFee, epp.NSAllocationToken, epp.NSChangePoll, epp.NSLoginSec, epp.NSUnhandled,
		epp.NSLaunch, epp.NSSecureAuthInfo, epp.NSSets}
}

// services settles which objects and extensions are offered.
func (c *Config) services() error {
	if c.Extensions == nil {
		c.Extensions = AllExtensions()
	}
	if c.Objects == nil {
		c.Objects = []string{epp.NSDomain, epp.NSContact, epp.NSHost}
		if slices.ContainsFunc(slices.Collect(maps.Values(c.TLDs)), func(t TLD) bool { return t.Sets }) {
			c.Objects = append(c.Objects, epp.NSNSSet, epp.NSKeyset)
		}
	}
	for _, x := range c.Extensions {
		if !slices.Contains(AllExtensions(), x) {
			return fmt.Errorf("embedded registry: no such extension: %s", x)
		}
	}
	for _, o := range c.Objects {
		if objectOf[o] == "" {
			return fmt.Errorf("embedded registry: no such object service: %s", o)
		}
	}
	c.Extensions = slices.DeleteFunc(slices.Clone(c.Extensions), func(x string) bool {
		return x == epp.NSFee && c.Prices == nil || x == epp.NSSecureAuthInfo && !c.SecureAuthInfo ||
			x == epp.NSSets && !slices.Contains(c.Objects, epp.NSNSSet)
	})
	if c.Prices != nil {
		return c.Prices.valid()
	}
	return nil
}

// objectOf are the mappings of the object services.
var objectOf = map[string]string{epp.NSDomain: "domain", epp.NSContact: "contact", epp.NSHost: "host",
	epp.NSNSSet: repo.NSSet, epp.NSKeyset: repo.Keyset}

// begin adds a grace period that starts at a time; fee is what began it cost, from the expiry before it.
func (t TLD) begin(d *repo.Domain, kind string, at time.Time, was time.Time, fee int64) {
	length := map[string]int{epp.RGPAddPeriod: t.Grace.Add, epp.RGPAutoRenewPeriod: t.Grace.AutoRenew,
		epp.RGPRenewPeriod: t.Grace.Renew, epp.RGPTransferPeriod: t.Grace.Transfer}[kind]
	d.Periods = active(d.Periods, at)
	if t.NoRGP || length == 0 {
		return
	}
	d.Periods = append(d.Periods, repo.Period{Kind: kind, Until: at.Add(days(length)), From: was, Fee: fee})
}

// active are the periods that have not ended.
func active(list []repo.Period, now time.Time) []repo.Period {
	var out []repo.Period
	for _, p := range list {
		if p.Until.After(now) {
			out = append(out, p)
		}
	}
	return out
}

// within finds an active period of a kind, nil when there is none.
func within(d *repo.Domain, kind string, now time.Time) *repo.Period {
	for i := range d.Periods {
		if p := &d.Periods[i]; p.Kind == kind && p.Until.After(now) {
			return p
		}
	}
	return nil
}

// rgpOf are the grace statuses of a domain (RFC 3915 §3.1).
func rgpOf(d *repo.Domain, now time.Time) []string {
	if d.Deletion != nil {
		return statusOfDeletion(d)
	}
	var out []string
	for _, p := range active(d.Periods, now) {
		if !slices.Contains(out, p.Kind) {
			out = append(out, p.Kind)
		}
	}
	return out
}

// prolonged is the expiry that a transfer leads to: from the expiry before an auto-renewal within its grace, never further
// than MaxTotal years from now.
func (t TLD) prolonged(d *repo.Domain, years int, now time.Time) time.Time {
	from := d.Expires
	if p := within(d, epp.RGPAutoRenewPeriod, now); p != nil && years > 0 {
		from = p.From
	}
	to, limit := clock.AddYears(from, years), clock.AddYears(now, t.MaxTotal)
	if years > 0 && to.After(limit) {
		to = limit
	}
	if to.Before(d.Expires) && years > 0 && within(d, epp.RGPAutoRenewPeriod, now) == nil {
		to = d.Expires
	}
	return to
}
