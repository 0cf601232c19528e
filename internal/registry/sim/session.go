package sim

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"runtime/debug"
	"time"

	"github.com/polyreg/polyreg/internal/registry/sim/repo"
	"github.com/polyreg/polyreg/internal/wire/epp"
)

// session is one connection. All but raw belongs to its goroutine alone.
type session struct {
	srv  *Server
	raw  net.Conn
	conn *tls.Conn

	loggedIn bool
	who      repo.Registrar
	services epp.Services    // as named at log-in
	objects  map[string]bool // object services of it, by mapping: "domain" …
	failures int             // log-ins refused
	cert     *x509.Certificate
}

// run speaks with the client until one of both ends it.
func (ss *session) run() {
	defer ss.conn.Close()
	lim := ss.srv.cfg.Limits
	log := ss.srv.cfg.Logger.With("client", ss.raw.RemoteAddr().String())
	start := time.Now()
	if !ss.srv.armRead(ss, start.Add(lim.Handshake)) {
		return
	}
	ss.raw.SetWriteDeadline(start.Add(lim.Handshake))
	if err := ss.conn.HandshakeContext(context.Background()); err != nil {
		log.Debug("TLS handshake failed", "err", err)
		return
	}
	if certs := ss.conn.ConnectionState().PeerCertificates; len(certs) > 0 {
		ss.cert = certs[0]
	}
	if err := ss.greet(); err != nil {
		log.Debug("greeting failed", "err", err)
		return
	}
	in := bufio.NewReader(ss.conn)
	for {
		until := time.Now().Add(lim.Idle)
		if !ss.loggedIn { // who does not log in is not kept
			until = start.Add(lim.Handshake)
		}
		if !ss.srv.armRead(ss, until) {
			return
		}
		frame, err := epp.ReadFrame(in, lim.Frame)
		if errors.Is(err, epp.ErrFrameSize) {
			ss.send(ss.answerTo("", refuse(epp.CodeFailedClosing, element{}, "frame length not allowed")))
			return
		}
		if err != nil {
			if err != io.EOF {
				log.Debug("connection ended", "err", err)
			}
			return
		}
		goOn, err := ss.handle(frame)
		if err != nil {
			log.Debug("answer not sent", "err", err)
		}
		if err != nil || !goOn {
			return
		}
	}
}

func (ss *session) greet() error {
	cfg := &ss.srv.cfg
	g := &epp.Greeting{SvID: cfg.ID, SvDate: cfg.Clocks.Wall(), Privacy: epp.DefaultPolicy(),
		Menu: epp.Menu{Versions: []string{epp.Version}, Langs: []string{epp.Lang}, Objects: cfg.Objects}}
	if len(cfg.Extensions) > 0 {
		g.Menu.Extensions = &epp.ExtURIs{URIs: cfg.Extensions}
	}
	frame, err := epp.EncodeGreeting(g)
	if err != nil {
		return err
	}
	return ss.write(frame)
}

// handle answers one frame; goOn is false when the connection is to be closed.
func (ss *session) handle(frame []byte) (goOn bool, err error) {
	cmd, err := epp.DecodeCommandOf(frame, ss.srv.offers)
	if err != nil {
		var bad *epp.Error
		if !errors.As(err, &bad) {
			bad = &epp.Error{Code: epp.CodeSyntax}
		}
		r := epp.Respond(bad.Code, bad.ClTRID, ss.srv.svTRID())
		r.Results[0] = bad.Result()
		return true, ss.send(r)
	}
	if cmd.Hello {
		return true, ss.greet()
	}
	ctx, cancel := context.WithTimeout(context.Background(), ss.srv.cfg.Limits.Command)
	defer cancel()
	r := ss.guarded(ctx, cmd)
	return !epp.Closing(r.Code()), ss.send(r)
}

// guarded executes a command; a panic in it ends the command as unknown to the client, not the server.
func (ss *session) guarded(ctx context.Context, cmd *epp.Command) (r *epp.Response) {
	defer func() {
		if p := recover(); p != nil {
			r = ss.answerTo(cmd.ClTRID, fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
		}
	}()
	return ss.execute(ctx, cmd)
}

func (ss *session) send(r *epp.Response) error {
	frame, err := epp.EncodeResponse(r)
	if err != nil {
		ss.srv.cfg.Logger.Error("answer cannot be written", "err", err)
		// The command may have been carried out: 2400 tells the client that it has to look.
		if frame, err = epp.EncodeResponse(epp.Respond(epp.CodeFailed, r.TRID.ClTRID, r.TRID.SvTRID)); err != nil {
			return err
		}
	}
	return ss.write(frame)
}

func (ss *session) write(frame []byte) error {
	ss.raw.SetWriteDeadline(time.Now().Add(ss.srv.cfg.Limits.Handshake))
	return epp.WriteFrame(ss.conn, frame)
}
