package sim_test

import (
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/polyreg/polyreg/internal/registry/sim"
	"github.com/polyreg/polyreg/internal/wire/epp"
)

// RFC 8807: passwords that a login cannot hold.
func TestLongPassword(t *testing.T) {
	t.Parallel()
	w := start(t, nil)
	long := strings.Repeat("long password ", 20) + "x"
	login := func(pw, newPW string, extensions ...string) *epp.Command {
		cmd := &epp.Command{Login: credentials("reg-a", "password-a")}
		if len(extensions) > 0 {
			cmd.Login.Services.Extensions = &epp.ExtURIs{URIs: extensions}
		}
		cmd.SetPasswords(pw, newPW)
		return cmd
	}
	c := w.connect()
	c.want(epp.CodeExtension, login("password-a", long)) // used without being named
	broken := login("password-a", "", epp.NSLoginSec)
	broken.Login.Password = epp.LoginSecPassword
	c.want(epp.CodeValueSyntax, broken)
	c.want(epp.CodeOK, login("password-a", long, epp.NSLoginSec))
	c = w.connect()
	c.want(epp.CodeAuthentication, login("password-a", "", epp.NSLoginSec))
	c.want(epp.CodeAuthentication, login(long+"x", "", epp.NSLoginSec))
	c.want(epp.CodeOK, login(long, "", epp.NSLoginSec))
}

func TestClientCertificate(t *testing.T) {
	t.Parallel()
	cert, cas := certificate(t)
	other, _ := certificate(t)
	sum := sha256.Sum256(cert.Certificate[0])
	for _, tt := range []struct {
		name   string
		prints []string
		certs  []tls.Certificate
		code   int
	}{
		{"none", []string{hex.EncodeToString(sum[:])}, nil, epp.CodeAuthentication},
		{"another", []string{hex.EncodeToString(sum[:])}, []tls.Certificate{other}, epp.CodeAuthentication},
		{"the right one", []string{strings.ToUpper(hex.EncodeToString(sum[:]))}, []tls.Certificate{cert}, epp.CodeOK},
		{"of the authority", nil, []tls.Certificate{cert}, epp.CodeOK},
		{"of another authority", nil, []tls.Certificate{other}, epp.CodeAuthentication},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := start(t, func(cfg *sim.Config) {
				cfg.ClientCerts, cfg.ClientCAs = map[string][]string{"reg-a": tt.prints}, cas
			})
			w.certs = tt.certs
			l := &epp.Command{Login: credentials("reg-a", "password-a")}
			l.Login.Services.Extensions = &epp.ExtURIs{URIs: []string{epp.NSLoginSec}}
			r := w.connect().want(tt.code, l)
			if ev := r.Ext.LoginSec; tt.code == epp.CodeOK && (ev == nil || ev.Events[0].Type != epp.EventCertificate) {
				t.Errorf("a certificate that ends within the hour is not warned about: %+v", r.Ext)
			}
			w.login("reg-b") // needs none
		})
	}
}

func TestProfiles(t *testing.T) {
	t.Parallel()
	w := start(t, func(cfg *sim.Config) {
		cfg.Extensions, cfg.Objects = []string{epp.NSSecDNS}, []string{epp.NSDomain, epp.NSHost}
	})
	c := w.connect()
	l := credentials("reg-a", "password-a")
	c.want(epp.CodeObjectService, &epp.Command{Login: l})
	l.Services.Objects = []string{epp.NSDomain, epp.NSHost}
	l.Services.Extensions = &epp.ExtURIs{URIs: []string{epp.NSRGP}}
	c.want(epp.CodeExtension, &epp.Command{Login: l})
	l.Services.Extensions = &epp.ExtURIs{URIs: []string{epp.NSSecDNS}}
	c.want(epp.CodeOK, &epp.Command{Login: l})
	c.want(epp.CodeExtension, epp.RestoreDomain("seed.com"))
	for _, bad := range []func(*sim.Config){
		func(cfg *sim.Config) { cfg.Extensions = []string{"urn:example:x"} },
		func(cfg *sim.Config) { cfg.Objects = []string{"urn:example:x"} },
		func(cfg *sim.Config) { cfg.Prices = &sim.PriceTable{} },
		func(cfg *sim.Config) { cfg.Prices = &sim.PriceTable{Currency: "EUR", Standard: sim.Prices{Create: -1}} },
	} {
		cfg := w.config
		bad(&cfg)
		if _, err := sim.New(cfg); err == nil {
			t.Error("a bad configuration is taken")
		}
	}
}
