package mail

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/mail"
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
	Within   time.Duration // for one mail as a whole; 0: a minute
}

// sendWithin bounds one mail as a whole, from the connection to the last word. It is far below the time for which a mail that
// was taken out is kept from others.
const sendWithin = time.Minute

// stepWithin bounds what the server may take before it shows a sign of life.
const stepWithin = 30 * time.Second

// Send hands a mail to the server. A *Refused is about the recipient or the mail: what is wrong with the sender, which is a
// setting, is not final. When ctx ends the connection is closed.
func (s *SMTP) Send(ctx context.Context, m notify.Mail) error {
	msg, err := s.message(m)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, cmp.Or(s.Within, sendWithin))
	defer cancel()
	client, err := s.client(ctx)
	if err != nil {
		return err
	}
	err = client.DialAndSendWithContext(ctx, msg)
	if msg.IsDelivered() {
		return nil // how the conversation went on after that changes nothing
	}
	var refused *smtp.SendError
	if errors.As(err, &refused) && refused.Reason != smtp.ErrSMTPMailFrom && !refused.IsTemp() && refused.ErrorCode() >= 500 {
		return &Refused{err}
	}
	return err
}

func (s *SMTP) message(m notify.Mail) (*smtp.Msg, error) {
	msg := smtp.NewMsg(smtp.WithNoDefaultUserAgent())
	from := mail.Address{Name: s.Name, Address: s.From}
	if err := msg.From(from.String()); err != nil {
		return nil, fmt.Errorf("from: %w", err)
	}
	if err := msg.To(m.To); err != nil {
		return nil, &Refused{fmt.Errorf("to: %w", err)} // an address that cannot be one will not get better
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

// client makes a client whose connection is closed when ctx ends: the library renews its own deadlines as it goes.
func (s *SMTP) client(ctx context.Context) (*smtp.Client, error) {
	host, port, err := net.SplitHostPort(s.Addr)
	if err != nil {
		return nil, err
	}
	n, err := strconv.Atoi(port)
	if err != nil {
		return nil, err
	}
	conf := &tls.Config{MinVersion: tls.VersionTLS12}
	if s.Config != nil {
		conf = s.Config.Clone()
	}
	conf.ServerName = cmp.Or(conf.ServerName, host)
	opts := []smtp.Option{smtp.WithPort(n), smtp.WithTimeout(stepWithin), smtp.WithTLSConfig(conf)}
	switch s.TLS {
	case "tls":
		opts = append(opts, smtp.WithSSL(), smtp.WithDialContextFunc(dial(ctx, conf)))
	case "none":
		opts = append(opts, smtp.WithTLSPolicy(smtp.NoTLS), smtp.WithDialContextFunc(dial(ctx, nil)))
	default:
		opts = append(opts, smtp.WithTLSPolicy(smtp.TLSMandatory), smtp.WithDialContextFunc(dial(ctx, nil)))
	}
	if s.User != "" {
		opts = append(opts, smtp.WithSMTPAuth(smtp.SMTPAuthAutoDiscover), smtp.WithUsername(s.User), smtp.WithPassword(s.Password))
	}
	if s.User != "" && s.TLS == "tls" {
		opts = append(opts, smtp.WithOpportunisticSMTPAuth(ways...)) // the library would take the connection for one without TLS
	}
	return smtp.NewClient(host, opts...)
}

// ways are the log-ins over TLS in the order in which they are preferred, the library's own.
var ways = []smtp.SMTPAuthType{smtp.SMTPAuthSCRAMSHA256PLUS, smtp.SMTPAuthSCRAMSHA256, smtp.SMTPAuthSCRAMSHA1PLUS, smtp.SMTPAuthSCRAMSHA1,
	smtp.SMTPAuthNTLM, smtp.SMTPAuthCramMD5, smtp.SMTPAuthPlain, smtp.SMTPAuthLogin}

// dial connects, with TLS from the start where there is a configuration for it, and closes the connection when whole ends.
func dial(whole context.Context, secure *tls.Config) smtp.DialContextFunc {
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := new(net.Dialer).DialContext(ctx, network, addr)
		if err != nil {
			return nil, err
		}
		context.AfterFunc(whole, func() { conn.Close() })
		if secure == nil {
			return conn, nil
		}
		over := tls.Client(conn, secure)
		return over, over.HandshakeContext(ctx)
	}
}
