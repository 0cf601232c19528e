package job_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/job"
	"github.com/polyreg/polyreg/internal/store/db"
	"github.com/polyreg/polyreg/internal/store/pgtest"
	"github.com/polyreg/polyreg/internal/store/sqlite"
)

func each(t *testing.T, fn func(*testing.T, db.DB)) {
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		d, err := sqlite.OpenTemp()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { d.Close() })
		fn(t, d)
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		fn(t, pgtest.Open(t))
	})
}

// log collects what handlers saw.
type log struct {
	mu   sync.Mutex
	seen []string
	more chan struct{}
}

func newLog() *log { return &log{more: make(chan struct{}, 100)} }

func (l *log) handle(_ context.Context, args []byte) error {
	l.mu.Lock()
	l.seen = append(l.seen, string(args))
	l.mu.Unlock()
	l.more <- struct{}{}
	return nil
}

func (l *log) wait(t *testing.T, n int) {
	t.Helper()
	for range n {
		select {
		case <-l.more:
		case <-time.After(20 * time.Second):
			t.Fatalf("no job came; seen so far: %q", l.seen)
		}
	}
}

func start(t *testing.T, cfg job.Config) *job.Queue {
	t.Helper()
	cfg.Poll = 50 * time.Millisecond
	q, err := job.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if err := q.Start(context.WithoutCancel(t.Context())); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		if err := q.Stop(ctx); err != nil {
			t.Error(err)
		}
	})
	return q
}

func TestQueue(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d db.DB) {
		for range 2 { // a second time changes nothing
			if err := job.Migrate(t.Context(), d); err != nil {
				t.Fatal(err)
			}
		}
		l := newLog()
		failed := make(chan struct{}, 1)
		q := start(t, job.Config{DB: d, Handlers: map[string]job.Handler{"note": l.handle, "fail": func(context.Context, []byte) error {
			failed <- struct{}{}
			return errors.New("comes back later")
		}}, Proof: func(context.Context) error { return nil }})
		broken := errors.New("broken")
		err := d.InTx(t.Context(), func(ctx context.Context, tx db.Tx) error {
			if err := q.Enqueue(ctx, tx, "note", []byte(`"rolled back"`)); err != nil {
				t.Error(err)
			}
			return broken
		})
		if !errors.Is(err, broken) {
			t.Fatal(err)
		}
		for i := range 5 {
			err := d.InTx(t.Context(), func(ctx context.Context, tx db.Tx) error {
				if i == 0 {
					if err := q.Enqueue(ctx, tx, "fail", nil); err != nil {
						return err
					}
				}
				return q.Enqueue(ctx, tx, "note", fmt.Appendf(nil, `{"n":%d}`, i))
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		l.wait(t, 5)
		<-failed
		time.Sleep(300 * time.Millisecond) // six polls in which a doubled job would show
		l.mu.Lock()
		defer l.mu.Unlock()
		seen := map[string]int{}
		for _, s := range l.seen {
			seen[s]++
		}
		if len(l.seen) != 5 || seen[`"rolled back"`] != 0 {
			t.Fatalf("jobs seen: %q", l.seen)
		}
		for i := range 5 {
			if n := seen[fmt.Sprintf(`{"n":%d}`, i)] + seen[fmt.Sprintf(`{"n": %d}`, i)]; n != 1 {
				t.Errorf("job %d ran %d times: %q", i, n, l.seen)
			}
		}
	})
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d db.DB) {
		if err := job.Migrate(t.Context(), d); err != nil {
			t.Fatal(err)
		}
		if _, err := job.New(job.Config{DB: d}); err == nil {
			t.Error("a queue without a handler")
		}
		q := start(t, job.Config{DB: d, Handlers: map[string]job.Handler{"note": newLog().handle}})
		err := d.InTx(t.Context(), func(ctx context.Context, tx db.Tx) error {
			if err := q.Enqueue(ctx, tx, "unknown", nil); err == nil {
				t.Error("a kind without a handler")
			}
			if err := q.Enqueue(ctx, strange{}, "note", nil); err == nil {
				t.Error("a transaction of another database")
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

type strange struct{}

func (strange) Raw() any { return 1 }

func TestMigrateAtOnce(t *testing.T) {
	t.Parallel()
	d := pgtest.Open(t)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if err := job.Migrate(t.Context(), d); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}
