package job

import (
	"context"
	"log/slog"
	"time"

	"github.com/riverqueue/river"
)

// args are a job's arguments in River's form: the JSON as it was given, under a kind of its own.
type args struct {
	kind string
	json []byte
}

// Kind is River's name for the job.
func (a args) Kind() string { return a.kind }

// MarshalJSON gives the arguments as they are.
func (a args) MarshalJSON() ([]byte, error) {
	if len(a.json) == 0 {
		return []byte("null"), nil
	}
	return a.json, nil
}

// UnmarshalJSON keeps the arguments as they are.
func (a *args) UnmarshalJSON(b []byte) error {
	a.json = append([]byte(nil), b...)
	return nil
}

// worker hands River's jobs of a kind to its handler.
type worker struct {
	river.WorkerDefaults[args]
	handle Handler
}

// Work runs the handler.
func (w *worker) Work(ctx context.Context, j *river.Job[args]) error {
	return w.handle(ctx, j.Args.json)
}

// daily is a schedule: every day at an hour, UTC.
type daily struct{ hour int }

// Next is the next such hour after now.
func (d daily) Next(now time.Time) time.Time {
	now = now.UTC()
	next := time.Date(now.Year(), now.Month(), now.Day(), d.hour, 0, 0, 0, time.UTC)
	if !next.After(now) {
		next = next.AddDate(0, 0, 1)
	}
	return next
}

// quiet drops what River says about its everyday life.
func quiet(log *slog.Logger) *slog.Logger {
	if log == nil {
		log = slog.Default()
	}
	return slog.New(warnings{log.Handler()})
}

type warnings struct{ slog.Handler }

func (w warnings) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= slog.LevelWarn && w.Handler.Enabled(ctx, l)
}
func (w warnings) WithAttrs(as []slog.Attr) slog.Handler { return warnings{w.Handler.WithAttrs(as)} }
func (w warnings) WithGroup(name string) slog.Handler    { return warnings{w.Handler.WithGroup(name)} }
