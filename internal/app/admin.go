package app

import (
	"context"
	"crypto/subtle"
	"net"
	"net/http"
	"net/netip"
	"time"

	"github.com/polyreg/polyreg/internal/app/manage"
)

// ownRoutes are the program's own: health everywhere, metrics where the public does not come, the management API in the
// sandbox alone.
func (a *App) ownRoutes(withMetrics bool) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		manage.Answer(w, http.StatusOK, map[string]string{"status": "ok"})
	})
	mux.HandleFunc("GET /readyz", a.readyz)
	mux.HandleFunc(verifyPath, a.verify)
	if withMetrics {
		mux.Handle("GET /metrics", a.metrics.Handler())
	}
	if a.opt.Sandbox != nil {
		mux.Handle("POST /_polyreg/reset", a.guard(a.postReset))
		mux.Handle("POST /_polyreg/accounts", a.guard(a.postAccounts))
		for _, r := range a.manage.Routes() {
			mux.Handle(r.Pattern, a.guard(a.calm(r.Handle)))
		}
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		manage.Answer(w, http.StatusNotFound, map[string]string{"error": "no such management call: " + r.Method + " " + r.URL.Path})
	})
	return mux
}

func (a *App) readyz(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 5*time.Second)
	defer cancel()
	if !a.started.Load() {
		manage.Answer(w, http.StatusServiceUnavailable, map[string]string{"status": "starting"})
		return
	}
	if err := a.core.Ready(ctx); err != nil {
		a.log.Warn("not ready", "err", err)
		manage.Answer(w, http.StatusServiceUnavailable, map[string]string{"status": "not ready"})
		return
	}
	manage.Answer(w, http.StatusOK, map[string]string{"status": "ready"})
}

// guard lets management calls through from programs only: no browser's Origin, no foreign Host (a rebound name would be
// one), and the token where the listener is reachable from other machines.
func (a *App) guard(next http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Header.Get("Origin") != "":
			manage.Answer(w, http.StatusForbidden, map[string]string{"error": "requests of web pages are refused"})
		case !a.ownHost(r):
			manage.Answer(w, http.StatusForbidden, map[string]string{"error": "the Host header must name this machine by address or as localhost"})
		case !loopback(r) && subtle.ConstantTimeCompare([]byte(r.Header.Get("Authorization")), []byte("Bearer "+a.opt.Sandbox.AdminToken)) != 1:
			manage.Answer(w, http.StatusUnauthorized, map[string]string{"error": "a token is needed: Authorization: Bearer …; the endpoints file holds it"})
		default:
			next(w, r)
		}
	})
}

// calm keeps a call from running while the sandbox is being reset.
func (a *App) calm(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		a.front.gate.RLock()
		defer a.front.gate.RUnlock()
		next(w, r)
	}
}

func (a *App) ownHost(r *http.Request) bool {
	host := hostName(r.Host)
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(trimBrackets(host))
	if err != nil {
		return false
	}
	local, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	if !ok {
		return ip.IsLoopback()
	}
	at, err := netip.ParseAddrPort(local.String())
	return ip.IsLoopback() || err == nil && at.Addr().Unmap() == ip.Unmap()
}

func trimBrackets(host string) string {
	if len(host) > 2 && host[0] == '[' && host[len(host)-1] == ']' {
		return host[1 : len(host)-1]
	}
	return host
}

func loopback(r *http.Request) bool {
	local, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	if !ok {
		return false
	}
	at, err := netip.ParseAddrPort(local.String())
	return err == nil && at.Addr().Unmap().IsLoopback()
}

// postReset brings the sandbox back to its seed.
func (a *App) postReset(w http.ResponseWriter, r *http.Request) {
	if err := a.Reset(r.Context()); err != nil {
		a.manage.Fail(w, r, err)
		return
	}
	manage.Answer(w, http.StatusOK, map[string]string{"status": "reset"})
}

// postAccounts makes a fresh account with money and credentials for every dialect.
func (a *App) postAccounts(w http.ResponseWriter, r *http.Request) {
	acc, err := a.FreshAccount(r.Context())
	if err != nil {
		a.manage.Fail(w, r, err)
		return
	}
	manage.Answer(w, http.StatusCreated, acc)
}
