// Package app wires the program: it is the only place that sees two adapters at once. It builds the core, puts the five
// dialects in front of it, opens the listeners and closes everything in order.
package app

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/polyreg/polyreg/internal/app/core"
	"github.com/polyreg/polyreg/internal/app/manage"
	"github.com/polyreg/polyreg/internal/app/names"
	"github.com/polyreg/polyreg/internal/dialect"
	"github.com/polyreg/polyreg/internal/dialect/autodns"
	"github.com/polyreg/polyreg/internal/dialect/dmapi"
	"github.com/polyreg/polyreg/internal/dialect/domainrobot"
	"github.com/polyreg/polyreg/internal/dialect/opensrs"
	"github.com/polyreg/polyreg/internal/dialect/wapi"
	"github.com/polyreg/polyreg/internal/dns"
	"github.com/polyreg/polyreg/internal/mail"
	"github.com/polyreg/polyreg/internal/obs"
	"github.com/polyreg/polyreg/internal/obs/metrics"
	"github.com/polyreg/polyreg/internal/order"
	"github.com/polyreg/polyreg/internal/registry/fault"
)

// Options are what an App is made of. Listeners are open already; the App closes them.
type Options struct {
	Core     core.Options
	HTTP     []net.Listener // plain
	HTTPS    []net.Listener // plain TCP; the App adds TLS
	OpenSRS  []net.Listener // plain TCP; the App adds TLS
	Metrics  []net.Listener // plain; health and metrics alone
	Redirect []net.Listener // plain; names that are forwarded
	Names    names.Options  // the name server; none without an address
	Cert     func(*tls.ClientHelloInfo) (*tls.Certificate, error)
	Version  metrics.Build
	Sandbox  *Sandbox       // nil in serve
	Mail     mail.Transport // nil: mails wait, or are read on the spot
}

// App is the running program.
type App struct {
	opt     Options
	log     *slog.Logger
	core    *core.Core
	manage  *manage.API // nil in serve
	front   *front
	journal obs.Journal
	metrics *metrics.Metrics
	names   *dns.Server // nil without an address
	servers []*http.Server
	raw     []rawDialect
	stop    context.CancelFunc
	work    sync.WaitGroup
	failed  chan error
	started atomic.Bool
	cleanup []func() error
}

// doors are the dialects in the order the front asks them. A new one is one line here.
func doors(deps dialect.Deps) []dialect.Dialect {
	return []dialect.Dialect{dmapi.New(deps), opensrs.New(deps), wapi.New(deps), domainrobot.New(deps), autodns.New(deps)}
}

// rawDialect is a dialect with a listener and a reader of its own.
type rawDialect interface {
	Serve(ctx context.Context, l net.Listener) error
	Observe(opensrs.Observer)
}

// New opens the core and makes the dialects. Nothing is answered before Start.
func New(ctx context.Context, opt Options) (*App, error) {
	a := &App{opt: opt, log: opt.Core.Log, failed: make(chan error, 8)}
	c, err := core.Open(ctx, opt.Core)
	if err != nil {
		return nil, err
	}
	a.core = c
	if opt.Sandbox != nil { // only there can it be read
		a.journal = obs.NewRing(2000, 32<<20)
	}
	deps := dialect.Deps{Runner: c.Runner, Log: opt.Core.Log, LiveLimits: opt.Core.Limits}
	all := doors(deps)
	a.metrics = metrics.New(opt.Version, a.labels(all))
	if err := a.newNames(); err != nil {
		return nil, errors.Join(err, c.Close(ctx))
	}
	if opt.Sandbox != nil {
		a.manage = a.newManage()
		opt.Sandbox.faults.Observe = a.injected
	}
	a.front = newFront(all, a.ownRoutes(opt.Sandbox != nil))
	for _, d := range all {
		if raw, ok := d.(rawDialect); ok {
			raw.Observe(a.front.observe(d))
			a.raw = append(a.raw, raw)
		}
	}
	a.front.journal, a.front.metrics, a.front.clocks = a.journal, a.metrics, opt.Core.Clocks
	a.front.wholeBodies = opt.Sandbox != nil
	if a.manage != nil {
		a.front.asked = a.manage.Asked
	}
	return a, nil
}

// commandLister is a dialect that can say its commands, for the closed label set of the metrics.
type commandLister interface{ Commands() []string }

func (a *App) labels(doors []dialect.Dialect) metrics.Labels {
	l := metrics.Labels{Commands: map[string][]string{}, Operations: append(fault.Operations(), string(order.PushDomain))}
	if a.opt.Sandbox != nil {
		for _, k := range fault.Kinds() {
			l.Faults = append(l.Faults, string(k))
		}
	}
	for _, d := range doors {
		l.Commands[d.Name()] = nil
		if c, ok := d.(commandLister); ok {
			l.Commands[d.Name()] = c.Commands()
		}
	}
	return l
}

// Start serves on all listeners until Stop.
func (a *App) Start() {
	ctx, stop := context.WithCancel(context.Background())
	a.stop = stop
	tlsConf := &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: a.opt.Cert, NextProtos: []string{"http/1.1"}}
	for _, l := range a.opt.HTTP {
		a.serve(l, a.front)
	}
	for _, l := range a.opt.Metrics {
		a.serve(l, a.ownRoutes(true))
	}
	for _, l := range a.opt.Redirect {
		a.serveForwards(l)
	}
	for _, l := range a.opt.HTTPS {
		a.serve(tls.NewListener(l, tlsConf), a.front)
	}
	for _, l := range a.opt.OpenSRS {
		l := tls.NewListener(l, &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: a.opt.Cert})
		for _, d := range a.raw {
			a.spawn("opensrs", func() error { return d.Serve(ctx, l) })
		}
	}
	if a.opt.Mail != nil {
		w := &mail.Worker{Runner: a.core.Runner, Transport: a.opt.Mail, Log: a.log}
		a.spawn("mail", func() error { w.Run(ctx, 5*time.Second); return nil })
	}
	a.started.Store(true)
}

// serve runs a handler on one listener; HTTP/1.1 only, for clients that read status lines themselves.
func (a *App) serve(l net.Listener, h http.Handler) {
	var protos http.Protocols
	protos.SetHTTP1(true)
	srv := &http.Server{Handler: h, Protocols: &protos, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 60 * time.Second,
		WriteTimeout: 120 * time.Second, IdleTimeout: 120 * time.Second, MaxHeaderBytes: 128 << 10,
		ErrorLog: slog.NewLogLogger(a.log.Handler(), slog.LevelDebug)}
	a.servers = append(a.servers, srv)
	a.spawn("http", func() error { return srv.Serve(l) })
}

func (a *App) spawn(what string, f func() error) {
	a.work.Add(1)
	go func() {
		defer a.work.Done()
		if err := f(); err != nil && !errors.Is(err, http.ErrServerClosed) && !errors.Is(err, net.ErrClosed) {
			a.failed <- fmt.Errorf("%s: %w", what, err)
		}
	}()
}

// Failed delivers an error when a listener stops by itself.
func (a *App) Failed() <-chan error { return a.failed }

// Core is what lies behind the doors.
func (a *App) Core() *core.Core { return a.core }

// Stop takes no new requests, lets the running ones end as long as ctx allows, and closes everything.
func (a *App) Stop(ctx context.Context) error {
	a.started.Store(false)
	if a.stop != nil {
		a.stop()
	}
	var errList []error
	for _, s := range a.servers {
		if err := s.Shutdown(ctx); err != nil {
			errList = append(errList, s.Close())
		}
	}
	for _, l := range a.opt.OpenSRS {
		if err := l.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
			errList = append(errList, err)
		}
	}
	if a.names != nil {
		errList = append(errList, a.names.Shutdown(ctx))
	}
	a.work.Wait()
	errList = append(errList, a.core.Close(ctx))
	for i := len(a.cleanup) - 1; i >= 0; i-- {
		errList = append(errList, a.cleanup[i]())
	}
	return errors.Join(errList...)
}
