package names_test

import (
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"

	"github.com/polyreg/polyreg/internal/app/core"
	"github.com/polyreg/polyreg/internal/app/names"
	"github.com/polyreg/polyreg/internal/clock"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	nameserver "github.com/polyreg/polyreg/internal/dns"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/testkit"
	"github.com/polyreg/polyreg/internal/zone"
)

const day = 24 * time.Hour

// idle leaves everything to moves of the clock.
func idle(o *core.Options) {
	o.Timing.Sweep, o.Timing.Poll, o.Timing.Due = time.Hour, time.Hour, time.Hour
}

// chain is a signed name whose DS records are at the registry, and a name server for it.
type chain struct {
	t    *testing.T
	w    *dialecttest.World
	srv  *nameserver.Server
	addr netip.AddrPort
	seen map[string]bool // states of keys
	ds   map[int]bool    // tags of the DS records that the registry had
}

const signedName = "signed.com"

// parent is what the registry has of the name.
func (c *chain) parent() []domain.DS {
	c.t.Helper()
	v := run(c.t, c.w, command.InfoDomain{Name: signedName})
	reg, err := c.w.Core.Registries.Named(v.Domain.Registry)
	if err != nil {
		c.t.Fatal(err)
	}
	there, err := reg.InfoDomain(c.t.Context(), signedName)
	if err != nil {
		c.t.Fatal(err)
	}
	var out []domain.DS
	if there.DNSSEC != nil {
		for _, d := range there.DNSSEC.DS {
			out = append(out, domain.DS{KeyTag: d.KeyTag, Alg: d.Alg, DigestType: d.DigestType, Digest: d.Digest})
		}
	}
	return out
}

func (c *chain) advance(d time.Duration) {
	c.t.Helper()
	if _, err := c.w.Core.Lifecycle.Advance(c.t.Context(), c.w.Clocks.Registrar().Add(d), nil); err != nil {
		c.t.Fatal(err)
	}
}

// holds validates the zone as it is served now with ldns-verify-zone and delv, from the DS records that the registry has.
func (c *chain) holds(what string) command.SignedZone {
	c.t.Helper()
	state := run(c.t, c.w, command.ZoneKeys{Origin: signedName})
	for _, k := range state.Keys {
		c.seen[string(k.Role)+" "+string(k.State)] = true
	}
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		if serial, _ := c.srv.Serial(signedName); serial == state.Zone.Serial {
			break
		}
		if time.Now().After(end) {
			c.t.Fatalf("%s: the state %d is not served", what, state.Zone.Serial)
		}
	}
	m := new(dns.Msg)
	m.SetAxfr(signedName + ".")
	in, err := new(dns.Transfer).In(m, c.addr.String())
	if err != nil {
		c.t.Fatal(err)
	}
	var text, trust, anchors strings.Builder
	for e := range in {
		if e.Error != nil {
			c.t.Fatal(e.Error)
		}
		for _, rr := range e.RR {
			fmt.Fprintln(&text, rr)
		}
	}
	ds := c.parent()
	if len(ds) == 0 {
		c.t.Fatalf("%s: the registry has no DS", what)
	}
	anchors.WriteString("trust-anchors {\n")
	for _, d := range ds {
		c.ds[d.KeyTag] = true
		fmt.Fprintf(&trust, "%s. 3600 IN DS %d %d %d %s\n", signedName, d.KeyTag, d.Alg, d.DigestType, d.Digest)
		fmt.Fprintf(&anchors, "%q static-ds %d %d %d %q;\n", signedName, d.KeyTag, d.Alg, d.DigestType, d.Digest)
	}
	anchors.WriteString("};\n")
	dir := c.t.TempDir()
	for name, s := range map[string]string{"zone": text.String(), "trust": trust.String(), "anchors": anchors.String()} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(s), 0o600); err != nil {
			c.t.Fatal(err)
		}
	}
	if out, err := exec.Command(testkit.Program(c.t, "ldns-verify-zone", "ldnsutils"), "-k", filepath.Join(dir, "trust"), filepath.Join(dir, "zone")).CombinedOutput(); err != nil {
		c.t.Errorf("%s: ldns-verify-zone: %v\n%s\n%s", what, err, out, text.String())
	}
	for _, q := range []string{"www." + signedName + " A", "nothing." + signedName + " A", signedName + " SOA"} {
		args := append([]string{"@127.0.0.1", "-p", fmt.Sprint(c.addr.Port()), "-a", filepath.Join(dir, "anchors"), "+root=" + signedName}, strings.Fields(q)...)
		out, err := exec.Command(testkit.Program(c.t, "delv", "bind9-dnsutils"), args...).CombinedOutput()
		if err != nil || !strings.Contains(string(out), "fully validated") {
			c.t.Errorf("%s: delv %s: %v\n%s", what, q, err, out)
		}
	}
	return state
}

// TestRolls: keys of a zone roll as registrar time goes by, and a validator that starts from what the registry has never fails.
func TestRolls(t *testing.T) {
	for name, sign := range map[string]command.SignZone{"ecdsa, nsec": {Origin: signedName}, "ed25519, nsec3": {Origin: signedName, Algorithm: zone.Ed25519, NSEC3: true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newChain(t)
			run(t, c.w, sign)
			c.advance(3 * day)
			first := c.holds("signed")
			run(t, c.w, command.ChangeZone{Origin: signedName, Change: zone.Change{Add: []zone.Record{{Name: "more", Type: "TXT", Data: `"x"`}}}})
			c.holds("changed")
			c.advance(85 * day)
			for range 20 { // around the ninetieth day
				c.advance(12 * time.Hour)
				c.holds("rolling the zone-signing key")
			}
			run(t, c.w, command.RollKey{Origin: signedName, Role: zone.KSK})
			for range 12 {
				c.holds("rolling the key-signing key")
				c.advance(6 * time.Hour)
			}
			last := c.holds("rolled")
			for _, want := range []string{"ksk published", "ksk active", "ksk retired", "zsk published", "zsk active", "zsk retired"} {
				if !c.seen[want] {
					t.Errorf("never seen: %s; seen %v", want, c.seen)
				}
			}
			if len(c.ds) != 2 || slices.Equal(tags(first), tags(last)) || last.Waits {
				t.Errorf("keys %v, then %v; the registry had %v; waits: %v", tags(first), tags(last), c.ds, last.Waits)
			}
			c.unsign()
		})
	}
}

func tags(s command.SignedZone) []int {
	var out []int
	for _, k := range s.Keys {
		out = append(out, k.Tag)
	}
	return out
}

// newChain registers a name with the platform's servers.
func newChain(t *testing.T) *chain {
	t.Helper()
	w := dialecttest.New(t, idle)
	data := dialecttest.Jane()
	run(t, w, command.RegisterDomain{Name: signedName, Years: 5, FillRoles: true, Servers: command.ServerList{Platform: true},
		Contacts: map[domain.Role]command.ContactRef{domain.Registrant: {New: &data}}})
	run(t, w, command.ChangeZone{Origin: signedName, Change: zone.Change{Add: []zone.Record{{Name: "www", Type: "A", Data: "192.0.2.1"}, {Name: "*.wild", Type: "A", Data: "192.0.2.2"},
		{Name: "sub", Type: "NS", Data: "ns.elsewhere.example."}}}})
	srv, err := names.New(names.Options{Listen: []string{"127.0.0.1:0"}, AllowXFR: loopback}, names.Deps{Store: w.Store, Runner: w.Runner, Clocks: clock.System(), Log: quiet})
	if err != nil {
		t.Fatal(err)
	}
	return &chain{t: t, w: w, srv: srv, addr: begin(t, srv), seen: map[string]bool{}, ds: map[int]bool{}}
}

// unsign takes the DS records and then the signatures away.
func (c *chain) unsign() {
	c.t.Helper()
	run(c.t, c.w, command.UnsignZone{Origin: signedName})
	c.advance(time.Hour)
	if ds := c.parent(); len(ds) > 0 {
		c.t.Errorf("the registry still has %v", ds)
	}
	if s := run(c.t, c.w, command.ZoneKeys{Origin: signedName}); !s.Leaving || len(s.Keys) == 0 {
		c.t.Errorf("unsigned before the DS is forgotten: %+v", s)
	}
	c.advance(3 * day)
	if s := run(c.t, c.w, command.ZoneKeys{Origin: signedName}); s.Zone.Signing.On || len(s.Keys) > 0 {
		c.t.Errorf("still signed: %+v", s)
	}
}
