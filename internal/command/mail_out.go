package command

import (
	"context"
	"time"

	"github.com/polyreg/polyreg/internal/notify"
)

// mailHeld is how long a mail that was taken out for sending is not given to anybody else.
const mailHeld = 5 * time.Minute

// mailTries is how often a mail is tried before it counts as bounced: the pauses between add up to about two days.
const mailTries = 14

// TakeMails gives queued mails whose time has come, and keeps them from other nodes for a while. Each is to be followed by
// MailDone.
func (r *Runner) TakeMails(ctx context.Context, limit int) ([]notify.Mail, error) {
	var taken []notify.Mail
	err := r.cfg.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		var err error
		if taken, err = tx.DueMails(ctx, tx.Wall(), limit); err != nil {
			return err
		}
		for i := range taken {
			taken[i].Tries++
			taken[i].Next = tx.Wall().Add(mailHeld)
			if err := tx.PutMail(ctx, taken[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return r.openMails(taken)
}

// MailDone writes what became of a mail: nil for a server that took it, else why not. A permanent refusal, or too many tries,
// is a bounce; the obligation that it carries says so.
func (r *Runner) MailDone(ctx context.Context, m notify.Mail, failed error, permanent bool) error {
	return r.cfg.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		now, err := tx.Mail(ctx, m.ID)
		if err != nil || now.State != notify.MailQueued || now.Tries != m.Tries {
			return err // another node has taken it since, and knows better
		}
		m.Error = ""
		switch {
		case failed == nil:
			m.State = notify.MailSent
		case permanent || m.Tries >= mailTries:
			m.State, m.Error = notify.MailBounced, clipText(failed.Error())
		default:
			m.State, m.Error = notify.MailQueued, clipText(failed.Error())
			m.Next = tx.Wall().Add(min(time.Minute<<min(m.Tries, 10), 6*time.Hour))
		}
		return tx.PutMail(ctx, m)
	})
}
