package profiles

import (
	"github.com/polyreg/polyreg/internal/registry"
	wire "github.com/polyreg/polyreg/internal/wire/epp"
)

// de is DENIC-like. Domains have no grace periods and no redemption: what is deleted, or not renewed, is in TRANSIT, where the
// registry itself holds it for four weeks and every registrar can take it over with the authInfo. The authInfo transfers at
// once and brings no year. Name servers are attributes of the domain, DNSSEC data are keys. Left out: that the real registry
// speaks RRI and not EPP, that its domains have no expiry at all (here a year that nobody renews ends in TRANSIT), its
// pre-delegation check, and DISCONNECT.
var de = Profile{
	Name:         "de",
	Description:  "like .de: TRANSIT instead of redemption, host attributes, keys",
	Objects:      []string{wire.NSDomain, wire.NSContact},
	Extensions:   common(wire.NSSecDNS),
	Capabilities: registry.Capabilities{Contacts: true, CheckLimit: 20, DNSSEC: true, DNSSECKeys: true},
	Transit:      true,
	Server: Server{RequireRegistrant: true, NoRGP: true, InstantTransfer: true, TransferNoYear: true, TransferLock: -1,
		MaxYears: 1, Grace: Grace{Redemption: 28}},
}

// cz is CZ.NIC-like. A domain names a name-server set (nsset) and a key set (keyset), objects that many domains share and that
// have contacts of their own; a transfer is the right authInfo, at once and without a year; there is no redemption. Left out:
// that the real registry has mappings of its own for domains and contacts too, where this one names sets in an extension of
// RFC 5731, technical checks with their report levels, and the weeks of protection after the expiry.
var cz = Profile{
	Name:         "cz",
	Description:  "like .cz: name-server sets and key sets are objects",
	Objects:      []string{wire.NSDomain, wire.NSContact, wire.NSNSSet, wire.NSKeyset},
	Extensions:   common(wire.NSSets),
	Capabilities: registry.Capabilities{Contacts: true, CheckLimit: 50, DNSSEC: true, DNSSECKeys: true},
	Sets:         true,
	Server:       Server{RequireRegistrant: true, NoRGP: true, InstantTransfer: true, TransferNoYear: true, TransferLock: -1},
}

// eu is EURid-like. The registry renews by itself, quarantines what is deleted for 40 days, in which it is given back without
// a report, and frees it then; the authInfo transfers at once and brings a year. Name servers are attributes, DNSSEC data are
// keys. Left out: the real registry's own extensions of domain and contact, which RFC 3915 stands in for, its name-server
// groups and key groups, and checks of the registrant's country, which are the catalog's.
var eu = Profile{
	Name:         "eu",
	Description:  "like .eu: quarantine of 40 days, host attributes, keys",
	Objects:      []string{wire.NSDomain, wire.NSContact},
	Extensions:   common(wire.NSRGP, wire.NSSecDNS),
	Capabilities: registry.Capabilities{Contacts: true, CheckLimit: 25, RGP: true, DNSSEC: true, DNSSECKeys: true},
	AutoRenew:    true,
	Server: Server{RequireRegistrant: true, NoReport: true, InstantTransfer: true, TransferLock: -1,
		Grace: Grace{Add: -1, AutoRenew: 40, Renew: -1, Transfer: -1, Redemption: 40, PendingDelete: -1}},
}
