package app

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"github.com/polyreg/polyreg/internal/app/ca"
	"github.com/polyreg/polyreg/internal/app/core"
	"github.com/polyreg/polyreg/internal/clock"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/id"
	"github.com/polyreg/polyreg/internal/obs/metrics"
	"github.com/polyreg/polyreg/internal/registry/fault"
	"github.com/polyreg/polyreg/internal/registry/sim"
	"github.com/polyreg/polyreg/internal/registry/sim/repo"
	"github.com/polyreg/polyreg/internal/secret"
	"github.com/polyreg/polyreg/internal/seed"
	"github.com/polyreg/polyreg/internal/store/db"
	"github.com/polyreg/polyreg/internal/store/sqlite"
)

// SandboxOptions are the flags of `polyreg sandbox`.
type SandboxOptions struct {
	Data        string // folder; the default one when empty
	Memory      bool   // nothing is kept
	Seed        []byte // seed file; the built-in demo seed when nil
	SeedName    string // its name, for errors
	Limits      bool
	Ports       Ports
	ZoneRecords int      // the most records of a zone; 0: the default
	Secondaries []string // addresses of name servers that are told of changes of zones
	Endpoints   string   // file to write once it is ready
	Log         *slog.Logger
	Version     metrics.Build
	Timing      core.Timing
	// Pending makes registrations pending on purpose (tests).
	Pending func(op, name string) bool
}

// Sandbox is what only a sandbox has.
type Sandbox struct {
	AdminToken string
	file       *seed.File
	ca         *ca.CA
	dir        *dataDir
	otherPw    string
	faults     *fault.Set
	ahead      time.Duration // registrar time before wall time when the seed was read
	seed       func(now time.Time) (*seed.File, error)
}

// DemoRegistrar is the log-in at the embedded registry that is given away, for clients that speak EPP themselves.
var DemoRegistrar = core.Login{User: "demo-registrar", Password: "demo-Epp-Pass1"}

// NewSandbox makes everything but answers nothing yet; Start does.
func NewSandbox(ctx context.Context, o SandboxOptions) (*App, error) {
	if o.Data == "" && !o.Memory {
		var err error
		if o.Data, err = DefaultDataDir(); err != nil {
			return nil, err
		}
	}
	file, clocks, err := readSeed(o)
	if err != nil {
		return nil, err
	}
	dir, err := openDataDir(o.Data, o.Memory)
	if err != nil {
		return nil, err
	}
	undo := undoer{dir.close}
	defer undo.run()
	sock, err := o.Ports.open()
	if err != nil {
		return nil, err
	}
	undo = append(undo, func() error { sock.closeAll(); return nil })
	opt, err := o.build(dir, sock, clocks, file)
	if err != nil {
		return nil, err
	}
	undo = append(undo, opt.Core.DB.Close, opt.Core.Embedded.DB.Close)
	a, err := New(ctx, opt)
	if err != nil {
		return nil, err
	}
	a.cleanup = []func() error{dir.close, opt.Core.DB.Close, opt.Core.Embedded.DB.Close, func() error { sock.closeAll(); return nil }}
	undo = nil
	if err = a.readSeedAhead(); err == nil {
		err = a.plant(ctx)
	}
	if err == nil {
		if err = a.startNames(ctx); err != nil {
			err = fmt.Errorf("%w; choose another port with --listen-dns or --port-base", err)
		}
	}
	if err != nil {
		stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), resetWithin)
		defer cancel()
		return nil, errors.Join(err, a.Stop(stop))
	}
	return a, nil
}

type undoer []func() error

// run undoes in reverse order what an error leaves behind; the error itself is what the caller hears of.
func (u *undoer) run() {
	for i := len(*u) - 1; i >= 0; i-- {
		_ = (*u)[i]()
	}
}

// parseSeed reads the seed; its relative times count from now.
func (o SandboxOptions) parseSeed(now time.Time) (*seed.File, error) {
	data, name := o.Seed, o.SeedName
	if data == nil {
		data, name = seed.Demo(), "demo seed"
	}
	return seed.Parse(data, name, now)
}

func readSeed(o SandboxOptions) (*seed.File, *clock.Clocks, error) {
	file, err := o.parseSeed(clock.Cut(time.Now()))
	if err != nil {
		return nil, nil, err
	}
	if now := file.Now(); !now.IsZero() {
		return file, clock.At(now), nil
	}
	return file, clock.System(), nil
}

// build makes the options of the App from folder, sockets and seed.
func (o SandboxOptions) build(dir *dataDir, sock *listeners, clocks *clock.Clocks, file *seed.File) (Options, error) {
	authority, err := ca.Load(dir.path, clocks.Wall())
	if err != nil {
		return Options{}, err
	}
	cert, err := authority.Issue(clocks.Wall(), append([]string{"localhost", "127.0.0.1", "::1"}, VendorHosts()...)...)
	if err != nil {
		return Options{}, err
	}
	ring, err := dir.ring()
	if err != nil {
		return Options{}, err
	}
	logins, other, err := dir.logins()
	if err != nil {
		return Options{}, err
	}
	cat, err := seed.CatalogFrom(file)
	if err != nil {
		return Options{}, err
	}
	servers, err := o.names()
	if err != nil {
		return Options{}, err
	}
	main, registry, err := openDatabases(dir)
	if err != nil {
		return Options{}, err
	}
	sb := &Sandbox{AdminToken: id.Secret(32), file: file, ca: authority, dir: dir, otherPw: other, faults: &fault.Set{}, seed: o.parseSeed}
	pends := func(op, name string) bool {
		return sb.faults.Pends(op, name) || o.Pending != nil && o.Pending(op, name)
	}
	return Options{
		Core: core.Options{DB: main, Clocks: clocks, Ring: ring, Passwords: secret.NewPasswords(secret.MinParams), Catalog: cat, Log: o.Log,
			Node: "sandbox", Platform: o.platform(file, sock), Deliver: true, Limits: o.Limits, Timing: o.Timing, Single: true, Jobs: true, Wrap: sb.faults.Wrap,
			Embedded: &core.Embedded{DB: registry, Listener: sock.epp, Cert: cert, Trust: authority.Pool(), Logins: logins, Pending: pends}},
		HTTP: sock.http, HTTPS: sock.https, OpenSRS: sock.opensrs, Redirect: sock.redirect, Names: servers,
		Cert:    func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return &cert, nil },
		Version: o.Version, Sandbox: sb,
	}, nil
}

// openDatabases opens the core's and the embedded registry's file.
func openDatabases(dir *dataDir) (db.DB, db.DB, error) {
	opt := sqlite.Options{Ephemeral: dir.temporary}
	main, err := sqlite.Open(dir.file("polyreg.db"), opt)
	if err != nil {
		return nil, nil, err
	}
	registry, err := sqlite.Open(dir.file("registry.db"), opt)
	if err != nil {
		main.Close()
		return nil, nil, err
	}
	return main, registry, nil
}

func (o SandboxOptions) platform(f *seed.File, sock *listeners) command.Platform {
	servers, set := f.PlatformServers()
	return command.Platform{NameServers: servers, NSSet: set, ZoneRecords: o.ZoneRecords, Redirect: redirectAddrs(sock.redirect), URL: "http://" + sock.http[0].Addr().String(), Name: "polyreg sandbox"}
}

// plant writes the seed into the core and the embedded registry.
func (a *App) plant(ctx context.Context) error {
	sb := a.opt.Sandbox
	if err := a.core.SeedRegistrars(ctx, repo.Live, DemoRegistrar, core.Login{User: seed.OtherRegistrar, Password: sb.otherPw}); err != nil {
		return err
	}
	if err := a.core.SeedRegistrars(ctx, repo.Test, core.Login{User: seed.OtherTestRegistrar, Password: sb.otherPw}); err != nil {
		return err
	}
	report, err := seed.Apply(ctx, a.core.Runner, a.seedRegistry, sb.file)
	if err != nil {
		return fmt.Errorf("planting the seed: %w", err)
	}
	for _, line := range report.NotServed {
		a.log.Warn("seed: kept, but not served by this version", "what", line)
	}
	return nil
}

// seedRegistry adds to the embedded registry.
func (a *App) seedRegistry(ctx context.Context, s seed.SimSeed) error {
	return a.core.Sim.Seed(ctx, sim.Seed{Contacts: s.Contacts, Hosts: s.Hosts, Domains: s.Domains})
}

// resetWithin is how long the exchanges under way have when the sandbox is reset, and the reset itself.
const resetWithin = time.Minute

// Reset brings the sandbox back to its seed: requests wait, exchanges end, all rows go, the seed is planted anew. A caller
// that goes away does not leave it half done.
func (a *App) Reset(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), resetWithin)
	defer cancel()
	a.front.gate.Lock()
	defer a.front.gate.Unlock()
	if err := a.core.Runner.Drain(ctx); err != nil {
		return err
	}
	if err := a.core.Store.Reset(ctx); err != nil {
		return err
	}
	if err := a.core.Sim.Reset(ctx); err != nil {
		return err
	}
	if err := a.core.SeedLogins(ctx); err != nil {
		return err
	}
	a.journal.Reset()
	a.manage.Reset()
	if err := a.setBackClock(ctx); err != nil {
		return err
	}
	return a.plant(ctx)
}

// setBackClock puts a standing registrar clock to where the seed says. A running one never goes back: when it was moved, the
// seed's relative times count from where it is now.
func (a *App) setBackClock(ctx context.Context) error {
	sb, clocks := a.opt.Sandbox, a.opt.Core.Clocks
	if now := sb.file.Now(); !now.IsZero() {
		clocks.Freeze(now)
		return nil
	}
	if err := a.readSeedAhead(); err != nil {
		return err
	}
	if clocks.Registrar().Sub(clocks.Wall()) < time.Second {
		return nil
	}
	return a.core.Lifecycle.Save(ctx) // where the clock was kept is gone with all rows
}

// readSeedAhead reads the seed anew when a running clock is elsewhere than it was when the seed was read last: it was moved, or
// runs since the start where an earlier process had moved it. What is planted then has its dates from where the clock is.
func (a *App) readSeedAhead() error {
	sb, clocks := a.opt.Sandbox, a.opt.Core.Clocks
	ahead := clocks.Registrar().Sub(clocks.Wall())
	if !sb.file.Now().IsZero() || (ahead-sb.ahead).Abs() < time.Second {
		return nil
	}
	file, err := sb.seed(clocks.Registrar())
	if err != nil {
		return err
	}
	sb.file, sb.ahead = file, ahead
	return nil
}

// Banner prints endpoints, log-ins and one command line per dialect.
func (a *App) Banner(w io.Writer) {
	e := a.Endpoints()
	fmt.Fprintf(w, "polyreg sandbox is ready (pid %d)\n\n", os.Getpid())
	for _, l := range [][2]string{{"http", e.HTTP}, {"https", e.HTTPS}, {"opensrs", e.OpenSRS}, {"epp", e.EPP}, {"dns", e.DNS}, {"redirect", e.Redirect}, {"admin", e.Admin}, {"CA", e.CA}} {
		fmt.Fprintf(w, "  %-8s %s\n", l[0], l[1])
	}
	fmt.Fprintf(w, "\nLog in as:\n\n")
	for _, l := range a.Logins() {
		fmt.Fprintf(w, "  %-12s %-12s %s\n", l.Account, l.Dialect, l.Text)
	}
	fmt.Fprintf(w, "\nPasswords are hashed at the smallest cost here: never use a sandbox for real accounts.\n")
	if lines := a.TryLines(); len(lines) > 0 {
		fmt.Fprintf(w, "\nTry it:\n")
		for _, l := range lines {
			fmt.Fprintf(w, "\n# %s\n%s\n", l.Dialect, l.Line)
		}
	}
}
