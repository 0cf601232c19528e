// Package host holds name servers: hosts with glue addresses, and name-server sets.
package host

import (
	"net/netip"
	"sort"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/dname"
)

// Server is a name server as a domain's delegation names it. Addresses are glue and only used below the domain itself.
type Server struct {
	Name      dname.Name
	Addresses []netip.Addr
}

// Set is a named list of servers that many domains share (an NSSET).
type Set struct {
	ID      int64
	Account account.ID // 0 for the platform's own
	Handle  string     // unique in its environment, upper case
	Servers []Server
}

// Host is a host object of an account, with its glue.
type Host struct {
	ID        int64
	Account   account.ID
	Name      dname.Name
	Addresses []netip.Addr
}

// Names are the servers' names in order.
func Names(servers []Server) []dname.Name {
	names := make([]dname.Name, len(servers))
	for i, s := range servers {
		names[i] = s.Name
	}
	return names
}

// Diff tells which names are to be added and removed to come from old to new, each sorted.
func Diff(old, new []dname.Name) (add, rem []dname.Name) {
	in := func(list []dname.Name, n dname.Name) bool {
		for _, x := range list {
			if x == n {
				return true
			}
		}
		return false
	}
	for _, n := range new {
		if !in(old, n) {
			add = append(add, n)
		}
	}
	for _, n := range old {
		if !in(new, n) {
			rem = append(rem, n)
		}
	}
	sortNames(add)
	sortNames(rem)
	return add, rem
}

func sortNames(n []dname.Name) { sort.Slice(n, func(i, j int) bool { return n[i] < n[j] }) }
