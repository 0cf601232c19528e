package epp

import (
	"context"
	"slices"

	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/registry"
	wire "github.com/polyreg/polyreg/internal/wire/epp"
)

var (
	errNoDS     = registry.Refused(wire.CodePolicy, "the registry takes DNSSEC keys, and no DS records or signature life")
	errNotThere = registry.Refused(wire.CodePolicy, "what is to be removed is not there")
	errThere    = registry.Refused(wire.CodePolicy, "what is to be added is there")
)

// createSets makes the sets for a new domain.
func (c *Client) createSets(ctx context.Context, in registry.DomainCreate, use *setUse) (*wire.DomainSets, error) {
	var out wire.DomainSets
	keys, err := onlyKeys(in.DNSSEC)
	if err != nil {
		return nil, err
	}
	if out.NSSet, err = c.set(ctx, content{servers: in.NameServers}, use); err != nil {
		return nil, err
	}
	if out.Keyset, err = c.set(ctx, content{keys: keys}, use); err != nil {
		return nil, err
	}
	if out == (wire.DomainSets{}) {
		return nil, nil
	}
	return &out, nil
}

// updateSets makes the sets that a domain is to name after an update, from what it has now; nil when none changes. Nobody else
// may change the domain meanwhile, or his change is lost.
func (c *Client) updateSets(ctx context.Context, in registry.DomainUpdate, use *setUse) (*wire.DomainSetsChange, error) {
	delegates := len(in.AddNS)+len(in.RemNS) > 0
	signs := in.RemAllDNSSEC || !in.RemDNSSEC.Empty() || !in.AddDNSSEC.Empty()
	if in.MaxSigLife > 0 {
		return nil, errNoDS
	}
	if !delegates && !signs {
		return nil, nil
	}
	d, err := c.InfoDomain(ctx, in.Name)
	if err != nil {
		return nil, err
	}
	var out wire.DomainSetsChange
	if delegates {
		servers, err := changed(d.NameServers, in.AddNS, in.RemNS)
		if err != nil {
			return nil, err
		}
		id, err := c.set(ctx, content{servers: servers}, use)
		if err != nil {
			return nil, err
		}
		out.NSSet = &id
	}
	if signs {
		keys, err := c.keysAfter(d.DNSSEC, in)
		if err != nil {
			return nil, err
		}
		id, err := c.set(ctx, content{keys: keys}, use)
		if err != nil {
			return nil, err
		}
		out.Keyset = &id
	}
	return &out, nil
}

// keysAfter are a domain's keys after an update (RFC 5910 §5.2.5: removed before anything is added).
func (c *Client) keysAfter(have *registry.DNSSEC, in registry.DomainUpdate) ([]registry.Key, error) {
	add, err := onlyKeys(in.AddDNSSEC)
	if err != nil {
		return nil, err
	}
	rem, err := onlyKeys(in.RemDNSSEC)
	if err != nil {
		return nil, err
	}
	var keys []registry.Key
	if have != nil && !in.RemAllDNSSEC {
		keys = have.Keys
	}
	return changed(keys, add, rem)
}

// onlyKeys are the keys of DNSSEC data; records and a signature life are refused, for a keyset has neither.
func onlyKeys(d *registry.DNSSEC) ([]registry.Key, error) {
	switch {
	case d == nil:
		return nil, nil
	case len(d.DS) > 0 || d.MaxSigLife > 0:
		return nil, errNoDS
	}
	return d.Keys, nil
}

// changed removes and adds, as strictly as a registry does that has no sets.
func changed[T dname.Name | registry.Key](have, add, rem []T) ([]T, error) {
	out := slices.Clone(have)
	for _, v := range rem {
		i := slices.Index(out, v)
		if i < 0 {
			return nil, errNotThere
		}
		out = slices.Delete(out, i, i+1)
	}
	for _, v := range add {
		if slices.Contains(out, v) {
			return nil, errThere
		}
		out = append(out, v)
	}
	return out, nil
}
