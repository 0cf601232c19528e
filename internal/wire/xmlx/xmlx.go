// Package xmlx is the hardened XML reader and the small XML writer that the XML-speaking adapters share. It knows nothing of
// any dialect or of the registrar core.
//
// The reader turns one document into a tree. It refuses what a reseller interface never needs and an attacker would: internal
// subsets and entity definitions, processing instructions, more than one root, duplicate attributes, undeclared prefixes,
// broken encodings, and anything over its limits. encoding/xml does the tokenising; this package adds the rules that it leaves
// to the caller. The writer produces exactly the bytes it is asked for: fixed prefixes, stable order, chosen layout.
package xmlx

import (
	"errors"
	"fmt"
)

// The error kinds, for errors.Is. Every error of Parse is an *Error that wraps exactly one of them.
var (
	ErrTooLarge   = errors.New("xml: document too large")
	ErrTooDeep    = errors.New("xml: elements nested too deeply")
	ErrTooComplex = errors.New("xml: too many elements or attributes")
	ErrDoctype    = errors.New("xml: document type declaration refused")
	ErrSyntax     = errors.New("xml: not well-formed")
	// ErrEncoding is an unsupported declared encoding or bytes that do not fit the encoding; it is also an ErrSyntax.
	ErrEncoding = fmt.Errorf("%w: bad encoding", ErrSyntax)
)

// Error is a refusal of Parse. Its text never quotes character data or attribute values, which may be secret.
type Error struct {
	Kind   error  // one of the Err… values
	Offset int64  // byte offset in the UTF-8 form of the document, near the fault
	Msg    string // what exactly, may be empty
}

// Error gives kind, reason and offset.
func (e *Error) Error() string {
	if e.Msg == "" {
		return fmt.Sprintf("%v at byte %d", e.Kind, e.Offset)
	}
	return fmt.Sprintf("%v at byte %d: %s", e.Kind, e.Offset, e.Msg)
}

// Unwrap gives the kind.
func (e *Error) Unwrap() error { return e.Kind }

// Limits bounds one document. A zero field takes the default.
type Limits struct {
	Bytes int64 // size of the document as received; default 1 MiB
	Depth int   // nested elements, the root being 1; default 64
	Attrs int   // attributes of one element, namespace declarations included; default 64
	Nodes int   // elements in the document; default 100,000
}

// The defaults of Limits.
const (
	DefaultBytes = 1 << 20
	DefaultDepth = 64
	DefaultAttrs = 64
	DefaultNodes = 100_000
)

func (l Limits) withDefaults() Limits {
	if l.Bytes <= 0 {
		l.Bytes = DefaultBytes
	}
	if l.Depth <= 0 {
		l.Depth = DefaultDepth
	}
	if l.Attrs <= 0 {
		l.Attrs = DefaultAttrs
	}
	if l.Nodes <= 0 {
		l.Nodes = DefaultNodes
	}
	return l
}

// Options says what one interface tolerates. The zero value is the strict reader.
type Options struct {
	Limits Limits
	// AllowDoctype accepts and ignores one DOCTYPE without internal subset before the root (OpenSRS sends
	// <!DOCTYPE OPS_envelope SYSTEM "ops.dtd">). Nothing is ever fetched.
	AllowDoctype bool
	// AllowLeadingBlank skips a UTF-8 byte order mark and blanks before the XML declaration.
	AllowLeadingBlank bool
	// AllowPI ignores processing instructions instead of refusing them (AutoDNS clients).
	AllowPI bool
	// LaxPrefix keeps a name with an undeclared prefix as "prefix:local" instead of refusing it.
	LaxPrefix bool
}
