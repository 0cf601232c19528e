// Package epp is the wire format of EPP: framing (RFC 5734), commands, responses and greetings (RFC 5730) with the domain,
// contact and host mappings (RFC 5731, 5732, 5733) and the extensions listed below as Go types, a hardened decoder and an
// encoder. Client and server share it. It holds no connection, no policy and nothing of the registrar core.
//
// The struct types are the schema: the order of their fields is the order of the elements, and the tag `epp` names the
// element or attribute, its simple type and how often it may occur. Commands are read strictly (order, types, required
// parts), so that a server can answer the right result code; responses are read leniently, for a client has to live with
// what a registry sends. Both are written strictly: a value that the schema does not allow is an error, never a frame.
package epp

import "encoding/xml"

// Namespaces of RFC 5730 to 5733.
const (
	NSEPP     = "urn:ietf:params:xml:ns:epp-1.0"
	NSDomain  = "urn:ietf:params:xml:ns:domain-1.0"
	NSContact = "urn:ietf:params:xml:ns:contact-1.0"
	NSHost    = "urn:ietf:params:xml:ns:host-1.0"

	nsXSI = "http://www.w3.org/2001/XMLSchema-instance"
	nsXML = "http://www.w3.org/XML/1998/namespace"
)

// Namespaces of the name-server sets and key sets of registries such as .cz, where a domain names a set instead of hosts and
// keys. NSNSSet and NSKeyset are object services and belong into Services.Objects. NSSets is this project's own extension of
// the domain commands, in which a domain names its sets.
const (
	NSNSSet  = "http://www.nic.cz/xml/epp/nsset-1.2"
	NSKeyset = "http://www.nic.cz/xml/epp/keyset-1.3"
	NSSets   = "urn:polyreg:xml:ns:epp:sets-1.0"
)

// Version and Lang are what both sides of this package speak (RFC 5730 §2.4).
const (
	Version = "1.0"
	Lang    = "en"
)

// Namespaces of the extensions, which a client announces in Services.Extensions at login. NSMaintenance is
// an object service and belongs into Services.Objects; NSMark and NSSignedMark only occur inside NSLaunch and are never announced.
const (
	NSRGP             = "urn:ietf:params:xml:ns:rgp-1.0"                          // RFC 3915
	NSSecDNS          = "urn:ietf:params:xml:ns:secDNS-1.1"                       // RFC 5910
	NSFee             = "urn:ietf:params:xml:ns:epp:fee-1.0"                      // RFC 8748
	NSAllocationToken = "urn:ietf:params:xml:ns:allocationToken-1.0"              // RFC 8495
	NSChangePoll      = "urn:ietf:params:xml:ns:changePoll-1.0"                   // RFC 8590
	NSLaunch          = "urn:ietf:params:xml:ns:launch-1.0"                       // RFC 8334
	NSMark            = "urn:ietf:params:xml:ns:mark-1.0"                         // RFC 7848
	NSSignedMark      = "urn:ietf:params:xml:ns:signedMark-1.0"                   // RFC 7848
	NSLoginSec        = "urn:ietf:params:xml:ns:epp:loginSec-1.0"                 // RFC 8807
	NSUnhandled       = "urn:ietf:params:xml:ns:epp:unhandled-namespaces-1.0"     // RFC 9038, no elements of its own
	NSSecureAuthInfo  = "urn:ietf:params:xml:ns:epp:secure-authinfo-transfer-1.0" // RFC 9154, no elements of its own
	NSMaintenance     = "urn:ietf:params:xml:ns:epp:maintenance-1.0"              // RFC 9167
	NSTTL             = "urn:ietf:params:xml:ns:epp:ttl-1.0"                      // RFC 9803
)

// prefixes are the prefixes that the encoder uses; EPP itself is the default namespace.
var prefixes = map[string]string{NSEPP: "", NSDomain: "domain", NSContact: "contact", NSHost: "host", NSRGP: "rgp",
	NSSecDNS: "secDNS", NSFee: "fee", NSAllocationToken: "allocationToken", NSChangePoll: "changePoll", NSLaunch: "launch",
	NSMark: "mark", NSSignedMark: "smd", NSLoginSec: "loginSec", NSMaintenance: "maint", NSTTL: "ttl",
	NSNSSet: "nsset", NSKeyset: "keyset", NSSets: "sets"}

// spaces is prefixes turned round, for struct tags.
var spaces = func() map[string]string {
	out := map[string]string{"epp": NSEPP}
	for space, prefix := range prefixes {
		if prefix != "" {
			out[prefix] = space
		}
	}
	return out
}()

// Name is an element's namespace and local name.
type Name = xml.Name
