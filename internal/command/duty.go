package command

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/notify"
)

var noTime time.Time

// stamp is a time as notices carry it.
func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// duty is a mandatory notice to a registrant.
type duty struct {
	d    domain.Domain
	kind string
	due  time.Time
	to   string // e-mail; empty: the registrant's
	data map[string]string
}

// oblige writes a mandatory notice: the mail and the evidence (notify.Obligation). A name without a registrant's address gets
// the evidence alone, with an empty recipient.
func (r *Runner) oblige(ctx context.Context, tx Tx, u duty) error {
	if u.to == "" {
		var err error
		if u.to, err = registrantEmail(ctx, tx, u.d); err != nil {
			return err
		}
	}
	o := notify.Obligation{Account: u.d.Account, Kind: u.kind, ObjectKind: "domain", ObjectName: string(u.d.Name), Recipient: u.to, Due: u.due}
	if u.to != "" {
		m, err := r.mail(u)
		if err != nil {
			return err
		}
		if err := tx.AddMail(ctx, &m); err != nil {
			return err
		}
		o.Mail = m.ID
		if m.State == notify.MailDelivered {
			o.Sent, o.Delivered = tx.Registrar(), tx.Registrar()
		}
	}
	_, err := tx.AddObligation(ctx, &o)
	return err
}

// mail is a duty's text, in the state in which it begins. The body is sealed: it may carry an authInfo or the token of a
// verification.
func (r *Runner) mail(u duty) (m notify.Mail, err error) {
	subject, body := r.mailText(u)
	m = notify.Mail{Account: u.d.Account, Kind: u.kind, ObjectName: string(u.d.Name), To: u.to, Subject: subject, State: notify.MailQueued}
	switch {
	case u.d.Environment == account.Test:
		m.State = notify.MailSuppressed
	case r.cfg.Deliver:
		m.State = notify.MailDelivered
	}
	m.Body, err = r.cfg.Secrets.Seal(body, mailAAD(m))
	return m, err
}

func mailAAD(m notify.Mail) string { return "mail/body/" + m.Kind + "/" + m.To }

// openMails makes bodies readable that come from the store.
func (r *Runner) openMails(ms []notify.Mail) ([]notify.Mail, error) {
	for i, m := range ms {
		var err error
		if ms[i].Body, err = r.cfg.Secrets.Open(m.Body, mailAAD(m)); err != nil {
			return nil, err
		}
	}
	return ms, nil
}

// Mails lists mails by number, MaxPage of them at most.
func (r *Runner) Mails(ctx context.Context, q MailQuery) ([]notify.Mail, error) {
	ms, err := r.cfg.Store.View().Mails(ctx, q)
	if err != nil {
		return nil, err
	}
	return r.openMails(ms)
}

// Mail reads one by its number. Errors: NotFound.
func (r *Runner) Mail(ctx context.Context, id int64) (notify.Mail, error) {
	m, err := r.cfg.Store.View().Mail(ctx, id)
	if err != nil {
		return m, err
	}
	opened, err := r.openMails([]notify.Mail{m})
	if err != nil {
		return notify.Mail{}, err
	}
	return opened[0], nil
}

func registrantEmail(ctx context.Context, tx Tx, d domain.Domain) (string, error) {
	id, ok := d.Contacts[domain.Registrant]
	if !ok {
		return "", nil
	}
	k, err := tx.Contact(ctx, d.Account, id)
	if errs.Is(err, errs.NotFound) {
		return "", nil
	}
	return k.Data.Email, err
}

// mailText says what a person is told. The words are the platform's own.
func (r *Runner) mailText(u duty) (subject, body string) {
	name, data := u.d.Name.Unicode(), u.data
	day := u.d.Expires.Format(time.DateOnly)
	var lines []string
	say := func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) }
	switch u.kind {
	case dutyExpiring:
		subject = "Your domain " + name + " expires on " + day
		say("The registration of %s ends on %s.", name, day)
		say("If you want to keep it, renew it before that day, or see to it that it is renewed automatically.")
		say("Without a renewal the domain stops working after its expiry and is deleted.")
	case dutyExpired:
		subject = "Your domain " + name + " has expired"
		say("The registration of %s ended on %s.", name, day)
		say("It can still be renewed. Without a renewal it stops working in a few days, and is then deleted.")
		say("A deleted domain can be restored for a limited time, for an additional fee.")
	case dutyReminder:
		subject = "Please check the data of your domain " + name
		say("Once a year we show you the data of your registration of %s, and ask you to correct what has changed.", name)
		say("Expiry: %s. E-mail of the registrant: %s.", day, u.to)
		say("Wrong data can be a reason to cancel a registration.")
	case dutyTransfer:
		subject = "Transfer of " + name + " to another registrar"
		say("Another registrar (%s) has asked for the domain %s.", data["registrar"], name)
		say("If you want that, you need not do anything: the transfer takes place by %s at the latest.", data["act_by"])
		say("If you do not want it, tell us before that time.")
	case dutyOwner:
		subject = "Change of the registrant of " + name
		say("The registrant of the domain %s has been changed.", name)
		if data["locked_until"] != "" {
			say("The domain cannot be transferred to another registrar before %s.", data["locked_until"])
		}
		say("If you did not ask for this, tell us without delay.")
	case dutyVerify:
		subject = "Please confirm your e-mail address"
		say("This address was given for the registrant of %s.", name)
		say("Please confirm it by %s:", data["due"])
		say("%s/verify/%s", r.cfg.Platform.URL, data["token"])
		say("Without a confirmation the domain is suspended after that day.")
	case dutyAuthInfo:
		subject = "Authorization code of " + name
		say("The code with which the domain %s can be transferred to another registrar:", name)
		say("%s", data["auth_info"])
		say("If you did not ask for it, tell us without delay.")
	}
	who := r.cfg.Platform.Name
	if who == "" {
		who = "Your registrar"
	}
	return subject, strings.Join(lines, "\n") + "\n\n" + who + "\n"
}

// Kinds of duties.
const (
	dutyExpiring = "expiry_notice"
	dutyExpired  = "expired_notice"
	dutyReminder = "data_reminder"
	dutyTransfer = "transfer_notice"
	dutyOwner    = "owner_change"
	dutyVerify   = "verification"
	dutyAuthInfo = "auth_info"
)
