package app

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"strings"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/app/core"
	"github.com/polyreg/polyreg/internal/clock"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/config"
	"github.com/polyreg/polyreg/internal/obs/metrics"
	"github.com/polyreg/polyreg/internal/registry"
	"github.com/polyreg/polyreg/internal/secret"
	"github.com/polyreg/polyreg/internal/seed"
	"github.com/polyreg/polyreg/internal/store"
	"github.com/polyreg/polyreg/internal/store/db"
	"github.com/polyreg/polyreg/internal/store/postgres"
	"github.com/polyreg/polyreg/internal/store/sqlite"
)

// NewServe makes a node of production from its configuration. There is no demo data and no management API.
func NewServe(ctx context.Context, c config.Config, log *slog.Logger, version metrics.Build) (*App, error) {
	opt, err := preparedOptions(ctx, c, log)
	if err != nil {
		return nil, err
	}
	o := Options{Core: opt, Version: version}
	if o.Mail, err = mailOf(c); err == nil {
		o.Names, err = namesOf(c)
	}
	if err != nil {
		opt.DB.Close()
		return nil, err
	}
	undo := undoer{opt.DB.Close}
	defer undo.run()
	if c.TLS.Cert != "" {
		cert, err := tls.LoadX509KeyPair(c.TLS.Cert, c.TLS.Key)
		if err != nil {
			return nil, fmt.Errorf("tls: %w", err)
		}
		o.Cert = func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return &cert, nil }
	}
	for _, l := range []struct {
		addr string
		to   *[]net.Listener
	}{{c.Listen.HTTP, &o.HTTP}, {c.Listen.HTTPS, &o.HTTPS}, {c.Listen.OpenSRS, &o.OpenSRS}, {c.Listen.Metrics, &o.Metrics}, {c.Listen.Redirect, &o.Redirect}} {
		if l.addr == "" {
			continue
		}
		x, err := net.Listen("tcp", l.addr)
		if err != nil {
			return nil, err
		}
		undo = append(undo, x.Close)
		*l.to = append(*l.to, x)
	}
	a, err := New(ctx, o)
	if err != nil {
		return nil, err
	}
	a.cleanup = []func() error{opt.DB.Close}
	undo = nil
	if err := a.startNames(ctx); err != nil {
		stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), resetWithin)
		defer cancel()
		return nil, errors.Join(err, a.Stop(stop))
	}
	return a, nil
}

// Listening names the listeners with their addresses.
func (a *App) Listening() string {
	var list []string
	for _, g := range []struct {
		what string
		on   []net.Listener
	}{{"http", a.opt.HTTP}, {"https", a.opt.HTTPS}, {"opensrs", a.opt.OpenSRS}, {"metrics", a.opt.Metrics}, {"redirect", a.opt.Redirect}} {
		for _, l := range g.on {
			list = append(list, g.what+" "+l.Addr().String())
		}
	}
	if a.names != nil {
		for _, addr := range a.names.Addrs() {
			list = append(list, "dns "+addr.String())
		}
	}
	return strings.Join(list, ", ")
}

// CheckFiles reads the files that a configuration names: secret key, certificates, passwords. Every problem is reported.
func CheckFiles(c config.Config) error {
	_, err := loadRing(c)
	probs := []error{err}
	if c.TLS.Cert != "" {
		if _, err := tls.LoadX509KeyPair(c.TLS.Cert, c.TLS.Key); err != nil {
			probs = append(probs, fmt.Errorf("tls: %w", err))
		}
	}
	if _, err := mailOf(c); err != nil {
		probs = append(probs, err)
	}
	if _, err := namesOf(c); err != nil {
		probs = append(probs, err)
	}
	for _, r := range c.Registries {
		if _, err := remoteOf(r); err != nil {
			probs = append(probs, fmt.Errorf("registry %s: %w", r.Name, err))
		}
	}
	return errors.Join(probs...)
}

// CoreOptions opens the database and reads keys and catalog of a configuration. The caller closes Options.DB.
func CoreOptions(ctx context.Context, c config.Config, log *slog.Logger) (core.Options, error) {
	ring, err := loadRing(c)
	if err != nil {
		return core.Options{}, err
	}
	remotes, err := remotesOf(c)
	if err != nil {
		return core.Options{}, err
	}
	cat, err := seed.Builtin()
	if err != nil {
		return core.Options{}, err
	}
	d, err := OpenDatabase(ctx, c.Database)
	if err != nil {
		return core.Options{}, err
	}
	return core.Options{DB: d, Clocks: clock.System(), Ring: ring, Passwords: secret.NewPasswords(secret.DefaultParams), Catalog: cat, Log: log,
		Node: fmt.Sprintf("%s/%d", c.Node, os.Getpid()), Platform: command.Platform{NameServers: c.Platform.NameServers, NSSet: c.Platform.NSSet, ZoneRecords: c.Platform.ZoneRecords,
			Redirect: parsedAddrs(c.Platform.Redirect), URL: strings.TrimSuffix(c.Platform.URL, "/"), Name: c.Platform.Name},
		Limits: c.Limits == "real", Remotes: remotes, Single: c.Database.Path != "", Jobs: true,
		Timing: core.Timing{Inline: c.Order.Inline, Exchange: c.Order.Exchange, Margin: c.Order.Margin, ProbeEvery: c.Order.ProbeEvery,
			Sweep: c.Order.Sweep, Poll: c.Order.Poll, Due: c.Order.Due}}, nil
}

// preparedOptions is CoreOptions for a database that `polyreg migrate` has brought to this program's schema, with the catalog
// that was imported into it. It changes nothing: a node that starts must not alter what others work with.
func preparedOptions(ctx context.Context, c config.Config, log *slog.Logger) (core.Options, error) {
	opt, err := CoreOptions(ctx, c, log)
	if err != nil {
		return opt, err
	}
	opt.Prepared = true
	if err = store.CheckVersion(ctx, opt.DB); err == nil {
		opt.Catalog, err = catalogOf(ctx, store.New(opt.DB, opt.Clocks), opt.Catalog)
	}
	var old *store.VersionError
	if errors.As(err, &old) && old.Have < old.Want {
		err = fmt.Errorf("%w: polyreg migrate", err)
	}
	if err != nil {
		opt.DB.Close()
	}
	return opt, err
}

// OpenDatabase opens PostgreSQL or a SQLite file.
func OpenDatabase(ctx context.Context, c config.Database) (db.DB, error) {
	if c.Path != "" {
		return sqlite.Open(c.Path, sqlite.Options{})
	}
	return postgres.Open(ctx, c.URL, postgres.Options{MaxConns: c.MaxConns})
}

// loadRing reads the secret key from the environment, else from its file.
func loadRing(c config.Config) (*secret.Ring, error) {
	if c.SecretKey != "" {
		return secret.ParseRing(c.SecretKey)
	}
	ring, err := secret.LoadRing(c.SecretFile)
	if err != nil {
		return nil, fmt.Errorf("secret_key_file: %w", err)
	}
	return ring, nil
}

func remotesOf(c config.Config) ([]core.Remote, error) {
	var out []core.Remote
	for _, r := range c.Registries {
		m, err := remoteOf(r)
		if err != nil {
			return nil, fmt.Errorf("registry %s: %w", r.Name, err)
		}
		out = append(out, m)
	}
	return out, nil
}

func remoteOf(r config.Registry) (core.Remote, error) {
	tune, err := core.Tuned(r.Profile, tuneOf(r))
	if err != nil {
		return core.Remote{}, err
	}
	m := core.Remote{Name: r.Name, Environment: account.Environment(r.Environment), TLDs: r.TLDs, Addr: r.Address, ServerName: r.ServerName,
		User: r.User, Sessions: r.Sessions, Tune: tune,
		Capabilities: registry.Capabilities{Contacts: !r.NoContacts, HostObjects: !r.HostAttr, CheckLimit: r.CheckLimit}}
	pw, err := os.ReadFile(r.PasswordFile)
	if err != nil {
		return m, fmt.Errorf("password_file: %w", err)
	}
	if m.Password = strings.TrimSpace(string(pw)); m.Password == "" {
		return m, fmt.Errorf("password_file: %s is empty", r.PasswordFile)
	}
	if r.CA != "" {
		pemText, err := os.ReadFile(r.CA)
		if err != nil {
			return m, fmt.Errorf("ca: %w", err)
		}
		m.Trust = x509.NewCertPool()
		if !m.Trust.AppendCertsFromPEM(pemText) {
			return m, fmt.Errorf("ca: %s holds no certificate", r.CA)
		}
	}
	if r.Cert != "" {
		pair, err := tls.LoadX509KeyPair(r.Cert, r.Key)
		if err != nil {
			return m, fmt.Errorf("cert: %w", err)
		}
		m.Certificate = &pair
	}
	return m, nil
}
