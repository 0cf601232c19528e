package app

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/netip"
	"os"
	"strings"

	"github.com/polyreg/polyreg/internal/app/names"
	"github.com/polyreg/polyreg/internal/config"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/dns"
	"github.com/polyreg/polyreg/internal/obs/metrics"
)

// newNames makes the name server, if there is to be one.
func (a *App) newNames() error {
	o := a.opt.Names
	if len(o.Listen) == 0 {
		return nil
	}
	o.MaxRecords = a.opt.Core.Platform.ZoneRecords
	seen := &namesObserver{}
	srv, err := names.New(o, names.Deps{Store: a.core.Store, Runner: a.core.Runner, Clocks: a.opt.Core.Clocks, Log: a.log, Observer: seen})
	if err != nil {
		return err
	}
	seen.DNS = a.metrics.NewDNS(srv.Zones)
	a.names = srv
	return nil
}

// startNames opens the name server's sockets, reads all zones and answers from then on.
func (a *App) startNames(ctx context.Context) error {
	if a.names == nil {
		return nil
	}
	if err := a.names.Start(ctx); err != nil {
		return fmt.Errorf("the name server cannot start: %w", err)
	}
	return nil
}

// namesObserver counts what the name server does.
type namesObserver struct{ *metrics.DNS }

func (o *namesObserver) Transferred(t dns.Transfer) { o.Transfer(t.Kind, t.Incoming, t.Err) }

func (o *namesObserver) Notified(_ dname.Name, _ string, err error) { o.Notify(err) }

// namesOf is the name server of a configuration; it reads the files of keys.
func namesOf(c config.Config) (names.Options, error) {
	d := c.DNS
	out := names.Options{Listen: d.Listen, NSID: d.NSID, RateLimit: max(0, d.RateLimit), Catalog: dname.Name(strings.ToLower(d.Catalog)),
		AnyMaster: d.PrivateMasters}
	for _, p := range d.AllowTransfer {
		out.AllowXFR = append(out.AllowXFR, netip.MustParsePrefix(p)) // checked with the configuration
	}
	for _, k := range d.Keys {
		text, err := os.ReadFile(k.SecretFile)
		if err != nil {
			return out, fmt.Errorf("dns: key %s: %w", k.Name, err)
		}
		secret, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(text)))
		if err != nil || len(secret) == 0 {
			return out, fmt.Errorf("dns: key %s: %s does not hold a secret in base64", k.Name, k.SecretFile)
		}
		out.Keys = append(out.Keys, dns.Key{Name: k.Name, Algorithm: k.Algorithm, Secret: secret, Transfer: k.Transfer})
	}
	for _, s := range d.Secondaries {
		out.Secondaries = append(out.Secondaries, dns.Secondary{Addr: netip.MustParseAddrPort(s.Address), Key: s.Key})
	}
	return out, nil
}

// SandboxCatalog is the origin of a sandbox's catalog zone (RFC 9432).
const SandboxCatalog = "catalog.polyreg.test"

// names has a sandbox's name server give its zones to whoever asks from this machine.
// Errors: a secondary that is no address.
func (o SandboxOptions) names() (names.Options, error) {
	out := names.Options{Listen: []string{o.Ports.addr(o.Ports.DNS, 4, defaultDNS)}, Catalog: SandboxCatalog, AnyMaster: true,
		AllowXFR: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}}
	for _, addr := range o.Secondaries {
		a, err := netip.ParseAddrPort(addr)
		if err != nil {
			return out, fmt.Errorf("--secondary: %q is not an address with a port, such as 127.0.0.1:5300", addr)
		}
		out.Secondaries = append(out.Secondaries, dns.Secondary{Addr: a})
	}
	return out, nil
}
