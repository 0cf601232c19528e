package epp

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"slices"
	"sync"
	"time"

	wire "github.com/polyreg/polyreg/internal/wire/epp"
)

// session is one logged-in connection. One exchange at a time uses it; a goroutine of its own reads, so that a connection
// which the registry closes while it is idle is known to be dead before a command is put on it.
type session struct {
	cfg     *Config
	conn    net.Conn
	in      chan []byte   // an answer that nobody has taken yet
	dead    chan struct{} // closed when nothing more can be read
	once    sync.Once
	lastUse time.Time // wall time of the last answer; owned by whoever holds the session
	reused  bool      // has answered a command before
	spoilt  bool      // a write was broken off: the TLS stream takes no more
}

var (
	errDead        = errors.New("session is closed")
	errUnsolicited = errors.New("registry sent what nobody asked for")
)

// transactionID draws an id for a command that changes nothing.
func transactionID() string { return "q-" + rand.Text() }

// connect opens a session: connection, TLS, greeting, login.
func connect(ctx context.Context, cfg *Config) (*session, error) {
	ctx, cancel := context.WithTimeout(ctx, cfg.Timeouts.Connect)
	defer cancel()
	d := tls.Dialer{Config: cfg.tls(), NetDialer: &net.Dialer{KeepAlive: 30 * time.Second}}
	conn, err := d.DialContext(ctx, "tcp", cfg.Addr)
	if err != nil {
		return nil, err
	}
	s := &session{cfg: cfg, conn: conn, in: make(chan []byte, 1), dead: make(chan struct{})}
	go s.read()
	if err := s.open(ctx); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

func (s *session) open(ctx context.Context) error {
	frame, err := s.await(ctx)
	if err != nil {
		return fmt.Errorf("greeting: %w", err)
	}
	greeting, err := wire.DecodeGreeting(frame)
	if err != nil {
		return fmt.Errorf("greeting: %w", err)
	}
	login, err := s.login(greeting)
	if err != nil {
		return err
	}
	res, _, err := s.command(ctx, login)
	if err != nil {
		return fmt.Errorf("login: %w", err)
	}
	if code := res.Code(); code != wire.CodeOK {
		return fmt.Errorf("login refused: %d %s", code, reasons(res))
	}
	s.reused = false
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
	l := &wire.Login{ClID: s.cfg.User, Password: s.cfg.Password,
		Options: wire.LoginOptions{Version: wire.Version, Lang: lang}, Services: wire.Services{Objects: s.cfg.Objects}}
	offered := slices.Clone(g.Menu.Objects)
	if g.Menu.Extensions != nil {
		offered = append(offered, g.Menu.Extensions.URIs...)
	}
	for _, uri := range slices.Concat(s.cfg.Objects, s.cfg.Extensions) {
		if !slices.Contains(offered, uri) {
			return nil, fmt.Errorf("greeting: service %s is not offered", uri)
		}
	}
	if len(s.cfg.Extensions) > 0 {
		l.Services.Extensions = &wire.ExtURIs{URIs: s.cfg.Extensions}
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
func (s *session) exchange(ctx context.Context, frame []byte) (answer []byte, sent bool, err error) {
	if err := ctx.Err(); err != nil {
		return nil, false, err
	}
	if err := s.alive(); err != nil {
		return nil, false, err
	}
	stop := context.AfterFunc(ctx, func() { _ = s.conn.SetWriteDeadline(time.Unix(1, 0)) })
	s.cfg.Trace(Send, frame)
	err = wire.WriteFrame(s.conn, frame)
	s.spoilt = !stop()
	if err != nil {
		return nil, true, err
	}
	answer, err = s.await(ctx)
	s.lastUse, s.reused = time.Now(), true
	return answer, true, err
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
	answer, sent, err := s.exchange(ctx, frame)
	if err != nil {
		return nil, sent, err
	}
	res, err := wire.DecodeResponse(answer)
	if err != nil {
		return nil, true, err
	}
	// Only a refusal may lack the id: the registry may not have got as far as reading it.
	if id := res.TRID.ClTRID; id != clTRID && (id != "" || wire.Success(res.Code())) {
		return nil, true, errors.New("answer belongs to another command")
	}
	return res, true, nil
}

// hello proves that the session lives.
func (s *session) hello(ctx context.Context) (sent bool, err error) {
	answer, sent, err := s.exchange(ctx, wire.EncodeHello())
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
