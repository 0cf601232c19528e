package command_test

import (
	"errors"
	"testing"

	"github.com/polyreg/polyreg/internal/app/core"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/notify"
)

// TestLateWordOnAMail keeps what is known of a mail when the node that had taken it before reports late.
func TestLateWordOnAMail(t *testing.T) {
	t.Parallel()
	ctx, w := t.Context(), dialecttest.New(t, func(o *core.Options) { o.Deliver = false })
	_, err := command.Do(ctx, w.Runner, alpha(t, w), command.SendAuthInfo{Name: "example.com"})
	if err != nil {
		t.Fatal(err)
	}
	taken, err := w.Runner.TakeMails(ctx, 5)
	if err != nil || len(taken) != 1 {
		t.Fatalf("%+v %v", taken, err)
	}
	if err := w.Runner.MailDone(ctx, taken[0], nil, false); err != nil {
		t.Fatal(err)
	}
	for _, permanent := range []bool{false, true} {
		if err := w.Runner.MailDone(ctx, taken[0], errors.New("connection lost"), permanent); err != nil {
			t.Fatal(err)
		}
		if m, err := w.Runner.Mail(ctx, taken[0].ID); err != nil || m.State != notify.MailSent {
			t.Errorf("sent, and then %s: %v", m.State, err)
		}
	}
}
