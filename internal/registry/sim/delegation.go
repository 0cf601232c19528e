package sim

import (
	"slices"
	"strings"

	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/registry/sim/repo"
	"github.com/polyreg/polyreg/internal/wire/epp"
)

// How a domain comes by its name servers and keys is its TLD's affair: by host objects, by host attributes (TLD.HostAttributes)
// or by sets (TLD.Sets); by records of secDNS-1.1, or those of keys alone (TLD.KeysOnly). A seed may have brought a domain
// host objects all the same: they are shown in the TLD's own way, and can be taken away.

func ofSets(local, value string) element { return element{epp.NSSets, local, value} }

// delegate reads name servers and sets of a create.
func (t TLD) delegate(d *repo.Domain, cmd *epp.Command) error {
	var err error
	if d.NameServers, d.HostAttrs, err = t.servers(d.Name, cmd.CreateDomain.NS); err != nil {
		return err
	}
	if x := cmd.Ext.SetsCreate; x != nil {
		if !t.Sets {
			return refuse(epp.CodePolicy, ofSets("create", ""), "domains name no sets here")
		}
		d.NSSet, d.Keyset = strings.ToUpper(x.NSSet), strings.ToUpper(x.Keyset)
	}
	return t.keysTaken(cmd.Ext.SecDNSCreate)
}

// keysTaken refuses DNSSEC data in a form that the TLD does not take.
func (t TLD) keysTaken(in *epp.SecDNSData) error {
	switch {
	case in == nil:
		return nil
	case t.Sets:
		return refuse(epp.CodePolicy, ofDNSSEC("add", ""), "keys are named by a keyset here")
	case t.KeysOnly && len(in.DS) > 0:
		return refuse(epp.CodePolicy, ofDNSSEC("dsData", ""), "keys are taken here, and no DS records")
	}
	return nil
}

// servers reads name servers that are set, as objects or as attributes.
func (t TLD) servers(domain string, in *epp.NameServers) (objects []string, attrs []repo.NameServer, err error) {
	switch {
	case in == nil:
		return nil, nil, nil
	case t.Sets:
		return nil, nil, refuse(epp.CodePolicy, ofDomain("ns", ""), "name servers are named by an nsset here")
	case !t.HostAttributes:
		objects, err = nameServers(in)
		return objects, nil, err
	case len(in.HostObj) > 0:
		return nil, nil, refuse(epp.CodePolicy, ofDomain("hostObj", in.HostObj[0]), "name servers are host attributes here")
	}
	for _, a := range in.HostAttr {
		name, err := hostName(a.Name, ofDomain, "hostName")
		if err != nil {
			return nil, nil, err
		}
		ips, err := addresses(a.Addresses)
		if err != nil {
			return nil, nil, err
		}
		switch below := strings.HasSuffix(string(name), "."+domain); {
		case len(ips) > 0 && !below:
			return nil, nil, refuse(epp.CodePolicy, ofDomain("hostAddr", ""), "only a name server below the domain has addresses")
		case len(ips) == 0 && below:
			return nil, nil, refuse(epp.CodePolicy, ofDomain("hostAddr", a.Name), "a name server below the domain needs an address")
		}
		attrs = append(attrs, repo.NameServer{Name: string(name), Addresses: ips})
	}
	return nil, attrs, limited("hostAttr", serverNames(attrs), objectsPerDomain)
}

// redelegate takes over into the target what an update changes of name servers and sets.
func (t TLD) redelegate(d *repo.Domain, to *repo.Target, cmd *epp.Command) error {
	in := cmd.UpdateDomain
	var add, rem *epp.NameServers
	if in.Add != nil {
		add = in.Add.NS
	}
	if in.Rem != nil {
		rem = in.Rem.NS
	}
	objects, attrs, err := t.servers(d.Name, add)
	if err != nil {
		return err
	}
	if !t.HostAttributes && rem != nil && len(rem.HostAttr) > 0 {
		_, err := nameServers(rem)
		return err
	}
	for _, text := range rem.Names() {
		n, err := hostName(text, ofDomain, "hostObj")
		if err != nil {
			return err
		}
		i, j := slices.Index(to.NameServers, string(n)), slices.Index(serverNames(to.HostAttrs), string(n))
		switch {
		case i >= 0:
			to.NameServers = slices.Delete(slices.Clone(to.NameServers), i, i+1)
		case j >= 0:
			to.HostAttrs = slices.Delete(slices.Clone(to.HostAttrs), j, j+1)
		default:
			return refuse(epp.CodePolicy, ofDomain("hostObj", string(n)), "cannot be removed: it is not there")
		}
	}
	byName := func(n string) element { return ofDomain("hostObj", n) }
	all, err := change(slices.Concat(to.NameServers, serverNames(to.HostAttrs)), slices.Concat(objects, serverNames(attrs)), nil, byName)
	if err != nil {
		return err
	}
	to.NameServers, to.HostAttrs = slices.Concat(to.NameServers, objects), slices.Concat(to.HostAttrs, attrs)
	if err := limited("hostObj", all, objectsPerDomain); err != nil {
		return err
	}
	if x := cmd.Ext.SecDNSUpdate; x != nil {
		if err := t.keysTaken(x.Add); err != nil {
			return err
		}
	}
	return t.renamed(to, cmd.Ext.SetsUpdate)
}

// renamed takes other sets over. One that is named takes the place of hosts and records that a seed has brought.
func (t TLD) renamed(to *repo.Target, x *epp.DomainSetsChange) error {
	switch {
	case x == nil:
		return nil
	case !t.Sets:
		return refuse(epp.CodePolicy, ofSets("update", ""), "domains name no sets here")
	}
	if x.NSSet != nil {
		to.NSSet, to.NameServers = strings.ToUpper(*x.NSSet), nil
	}
	if x.Keyset != nil {
		to.Keyset, to.DNSSEC = strings.ToUpper(*x.Keyset), nil
	}
	return nil
}

// delegation are a domain's name servers as shown in its TLD's way, nil for none.
func (s *Server) delegation(d *repo.Domain) *epp.NameServers {
	tld, _ := s.tldOf(dname.Name(d.Name))
	if !tld.HostAttributes && len(d.HostAttrs) == 0 {
		return epp.HostObjects(d.NameServers...)
	}
	out := &epp.NameServers{}
	for _, n := range d.NameServers {
		out.HostAttr = append(out.HostAttr, epp.HostAttr{Name: n})
	}
	for _, a := range d.HostAttrs {
		out.HostAttr = append(out.HostAttr, epp.HostAttr{Name: a.Name, Addresses: epp.HostAddrs(a.Addresses...)})
	}
	if len(out.HostAttr) == 0 {
		return nil
	}
	return out
}

// setsOf are the sets that a domain names, nil for none.
func setsOf(d *repo.Domain) *epp.DomainSets {
	if d.NSSet == "" && d.Keyset == "" {
		return nil
	}
	return &epp.DomainSets{NSSet: d.NSSet, Keyset: d.Keyset}
}
