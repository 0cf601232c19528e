package rst

import (
	"crypto/tls"
	"encoding/xml"
	"errors"
	"io"
	"net"
	"strings"
	"time"

	"github.com/polyreg/polyreg/internal/wire/epp"
)

// session is a connection to a service port.
type session struct {
	r        *run
	conn     *tls.Conn
	greeting *epp.Greeting
}

// dial connects to a service port with the client certificate of a registrar ("" for none) and reads the greeting.
func (r *run) dial(port, certOf string) (*session, error) {
	conf := &tls.Config{RootCAs: r.rig.roots, ServerName: hostName}
	if certOf != "" {
		conf.Certificates = []tls.Certificate{r.rig.certs[certOf]}
	}
	d := &net.Dialer{Timeout: 10 * time.Second}
	conn, err := tls.DialWithDialer(d, "tcp", port, conf)
	if err != nil {
		return nil, err
	}
	conn.SetDeadline(time.Now().Add(30 * time.Second))
	r.t.Cleanup(func() { conn.Close() })
	s := &session{r: r, conn: conn}
	frame, err := epp.ReadFrame(conn, 0)
	if err != nil {
		return nil, err
	}
	r.keep(frame)
	s.greeting, err = epp.DecodeGreeting(frame)
	return s, err
}

// connectTo is dial as a registrar; the case ends when it fails.
func (r *run) connectTo(port, who string) *session {
	r.t.Helper()
	s, err := r.dial(port, who)
	r.check("EPP_SERVICE_PORT_UNREACHABLE", !isDialError(err), "%s: %v", port, err)
	r.check("EPP_NO_SERVICE_PORTS_REACHABLE", err == nil, "%s: %v", port, err)
	r.check("EPP_TLS_CONNECTION_ERROR", err == nil, "%s: %v", port, err)
	if err != nil {
		r.t.FailNow()
	}
	return s
}

func isDialError(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial"
}

// login connects and logs in as a registrar.
func (r *run) login(who string) *session {
	r.t.Helper()
	return r.loginTo(r.rig.ports[0], who)
}

func (r *run) loginTo(port, who string) *session {
	r.t.Helper()
	s := r.connectTo(port, who)
	resp := s.do(s.loginFrame(who, passwords[who]))
	r.check(r.loginError(), resp.Code() == 1000, "login of %s: %s", who, told(resp))
	if resp.Code() != 1000 {
		r.t.FailNow()
	}
	return s
}

// loginError is the name that a case has for a failed log-in.
func (r *run) loginError() string {
	if r.c.ID == "epp-03" {
		return "EPP_LOGIN_UNEXPECTEDLY_FAILED"
	}
	return "EPP_LOGIN_ERROR"
}

func (s *session) loginFrame(who, pw string) string {
	return loginFrame(who, pw, s.greeting.Menu.Objects, s.extensions())
}

func (s *session) extensions() []string {
	if s.greeting.Menu.Extensions == nil {
		return nil
	}
	return s.greeting.Menu.Extensions.URIs
}

// do sends a frame and gives the answer; the case ends when there is none.
func (s *session) do(frame string) *epp.Response {
	s.r.t.Helper()
	resp, err := s.try(frame)
	if err != nil {
		s.r.t.Fatalf("no answer: %v\n%s", err, frame)
	}
	return resp
}

// try is do for frames that may end the connection.
func (s *session) try(frame string) (*epp.Response, error) {
	s.r.t.Helper()
	if err := wellFormed([]byte(frame)); err != nil {
		s.r.t.Fatalf("the driver's frame: %v\n%s", err, frame)
	}
	if err := epp.WriteFrame(s.conn, []byte(frame)); err != nil {
		return nil, err
	}
	answer, err := epp.ReadFrame(s.conn, 0)
	if err != nil {
		return nil, err
	}
	s.r.keep(answer)
	resp, err := epp.DecodeResponse(answer)
	s.r.check("EPP_XML_PARSE_ERROR", err == nil && wellFormed(answer) == nil, "%v\n%s", err, answer)
	if err != nil {
		return nil, err
	}
	s.r.check("EPP_GENERIC_COMMAND_ERROR", resp.Code() != 2400, "2400 to\n%s", frame)
	return resp, nil
}

// wellFormed reads a document with the standard library's parser.
func wellFormed(frame []byte) error {
	for d := xml.NewDecoder(strings.NewReader(string(frame))); ; {
		if _, err := d.Token(); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// told is what a response says, for messages of the tests.
func told(r *epp.Response) string {
	var b strings.Builder
	for _, res := range r.Results {
		b.WriteString(res.Msg.Text)
		for _, v := range res.ExtValues {
			b.WriteString(" (" + v.Value.Name.Local + " " + v.Value.Text + ": " + v.Reason.Text + ")")
		}
	}
	return b.String()
}

// done reports whether a command was carried out, in the sense of the tables.
func done(r *epp.Response) bool { return r.Code() <= 1999 }
