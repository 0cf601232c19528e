package profiles

import (
	"time"

	"github.com/polyreg/polyreg/internal/registry"
	wire "github.com/polyreg/polyreg/internal/wire/epp"
)

// thick is a generic top-level domain whose registry keeps the contacts: all of RFC 5730 to 5733, the grace periods of
// RFC 3915, fees in checks and commands.
var thick = Profile{
	Name:        "thick",
	Description: "generic top-level domain with contacts at the registry",
	Objects:     []string{wire.NSDomain, wire.NSContact, wire.NSHost},
	Extensions:  common(wire.NSRGP, wire.NSSecDNS, wire.NSFee),
	Capabilities: registry.Capabilities{Contacts: true, HostObjects: true, CheckLimit: 50, RGP: true, DNSSEC: true,
		Fee: true},
	AutoRenew: true,
	Server:    Server{RequireRegistrant: true, TransferLock: 60},
}

// thin is a generic top-level domain with the minimum data set: the registrant's data stay with the registrar, and with them
// every contact. The authInfo follows RFC 9154; it is valid for 14 days, as the transfer policy approved for gTLDs has it.
var thin = Profile{
	Name:        "thin",
	Description: "generic top-level domain with the minimum data set: no contacts",
	Objects:     []string{wire.NSDomain, wire.NSHost},
	Extensions:  common(wire.NSRGP, wire.NSSecDNS, wire.NSFee, wire.NSSecureAuthInfo),
	Capabilities: registry.Capabilities{HostObjects: true, CheckLimit: 50, RGP: true, DNSSEC: true, Fee: true,
		SecureAuth: true},
	AutoRenew: true,
	AuthInfo:  AuthInfo{Secure: true, Validity: 14 * 24 * time.Hour},
	Server:    Server{TransferLock: 30},
}
