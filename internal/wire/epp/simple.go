package epp

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// simple is a simple type of the schemas: how white space is treated, lengths in characters, a pattern, the allowed values.
type simple struct {
	collapse bool // xsd:token; else xsd:normalizedString
	preserve bool // xsd:string
	compact  bool // no white space at all: xsd:base64Binary in its canonical form
	min, max int  // max 0 = no limit
	pattern  *regexp.Regexp
	enum     []string
	rule     func(string) bool // what a pattern cannot say
}

var (
	clientStatus = []string{StatusClientDeleteProhibited, StatusClientTransferProhibited, StatusClientUpdateProhibited}
	serverStatus = []string{StatusServerDeleteProhibited, StatusServerTransferProhibited, StatusServerUpdateProhibited}
	pending      = []string{StatusPendingCreate, StatusPendingDelete, StatusPendingTransfer, StatusPendingUpdate}
)

// simples are the simple types that struct tags name.
var simples = map[string]*simple{
	"":         {},
	"token":    {collapse: true},
	"mintoken": {collapse: true, min: 1},
	"uri":      {collapse: true, min: 1},
	"sid":      {min: 3, max: 64},
	"clid":     {collapse: true, min: 3, max: 16},
	"clidchg":  {collapse: true, max: 16},
	"label":    {collapse: true, min: 1, max: 255},
	"trid":     {collapse: true, min: 3, max: 64},
	"pw":       {collapse: true, min: 8, max: 64},
	"reason":   {collapse: true, min: 1, max: 32},
	"recdesc":  {collapse: true, min: 1, max: 255},
	"line":     {min: 1, max: 255},
	"optline":  {max: 255},
	"pc":       {collapse: true, max: 16},
	"cc":       {collapse: true, min: 2, max: 2},
	"addr":     {collapse: true, min: 3, max: 45},
	"e164":     {collapse: true, max: 17, pattern: regexp.MustCompile(`^(\+[0-9]{1,3}\.[0-9]{1,14})?$`)},
	"roid":     {collapse: true, pattern: regexp.MustCompile(`^([^\pP\pZ\pC]|_){1,80}-[^\pP\pZ\pC]{1,8}$`)},
	"lang":     {collapse: true, pattern: regexp.MustCompile(`^[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*$`)},
	"version":  {collapse: true, enum: []string{Version}},
	"pollop":   {collapse: true, enum: []string{"ack", "req"}},
	"unit":     {collapse: true, enum: []string{"y", "m"}},
	"role":     {collapse: true, enum: []string{"admin", "billing", "tech"}},
	"hosts":    {collapse: true, enum: []string{"all", "del", "none", "sub"}},
	"postal":   {collapse: true, enum: []string{"loc", "int"}},
	"ip":       {collapse: true, enum: []string{"v4", "v6"}},
	"trstatus": {collapse: true, enum: []string{"clientApproved", "clientCancelled", "clientRejected", "pending",
		"serverApproved", "serverCancelled"}},
	"dstatus": {collapse: true, enum: slices.Concat(clientStatus, serverStatus, pending, []string{StatusOK, StatusInactive,
		StatusClientHold, StatusClientRenewProhibited, StatusServerHold, StatusServerRenewProhibited, StatusPendingRenew})},
	"cstatus": {collapse: true, enum: slices.Concat(clientStatus, serverStatus, pending, []string{StatusOK, StatusLinked})},
	"hstatus": {collapse: true, enum: slices.Concat(pending, []string{StatusOK, StatusLinked, StatusClientDeleteProhibited,
		StatusClientUpdateProhibited, StatusServerDeleteProhibited, StatusServerUpdateProhibited})},
}

// space is white space in XML's sense.
const space = " \t\r\n"

func collapse(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(space, r) }), " ")
}

var replaceSpace = strings.NewReplacer("\t", " ", "\r", " ", "\n", " ")

// normal applies the type's white-space rule.
func (t *simple) normal(s string) string {
	switch {
	case t.compact:
		return strings.ReplaceAll(collapse(s), " ", "")
	case t.collapse:
		return collapse(s)
	case t.preserve:
		return s
	}
	return replaceSpace.Replace(s)
}

// fits says why a normalised value is not of the type, empty when it is.
func (t *simple) fits(s string) string {
	n := utf8.RuneCountInString(s)
	switch {
	case t.enum != nil && !slices.Contains(t.enum, s):
		return "not one of the allowed values"
	case n < t.min:
		return "too short"
	case t.max > 0 && n > t.max:
		return "too long"
	case t.pattern != nil && !t.pattern.MatchString(s), t.rule != nil && !t.rule(s):
		return "malformed"
	case !validChars(s):
		return "character not allowed in XML"
	}
	return ""
}

// validChars reports whether all characters may stand in an XML 1.0 document.
func validChars(s string) bool {
	if !utf8.ValidString(s) {
		return false
	}
	for _, r := range s {
		if r < 0x20 && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF {
			return false
		}
	}
	return true
}
