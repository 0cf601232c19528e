package core

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/catalog"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/registry"
	"github.com/polyreg/polyreg/internal/registry/epp"
)

// Remote is a registry reached over EPP.
type Remote struct {
	Name         string
	Environment  account.Environment
	TLDs         []string // endings it serves; empty: all that no other registry of the environment serves
	Addr         string
	ServerName   string
	Trust        *x509.CertPool
	Certificate  *tls.Certificate
	User         string
	Password     string
	Sessions     int
	Capabilities registry.Capabilities
	Tune         func(*epp.Config) // how it is used; nil: as the client's defaults say
}

// Config is how a client reaches the registry and speaks to it. A profile says what it names at the log-in; without one it uses
// sets for the endings of the catalog that have them, where the registry offers sets.
func (m Remote) Config(cat *catalog.Catalog, log *slog.Logger) epp.Config {
	cfg := epp.Config{Name: m.Name, Addr: m.Addr, ServerName: m.ServerName, RootCAs: m.Trust, Certificate: m.Certificate,
		User: m.User, Password: m.Password, MaxSessions: m.Sessions, Capabilities: m.Capabilities, Log: log}
	if m.Tune != nil {
		m.Tune(&cfg)
	}
	if cfg.Objects == nil {
		cfg.SetTLDs, cfg.SetsIfOffered = setTLDs(cat), true
	}
	return cfg
}

// Registries finds the connection for an environment and an ending.
type Registries struct {
	all    []registry.Registry
	byName map[string]registry.Registry
	conf   map[string]Remote
	order  []string
}

func newRegistries(opt Options) (*Registries, error) {
	r := &Registries{byName: map[string]registry.Registry{}, conf: map[string]Remote{}}
	remotes := slices.Clone(opt.Remotes)
	if e := opt.Embedded; e != nil {
		tune, err := Tuned(e.Profile, nil)
		if err != nil {
			return nil, err
		}
		for _, m := range e.remotes() {
			m.Tune = tune
			remotes = append(remotes, m)
		}
	}
	for _, m := range remotes {
		var client registry.Registry
		client, err := epp.New(m.Config(opt.Catalog, opt.Log))
		if err != nil {
			return nil, err
		}
		if r.byName[m.Name] != nil {
			return nil, fmt.Errorf("two registries are named %s", m.Name)
		}
		if opt.Wrap != nil {
			client = opt.Wrap(client)
		}
		r.all = append(r.all, client)
		r.byName[m.Name], r.conf[m.Name] = client, m
		r.order = append(r.order, m.Name)
	}
	return r, nil
}

// For finds the registry that serves an ending in an environment.
func (r *Registries) For(env account.Environment, tld *catalog.TLD) (registry.Registry, error) {
	fallback := ""
	for _, name := range r.order {
		m := r.conf[name]
		switch {
		case m.Environment != env:
		case slices.ContainsFunc(m.TLDs, func(t string) bool { return strings.EqualFold(t, tld.Name) }):
			return r.byName[name], nil
		case len(m.TLDs) == 0 && fallback == "":
			fallback = name
		}
	}
	if fallback != "" {
		return r.byName[fallback], nil
	}
	return nil, errs.F(errs.UnsupportedTLD, "name", "no registry serves %s", tld.Name)
}

// Named finds a registry by the name stored with an object or order.
func (r *Registries) Named(name string) (registry.Registry, error) {
	if reg := r.byName[name]; reg != nil {
		return reg, nil
	}
	return nil, errs.E(errs.RegistryDown, "the registry %s is not configured", name)
}

// All are all registries.
func (r *Registries) All() []registry.Registry { return r.all }

// Sponsor is our client id at a registry.
func (r *Registries) Sponsor(name string) string { return r.conf[name].User }

// Environment is the one that a registry serves.
func (r *Registries) Environment(name string) account.Environment { return r.conf[name].Environment }

func notFound(err error) bool { return errs.Is(err, errs.NotFound) }
