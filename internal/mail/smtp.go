package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strconv"
	"time"

	smtp "github.com/wneessen/go-mail"

	"github.com/polyreg/polyreg/internal/notify"
)

// SMTP is a submission server. TLS is "starttls" (the default: no mail without it), "tls" from the start, or "none" for a
// relay on the same machine.
type SMTP struct {
	Addr     string // host:port
	TLS      string
	User     string
	Password string
	From     string // address that mails come from
	Name     string // display name beside it
	Config   *tls.Config
}

// sendWithin bounds one mail.
const sendWithin = 30 * time.Second

// Send hands a mail to the server.
func (s *SMTP) Send(ctx context.Context, m notify.Mail) error {
	msg, err := s.message(m)
	if err != nil {
		return &Refused{err} // an address that cannot be one will not get better
	}
	client, err := s.client()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, sendWithin)
	defer cancel()
	err = client.DialAndSendWithContext(ctx, msg)
	var refused *smtp.SendError
	if errors.As(err, &refused) && !refused.IsTemp() && refused.ErrorCode() >= 500 {
		return &Refused{err}
	}
	return err
}

func (s *SMTP) message(m notify.Mail) (*smtp.Msg, error) {
	msg := smtp.NewMsg(smtp.WithNoDefaultUserAgent())
	if err := msg.FromFormat(s.Name, s.From); err != nil {
		return nil, fmt.Errorf("from: %w", err)
	}
	if err := msg.To(m.To); err != nil {
		return nil, fmt.Errorf("to: %w", err)
	}
	msg.Subject(m.Subject)
	msg.SetDate()
	msg.SetMessageIDWithValue(strconv.FormatInt(m.ID, 10) + "." + strconv.FormatInt(m.Wall.UnixMicro(), 36) + "@" + domainOf(s.From))
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834
	msg.SetBodyString(smtp.TypeTextPlain, m.Body)
	return msg, nil
}

func domainOf(address string) string {
	for i := len(address) - 1; i >= 0; i-- {
		if address[i] == '@' {
			return address[i+1:]
		}
	}
	return "localhost"
}

func (s *SMTP) client() (*smtp.Client, error) {
	host, port, err := net.SplitHostPort(s.Addr)
	if err != nil {
		return nil, err
	}
	n, err := strconv.Atoi(port)
	if err != nil {
		return nil, err
	}
	opts := []smtp.Option{smtp.WithPort(n), smtp.WithTimeout(sendWithin)}
	switch s.TLS {
	case "tls":
		opts = append(opts, smtp.WithSSL())
	case "none":
		opts = append(opts, smtp.WithTLSPolicy(smtp.NoTLS))
	default:
		opts = append(opts, smtp.WithTLSPolicy(smtp.TLSMandatory))
	}
	if s.Config != nil {
		opts = append(opts, smtp.WithTLSConfig(s.Config))
	}
	if s.User != "" {
		opts = append(opts, smtp.WithSMTPAuth(smtp.SMTPAuthAutoDiscover), smtp.WithUsername(s.User), smtp.WithPassword(s.Password))
	}
	return smtp.NewClient(host, opts...)
}
