package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"strings"
	"time"

	"github.com/polyreg/polyreg/internal/app/ca"
	"github.com/polyreg/polyreg/internal/app/core"
	"github.com/polyreg/polyreg/internal/catalog"
	"github.com/polyreg/polyreg/internal/clock"
	"github.com/polyreg/polyreg/internal/registry/sim"
	"github.com/polyreg/polyreg/internal/secret"
	"github.com/polyreg/polyreg/internal/seed"
	"github.com/polyreg/polyreg/internal/store"
	"github.com/polyreg/polyreg/internal/store/db"
	"github.com/polyreg/polyreg/internal/store/postgres"
	"github.com/polyreg/polyreg/internal/store/sqlite"
)

// RegistryOptions are the flags of `polyreg registry`.
type RegistryOptions struct {
	Data       string
	Listen     string
	Postgres   string
	Profile    string   // kind of registry that it is; empty: the endings of the catalog decide
	Catalog    string   // seed file whose catalog section adds endings
	Registrars []string // NAMESPACE:USER=PASSWORDFILE
	Names      []string
	Log        *slog.Logger
}

// Registry is the built-in registry as a process of its own.
type Registry struct {
	sim    *sim.Server
	listen net.Listener
	ca     *ca.CA
	log    *slog.Logger
	undo   undoer
}

// NewRegistry opens everything but accepts nobody yet; Run does.
func NewRegistry(ctx context.Context, o RegistryOptions) (*Registry, error) {
	dir, err := openDataDir(o.Data, false)
	if err != nil {
		return nil, err
	}
	r := &Registry{log: o.Log, undo: undoer{dir.close}}
	if err := r.open(ctx, o, dir); err != nil {
		r.undo.run()
		return nil, err
	}
	return r, nil
}

func (r *Registry) open(ctx context.Context, o RegistryOptions, dir *dataDir) error {
	clocks := clock.System()
	var err error
	if r.ca, err = ca.Load(dir.path, clocks.Wall()); err != nil {
		return err
	}
	cert, err := r.ca.Issue(clocks.Wall(), append([]string{"localhost", "127.0.0.1", "::1"}, o.Names...)...)
	if err != nil {
		return err
	}
	ring, err := dir.ring()
	if err != nil {
		return err
	}
	cat, err := readCatalog(o.Catalog, clocks.Registrar())
	if err != nil {
		return err
	}
	d, err := openRegistryDB(ctx, o, dir)
	if err != nil {
		return err
	}
	r.undo = append(r.undo, d.Close)
	if err := store.MigrateSim(ctx, d); err != nil {
		return err
	}
	if r.listen, err = net.Listen("tcp", o.Listen); err != nil {
		return err
	}
	r.undo = append(r.undo, r.listen.Close)
	opt := core.Options{Clocks: clocks, Ring: ring, Passwords: secret.NewPasswords(secret.DefaultParams), Catalog: cat, Log: o.Log}
	if r.sim, err = core.NewSim(opt, &core.Embedded{DB: d, Cert: cert, Profile: o.Profile}); err != nil {
		return err
	}
	registrars, err := readRegistrars(o.Registrars)
	if err != nil {
		return err
	}
	return r.sim.Seed(ctx, sim.Seed{Registrars: registrars})
}

// readCatalog is the built-in catalog under the catalog section of a seed file.
func readCatalog(path string, now time.Time) (*catalog.Catalog, error) {
	if path == "" {
		return seed.Builtin()
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("--catalog: %w", err)
	}
	f, err := seed.Parse(data, path, now)
	if err != nil {
		return nil, err
	}
	return seed.CatalogFrom(f)
}

// registrySchema holds the registry's tables in a PostgreSQL that the core may use as well.
const registrySchema = "sim"

func openRegistryDB(ctx context.Context, o RegistryOptions, dir *dataDir) (db.DB, error) {
	if o.Postgres == "" {
		return sqlite.Open(dir.file("registry.db"), sqlite.Options{})
	}
	d, err := postgres.Open(ctx, o.Postgres, postgres.Options{Schema: registrySchema})
	if err != nil {
		return nil, err
	}
	if err := makeSchema(ctx, d); err != nil {
		d.Close()
		return nil, fmt.Errorf("making the schema %s: %w", registrySchema, err)
	}
	return d, nil
}

// makeSchema makes the registry's schema; where it is there already, no right to make one is needed.
func makeSchema(ctx context.Context, d db.DB) error {
	var there bool
	if err := d.QueryRow(ctx, `SELECT to_regnamespace($1) IS NOT NULL`, registrySchema).Scan(&there); err != nil || there {
		return err
	}
	_, err := d.Exec(ctx, `CREATE SCHEMA IF NOT EXISTS `+registrySchema)
	return err
}

func readRegistrars(specs []string) ([]sim.SeedRegistrar, error) {
	var out []sim.SeedRegistrar
	for _, s := range specs {
		space, rest, ok := strings.Cut(s, ":")
		user, file, ok2 := strings.Cut(rest, "=")
		if !ok || !ok2 || user == "" || file == "" {
			return nil, fmt.Errorf("--registrar %s: the form is NAMESPACE:USER=PASSWORDFILE", s)
		}
		pw, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("--registrar %s: %w", s, err)
		}
		out = append(out, sim.SeedRegistrar{ID: user, Namespace: space, Password: strings.TrimSpace(string(pw))})
	}
	return out, nil
}

// Addr is the EPP listener's address.
func (r *Registry) Addr() string { return r.listen.Addr().String() }

// CA is the path of the certificate that clients trust.
func (r *Registry) CA() string { return r.ca.Path() }

// Run serves until ctx ends, and gives running commands some time then.
func (r *Registry) Run(ctx context.Context, within time.Duration) error {
	defer r.undo.run()
	background, end := context.WithCancel(ctx)
	ticking := make(chan struct{})
	go func() { defer close(ticking); core.Tick(background, r.sim, r.log) }()
	defer func() { end(); <-ticking }() // before the database is closed
	failed := make(chan error, 1)
	go func() { failed <- r.sim.Serve(r.listen) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	stop, cancel := context.WithTimeout(context.Background(), within)
	defer cancel()
	if err := r.sim.Shutdown(stop); err != nil && !errors.Is(err, net.ErrClosed) {
		return err
	}
	return nil
}
