package mail_test

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"github.com/polyreg/polyreg/internal/app/core"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/domain"
	ours "github.com/polyreg/polyreg/internal/mail"
	"github.com/polyreg/polyreg/internal/notify"
)

// server is a real SMTP server that refuses some recipients and, once, everything.
type server struct {
	mu    sync.Mutex
	mails [][]byte
	busy  int // how many mails are put off
}

func (s *server) NewSession(*smtp.Conn) (smtp.Session, error) { return &session{s: s}, nil }

type session struct{ s *server }

func (*session) Mail(string, *smtp.MailOptions) error { return nil }
func (*session) Rcpt(to string, _ *smtp.RcptOptions) error {
	if strings.HasPrefix(to, "gone@") {
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user"}
	}
	return nil
}
func (x *session) Data(r io.Reader) error {
	x.s.mu.Lock()
	defer x.s.mu.Unlock()
	if x.s.busy > 0 {
		x.s.busy--
		return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "later"}
	}
	b, err := io.ReadAll(r)
	x.s.mails = append(x.s.mails, b)
	return err
}
func (*session) Reset()        {}
func (*session) Logout() error { return nil }

func listen(t *testing.T) (*server, string) {
	t.Helper()
	back := &server{}
	srv := smtp.NewServer(back)
	srv.Domain = "localhost"
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go srv.Serve(l)
	t.Cleanup(func() { srv.Close() })
	return back, l.Addr().String()
}

func TestSend(t *testing.T) {
	t.Parallel()
	back, addr := listen(t)
	s := &ours.SMTP{Addr: addr, TLS: "none", From: "registrar@example.net", Name: "Registrar Zürich"}
	m := notify.Mail{ID: 7, To: "jane@example.com", Subject: "Your domain\r\nBcc: evil@example.com", Body: "Grüße\n.\nend\n", Wall: time.Now()}
	if err := s.Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	got, err := mail.ReadMessage(bytes.NewReader(back.mails[0]))
	if err != nil {
		t.Fatal(err)
	}
	if got.Header.Get("Bcc") != "" || got.Header.Get("Auto-Submitted") != "auto-generated" || !strings.HasSuffix(got.Header.Get("Message-Id"), "@example.net>") {
		t.Errorf("header %v", got.Header)
	}
	m.To = "gone@example.com"
	var final *ours.Refused
	if err := s.Send(t.Context(), m); !errors.As(err, &final) {
		t.Errorf("an unknown user: %v", err)
	}
	back.busy = 1
	m.To = "jane@example.com"
	if err := s.Send(t.Context(), m); err == nil || errors.As(err, &final) {
		t.Errorf("a busy server: %v", err)
	}
	s.TLS = ""
	if err := s.Send(t.Context(), m); err == nil {
		t.Error("a mail went out without TLS")
	}
}

// TestWorker carries mandatory notices from the due list to the server, with the evidence of what became of each.
func TestWorker(t *testing.T) {
	t.Parallel()
	back, addr := listen(t)
	w := dialecttest.New(t, func(o *core.Options) { o.Deliver = false })
	ctx, c := t.Context(), w.Caller(t, "alpha")
	for name, email := range map[string]string{"good.com": "good@example.com", "bad.com": "gone@example.com"} {
		data := dialecttest.Jane()
		data.Email = email
		_, err := command.Do(ctx, w.Runner, c, command.RegisterDomain{Name: name, Years: 1, FillRoles: true, Servers: command.ServerList{Platform: true},
			Contacts: map[domain.Role]command.ContactRef{domain.Registrant: {New: &data}}})
		if err != nil {
			t.Fatal(err)
		}
	}
	work := func(want int) {
		t.Helper()
		worker := &ours.Worker{Runner: w.Runner, Transport: &ours.SMTP{Addr: addr, TLS: "none", From: "registrar@example.net"}, Log: slog.New(slog.DiscardHandler)}
		if n, err := worker.Work(ctx); err != nil || n != want {
			t.Errorf("worked on %d, want %d: %v", n, want, err)
		}
	}
	work(2)
	work(0)
	if len(back.mails) != 1 || !bytes.Contains(back.mails[0], []byte("/verify/")) {
		t.Fatalf("%d mails at the server", len(back.mails))
	}
	for name, check := range map[string]func(notify.Obligation) bool{
		"good.com": func(o notify.Obligation) bool { return !o.Sent.IsZero() && o.Bounced.IsZero() },
		"bad.com":  func(o notify.Obligation) bool { return o.Sent.IsZero() && !o.Bounced.IsZero() },
	} {
		os, err := w.Store.View().Obligations(ctx, c.Account.ID, "domain", name)
		if err != nil || len(os) != 1 || !check(os[0]) {
			t.Errorf("%s: %+v %v", name, os, err)
		}
	}
}
