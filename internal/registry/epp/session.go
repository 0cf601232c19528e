package epp

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"slices"
	"sync"
	"time"

	wire "github.com/polyreg/polyreg/internal/wire/epp"
)

// session is one logged-in connection. One exchange at a time uses it; a goroutine of its own reads, so that a connection
// which the registry closes while it is idle is known to be dead before a command is put on it.
type session struct {
	cfg  *Config
	conn net.Conn
	in   chan []byte   // an answer that nobody has taken yet
	dead chan struct{} // closed when nothing more can be read
	once sync.Once
	// Of whoever holds the session:
	services wire.Services // named at login
	lastUse  time.Time     // wall time of the last answer
	lastWork time.Time     // the same, of an answer that somebody wanted
	reused   bool          // has answered a command before
	spoilt   bool          // a write was broken off: the TLS stream takes no more
}

var (
	errDead        = errors.New("session is closed")
	errUnsolicited = errors.New("registry sent what nobody asked for")
)

// transactionID draws an id for a command that changes nothing.
func transactionID() string { return "q-" + rand.Text() }

// connect opens a session: connection, TLS, greeting, login.
func connect(ctx context.Context, cfg *Config) (*session, error) {
	return cfg.login.use(func(password string) (*session, error) { return connectAs(ctx, cfg, password, "") })
}

// connectAs is connect with a certain password, and a new one to be set, if any.
func connectAs(ctx context.Context, cfg *Config, password, newPassword string) (*session, error) {
	ctx, cancel := context.WithTimeout(ctx, cfg.Timeouts.Connect)
	defer cancel()
	d := tls.Dialer{Config: cfg.tls(), NetDialer: &net.Dialer{KeepAlive: 30 * time.Second}}
	conn, err := d.DialContext(ctx, "tcp", cfg.Addr)
	if err != nil {
		return nil, err
	}
	s := &session{cfg: cfg, conn: conn, in: make(chan []byte, 1), dead: make(chan struct{})}
	go s.read()
	if err := s.open(ctx, password, newPassword); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

// loginError says how a login failed: with the registry's code, or without an answer (code 0).
type loginError struct {
	code int
	text string
	err  error
}

func (e *loginError) Error() string {
	if e.code == 0 {
		return "login: " + e.err.Error()
	}
	return fmt.Sprintf("login refused: %d %s", e.code, e.text)
}

func (e *loginError) Unwrap() error { return e.err }

func (s *session) open(ctx context.Context, password, newPassword string) error {
	frame, err := s.await(ctx)
	if err != nil {
		return fmt.Errorf("greeting: %w", err)
	}
	s.log(ctx, Recv, "", frame)
	greeting, err := wire.DecodeGreeting(frame)
	if err != nil {
		return fmt.Errorf("greeting: %w", err)
	}
	login, err := s.login(greeting)
	if err != nil {
		return err
	}
	login.SetPasswords(password, newPassword)
	s.services = login.Login.Services
	if login.Ext.LoginSec != nil && !s.services.Has(wire.NSLoginSec) {
		return errLongPassword
	}
	res, sent, err := s.command(ctx, login)
	switch {
	case err != nil && sent:
		return &loginError{err: err}
	case err != nil:
		return fmt.Errorf("login: %w", err)
	case res.Code() != wire.CodeOK:
		return &loginError{code: res.Code(), text: reasons(res)}
	}
	s.cfg.services.agree(&s.services)
	s.warnings(ctx, res.Ext.LoginSec)
	s.reused, s.lastWork = false, time.Now()
	return nil
}

// login makes the login command, if the greeting offers what is needed.
func (s *session) login(g *wire.Greeting) (*wire.Command, error) {
	if !slices.Contains(g.Menu.Versions, wire.Version) {
		return nil, errors.New("greeting: EPP version 1.0 is not offered")
	}
	lang := wire.Lang
	if len(g.Menu.Langs) > 0 && !slices.Contains(g.Menu.Langs, lang) {
		lang = g.Menu.Langs[0]
	}
	l := &wire.Login{ClID: s.cfg.User,
		Options: wire.LoginOptions{Version: wire.Version, Lang: lang}, Services: wire.Services{Objects: s.cfg.Objects}}
	for _, uri := range s.cfg.Objects {
		if !slices.Contains(g.Menu.Objects, uri) {
			return nil, fmt.Errorf("greeting: service %s is not offered", uri)
		}
	}
	l.Services.Extensions = s.cfg.offered(g)
	if s.cfg.SetsIfOffered {
		nameSets(g, &l.Services)
	}
	return &wire.Command{Login: l, ClTRID: transactionID()}, nil
}

// read takes frames off the connection until it ends.
func (s *session) read() {
	defer close(s.dead)
	defer s.close()
	for {
		frame, err := wire.ReadFrame(s.conn, s.cfg.FrameLimit)
		if err != nil {
			return
		}
		s.cfg.Trace(Recv, frame)
		select {
		case s.in <- frame:
		default:
			return // a second answer to one command: the stream is out of step
		}
	}
}

// alive reports whether a command may be put on the session.
func (s *session) alive() error {
	select {
	case <-s.dead:
		return errDead
	default:
	}
	switch {
	case s.spoilt:
		return errDead
	case len(s.in) > 0:
		return errUnsolicited
	}
	return nil
}

// exchange sends a frame and waits for the answer. sent tells whether the registry may have got any of it.
func (s *session) exchange(ctx context.Context, frame []byte, clTRID string) (answer []byte, sent bool, err error) {
	if err := ctx.Err(); err != nil {
		return nil, false, err
	}
	if err := s.alive(); err != nil {
		return nil, false, err
	}
	s.log(ctx, Send, clTRID, frame)
	stop := context.AfterFunc(ctx, func() { _ = s.conn.SetWriteDeadline(time.Unix(1, 0)) })
	s.cfg.Trace(Send, frame)
	err = wire.WriteFrame(s.conn, frame)
	s.spoilt = !stop()
	if err != nil {
		return nil, true, err
	}
	answer, err = s.await(ctx)
	s.lastUse, s.reused = time.Now(), true
	if err != nil {
		s.cfg.Log.DebugContext(ctx, "epp frame was not answered", "registry", s.cfg.Name, "cltrid", clTRID, "err", err)
		return nil, true, err
	}
	s.log(ctx, Recv, clTRID, answer)
	return answer, true, nil
}

// logged is how much of a frame stands in the log.
const logged = 16 << 10

// log writes a frame into the debug log, its secrets masked.
func (s *session) log(ctx context.Context, dir, clTRID string, frame []byte) {
	if !s.cfg.Log.Enabled(ctx, slog.LevelDebug) {
		return
	}
	text := wire.MaskSecrets(frame)
	s.cfg.Log.DebugContext(ctx, "epp frame", "registry", s.cfg.Name, "dir", dir, "cltrid", clTRID, "frame", string(text[:min(len(text), logged)]))
}

// await waits for one frame. An answer that is there counts, even when the connection or the time has just ended.
func (s *session) await(ctx context.Context) ([]byte, error) {
	var end error
	select {
	case frame := <-s.in:
		return frame, nil
	case <-s.dead:
		end = errDead
	case <-ctx.Done():
		end = ctx.Err()
	}
	select {
	case frame := <-s.in:
		return frame, nil
	default:
		return nil, end
	}
}

// command is transact for a command that is not encoded yet.
func (s *session) command(ctx context.Context, cmd *wire.Command) (*wire.Response, bool, error) {
	frame, err := wire.EncodeCommand(cmd)
	if err != nil {
		return nil, false, err
	}
	return s.transact(ctx, frame, cmd.ClTRID)
}

// transact is exchange for a command's frame: it checks that the answer belongs to it.
func (s *session) transact(ctx context.Context, frame []byte, clTRID string) (*wire.Response, bool, error) {
	answer, sent, err := s.exchange(ctx, frame, clTRID)
	if err != nil {
		return nil, sent, err
	}
	s.lastWork = s.lastUse
	res, err := wire.DecodeResponse(answer)
	if err != nil {
		return nil, true, err
	}
	// Only a refusal may lack the id: the registry may not have got as far as reading it.
	if id := res.TRID.ClTRID; id != clTRID && (id != "" || wire.Success(res.Code())) {
		return nil, true, errors.New("answer belongs to another command")
	}
	res.TakeUnhandled()
	return res, true, nil
}

// hello proves that the session lives.
func (s *session) hello(ctx context.Context) (sent bool, err error) {
	answer, sent, err := s.exchange(ctx, wire.EncodeHello(), "")
	if err == nil {
		_, err = wire.DecodeGreeting(answer)
	}
	return sent, err
}

// logout ends the session the polite way, as far as it still lives.
func (s *session) logout() {
	ctx, cancel := context.WithTimeout(context.Background(), s.cfg.Timeouts.Logout)
	defer cancel()
	_, _, _ = s.command(ctx, &wire.Command{Logout: true, ClTRID: transactionID()})
	s.close()
}

// close cuts the connection; the reading goroutine ends with it.
func (s *session) close() {
	s.once.Do(func() { _ = s.conn.Close() })
}
