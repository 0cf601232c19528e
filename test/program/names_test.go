package program

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"

	"github.com/polyreg/polyreg/internal/testkit"
)

// dnsKey is a TSIG secret in base64.
var dnsKey = base64.StdEncoding.EncodeToString([]byte("0123456789abcdef0123456789abcdef"))

func asked(t testing.TB, addr, name string, typ uint16) *dns.Msg {
	t.Helper()
	m := new(dns.Msg)
	m.SetQuestion(dns.Fqdn(name), typ)
	r, _, err := (&dns.Client{Net: "tcp", Timeout: 5 * time.Second}).Exchange(m, addr)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// transferred gives a zone's records, or why there are none.
func transferred(addr, origin, key string) ([]dns.RR, error) {
	m := new(dns.Msg)
	m.SetAxfr(dns.Fqdn(origin))
	tr := &dns.Transfer{}
	if key != "" {
		tr.TsigSecret = map[string]string{key: dnsKey}
		m.SetTsig(key, dns.HmacSHA256, 300, time.Now().Unix())
	}
	in, err := tr.In(m, addr)
	if err != nil {
		return nil, err
	}
	var out []dns.RR
	for e := range in {
		if e.Error != nil {
			return nil, e.Error
		}
		out = append(out, e.RR...)
	}
	return out, nil
}

// TestNamesInServe: a name that is registered with the platform's servers is answered for; strangers get no zone, and recurse
// nowhere.
func TestNamesInServe(t *testing.T) {
	t.Parallel()
	p := setup(t, "sqlite")
	secret := write(t, p.dir, "k.secret", dnsKey+"\n")
	text, err := os.ReadFile(p.config)
	if err != nil {
		t.Fatal(err)
	}
	write(t, p.dir, filepath.Base(p.config), string(text)+fmt.Sprintf(`dns:
  listen: ["127.0.0.1:0"]
  catalog: catalog.invalid
  keys:
    - {name: k., secret_file: %s, transfer: true}
    - {name: weak., secret_file: %[1]s}
`, secret))
	p.tool("config", "check")
	p.plant()
	n, c := p.node()
	addr := n.find(`dns (127\.0\.0\.1:\d+)`)
	c.robotRegister("served.com")
	eventually(t, patience, func() error {
		if r := asked(t, addr, "served.com", dns.TypeNS); len(r.Answer) != 2 || !r.Authoritative {
			return fmt.Errorf("%v", r)
		}
		return nil
	})
	if r := asked(t, addr, "elsewhere.example", dns.TypeA); r.Rcode != dns.RcodeRefused || r.RecursionAvailable {
		t.Errorf("a name of others: %v", r)
	}
	if r := asked(t, addr, "nothing.served.com", dns.TypeA); r.Rcode != dns.RcodeNameError || len(r.Ns) != 1 {
		t.Errorf("a name that is not there: %v", r)
	}
	for _, key := range []string{"", "weak."} {
		if rrs, err := transferred(addr, "served.com", key); err == nil {
			t.Errorf("with the key %q the zone is given: %v", key, rrs)
		}
	}
	rrs, err := transferred(addr, "served.com", "k.")
	if err != nil || len(rrs) != 4 {
		t.Errorf("with the key: %v %v", rrs, err)
	}
	if rrs, err = transferred(addr, "catalog.invalid", "k."); err != nil || !strings.Contains(fmt.Sprint(rrs), "served.com.") {
		t.Errorf("the catalog zone: %v %v", rrs, err)
	}
	notice := new(dns.Msg)
	notice.SetNotify("served.com.")
	notice.Answer = []dns.RR{&dns.SOA{Hdr: dns.RR_Header{Name: "served.com.", Rrtype: dns.TypeSOA, Class: dns.ClassINET}, Ns: ".", Mbox: ".", Serial: 4_000_000_000}}
	before := asked(t, addr, "served.com", dns.TypeSOA).Answer[0].String()
	if r, _, err := new(dns.Client).Exchange(notice, addr); err != nil || r.Rcode == dns.RcodeSuccess {
		t.Errorf("a notice that nobody may send: %v %v", r, err)
	}
	if after := asked(t, addr, "served.com", dns.TypeSOA).Answer[0].String(); after != before {
		t.Errorf("a notice changed %s to %s", before, after)
	}
	n.stop()
}

// TestSignedSeed: a seed's zone is signed, and the registry gets its DS.
func TestSignedSeed(t *testing.T) {
	t.Parallel()
	seed := write(t, t.TempDir(), "seed.yaml", accounts+`domains:
  - {name: signed.com, account: alpha, registrant: jane, created: -10d, expires: +300d, name_servers: [ns1.polyreg.test, ns2.polyreg.test], dnssec: true}
`)
	s := memory(t, "--seed", seed)
	eventually(t, patience, func() error {
		if r := asked(t, s.DNS, "signed.com", dns.TypeDNSKEY); len(r.Answer) != 2 {
			return fmt.Errorf("%v", r)
		}
		if _, body := s.alpha().robot("GET", "/domain/signed.com", ""); !strings.Contains(body, `"dnssec":true`) {
			return fmt.Errorf("the registry has no DS yet: %s", body)
		}
		return nil
	})
	s.stop()
}

const knotConfig = `
server:
    rundir: "%[1]s"
    listen: 127.0.0.1@%[2]s
    tcp-workers: 1
    udp-workers: 1
    background-workers: 2
log:
  - target: "%[1]s/log"
    any: info
database:
    storage: "%[1]s/db"
remote:
  - id: primary
    address: 127.0.0.1@%[3]s
acl:
  - id: primary
    address: 127.0.0.1
    action: notify
template:
  - id: default
    storage: "%[1]s"
  - id: member
    storage: "%[1]s"
    master: primary
    acl: primary
zone:
  - domain: catalog.polyreg.test
    master: primary
    acl: primary
    catalog-role: interpret
    catalog-template: member
`

// TestSecondary: an unmodified Knot learns the sandbox's zones from its catalog zone, and follows changes that come through a door.
func TestSecondary(t *testing.T) {
	t.Parallel()
	knotd := testkit.Program(t, "knotd", "knot")
	_, port, err := net.SplitHostPort(fmt.Sprintf("127.0.0.1:%d", freePorts(t, 1)))
	if err != nil {
		t.Fatal(err)
	}
	s := memory(t, "--secondary", "127.0.0.1:"+port)
	dir := t.TempDir()
	_, primary, err := net.SplitHostPort(s.DNS)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "db"), 0o700); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(knotd, "-c", write(t, dir, "knot.conf", fmt.Sprintf(knotConfig, dir, port, primary)))
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if t.Failed() {
			log, _ := os.ReadFile(filepath.Join(dir, "log"))
			t.Logf("knot:\n%s%s", &said, log)
		}
	})
	has := func(name string, typ uint16, want string) func() error {
		return func() error {
			m := new(dns.Msg)
			m.SetQuestion(dns.Fqdn(name), typ)
			r, _, err := new(dns.Client).Exchange(m, "127.0.0.1:"+port)
			if err != nil || len(r.Answer) == 0 || !strings.Contains(r.Answer[0].String(), want) {
				return fmt.Errorf("knot on %s: %v %v", name, err, r)
			}
			return nil
		}
	}
	eventually(t, patience, has("example.com", dns.TypeNS, "polyreg.test."))
	c := s.alpha()
	c.robotRegister("late.com")
	eventually(t, patience, has("late.com", dns.TypeNS, "polyreg.test."))
	if body := c.dmapi("dns-zone-put", "domain", "late.com", "zone", "www A 0 192.0.2.7 60"); !strings.Contains(body, "Status-Code: 0") {
		t.Errorf("dns-zone-put: %s", body)
	}
	eventually(t, patience, has("www.late.com", dns.TypeA, "192.0.2.7"))
	if log, err := os.ReadFile(filepath.Join(dir, "log")); err != nil || !strings.Contains(string(log), "[late.com.] IXFR, incoming") {
		t.Errorf("knot has taken the whole zone (%v)", err)
	}
	res, err := plain.Get(s.HTTP + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	m := regexp.MustCompile(`polyreg_dns_transfers_total\{direction="out",kind="ixfr",outcome="ok"\} ([1-9]\d*)`).FindSubmatch(text)
	if err != nil || m == nil {
		t.Errorf("no incremental transfer is counted (%v):\n%s", err, text)
	}
	s.stop()
}
