// Package profiles holds what registries have in common, as data: which objects and extensions a kind of registry speaks, what
// it can and cannot do, and which settings make the embedded registry behave like it. A profile configures the client; app
// hands its Server part to the embedded registry. There is no code per registry, neither here nor there.
//
// Profiles follow what is publicly known of a registry, simplified to what this project's commands need; what each one leaves
// out stands at it.
package profiles

import (
	"slices"
	"time"

	"github.com/polyreg/polyreg/internal/registry"
	"github.com/polyreg/polyreg/internal/registry/epp"
	wire "github.com/polyreg/polyreg/internal/wire/epp"
)

// Profile is one kind of registry.
type Profile struct {
	Name        string // for configurations: "thick", "thin", "de", "cz", "eu"
	Description string // one line
	Objects     []string
	Extensions  []string // that the client makes use of, as far as the registry offers them
	// Capabilities are what the registry needs and offers. RGP, DNSSEC, Fee and SecureAuth are what is hoped for: the log-in
	// settles them.
	Capabilities registry.Capabilities
	Sets         bool // domains name an nsset and a keyset, which are objects
	AutoRenew    bool // the registry renews a domain at its expiry
	Transit      bool // a deleted domain is the registry's for a time, and then free; there is no restore
	AuthInfo     AuthInfo
	Server       Server
}

// AuthInfo are a profile's rules for a domain's authInfo.
type AuthInfo struct {
	// Secure is RFC 9154: none at a create, drawn when a transfer is wanted, never shown, gone after it.
	Secure   bool
	Validity time.Duration // of a secure one; 0 for no end
}

// Server are settings of the embedded registry, each as sim.TLD and sim.Config describe it. That of which a profile tells
// elsewhere (sets, keys, transit, host attributes, secure authInfo) is not said again.
type Server struct {
	RequireRegistrant bool
	NoRGP             bool
	NoReport          bool
	InstantTransfer   bool
	TransferNoYear    bool
	TransferLock      int // days, none when negative
	MaxYears          int // longest term, 0 for 10
	Grace             Grace
}

// Grace are periods in days: 0 is the embedded registry's default, a negative number none.
type Grace struct{ Add, AutoRenew, Renew, Transfer, Redemption, PendingDelete int }

// all are the profiles in the order in which they are told.
var all = []Profile{thick, thin, de, cz, eu}

// common are extensions that say more about a session than about a registry.
func common(more ...string) []string {
	return append(more, wire.NSChangePoll, wire.NSLoginSec, wire.NSUnhandled)
}

// Names are the names of the profiles.
func Names() []string {
	var out []string
	for _, p := range all {
		out = append(out, p.Name)
	}
	return out
}

// Named finds a profile. The caller owns what it gets.
func Named(name string) (Profile, bool) {
	i := slices.IndexFunc(all, func(p Profile) bool { return p.Name == name })
	if i < 0 {
		return Profile{}, false
	}
	p := all[i]
	p.Objects, p.Extensions = slices.Clone(p.Objects), slices.Clone(p.Extensions)
	return p, true
}

// Configure makes a client speak to a registry of the profile. Objects and extensions that are set already stay, and so does
// the limit of names in a check.
func (p Profile) Configure(cfg *epp.Config) {
	limit := cfg.Capabilities.CheckLimit
	cfg.Capabilities = p.Capabilities
	if limit > 0 {
		cfg.Capabilities.CheckLimit = limit
	}
	if cfg.Objects == nil {
		cfg.Objects = slices.Clone(p.Objects)
	}
	if cfg.Extensions == nil {
		cfg.Extensions = slices.Clone(p.Extensions)
	}
	if p.Sets {
		cfg.SetTLDs = []string{epp.AllTLDs}
	}
}
