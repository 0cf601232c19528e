package mail_test

import (
	"bufio"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/app/ca"
	ours "github.com/polyreg/polyreg/internal/mail"
	"github.com/polyreg/polyreg/internal/notify"
)

var letter = notify.Mail{ID: 7, To: "jane@example.com", Subject: "Your domain", Body: "Hello\n", Wall: time.Now()}

// talker is an SMTP server that says what it is told to: an answer that is "" closes the connection, and one that ends in "!"
// closes it behind the answer. Commands without an answer of their own get "250 ok".
type talker struct {
	answers map[string]string // by the command's first word; "." is the end of the mail
	secure  *tls.Config       // nil: no TLS
	mails   atomic.Int32
	seen    chan string // command lines
}

func (s *talker) listen(t *testing.T) string {
	t.Helper()
	s.seen = make(chan string, 100)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if s.secure != nil {
		l = tls.NewListener(l, s.secure)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go s.talk(conn)
		}
	}()
	return l.Addr().String()
}

func (s *talker) talk(conn net.Conn) {
	defer conn.Close()
	lines := bufio.NewScanner(conn)
	say := func(word, otherwise string) bool {
		text, ok := s.answers[word]
		if !ok {
			text = otherwise
		}
		last := strings.HasSuffix(text, "!")
		_, err := fmt.Fprint(conn, strings.TrimSuffix(text, "!"), "\r\n")
		return err == nil && text != "" && !last
	}
	if !say("greeting", "220 ready") {
		return
	}
	for lines.Scan() {
		s.seen <- lines.Text()
		word, _, _ := strings.Cut(lines.Text(), " ")
		switch word {
		case "DATA":
			if !say(word, "354 go on") {
				return
			}
			for lines.Scan() && lines.Text() != "." {
			}
			s.mails.Add(1)
			word = "."
		case "EHLO":
			if !say(word, "250-talker\r\n250 AUTH PLAIN") {
				return
			}
			continue
		}
		if !say(word, "250 ok") {
			return
		}
	}
}

// What the server has taken is sent, whatever becomes of the conversation.
func TestTakenIsSent(t *testing.T) {
	t.Parallel()
	for name, answers := range map[string]map[string]string{
		"dropped behind the mail": {".": "250 taken!"},
		"reset refused":           {"RSET": "554 no"},
		"dropped at the end":      {"QUIT": ""},
		"end refused":             {"QUIT": "421 going down!"},
	} {
		s := &talker{answers: answers}
		m := &ours.SMTP{Addr: s.listen(t), TLS: "none", From: "registrar@example.net"}
		if err := m.Send(t.Context(), letter); err != nil || s.mails.Load() != 1 {
			t.Errorf("%s: %d mails, %v", name, s.mails.Load(), err)
		}
	}
	s := &talker{answers: map[string]string{".": ""}}
	m := &ours.SMTP{Addr: s.listen(t), TLS: "none", From: "registrar@example.net"}
	if err := m.Send(t.Context(), letter); err == nil {
		t.Error("a mail that nobody said to have taken counts as sent")
	}
}

// What is wrong with the sender is a setting, and must not bounce all mails for good.
func TestSenderIsNeverFinal(t *testing.T) {
	t.Parallel()
	var final *ours.Refused
	s := &talker{answers: map[string]string{"MAIL": "550 who are you?"}}
	addr := s.listen(t)
	for _, from := range []string{"registrar@example.net", "X <registrar@example.net>", "nobody", ""} {
		if err := (&ours.SMTP{Addr: addr, TLS: "none", From: from}).Send(t.Context(), letter); err == nil || errors.As(err, &final) {
			t.Errorf("from %q: %v", from, err)
		}
	}
	other := letter
	other.To = "nobody at all"
	if err := (&ours.SMTP{Addr: addr, TLS: "none", From: "registrar@example.net"}).Send(t.Context(), other); !errors.As(err, &final) {
		t.Errorf("to %q: %v", other.To, err)
	}
}

// Any name of a platform can stand beside its address.
func TestNames(t *testing.T) {
	t.Parallel()
	back, addr := listen(t)
	for i, name := range []string{`The "Best" Registrar`, `a\b`, "Müller, Söhne <gut>", "two\r\nBcc: x@example.com", ""} {
		if err := (&ours.SMTP{Addr: addr, TLS: "none", From: "registrar@example.net", Name: name}).Send(t.Context(), letter); err != nil {
			t.Errorf("%q: %v", name, err)
			continue
		}
		got, err := mail.ReadMessage(strings.NewReader(string(back.mails[i])))
		if err != nil {
			t.Fatal(err)
		}
		from, err := got.Header.AddressList("From")
		if err != nil || len(from) != 1 || from[0].Address != "registrar@example.net" || !strings.Contains(name, "\r") && from[0].Name != name || got.Header.Get("Bcc") != "" {
			t.Errorf("%q: %v %v", name, got.Header, err)
		}
	}
}

// One mail takes no longer than it may, however long the server keeps talking.
func TestOneMailIsBounded(t *testing.T) {
	t.Parallel()
	const within = 300 * time.Millisecond
	for name, answers := range map[string]map[string]string{
		"silent": {"EHLO": "250-wait"}, "silent at the end": {".": "250-wait"}, "silent from the start": {"greeting": "220-wait"},
	} {
		s := &talker{answers: answers}
		m := &ours.SMTP{Addr: s.listen(t), TLS: "none", From: "registrar@example.net", Within: within}
		begun := time.Now()
		if err := m.Send(t.Context(), letter); err == nil || time.Since(begun) > 20*within {
			t.Errorf("%s: %v after %v", name, err, time.Since(begun))
		}
	}
}

// TLS from the start, with a log-in.
func TestLogInOverTLS(t *testing.T) {
	t.Parallel()
	authority, err := ca.Load(t.TempDir(), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	cert, err := authority.Issue(time.Now(), "127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	s := &talker{answers: map[string]string{"AUTH": "235 welcome"}, secure: &tls.Config{Certificates: []tls.Certificate{cert}}}
	addr := s.listen(t)
	m := &ours.SMTP{Addr: addr, TLS: "tls", User: "u", Password: "p", From: "registrar@example.net", Config: &tls.Config{RootCAs: authority.Pool()}}
	if err := m.Send(t.Context(), letter); err != nil || s.mails.Load() != 1 {
		t.Fatalf("%d mails, %v", s.mails.Load(), err)
	}
	<-s.seen // EHLO
	if got := <-s.seen; got != "AUTH PLAIN AHUAcA==" {
		t.Errorf("the log-in was %q", got)
	}
	m.Config = nil
	if err := m.Send(t.Context(), letter); err == nil {
		t.Error("a certificate of nobody's was believed")
	}
	open := &talker{answers: map[string]string{"AUTH": "235 welcome"}}
	m.Addr, m.TLS = open.listen(t), "none"
	if err := m.Send(t.Context(), letter); err == nil || open.mails.Load() != 0 {
		t.Error("a password went out in the clear")
	}
}
