package epp

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"

	"github.com/polyreg/polyreg/internal/registry"
	wire "github.com/polyreg/polyreg/internal/wire/epp"
)

// DefaultExtensions are the extensions that the client makes use of without having been told to. RFC 9154 is not among them,
// for it changes what an authInfo is: a registry's profile asks for it.
func DefaultExtensions() []string {
	return []string{wire.NSRGP, wire.NSSecDNS, wire.NSFee, wire.NSChangePoll, wire.NSLoginSec, wire.NSUnhandled}
}

var errLongPassword = errors.New("a password outside 8 to 64 characters needs RFC 8807, which the registry does not offer")

// services are those of the latest login, nil before the first.
type services struct{ latest atomic.Pointer[wire.Services] }

func (v *services) agree(s *wire.Services) { v.latest.Store(s) }

// Capabilities is what was configured and, of the extensions, what the latest login agreed on; before the first login it
// is what was configured to be asked for.
func (c *Client) Capabilities() registry.Capabilities {
	in := c.cfg.services.latest.Load()
	if in == nil {
		in = &wire.Services{Extensions: &wire.ExtURIs{URIs: c.cfg.Extensions}}
	}
	out := c.cfg.Capabilities
	out.RGP, out.DNSSEC, out.Fee = in.Has(wire.NSRGP), in.Has(wire.NSSecDNS), in.Has(wire.NSFee)
	if slices.Contains(c.cfg.SetTLDs, AllTLDs) {
		out.DNSSEC, out.DNSSECKeys = in.Has(wire.NSSets), true
	}
	out.SecureAuth = in.Has(wire.NSSecureAuthInfo)
	return out
}

// offered are the wanted extensions that a greeting offers, nil for none.
func (c *Config) offered(g *wire.Greeting) *wire.ExtURIs {
	if g.Menu.Extensions == nil {
		return nil
	}
	out := &wire.ExtURIs{}
	for _, uri := range c.Extensions {
		if slices.Contains(g.Menu.Extensions.URIs, uri) {
			out.URIs = append(out.URIs, uri)
		}
	}
	if len(out.URIs) == 0 {
		return nil
	}
	return out
}

// nameSets puts sets among the services of a login when a greeting offers all that belongs to them; else it leaves nothing of
// them there.
func nameSets(g *wire.Greeting, to *wire.Services) {
	objects := []string{wire.NSNSSet, wire.NSKeyset}
	absent := func(uri string) bool { return !slices.Contains(g.Menu.Objects, uri) }
	if to.Has(wire.NSSets) && !slices.ContainsFunc(objects, absent) {
		to.Objects = append(slices.Clone(to.Objects), objects...)
		return
	}
	if to.Extensions == nil {
		return
	}
	to.Extensions.URIs = slices.DeleteFunc(to.Extensions.URIs, func(uri string) bool { return uri == wire.NSSets })
	if len(to.Extensions.URIs) == 0 {
		to.Extensions = nil
	}
}

// fit writes a command as the session may have it: an extension that its login did not name is refused as the registry
// would, and under RFC 9154 a create has no authInfo.
func (s *session) fit(cmd *wire.Command) ([]byte, error) {
	x := &cmd.Ext
	for _, e := range []struct {
		used  bool
		space string
	}{
		{x.RGP != nil, wire.NSRGP},
		{x.SecDNSCreate != nil || x.SecDNSUpdate != nil, wire.NSSecDNS},
		{x.SetsCreate != nil || x.SetsUpdate != nil, wire.NSSets},
		{x.FeeCreate != nil || x.FeeRenew != nil || x.FeeTransfer != nil || x.FeeUpdate != nil, wire.NSFee},
	} {
		if e.used && !s.services.Has(e.space) {
			return nil, registry.Refused(wire.CodeExtension, "the registry does not offer "+e.space)
		}
	}
	if cmd.CreateDomain != nil && s.services.Has(wire.NSSecureAuthInfo) {
		create, without := *cmd.CreateDomain, *cmd
		create.AuthInfo, without.CreateDomain = wire.NoAuth(), &create
		cmd = &without
	}
	return encode(cmd)
}

// warnings logs what the registry finds wrong about a login, or will soon (RFC 8807 §4.1). Values are left out.
func (s *session) warnings(ctx context.Context, d *wire.LoginSecData) {
	if d == nil {
		return
	}
	for _, e := range d.Events {
		s.cfg.Log.WarnContext(ctx, "registry warns about the login", "registry", s.cfg.Name, "type", e.Type, "name", e.Name,
			"level", e.Level, "until", e.ExDate)
	}
}
