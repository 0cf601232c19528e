package internetx

import (
	"encoding/json"
	"net/netip"
	"strings"
)

// What a zone has where nothing is said, in seconds (domainrobot-json.md §8.5, autodns-xml.md §13.2: level 1).
const (
	SOARefresh = 43_200
	SOARetry   = 7_200
	SOAExpire  = 1_209_600
	SOATTL     = 86_400
)

// MaxNameServers is how many name servers a zone may be given.
const MaxNameServers = 7

// ZoneNote is the name under which both interfaces keep beside a zone what is no record and no setting of it.
const ZoneNote = "internetx"

// ZoneAside is what both interfaces keep beside a zone: which of its records are its main address, and words that are shown as they
// were given.
type ZoneAside struct {
	Main   string `json:"main,omitempty"`   // address of the origin that is told apart from the records
	WWW    bool   `json:"www,omitempty"`    // "www" has it too
	Action string `json:"action,omitempty"` // in capitals: COMPLETE, PRIMARY, AUTO
	Purge  string `json:"purge,omitempty"`  // in capitals: DISABLED, AUTO
}

// ParseZoneAside reads what Text has written; anything else counts as nothing.
func ParseZoneAside(text string) ZoneAside {
	var a ZoneAside
	if json.Unmarshal([]byte(text), &a) != nil {
		return ZoneAside{}
	}
	return a
}

// Text is the form in which it is kept.
func (a ZoneAside) Text() string {
	text, _ := json.Marshal(a) // of strings and a boolean
	return string(text)
}

// MainType is the type of the record that a main address makes, "" for what is no address.
func MainType(address string) string {
	a, err := netip.ParseAddr(address)
	switch {
	case err != nil || a.Zone() != "":
		return ""
	case a.Is4():
		return "A"
	}
	return "AAAA"
}

// IsMain reports whether a record (relative name with "@" for the origin, type and data as stored) is told as the zone's main address:
// apex is that of the origin, www that of "www".
func (a ZoneAside) IsMain(name, typ, data string) (apex, www bool) {
	if a.Main == "" || typ != MainType(a.Main) || !sameAddress(data, a.Main) {
		return false, false
	}
	return name == "@", a.WWW && name == "www"
}

func sameAddress(a, b string) bool {
	x, err := netip.ParseAddr(a)
	y, err2 := netip.ParseAddr(b)
	return err == nil && err2 == nil && x == y
}

// Mailbox turns the mail address of a SOA into the name that stands for it (RFC 1035 §8), without a dot at its end; "" for what is no
// address. Dots of the local part are escaped.
func Mailbox(email string) string {
	local, host, ok := strings.Cut(strings.TrimSpace(email), "@")
	host = strings.TrimSuffix(host, ".")
	if !ok || local == "" || host == "" || strings.ContainsAny(local, " \t\\\"@") || strings.ContainsAny(host, "@ \t\\") {
		return ""
	}
	return strings.ReplaceAll(local, ".", `\.`) + "." + host
}

// Email turns the name that stands for a mail address back into it.
func Email(mailbox string) string {
	var local strings.Builder
	for i := 0; i < len(mailbox); i++ {
		switch c := mailbox[i]; {
		case c == '\\' && i+1 < len(mailbox):
			i++
			local.WriteByte(mailbox[i])
		case c == '.':
			return local.String() + "@" + mailbox[i+1:]
		default:
			local.WriteByte(c)
		}
	}
	return local.String()
}

// NameServerGroup is the group that a system name server belongs to: "ns14.net" for "a.ns14.net".
func NameServerGroup(virtualNS string) string {
	_, group, ok := strings.Cut(virtualNS, ".")
	if !ok || !strings.Contains(group, ".") {
		return virtualNS
	}
	return group
}
