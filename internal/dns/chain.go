package dns

import (
	"bytes"
	"fmt"
	"sort"
	"strings"

	mdns "github.com/miekg/dns"
)

// nsec3Chain finds the NSEC3 records of a zone by hash (RFC 5155 §7).
type nsec3Chain struct {
	hashes []string // base32hex in small letters, sorted
	nodes  []string // the relative names of the nodes that hold them
	salt   string   // hexadecimal
	rounds uint16
}

// chain prepares what negative answers of a signed zone need.
func (s *Snapshot) chain() error {
	if !s.signed {
		return nil
	}
	apex := s.find("")
	param := apex.set(mdns.TypeNSEC3PARAM)
	if param == nil {
		return nil
	}
	raw := param.rdata[0]
	if len(raw) < 5 || len(raw) < 5+int(raw[4]) {
		return fmt.Errorf("dns: %s: a short NSEC3PARAM", s.origin)
	}
	c := &nsec3Chain{rounds: uint16(raw[2])<<8 | uint16(raw[3]), salt: fmt.Sprintf("%X", raw[5:5+int(raw[4])])}
	for i := range s.nodes {
		n := &s.nodes[i]
		if n.set(mdns.TypeNSEC3) == nil {
			continue
		}
		hash, _, _ := strings.Cut(n.name, ".")
		c.hashes, c.nodes = append(c.hashes, strings.ToLower(hash)), append(c.nodes, n.name)
	}
	sort.Sort(c)
	s.nsec3 = c
	return nil
}

func (c *nsec3Chain) Len() int           { return len(c.hashes) }
func (c *nsec3Chain) Less(i, j int) bool { return c.hashes[i] < c.hashes[j] }
func (c *nsec3Chain) Swap(i, j int) {
	c.hashes[i], c.hashes[j] = c.hashes[j], c.hashes[i]
	c.nodes[i], c.nodes[j] = c.nodes[j], c.nodes[i]
}

// at finds the record that matches or covers a name; match tells which.
func (c *nsec3Chain) at(name, origin string) (node string, match bool) {
	full := origin + "."
	if name != "" {
		full = name + "." + full
	}
	hash := strings.ToLower(mdns.HashName(full, mdns.SHA1, c.rounds, c.salt))
	i := sort.SearchStrings(c.hashes, hash)
	if i < len(c.hashes) && c.hashes[i] == hash {
		return c.nodes[i], true
	}
	return c.nodes[(i+len(c.nodes)-1)%len(c.nodes)], false
}

// nsecBefore finds the NSEC record that covers a name: that of the last name before it in canonical order (RFC 4034 §6.1).
func (s *Snapshot) nsecBefore(name string) *node {
	var best *node
	for i := range s.nodes {
		n := &s.nodes[i]
		if n.set(mdns.TypeNSEC) == nil || canonicalLess(name, n.name) {
			continue
		}
		if best == nil || canonicalLess(best.name, n.name) {
			best = n
		}
	}
	return best
}

// canonicalLess orders relative names by their labels from the right (RFC 4034 §6.1).
func canonicalLess(a, b string) bool {
	x, y := labelsOf(a), labelsOf(b)
	for i := 1; i <= min(len(x), len(y)); i++ {
		if d := bytes.Compare([]byte(x[len(x)-i]), []byte(y[len(y)-i])); d != 0 {
			return d < 0
		}
	}
	return len(x) < len(y)
}

func labelsOf(name string) []string {
	if name == "" {
		return nil
	}
	return strings.Split(name, ".")
}
