package app

import (
	"net"
	"net/http"
	"net/netip"

	"golang.org/x/net/netutil"

	"github.com/polyreg/polyreg/internal/redirect"
)

// maxVisitors bounds the connections of the listener for forwarded names: the whole world comes there, and the rest of the program
// needs files and memory too.
const maxVisitors = 2048

// serveForwards answers for names that are forwarded by HTTP.
func (a *App) serveForwards(l net.Listener) {
	h := redirect.New(a.core.Runner, a.log)
	srv := redirect.Server(http.HandlerFunc(a.calm(h.ServeHTTP)), a.log)
	a.servers = append(a.servers, srv)
	a.spawn("redirect", func() error { return srv.Serve(netutil.LimitListener(l, maxVisitors)) })
}

// redirectAddrs are where names that are forwarded lead to, when it is this machine: the address of a listener.
func redirectAddrs(ls []net.Listener) []netip.Addr {
	var out []netip.Addr
	for _, l := range ls {
		if a, err := netip.ParseAddrPort(reachable(l)); err == nil {
			out = append(out, a.Addr().Unmap())
		}
	}
	return out
}

// parsedAddrs are addresses of a configuration, which has been checked.
func parsedAddrs(list []string) []netip.Addr {
	var out []netip.Addr
	for _, a := range list {
		out = append(out, netip.MustParseAddr(a))
	}
	return out
}
