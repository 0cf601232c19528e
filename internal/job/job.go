// Package job runs background work: a narrow port over River on both databases. A job is enqueued in the transaction of
// what it follows from, and worked off once that has been committed.
//
// A job may be lost, doubled or late without harm: what must survive a crash is a row of the store with its own next
// attempt. So handlers say the same thing twice without doing it twice.
package job

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"

	"github.com/polyreg/polyreg/internal/store/db"
)

// Bounds of a job's life. A node that was killed leaves its jobs to the others after RescueAfter.
const (
	Timeout     = 30 * time.Second
	RescueAfter = time.Minute
)

// KindProof is the kind of the nightly ledger proof.
const KindProof = "ledger_proof"

// Handler works off one job of a kind; an error brings it back later. args is the JSON it was enqueued with.
type Handler func(ctx context.Context, args []byte) error

// Tx is what Enqueue needs of a transaction: the driver's own (*sql.Tx or pgx.Tx).
type Tx interface{ Raw() any }

// Config is what a Queue is made of.
type Config struct {
	DB       db.DB
	Log      *slog.Logger // slog.Default when nil; only warnings and errors are written
	Handlers map[string]Handler
	// Proof compares the ledger's sums; it is called every night at 03:00 UTC (wall time) on one node.
	Proof func(ctx context.Context) error
	// Workers is how many jobs run at once on this node (default 4).
	Workers int
	// Poll is how often SQLite is asked for jobs, and PostgreSQL when a notification was lost (default 1 s).
	Poll time.Duration
}

// Queue enqueues and works off jobs. It is safe for concurrent use.
type Queue struct {
	client client
	kinds  map[string]bool
}

// client is River's client, whatever its transactions are.
type client interface {
	start(ctx context.Context) error
	stop(ctx context.Context) error
	insert(ctx context.Context, raw any, a args) error
}

// New makes a queue over a database whose migrations have run (see Migrate).
func New(cfg Config) (*Queue, error) {
	rc, kinds, err := riverConfig(cfg)
	if err != nil {
		return nil, err
	}
	q := &Queue{kinds: kinds}
	switch raw := cfg.DB.Raw().(type) {
	case *sql.DB:
		c, err := river.NewClient(riversqlite.New(raw), rc)
		if err != nil {
			return nil, fmt.Errorf("job queue: %w", err)
		}
		q.client = over[*sql.Tx]{c}
	case *pgxpool.Pool:
		c, err := river.NewClient(riverpgxv5.New(raw), rc)
		if err != nil {
			return nil, fmt.Errorf("job queue: %w", err)
		}
		q.client = over[pgx.Tx]{c}
	default:
		return nil, fmt.Errorf("job queue: a database of type %T has no queue", raw)
	}
	return q, nil
}

func riverConfig(cfg Config) (*river.Config, map[string]bool, error) {
	workers, kinds := river.NewWorkers(), map[string]bool{}
	add := func(kind string, h Handler) {
		kinds[kind] = true
		river.AddWorkerArgs(workers, args{kind: kind}, &worker{handle: h})
	}
	for kind, h := range cfg.Handlers {
		add(kind, h)
	}
	var periodic []*river.PeriodicJob
	if cfg.Proof != nil {
		if kinds[KindProof] {
			return nil, nil, errors.New("job queue: the ledger proof has two handlers")
		}
		add(KindProof, func(ctx context.Context, _ []byte) error { return cfg.Proof(ctx) })
		proof := func() (river.JobArgs, *river.InsertOpts) { return args{kind: KindProof}, nil }
		periodic = append(periodic, river.NewPeriodicJob(daily{hour: 3}, proof, nil))
	}
	if len(kinds) == 0 {
		return nil, nil, errors.New("job queue: there is no handler")
	}
	if cfg.Workers == 0 {
		cfg.Workers = 4
	}
	if cfg.Poll == 0 {
		cfg.Poll = time.Second
	}
	return &river.Config{
		Logger: quiet(cfg.Log), Workers: workers, PeriodicJobs: periodic,
		Queues:     map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: cfg.Workers}},
		JobTimeout: Timeout, RescueStuckJobsAfter: RescueAfter,
		FetchPollInterval: cfg.Poll, FetchCooldown: min(cfg.Poll, 100*time.Millisecond),
	}, kinds, nil
}

// Start begins to work jobs off. The end of ctx ends the work under way, too; Stop is the gentle way.
func (q *Queue) Start(ctx context.Context) error { return q.client.start(ctx) }

// Stop takes no new jobs and waits for those under way, or for the end of ctx.
func (q *Queue) Stop(ctx context.Context) error { return q.client.stop(ctx) }

// Enqueue adds a job in the caller's transaction: it runs once that is committed, and never when it is not. jsonArgs is
// one JSON value, nil for none.
func (q *Queue) Enqueue(ctx context.Context, tx Tx, kind string, jsonArgs []byte) error {
	if !q.kinds[kind] {
		return fmt.Errorf("job queue: %q has no handler", kind)
	}
	if err := q.client.insert(ctx, tx.Raw(), args{kind: kind, json: jsonArgs}); err != nil {
		return fmt.Errorf("enqueuing a %s job: %w", kind, err)
	}
	return nil
}

// over is a client over transactions of type T.
type over[T any] struct{ c *river.Client[T] }

func (o over[T]) start(ctx context.Context) error { return o.c.Start(ctx) }
func (o over[T]) stop(ctx context.Context) error  { return o.c.Stop(ctx) }
func (o over[T]) insert(ctx context.Context, raw any, a args) error {
	tx, ok := raw.(T)
	if !ok {
		return fmt.Errorf("the transaction is a %T of another database", raw)
	}
	_, err := o.c.InsertTx(ctx, tx, a, nil)
	return err
}
