// Package core wires what lies behind the doors: store, registries, the embedded registry and the Runner. The app puts the
// dialects in front of it; the dialects' tests use it without the app.
package core

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"time"

	"github.com/polyreg/polyreg/internal/catalog"
	"github.com/polyreg/polyreg/internal/clock"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dns/sign"
	"github.com/polyreg/polyreg/internal/job"
	"github.com/polyreg/polyreg/internal/lifecycle"
	"github.com/polyreg/polyreg/internal/registry"
	"github.com/polyreg/polyreg/internal/registry/sim"
	"github.com/polyreg/polyreg/internal/secret"
	"github.com/polyreg/polyreg/internal/store"
	"github.com/polyreg/polyreg/internal/store/db"
)

// Options are what a Core is made of.
type Options struct {
	DB        db.DB
	Clocks    *clock.Clocks
	Ring      *secret.Ring
	Passwords *secret.Passwords
	Catalog   *catalog.Catalog
	Log       *slog.Logger
	Node      string
	Platform  command.Platform
	Limits    bool // keep the real services' limits
	Timing    Timing
	// Prepared says that the database was migrated by the operator: its version is checked, and nothing is changed in it.
	Prepared bool
	Embedded *Embedded // nil: no registry in this process
	Remotes  []Remote
	// Jobs runs the background queue (deliveries, audits).
	Jobs bool
	// Wrap puts something around each registry connection, such as faults in tests.
	Wrap func(registry.Registry) registry.Registry
	// Deliver says that mails are read on the platform itself (a sandbox); see command.Config.
	Deliver bool
	// Single says that no other node uses the database: orders of an earlier process are taken over at once.
	Single bool
}

// Timing bounds what orders wait for; zero values are command's defaults.
type Timing struct {
	Inline, Exchange, Margin, ProbeEvery time.Duration
	Sweep                                time.Duration // pace of the sweep, 1 s
	Poll                                 time.Duration // pace of registry messages, 2 s
	Due                                  time.Duration // pace of the due list, 2 s
}

// Embedded is the registry in this process, reached over EPP like any other.
type Embedded struct {
	DB       db.DB
	Listener net.Listener // plain TCP; the server adds TLS
	Cert     tls.Certificate
	Trust    *x509.CertPool
	// Logins are the platform's registrars, one per name space.
	Logins map[string]Login
	// Profile makes the whole registry one of a kind; empty: what the endings of the catalog are decides.
	Profile string
	// Pending makes orders pending on purpose; see sim.Config.
	Pending func(op, name string) bool
}

// Login is a registrar's.
type Login struct{ User, Password string }

// Core is everything behind the doors.
type Core struct {
	Runner     *command.Runner
	Store      *store.Store
	Registries *Registries
	Sim        *sim.Server // nil without an embedded registry
	Jobs       *job.Queue  // nil without Options.Jobs
	Lifecycle  *lifecycle.Engine
	opt        Options
	stop       context.CancelFunc
	work       sync.WaitGroup
}

// Open migrates the databases unless they are Prepared, starts the embedded registry and makes the Runner. Close ends all of
// it.
func Open(ctx context.Context, opt Options) (*Core, error) {
	if opt.Timing.Sweep == 0 {
		opt.Timing.Sweep = time.Second
	}
	if opt.Timing.Poll == 0 {
		opt.Timing.Poll = 2 * time.Second
	}
	if opt.Timing.Due == 0 {
		opt.Timing.Due = 2 * time.Second
	}
	if err := prepare(ctx, opt); err != nil {
		return nil, err
	}
	c := &Core{opt: opt, Store: store.New(opt.DB, opt.Clocks)}
	if err := lifecycle.Restore(ctx, c.Store, opt.Clocks); err != nil {
		return nil, err
	}
	background, stop := context.WithCancel(context.WithoutCancel(ctx))
	c.stop = stop
	if opt.Embedded != nil {
		if err := c.startEmbedded(ctx); err != nil {
			stop()
			return nil, err
		}
		c.spawn(func() { Tick(background, c.Sim, opt.Log) })
	}
	var err error
	if c.Registries, err = newRegistries(opt); err != nil {
		c.Close(ctx)
		return nil, err
	}
	cfg := command.Config{Store: c.Store, Clocks: opt.Clocks, Registries: c.Registries, Secrets: opt.Ring, Signer: sign.Signer{}, Passwords: opt.Passwords, Log: opt.Log,
		Platform: opt.Platform, Node: opt.Node, Inline: opt.Timing.Inline, Exchange: opt.Timing.Exchange, Margin: opt.Timing.Margin,
		ProbeEvery: opt.Timing.ProbeEvery, Deliver: opt.Deliver, EventChannels: map[string]bool{"opensrs": true}}
	if opt.Limits {
		cfg.Limits = newLimits(opt.Clocks.Wall)
	}
	c.Runner = command.NewRunner(cfg, opt.Catalog)
	life := lifecycle.Config{Runner: c.Runner, Store: c.Store, Clocks: opt.Clocks, Node: opt.Node, Log: opt.Log}
	if c.Sim != nil {
		life.Registry = c.Sim
	}
	c.Lifecycle = lifecycle.New(life)
	if opt.Single {
		if err := c.Runner.Recover(ctx); err != nil {
			c.Close(ctx)
			return nil, err
		}
	}
	if opt.Jobs {
		if err := c.startJobs(background); err != nil {
			c.Close(ctx)
			return nil, err
		}
	}
	c.spawn(func() { c.Runner.Background(background, opt.Timing.Sweep) })
	c.spawn(func() { c.Runner.ServeStaged(background, time.Minute) })
	c.spawn(func() { c.Runner.KeepSigned(background, 10*time.Minute) })
	c.spawn(func() { c.Runner.PollRegistries(background, opt.Timing.Poll) })
	c.spawn(func() { c.Lifecycle.Run(background, opt.Timing.Due) })
	return c, nil
}

// prepare brings the database to this program's schema, or only makes sure that it is there.
func prepare(ctx context.Context, opt Options) error {
	if opt.Prepared {
		return store.CheckVersion(ctx, opt.DB)
	}
	if err := store.MigrateCore(ctx, opt.DB); err != nil {
		return fmt.Errorf("preparing the database: %w", err)
	}
	if !opt.Jobs {
		return nil
	}
	if err := job.Migrate(ctx, opt.DB); err != nil {
		return fmt.Errorf("preparing the job queue: %w", err)
	}
	return nil
}

// startJobs starts the background queue.
func (c *Core) startJobs(background context.Context) error {
	q, err := job.New(job.Config{DB: c.opt.DB, Log: c.opt.Log, Proof: c.proof})
	if err != nil {
		return err
	}
	if err := q.Start(background); err != nil {
		return fmt.Errorf("starting the job queue: %w", err)
	}
	c.Jobs = q
	return nil
}

// proof says in the log whether the ledger's sums agree.
func (c *Core) proof(ctx context.Context) error {
	lines, err := c.Store.View().Proof(ctx)
	if err != nil {
		return err
	}
	for _, l := range lines {
		c.opt.Log.Error("the ledger does not balance", "what", l)
	}
	c.opt.Log.Info("ledger proof", "discrepancies", len(lines))
	return nil
}

func (c *Core) spawn(f func()) {
	c.work.Add(1)
	go func() { defer c.work.Done(); f() }()
}

// Ready reports whether the database answers and every registry can be reached.
func (c *Core) Ready(ctx context.Context) error {
	if _, err := c.Store.View().Meta(ctx, "schema"); err != nil && !notFound(err) {
		return fmt.Errorf("database: %w", err)
	}
	for _, r := range c.Registries.All() {
		if err := r.Ping(ctx); err != nil {
			return fmt.Errorf("registry %s: %w", r.Name(), err)
		}
	}
	return nil
}

// Close stops background work, lets exchanges under way end as long as ctx allows, and closes the registries.
func (c *Core) Close(ctx context.Context) error {
	if c.Jobs != nil {
		if err := c.Jobs.Stop(ctx); err != nil {
			c.opt.Log.Warn("jobs were cut off; they come back at the next start", "err", err)
		}
	}
	c.stop()
	if c.Runner != nil {
		if err := c.Runner.Drain(ctx); err != nil {
			c.opt.Log.Warn("exchanges were cut off; they are taken up again at the next start", "err", err)
		}
	}
	if c.Registries != nil {
		for _, r := range c.Registries.All() {
			if err := r.Close(); err != nil {
				c.opt.Log.Debug("closing a registry", "registry", r.Name(), "err", err)
			}
		}
	}
	if c.Sim != nil {
		if err := c.Sim.Shutdown(ctx); err != nil {
			c.opt.Log.Debug("stopping the embedded registry", "err", err)
		}
	}
	c.work.Wait()
	return nil
}

var _ command.Registries = (*Registries)(nil)
