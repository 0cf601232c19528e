package core

import (
	"fmt"
	"slices"
	"strings"

	"github.com/polyreg/polyreg/internal/catalog"
	"github.com/polyreg/polyreg/internal/registry/epp"
	"github.com/polyreg/polyreg/internal/registry/epp/profiles"
	"github.com/polyreg/polyreg/internal/registry/sim"
	wire "github.com/polyreg/polyreg/internal/wire/epp"
)

// ProfileTLD is what a profile makes of an ending of the embedded registry.
func ProfileTLD(p profiles.Profile) sim.TLD {
	s := p.Server
	return sim.TLD{MaxYears: s.MaxYears, RequireRegistrant: s.RequireRegistrant, NoRGP: s.NoRGP, NoReport: s.NoReport, NoAutoRenew: !p.AutoRenew,
		Sets: p.Sets, HostAttributes: !p.Sets && !p.Capabilities.HostObjects, KeysOnly: p.Capabilities.DNSSECKeys, Transit: p.Transit,
		TransferLock: s.TransferLock, InstantTransfer: s.InstantTransfer, TransferNoYear: s.TransferNoYear,
		Grace: sim.Grace{Add: s.Grace.Add, AutoRenew: s.Grace.AutoRenew, Renew: s.Grace.Renew, Transfer: s.Grace.Transfer,
			Redemption: s.Grace.Redemption, PendingDelete: s.Grace.PendingDelete}}
}

// ProfileServer makes an embedded registry one of the profile: its services, and every ending that it serves.
func ProfileServer(p profiles.Profile, cfg *sim.Config) {
	cfg.Objects = slices.Clone(p.Objects)
	cfg.Extensions = append(slices.Clone(p.Extensions), wire.NSAllocationToken)
	cfg.SecureAuthInfo, cfg.AuthValidity = p.AuthInfo.Secure, p.AuthInfo.Validity
	for name, have := range cfg.TLDs {
		t := ProfileTLD(p)
		t.MinYears, t.MaxTotal, t.IDNTable = have.MinYears, have.MaxTotal, have.IDNTable
		if t.MaxYears == 0 {
			t.MaxYears = have.MaxYears
		}
		cfg.TLDs[name] = t
	}
}

// Tuned adds a profile to how a client is used; the empty name adds nothing.
func Tuned(name string, tune func(*epp.Config)) (func(*epp.Config), error) {
	if name == "" {
		return tune, nil
	}
	p, err := profileNamed(name)
	if err != nil {
		return nil, err
	}
	return func(cfg *epp.Config) {
		p.Configure(cfg)
		if tune != nil {
			tune(cfg)
		}
	}, nil
}

func profileNamed(name string) (profiles.Profile, error) {
	p, ok := profiles.Named(name)
	if !ok {
		return p, fmt.Errorf("profile: there is none of the name %s; there are %s", name, strings.Join(profiles.Names(), ", "))
	}
	return p, nil
}

// ofClass gives an ending of the embedded registry what the profile of its class says (the classes cz, de and eu of the catalog
// are names of profiles) and what can differ between the endings of one registry: sets, transfers, restores. Times stay the
// catalog's, and so does what happens at the expiry, for the platform's own policy goes by them.
func ofClass(class string, t *sim.TLD) {
	p, ok := profiles.Named(class)
	if !ok {
		return
	}
	of := ProfileTLD(p)
	t.Sets, t.InstantTransfer, t.TransferNoYear, t.TransferLock, t.NoReport = of.Sets, of.InstantTransfer, of.TransferNoYear, of.TransferLock, of.NoReport
}

// setTLDs are the catalog's endings whose domains name sets, where a registry serves endings of all kinds.
func setTLDs(cat *catalog.Catalog) []string {
	var sets []string
	for name, t := range simTLDs(cat) {
		if t.Sets {
			sets = append(sets, name)
		}
	}
	slices.Sort(sets)
	return sets
}
