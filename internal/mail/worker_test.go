package mail_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"testing"

	"github.com/polyreg/polyreg/internal/app/core"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/domain"
	ours "github.com/polyreg/polyreg/internal/mail"
	"github.com/polyreg/polyreg/internal/notify"
)

// transport is a server made of a function.
type transport func(ctx context.Context, m notify.Mail) error

func (f transport) Send(ctx context.Context, m notify.Mail) error { return f(ctx, m) }

// queued is a world with some mails that wait to be sent.
func queued(t *testing.T, n int) *dialecttest.World {
	t.Helper()
	w := dialecttest.New(t, func(o *core.Options) { o.Deliver = false })
	for i := range n {
		data := dialecttest.Jane()
		data.Email = fmt.Sprintf("jane%d@example.com", i)
		_, err := command.Do(t.Context(), w.Runner, w.Caller(t, "alpha"), command.RegisterDomain{Name: fmt.Sprintf("mail%d.com", i), Years: 1, FillRoles: true,
			Servers: command.ServerList{Platform: true}, Contacts: map[domain.Role]command.ContactRef{domain.Registrant: {New: &data}}})
		if err != nil {
			t.Fatal(err)
		}
	}
	return w
}

// states counts mails by state and number of tries: "queued 0".
func states(t *testing.T, w *dialecttest.World) map[string]int {
	t.Helper()
	list, err := w.Runner.Mails(context.WithoutCancel(t.Context()), command.MailQuery{Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]int{}
	for _, m := range list {
		out[fmt.Sprint(m.State, " ", m.Tries, m.Error)]++
	}
	return out
}

// A mail is taken out when its turn comes: those behind it are everybody's for as long as it takes.
func TestWorkerTakesOneByOne(t *testing.T) {
	t.Parallel()
	w := queued(t, 3)
	sent := 0
	worker := &ours.Worker{Runner: w.Runner, Log: slog.New(slog.DiscardHandler), Transport: transport(func(_ context.Context, m notify.Mail) error {
		if got := states(t, w); got["queued 1"] != 1 || got["queued 0"] != 2-sent || got["sent 1"] != sent {
			t.Errorf("mail %d: %v", sent, got)
		}
		sent++
		return nil
	})}
	if n, err := worker.Work(t.Context()); n != 3 || err != nil || sent != 3 {
		t.Errorf("%d tried, %d sent: %v", n, sent, err)
	}
}

// A node that is to end finishes the mail under way, and touches no other; one that it could not finish is not called a failure.
func TestWorkerEnds(t *testing.T) {
	t.Parallel()
	for name, d := range map[string]struct {
		answer error
		want   string
	}{
		"taken":   {nil, "sent 1"},
		"refused": {&ours.Refused{Err: errors.New("550 no such user")}, "bounced 1550 no such user"},
		"unknown": {errors.New("connection closed"), "queued 1"},
	} {
		w := queued(t, 3)
		ctx, cancel := context.WithCancel(t.Context())
		worker := &ours.Worker{Runner: w.Runner, Log: slog.New(slog.DiscardHandler), Transport: transport(func(own context.Context, _ notify.Mail) error {
			cancel()
			if own.Err() != nil {
				t.Errorf("%s: the mail under way was cut off at once", name)
			}
			return d.answer
		})}
		if n, err := worker.Work(ctx); n != 1 || !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %d tried: %v", name, n, err)
		}
		if got := states(t, w); got[d.want] != 1 || got["queued 0"] != 2 {
			t.Errorf("%s: %v", name, got)
		}
	}
}
