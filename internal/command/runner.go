package command

import (
	"context"
	"log/slog"
	"net/netip"
	"sync/atomic"
	"time"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/catalog"
	"github.com/polyreg/polyreg/internal/clock"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/registry"
)

// Config is what a Runner is made of.
type Config struct {
	Store      Store
	Clocks     *clock.Clocks
	Registries Registries
	Secrets    Sealer
	Passwords  Passwords
	Signer     Signer  // nil: zones cannot be signed
	Limits     Limiter // nil: no limits
	Log        *slog.Logger
	Platform   Platform
	// Node names this process in leases.
	Node string
	// Inline is how long a caller waits for the registry before it is told "pending" (default 8 s).
	Inline time.Duration
	// Exchange bounds one exchange with a registry (default 30 s); the lease is Inline + Exchange + Margin.
	Exchange time.Duration
	Margin   time.Duration // default 10 s
	// Deliver is set when mails are read on the platform itself, as in a sandbox: they count as delivered when they are written.
	Deliver bool
	// EventChannels are the notice channels that are also told of objects made, renewed and changed by their own orders.
	EventChannels map[string]bool
	// ProbeEvery is how often a pending order is asked about (default 1 h).
	ProbeEvery time.Duration
}

// Sealer encrypts what must be read back: shared keys, authInfo. aad binds a value to its place.
type Sealer interface {
	Seal(plain, aad string) (string, error)
	Open(sealed, aad string) (string, error)
}

// Passwords hashes and verifies. Verify remembers a success under (id, version) for a while, so that a caller who sends a
// password with each request does not pay for the hash each time.
type Passwords interface {
	Hash(ctx context.Context, password string) (string, error)
	Verify(ctx context.Context, id string, version int64, hash, password string) (bool, error)
	// Waste takes as long as a check, for a log-in that does not exist.
	Waste(ctx context.Context, password string) error
}

// Limiter spends rate limits; it answers errs.RateLimited with RetryAfter.
type Limiter interface {
	Spend(ctx context.Context, rule Rule, key string) error
}

// Rule is a rate limit: Count per Per, smoothly (GCRA), or in windows that open with the first request after the last one
// closed.
type Rule struct {
	Name   string // "domainrobot.ip"
	Count  int
	Per    time.Duration
	Window bool
}

// Spend takes one from a limit; nil when limits are off.
func (r *Runner) Spend(ctx context.Context, rule Rule, key string) error {
	if r.cfg.Limits == nil {
		return nil
	}
	return r.cfg.Limits.Spend(ctx, rule, key)
}

// Limited reports whether the real services' limits hold, for those that no counter can tell.
func (r *Runner) Limited() bool { return r.cfg.Limits != nil }

// Platform is what belongs to the operator.
type Platform struct {
	NameServers []string     // "use your name servers"
	NSSet       string       // handle of the set with the same servers
	ZoneRecords int          // the most records of a zone; 0: zone.MaxRecords
	Redirect    []netip.Addr // where names that are forwarded by HTTP lead to; none: nowhere
	URL         string       // where people reach the platform, for links in mails ("https://registrar.example"), without a slash at its end
	Name        string       // how it calls itself in mails
}

// Registries finds the connection for an environment and a TLD.
type Registries interface {
	For(env account.Environment, tld *catalog.TLD) (registry.Registry, error)
	Named(name string) (registry.Registry, error)
	All() []registry.Registry
	// Sponsor is our own client id (clID) at a registry.
	Sponsor(name string) string
	// Environment is the one that a registry serves.
	Environment(name string) account.Environment
}

// Runner runs commands. It is safe for concurrent use.
type Runner struct {
	cfg     Config
	catalog atomic.Pointer[catalog.Catalog]
	running inflight // exchanges under way
	blocks  blocker
	hosts   knownHosts
	woken   chan struct{} // tells the sweep that there is something to do
	// followed counts the orders that ended orders have brought along.
	followed atomic.Int64
	// transfers fetches zones from elsewhere; nil: nobody does.
	transfers Transfers
	gate      gate // closed while the registrar clock is moved
}

// NewRunner makes a Runner with the catalog it starts with.
func NewRunner(cfg Config, cat *catalog.Catalog) *Runner {
	for _, d := range []struct {
		v   *time.Duration
		def time.Duration
	}{{&cfg.Inline, 8 * time.Second}, {&cfg.Exchange, 30 * time.Second}, {&cfg.Margin, 10 * time.Second}, {&cfg.ProbeEvery, time.Hour}} {
		if *d.v == 0 {
			*d.v = d.def
		}
	}
	r := &Runner{cfg: cfg, woken: make(chan struct{}, 1)}
	r.catalog.Store(cat)
	return r
}

// Catalog is the present snapshot.
func (r *Runner) Catalog() *catalog.Catalog { return r.catalog.Load() }

// SetCatalog replaces the snapshot.
func (r *Runner) SetCatalog(c *catalog.Catalog) { r.catalog.Store(c) }

// Clocks are the platform's clocks.
func (r *Runner) Clocks() *clock.Clocks { return r.cfg.Clocks }

// Platform is the operator's part.
func (r *Runner) Platform() Platform { return r.cfg.Platform }

// Command is a use case with its result type. Commands are plain structs of this package.
type Command[R any] interface {
	need() account.Access
	run(ctx context.Context, r *Runner, c Caller) (R, error)
}

// Do runs a command for a caller. Errors are *errs.Error; anything else is a fault of ours, logged by the front handler
// and shown as internal.
func Do[R any](ctx context.Context, r *Runner, c Caller, cmd Command[R]) (R, error) {
	var zero R
	if c.Account.ID == 0 {
		return zero, errs.E(errs.Auth, "not logged in")
	}
	if !c.Access.Allows(cmd.need()) {
		return zero, errs.E(errs.Forbidden, "this credential may not do that")
	}
	return cmd.run(ctx, r, c)
}

// Drain waits until no exchange with a registry is under way, or ctx ends.
func (r *Runner) Drain(ctx context.Context) error {
	return r.running.wait(ctx)
}
