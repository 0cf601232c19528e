// Package epp is the wire format of EPP: framing (RFC 5734), commands, responses and greetings (RFC 5730) with the domain,
// contact and host mappings (RFC 5731, 5732, 5733) as Go types, a hardened decoder and an encoder. Client and server share
// it. It holds no connection, no policy and nothing of the registrar core.
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

// Version and Lang are what both sides of this package speak (RFC 5730 §2.4).
const (
	Version = "1.0"
	Lang    = "en"
)

// prefixes are the prefixes that the encoder uses; EPP itself is the default namespace.
var prefixes = map[string]string{NSEPP: "", NSDomain: "domain", NSContact: "contact", NSHost: "host"}

// spaces is prefixes turned round, for struct tags.
var spaces = map[string]string{"epp": NSEPP, "domain": NSDomain, "contact": NSContact, "host": NSHost}

// Name is an element's namespace and local name.
type Name = xml.Name
