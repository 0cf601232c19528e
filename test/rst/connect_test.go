package rst

import (
	"crypto/tls"
	"fmt"
	"net"
	"regexp"
	"slices"
	"time"

	"github.com/polyreg/polyreg/internal/wire/epp"
)

// recommended are the ciphers of RFC 9325 §4.2 (TLS 1.2) and §4.3 (TLS 1.3, all of which are).
var recommended = []uint16{tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
	tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
	tls.TLS_AES_128_GCM_SHA256, tls.TLS_AES_256_GCM_SHA384, tls.TLS_CHACHA20_POLY1305_SHA256}

// connectivity is epp-01, each service port. Instead of a public CA the certificates are held against the tests' own.
func connectivity(r *run) {
	for _, port := range r.rig.ports {
		r.connectTo(port, clid01)
		for _, v := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
			conn, err := r.handshake(port, &tls.Config{MinVersion: v, MaxVersion: v})
			r.check("EPP_TLS_REQUIRED_PROTOCOL_NOT_SUPPORTED", err == nil, "%s: %s: %v", port, tls.VersionName(v), err)
			if err != nil {
				continue
			}
			st := conn.ConnectionState()
			r.check("EPP_TLS_BAD_CIPHER", slices.Contains(recommended, st.CipherSuite), "%s: %s", port, tls.CipherSuiteName(st.CipherSuite))
			leaf := st.PeerCertificates[0]
			now := time.Now()
			r.check("EPP_TLS_EXPIRED_CERTIFICATE", now.After(leaf.NotBefore) && now.Before(leaf.NotAfter), "%s: until %s", port, leaf.NotAfter)
			r.check("EPP_TLS_UNTRUSTED_CERTIFICATE", len(st.VerifiedChains) > 0, "%s", port)
			r.check("EPP_TLS_CERTIFICATE_CHAIN_MISSING", len(st.PeerCertificates) == 2, "%s: %d certificates", port, len(st.PeerCertificates))
			r.check("EPP_TLS_CERTIFICATE_HOSTNAME_MISMATCH", leaf.VerifyHostname(hostName) == nil, "%s: %v", port, leaf.DNSNames)
			conn.Close()
		}
		for _, v := range []uint16{tls.VersionTLS10, tls.VersionTLS11} {
			_, err := r.handshake(port, &tls.Config{MinVersion: v, MaxVersion: v})
			r.check("EPP_TLS_FORBIDDEN_PROTOCOL_SUPPORTED", err != nil, "%s: %s", port, tls.VersionName(v))
		}
		for _, s := range append(tls.InsecureCipherSuites(), tls.CipherSuites()...) {
			if slices.Contains(recommended, s.ID) || !slices.Contains(s.SupportedVersions, tls.VersionTLS12) {
				continue
			}
			_, err := r.handshake(port, &tls.Config{MinVersion: tls.VersionTLS12, MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{s.ID}})
			if s.Insecure {
				r.check("EPP_TLS_BAD_CIPHER", err != nil, "%s takes %s", port, s.Name)
			}
		}
	}
}

// handshake makes a TLS connection of its own kind.
func (r *run) handshake(port string, conf *tls.Config) (*tls.Conn, error) {
	conf.RootCAs, conf.ServerName, conf.Certificates = r.rig.roots, hostName, []tls.Certificate{r.rig.certs[clid01]}
	return tls.DialWithDialer(&net.Dialer{Timeout: 10 * time.Second}, "tcp", port, conf)
}

// registered are the namespaces of the IANA registry of EPP extensions that the server may announce.
var registered = []string{"urn:ietf:params:xml:ns:rgp-1.0", nsSecDNS, "urn:ietf:params:xml:ns:epp:fee-1.0", "urn:ietf:params:xml:ns:allocationToken-1.0",
	"urn:ietf:params:xml:ns:changePoll-1.0", nsLaunch, nsLoginSec, "urn:ietf:params:xml:ns:epp:unhandled-namespaces-1.0",
	"urn:ietf:params:xml:ns:epp:secure-authinfo-transfer-1.0", "urn:ietf:params:xml:ns:epp:maintenance-1.0", "urn:ietf:params:xml:ns:epp:ttl-1.0"}

var language = regexp.MustCompile(`^[a-zA-Z]{2,8}(-[a-zA-Z0-9]{1,8})*$`)

// greeting is epp-02, each service port.
func greeting(r *run) {
	for _, port := range r.rig.ports {
		s := r.connectTo(port, clid01)
		g := s.greeting
		r.check("EPP_NO_GREETING_RECEIVED", g != nil, "%s", port)
		r.check("EPP_XML_PARSE_ERROR", g != nil, "%s", port)
		r.check("EPP_GREETING_SVID_INVALID", len(g.SvID) >= 3 && len(g.SvID) <= 64, "%q", g.SvID)
		r.check("EPP_GREETING_SVDATE_INVALID", time.Since(g.SvDate).Abs() < 30*time.Second, "%s", g.SvDate)
		r.check("EPP_GREETING_VERSION_INVALID", slices.Equal(g.Menu.Versions, []string{"1.0"}), "%q", g.Menu.Versions)
		for _, l := range g.Menu.Langs {
			r.check("EPP_GREETING_INVALID_LANG", language.MatchString(l), "%q", l)
		}
		r.check("EPP_GREETING_MISSING_EN_LANG", slices.Contains(g.Menu.Langs, "en"), "%q", g.Menu.Langs)
		services(r, g.Menu.Objects, s.extensions())
	}
}

func services(r *run, objects, extensions []string) {
	needed := r.rig.plan.objects()
	for _, o := range needed {
		r.check("EPP_GREETING_MISSING_OBJURI", slices.Contains(objects, o), "%s", o)
	}
	for _, o := range objects {
		r.check("EPP_GREETING_UNEXPECTED_OBJURI", slices.Contains(needed, o), "%s", o)
	}
	for _, x := range []string{nsSecDNS, nsRGP, nsLaunch} {
		r.check("EPP_GREETING_MISSING_EXTURI", slices.Contains(extensions, x), "%s", x)
	}
	for _, x := range extensions {
		r.check("EPP_GREETING_UNEXPECTED_EXTURI", slices.Contains(registered, x), "%s", x)
	}
	for _, x := range []string{"epp:secure-authinfo-transfer-1.0", "epp:unhandled-namespaces-1.0", "epp:loginSec-1.0", "changePoll-1.0"} {
		if x == "epp:secure-authinfo-transfer-1.0" && !r.rig.plan.secure {
			continue // a warning, and this registry is the one that does without
		}
		r.check("EPP_GREETING_RECOMMENDED_EXTENSION_MISSING", slices.Contains(extensions, "urn:ietf:params:xml:ns:"+x), "%s", x)
	}
}

// authentication is epp-03.
func authentication(r *run) {
	for _, c := range []struct {
		what, user, password, cert string
		good                       bool
	}{
		{"a user that does not exist", "nobody" + newFiller(r, graceTLD).letters(8, alphanumeric), passwords[clid01], clid01, false},
		{"a wrong password", clid01, "not-" + passwords[clid01], clid01, false},
		{"another registrar's password", clid01, passwords[clid02], clid01, false},
		{"a certificate of another authority", clid01, passwords[clid01], "stranger", false},
		{"another registrar's certificate", clid01, passwords[clid01], clid02, false},
		{"no certificate", clid01, passwords[clid01], "", false},
		{"everything right", clid01, passwords[clid01], clid01, true},
		{"everything right, the other one", clid02, passwords[clid02], clid02, true},
	} {
		code, err := r.tryLogin(c.user, c.password, c.cert)
		if c.good {
			r.check("EPP_LOGIN_UNEXPECTEDLY_FAILED", err == nil && code == 1000, "%s: %d %v", c.what, code, err)
		} else {
			r.check("EPP_LOGIN_UNEXPECTEDLY_SUCCEEDED", err != nil || code == 2200 || code == 2501, "%s: %d", c.what, code)
		}
	}
	r.login(clid01)
}

// tryLogin gives the code of a log-in, or the error of a connection that did not come about.
func (r *run) tryLogin(user, password, cert string) (int, error) {
	s, err := r.dial(r.rig.ports[0], cert)
	if err != nil {
		return 0, err
	}
	resp, err := s.try(s.loginFrame(user, password))
	if err != nil {
		return 0, err
	}
	return resp.Code(), nil
}

// servicePorts is epp-17: what is made on one port is the same on each other, those of a second node included.
func servicePorts(r *run) {
	r.check("EPP_SERVICE_PORT_NOT_CONSISTENT", len(r.rig.ports) >= 2, "one service port only")
	s := r.login(clid01)
	f := newFiller(r, graceTLD)
	d := domainCreate{name: f.letters(18, alphanumeric) + "." + graceTLD, period: "2", unit: "y", registrant: r.registrant(s)}
	r.delegate(s, f, &d)
	r.must(s.do(d.frame()))
	frames := []string{on("info", "domain", d.name)}
	if !r.rig.plan.attrs {
		frames = append(frames, on("info", "host", d.hosts[0]))
	}
	if d.registrant != nil {
		frames = append(frames, on("info", "contact", *d.registrant))
	}
	seen := make([]string, len(frames))
	for _, port := range r.rig.ports {
		other := r.loginTo(port, clid01)
		for i, frame := range frames {
			resp := other.do(frame)
			r.check("EPP_SERVICE_PORT_NOT_CONSISTENT", resp.Code() == 1000, "%s: %s", port, told(resp))
			got := fmt.Sprint(infData(resp))
			if seen[i] == "" {
				seen[i] = got
			}
			r.check("EPP_SERVICE_PORT_NOT_CONSISTENT", got == seen[i], "%s:\n%s\n%s", port, got, seen[i])
		}
	}
}

// infData is the object of an info's answer with its times and lists in readable form.
func infData(resp *epp.Response) string {
	out, err := epp.EncodeResponse(&epp.Response{Results: resp.Results, Data: resp.Data, Ext: resp.Ext, TRID: epp.TRID{SvTRID: "same"}})
	if err != nil {
		return err.Error()
	}
	return string(out)
}
