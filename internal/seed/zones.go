package seed

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dname"
)

func (c *compiler) zonesAll() {
	for i := range c.root.Zones {
		z, path := &c.root.Zones[i], item("zones", i)
		owner, ok := c.accountKey(join(path, "account"), z.Account)
		if !c.given(join(path, "name"), z.Name) {
			continue
		}
		name, named := c.name(join(path, "name"), z.Name)
		if z.VirtualNameServer != "" {
			c.hostNames(join(path, "virtual_name_server"), []string{z.VirtualNameServer})
		}
		for _, v := range []struct {
			key string
			n   int
		}{{"ttl", z.SOA.TTL}, {"refresh", z.SOA.Refresh}, {"retry", z.SOA.Retry}, {"expire", z.SOA.Expire}} {
			if v.n < 0 {
				c.bad(join(join(path, "soa"), v.key), "must not be negative")
			}
		}
		c.email(join(path, "soa.email"), z.SOA.Email)
		if z.SOA != (SOA{}) {
			c.notServed(join(path, "soa"), "read and checked, but not kept yet")
		}
		if !ok || !named {
			continue
		}
		c.zoneText(path, name, z.Zone)
		c.f.plant.Zones = append(c.f.plant.Zones, command.PlantZone{Account: owner, Origin: name, VirtualNameServer: z.VirtualNameServer, Text: z.Zone})
	}
}

// zoneText checks a zone's text and that its origin is served once on the platform, whatever the environment.
func (c *compiler) zoneText(path string, origin dname.Name, text string) {
	unique(c, c.origins, string(origin), path, "the zone "+string(origin))
	for _, p := range checkZone(text) {
		c.bad(path, "line %d of the text: %s", p.line, p.text)
	}
	c.notServed(path, "zones are not served yet")
}

type zoneProblem struct {
	line int
	text string
}

// checkZone checks the form of a master file (RFC 1035 §5.1): directives, owners, time-to-lives, classes, types and that
// there is data. What the data of a type must look like is the concern of who serves it.
func checkZone(text string) []zoneProblem {
	var out []zoneProblem
	bad := func(line int, format string, args ...any) {
		out = append(out, zoneProblem{line, fmt.Sprintf(format, args...)})
	}
	open, owner := 0, false
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSuffix(line, "\r")
		words, depth, err := zoneWords(line)
		if err != "" {
			bad(i+1, "%s", err)
			continue
		}
		within := open > 0
		if open += depth; open < 0 {
			bad(i+1, "a closing parenthesis without an opening one")
			open = 0
		}
		if within || len(words) == 0 {
			continue
		}
		blank := line[0] == ' ' || line[0] == '\t'
		if p := zoneEntry(words, blank, &owner); p != "" {
			bad(i+1, "%s", p)
		}
	}
	if open > 0 {
		bad(strings.Count(text, "\n")+1, "a parenthesis is not closed")
	}
	return out
}

// zoneWords splits a line into words, without comments and parentheses.
func zoneWords(line string) (words []string, depth int, problem string) {
	var w strings.Builder
	quoted, some := false, false
	end := func() {
		if some {
			words = append(words, w.String())
		}
		w.Reset()
		some = false
	}
	for i := 0; i < len(line); i++ {
		switch b := line[i]; {
		case b == '\\' && i+1 < len(line):
			w.WriteString(line[i : i+2])
			some = true
			i++
		case b == '"':
			quoted, some = !quoted, true
		case quoted:
			w.WriteByte(b)
		case b == ';':
			end()
			return words, depth, ""
		case b == '(' || b == ')':
			if depth++; b == ')' {
				depth -= 2
			}
			end()
		case b == ' ' || b == '\t':
			end()
		default:
			w.WriteByte(b)
			some = true
		}
	}
	if quoted {
		return nil, depth, "a quote is not closed"
	}
	end()
	return words, depth, ""
}

// zoneEntry checks one entry: a directive, or [owner] [ttl] [class] type data.
func zoneEntry(words []string, blank bool, owner *bool) string {
	switch strings.ToUpper(words[0]) {
	case "$TTL":
		if len(words) != 2 || !isTTL(words[1]) {
			return "$TTL needs one number of seconds"
		}
		return ""
	case "$ORIGIN":
		if len(words) != 2 || !isOwner(words[1]) {
			return "$ORIGIN needs one name"
		}
		return ""
	}
	if strings.HasPrefix(words[0], "$") {
		return words[0] + " is not offered"
	}
	if blank && !*owner {
		return "the first record has no owner"
	}
	if !blank {
		if !isOwner(words[0]) {
			return fmt.Sprintf("%q is not an owner name", clip(words[0]))
		}
		*owner = true
		words = words[1:]
	}
	for len(words) > 0 && (isTTL(words[0]) || strings.EqualFold(words[0], "IN")) {
		words = words[1:]
	}
	switch {
	case len(words) == 0 || !isType(words[0]):
		return "a record type is missing"
	case len(words) == 1:
		return words[0] + " has no data"
	}
	return ""
}

func isTTL(s string) bool {
	n, err := strconv.ParseUint(s, 10, 31)
	return err == nil && n <= 1<<31-1
}

func isType(s string) bool {
	for i := 0; i < len(s); i++ {
		if b := s[i] | 0x20; (b < 'a' || b > 'z') && (i == 0 || s[i] < '0' || s[i] > '9') {
			return false
		}
	}
	return s != ""
}

func isOwner(s string) bool {
	if s == "@" || s == "*" || s == "." {
		return true
	}
	_, err := dname.ParseHost(strings.TrimPrefix(s, "*."))
	return err == nil
}
