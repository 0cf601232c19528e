package foreign

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

const pebbleConfig = `{"pebble": {"listenAddress": "127.0.0.1:14000", "managementListenAddress": "127.0.0.1:15000",
	"certificate": "CERT", "privateKey": "KEY", "httpPort": 5002, "tlsPort": 5001, "ocspResponderURL": "", "externalAccountBindingRequired": false,
	"profiles": {"default": {"description": "the only one", "validityPeriod": 7776000}}}}`

// TestLego: Debian's lego gets a certificate from pebble over Joker's dynamic DNS, and over InterNetX' zones. Pebble asks the sandbox's
// name server for the records; lego takes them away again.
func TestLego(t *testing.T) {
	r := setup(t)
	need(t, "/usr/bin/lego", "lego")
	pebble := filepath.Join(cacheFolder(), "pebble-v2.10.1", "pebble")
	need(t, pebble, "pebble with scripts/setup")
	need(t, "/usr/bin/dig", "bind9-dnsutils")
	dir := filepath.Join(r.dir, "acme")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	cert, key := serverCert(t, dir)
	config := filepath.Join(dir, "pebble.json")
	if err := os.WriteFile(config, []byte(strings.NewReplacer("CERT", cert, "KEY", key).Replace(pebbleConfig)), 0o600); err != nil {
		t.Fatal(err)
	}
	r.beside(t, []string{"PEBBLE_VA_NOSLEEP=1", "PEBBLE_WFE_NONCEREJECT=0"}, pebble, "-config", config, "-dnsserver", r.dns)
	r.client(t, nil, "sh", "-c", "for i in $(seq 100); do curl -s --cacert "+cert+" https://127.0.0.1:14000/dir && exit 0; sleep 0.1; done; exit 1")

	host, port, _ := net.SplitHostPort(r.dns)
	for _, p := range []struct {
		provider string
		env      []string
	}{
		{"joker", []string{"JOKER_API_MODE=SVC", "JOKER_USERNAME=alphasvc", "JOKER_PASSWORD=alphasvcpass"}},
		{"autodns", []string{"AUTODNS_API_USER=alpha", "AUTODNS_API_PASSWORD=s3cret-robot", "AUTODNS_CONTEXT=4"}},
	} {
		path := filepath.Join(dir, p.provider)
		r.client(t, append(p.env, "LEGO_CA_CERTIFICATES="+cert+":"+r.ca), "lego", "--server", "https://127.0.0.1:14000/dir", "--accept-tos", "--email", "ops@alpha.example",
			"--domains", "www.example.com", "--dns", p.provider, "--dns.resolvers", r.dns, "--dns.disable-cp", "--path", path, "run")
		wantCertificate(t, filepath.Join(path, "certificates", "www.example.com.crt"))
		gone := func() bool {
			return strings.TrimSpace(r.client(t, nil, "dig", "+short", "@"+host, "-p", port, "_acme-challenge.www.example.com", "TXT")) == ""
		}
		for end := time.Now().Add(10 * time.Second); !gone(); time.Sleep(50 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("%s: the record was not taken away", p.provider)
			}
		}
	}
}

func wantCertificate(t *testing.T, file string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(text)
	got, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got.DNSNames, []string{"www.example.com"}) || !strings.Contains(got.Issuer.CommonName, "Pebble") {
		t.Errorf("the certificate is for %v, by %s", got.DNSNames, got.Issuer)
	}
}

// serverCert makes a certificate for this machine that is its own authority.
func serverCert(t *testing.T, dir string) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tmpl := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "pebble's own"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	cert, key = filepath.Join(dir, "pebble.crt"), filepath.Join(dir, "pebble.key")
	for path, b := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "PRIVATE KEY", Bytes: raw}} {
		if err := os.WriteFile(path, pem.EncodeToMemory(b), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key
}
