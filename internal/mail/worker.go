// Package mail sends what the platform writes to people, over SMTP. A mail is a row of the store until a server has taken it:
// nodes share the work, and none is lost. One is sent twice where a server has taken it and nobody could note that: its answer was
// lost or came too late, or the node ended before it could write it down.
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

// parting is how long the mail under way may still take when a node is to end.
const parting = 10 * time.Second

// Run sends until ctx ends, looking every so often.
func (w *Worker) Run(ctx context.Context, every time.Duration) {
	t := time.NewTicker(every)
	defer t.Stop()
	for {
		if _, err := w.Work(ctx); err != nil && ctx.Err() == nil {
			w.Log.Error("sending mail", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
	}
}

// Work sends what is due and gives how many mails were tried. They are taken one by one, so that none waits here while its time to
// be kept from other nodes runs out. When ctx ends the mail under way is given a moment, and then left as it is: whether the
// server took it is not known, and it is due again later.
func (w *Worker) Work(ctx context.Context) (int, error) {
	for n := 0; ; n++ {
		taken, err := w.Runner.TakeMails(ctx, 1)
		if err != nil || len(taken) == 0 {
			return n, err
		}
		m := taken[0]
		failed := w.send(ctx, m)
		if failed != nil {
			w.Log.Warn("a mail was not taken", "mail", m.ID, "kind", m.Kind, "try", m.Tries, "err", failed)
		}
		var final *Refused
		refused := errors.As(failed, &final)
		if failed != nil && !refused && ctx.Err() != nil {
			return n + 1, ctx.Err()
		}
		if err := w.Runner.MailDone(context.WithoutCancel(ctx), m, failed, refused); err != nil {
			return n + 1, err
		}
	}
}

// send hands a mail over; it breaks off a while after ctx has ended.
func (w *Worker) send(ctx context.Context, m notify.Mail) error {
	own, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	stop := context.AfterFunc(ctx, func() {
		select {
		case <-own.Done():
		case <-time.After(parting):
			cancel()
		}
	})
	defer stop()
	return w.Transport.Send(own, m)
}
