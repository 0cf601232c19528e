// Package mail sends what the platform writes to people, over SMTP. A mail is a row of the store until a server has taken it:
// nodes share the work, and none is lost or, but for a node that dies between a server's answer and its own note, sent twice.
package mail

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/notify"
)

// Transport hands one mail to a server. An error that is a *Refused is final.
type Transport interface {
	Send(ctx context.Context, m notify.Mail) error
}

// Refused is a server's final refusal (RFC 5321 §4.2.1: 5yz).
type Refused struct{ Err error }

// Error is the server's answer.
func (r *Refused) Error() string { return r.Err.Error() }

// Unwrap gives the cause.
func (r *Refused) Unwrap() error { return r.Err }

// Worker sends queued mails.
type Worker struct {
	Runner    *command.Runner
	Transport Transport
	Log       *slog.Logger
}

// batch is how many mails are taken at a time.
const batch = 20

// Run sends until ctx ends, looking every so often.
func (w *Worker) Run(ctx context.Context, every time.Duration) {
	t := time.NewTicker(every)
	defer t.Stop()
	for {
		for {
			n, err := w.Work(ctx)
			if err != nil && ctx.Err() == nil {
				w.Log.Error("sending mail", "err", err)
			}
			if err != nil || n < batch {
				break
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
	}
}

// Work sends what is due and gives how many were tried.
func (w *Worker) Work(ctx context.Context) (int, error) {
	taken, err := w.Runner.TakeMails(ctx, batch)
	if err != nil {
		return 0, err
	}
	for _, m := range taken {
		failed := w.Transport.Send(ctx, m)
		if failed != nil {
			w.Log.Warn("a mail was not taken", "mail", m.ID, "kind", m.Kind, "try", m.Tries, "err", failed)
		}
		var final *Refused
		if err := w.Runner.MailDone(context.WithoutCancel(ctx), m, failed, errors.As(failed, &final)); err != nil {
			return len(taken), err
		}
	}
	return len(taken), nil
}
