package app

import (
	"fmt"
	"net"
	"strconv"
)

// Ports are the sandbox's listening addresses.
type Ports struct {
	// Base puts http, https, epp, opensrs, dns, whois, redirect on Base … Base+6; 0 takes a free port for each; negative
	// means the default ports.
	Base int
	// Addresses of single listeners, host:port; they win over Base.
	HTTP, HTTPS, EPP, OpenSRS, DNS, Redirect string
	// Vendor also listens on the ports that clients have built in: 80, 443 and 55443.
	Vendor bool
}

// Default ports.
const (
	defaultHTTP    = 8700
	defaultHTTPS   = 8701
	defaultEPP     = 8702
	defaultOpenSRS = 55443
	defaultDNS     = 8753
	defaultRedir   = 8780
)

// listeners are open sockets.
type listeners struct {
	http, https, opensrs, redirect []net.Listener
	epp                            net.Listener
}

func (l *listeners) closeAll() {
	for _, group := range [][]net.Listener{l.http, l.https, l.opensrs, l.redirect, {l.epp}} {
		for _, x := range group {
			if x != nil {
				x.Close()
			}
		}
	}
}

// open opens all sockets, or none.
func (p Ports) open() (*listeners, error) {
	l := &listeners{}
	var err error
	listen := func(what, addr string) net.Listener {
		if err != nil {
			return nil
		}
		var x net.Listener
		if x, err = net.Listen("tcp", addr); err != nil {
			err = fmt.Errorf("%s cannot listen on %s: %w; choose another port with --listen-%s or --port-base", what, addr, err, what)
		}
		return x
	}
	l.http = append(l.http, listen("http", p.addr(p.HTTP, 0, defaultHTTP)))
	l.https = append(l.https, listen("https", p.addr(p.HTTPS, 1, defaultHTTPS)))
	l.epp = listen("epp", p.addr(p.EPP, 2, defaultEPP))
	l.opensrs = append(l.opensrs, listen("opensrs", p.addr(p.OpenSRS, 3, defaultOpenSRS)))
	l.redirect = append(l.redirect, listen("redirect", p.addr(p.Redirect, 6, defaultRedir)))
	if p.Vendor && err == nil {
		l.http = append(l.http, listen("http", "127.0.0.1:80"))
		l.https = append(l.https, listen("https", "127.0.0.1:443"))
		if err == nil && portOf(l.opensrs[0]) != defaultOpenSRS {
			l.opensrs = append(l.opensrs, listen("opensrs", "127.0.0.1:55443"))
		}
	}
	if err != nil {
		l.closeAll()
		return nil, err
	}
	return l, nil
}

func (p Ports) addr(own string, offset, def int) string {
	switch {
	case own != "":
		return own
	case p.Base == 0:
		return "127.0.0.1:0"
	case p.Base > 0:
		return "127.0.0.1:" + strconv.Itoa(p.Base+offset)
	}
	return "127.0.0.1:" + strconv.Itoa(def)
}

func portOf(l net.Listener) int {
	if a, ok := l.Addr().(*net.TCPAddr); ok {
		return a.Port
	}
	return 0
}
