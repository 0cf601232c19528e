package epp

import "slices"

// TTLRecords are the record types that a TTL can be set for (RFC 9803 §1.2.1); TTL.Custom names another.
const (
	TTLForNS     = "NS"
	TTLForDS     = "DS"
	TTLForDNAME  = "DNAME"
	TTLForA      = "A"
	TTLForAAAA   = "AAAA"
	TTLForCustom = "custom"
)

// TTLSet sets TTLs in a create or update of a domain or host, at most one per record type (RFC 9803 §2.2).
type TTLSet struct {
	TTLs []TTL `epp:"ttl"`
}

func (s *TTLSet) check(at Name) *Error {
	var types []string
	for _, t := range s.TTLs {
		types = append(types, t.For)
	}
	return distinct(at, types)
}

// TTL is one value in seconds; nil asks for the server's default.
type TTL struct {
	For    string `epp:"@for,t=ttlrecord"`
	Custom string `epp:"@custom,t=ttlcustom,opt"`
	Value  *int   `epp:",text,range=0-2147483647"`
}

func (t *TTL) check(at Name) *Error { return customRecord(at, t.For, t.Custom) }

// TTLInfo asks in an info for TTLs, with Policy also for what values are allowed (RFC 9803 §2.1).
type TTLInfo struct {
	Policy bool `epp:"@policy,opt"`
}

// TTLData answers an info (RFC 9803 §2.1).
type TTLData struct {
	TTLs []TTLShown `epp:"ttl"`
}

func (d *TTLData) check(at Name) *Error {
	var types []string
	for _, t := range d.TTLs {
		types = append(types, t.For)
	}
	return distinct(at, types)
}

// TTLShown is one value in seconds, nil when none is set, and with it the policy: the least, default and greatest value.
type TTLShown struct {
	For     string `epp:"@for,t=ttlrecord"`
	Custom  string `epp:"@custom,t=ttlcustom,opt"`
	Min     *int   `epp:"@min,range=0-2147483647,opt"`
	Default *int   `epp:"@default,range=0-2147483647,opt"`
	Max     *int   `epp:"@max,range=0-2147483647,opt"`
	Value   *int   `epp:",text,range=0-2147483647"`
}

func (t *TTLShown) check(at Name) *Error { return customRecord(at, t.For, t.Custom) }

// customRecord holds that the record type custom has a name and that no other has one (RFC 9803 §1.2.1.1).
func customRecord(at Name, record, custom string) *Error {
	switch {
	case record == TTLForCustom && custom == "":
		return fault(CodeMissingParameter, at, "attribute custom is missing")
	case record != TTLForCustom && custom != "":
		return fault(CodeSyntax, at, "attribute custom does not belong to this record type")
	}
	return nil
}

// distinct holds the schema's rule that a record type occurs once.
func distinct(at Name, types []string) *Error {
	for i, t := range types {
		if slices.Contains(types[:i], t) {
			return fault(CodeSyntax, at, "record type %s more than once", t)
		}
	}
	return nil
}
