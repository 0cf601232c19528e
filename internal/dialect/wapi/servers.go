package wapi

import (
	"net/netip"
	"regexp"
	"sort"
	"strconv"
	"strings"

	"github.com/polyreg/polyreg/internal/catalog"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/host"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
)

// Codes of a delegation (wapi.md §6.2, §6.3).
const (
	badNSSet code = 2209
	badDNS   code = 2210
	noNSSet  code = 2212
	noDNS    code = 2213
)

// nssetForm is the form of an NSSET's handle (proposal of wapi.md §7.4).
var nssetForm = regexp.MustCompile(`^[A-Z0-9]([A-Z0-9-]{0,28}[A-Z0-9])?$`)

// servers reads exactly one of nsset and dns. Below .cz it is an NSSET, or an empty dns for the platform's own; elsewhere dns.
func (c *call) servers(tld *catalog.TLD) (command.ServerList, error) {
	var none command.ServerList
	nsset, dns := strings.ToUpper(c.text("nsset")), c.params.Get("dns")
	switch {
	case nsset != "" && dns.Given():
		return none, paramMismatch
	case tld.Class != classCZ && !dns.Given():
		return none, noDNS
	case tld.Class != classCZ:
		return readServers(dns)
	case nsset != "":
		if !nssetForm.MatchString(nsset) {
			return none, badNSSet
		}
		return command.ServerList{NSSet: nsset}, nil
	case !dns.Given():
		return none, noNSSet
	case isEmpty(dns):
		return command.ServerList{Platform: true}, nil
	}
	return none, badDNS
}

// readServers reads the dns parameter; empty means the platform's servers.
func readServers(dns jsonx.Value) (command.ServerList, error) {
	if isEmpty(dns) {
		return command.ServerList{Platform: true}, nil
	}
	entries, ok := serverEntries(dns)
	if !ok || len(entries) == 0 {
		return command.ServerList{}, badDNS
	}
	var list command.ServerList
	for _, e := range entries {
		s, ok := readServer(e)
		if !ok {
			return command.ServerList{}, badDNS
		}
		list.Servers = append(list.Servers, s)
	}
	return list, nil
}

// serverEntries finds the entries in any of the forms of wapi.md §6.2: server1…n, the wrapper array, one or a list under
// server, repeated server elements, or a plain list. Numbered ones come in the order of their numbers.
func serverEntries(dns jsonx.Value) ([]jsonx.Value, bool) {
	switch {
	case dns.Kind == jsonx.Array:
		return dns.Items, true
	case dns.Kind != jsonx.Object:
		return nil, false
	case len(dns.Members) == 1 && dns.Members[0].Name == "array":
		inner := dns.Members[0].Value
		if inner.Get("array").Exists() {
			return nil, false
		}
		return serverEntries(inner)
	}
	type numbered struct {
		n int
		v jsonx.Value
	}
	var all []numbered
	for _, m := range dns.Members {
		if m.Value.Kind == jsonx.Null { // as good as absent (wapi.md §2.1)
			continue
		}
		digits := strings.TrimPrefix(m.Name, "server")
		n, err := strconv.Atoi(digits)
		switch {
		case digits == "":
			n = 0
		case err != nil || n < 0:
			return nil, false
		}
		if digits == "" && m.Value.Kind == jsonx.Array {
			for _, it := range m.Value.Items {
				all = append(all, numbered{0, it})
			}
			continue
		}
		all = append(all, numbered{n, m.Value})
	}
	sort.SliceStable(all, func(i, j int) bool { return all[i].n < all[j].n })
	out := make([]jsonx.Value, len(all))
	for i := range all {
		out[i] = all[i].v
	}
	return out, true
}

func readServer(v jsonx.Value) (host.Server, bool) {
	var s host.Server
	name := scalar(v.Get("name"))
	if v.Kind == jsonx.String {
		name = scalar(v)
	}
	n, err := dname.ParseHost(name)
	if err != nil || !strings.Contains(string(n), ".") {
		return s, false
	}
	s.Name = n
	for _, key := range []string{"addr_ipv4", "addr_ip4", "addr_ipv6", "addr_ip6"} {
		for _, text := range addressTexts(v, key) {
			a, err := netip.ParseAddr(text)
			if err != nil || a.Zone() != "" || a.Is4() != strings.HasSuffix(key, "4") {
				return s, false
			}
			s.Addresses = append(s.Addresses, a)
		}
	}
	return s, true
}

// addressTexts are the addresses under a key: one text, a list, or repeated elements.
func addressTexts(v jsonx.Value, key string) []string {
	var out []string
	for _, a := range v.All(key) {
		items := []jsonx.Value{a}
		if a.Kind == jsonx.Array {
			items = a.Items
		}
		for _, it := range items {
			if t := scalar(it); t != "" || !isEmpty(it) {
				out = append(out, t)
			}
		}
	}
	return out
}

// showServers is the dns object of replies.
func showServers(servers []host.Server) jsonx.Obj {
	list := make([]jsonx.Obj, 0, len(servers))
	for _, s := range servers {
		v4, v6 := []string{}, []string{}
		for _, a := range s.Addresses {
			if a.Unmap().Is4() {
				v4 = append(v4, a.Unmap().String())
			} else {
				v6 = append(v6, a.String())
			}
		}
		list = append(list, jsonx.Obj{{"name", string(s.Name)}, {"addr_ipv4", v4}, {"addr_ipv6", v6}})
	}
	return jsonx.Obj{{"server", list}}
}
