package sign

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	mdns "github.com/miekg/dns"

	"github.com/polyreg/polyreg/internal/testkit"
	"github.com/polyreg/polyreg/internal/zone"
)

// serve answers questions for what is in a zone, signatures with it: no more than a validator needs.
func serve(t *testing.T, rrs []mdns.RR) (port string) {
	t.Helper()
	var pc net.PacketConn
	var l net.Listener
	for try := 1; l == nil; try++ { // the port that is free for UDP may be taken for TCP
		var err error
		if pc, err = net.ListenPacket("udp", "127.0.0.1:0"); err != nil {
			t.Fatal(err)
		}
		if l, err = net.Listen("tcp", pc.LocalAddr().String()); err == nil {
			break
		}
		if pc.Close(); try == 20 {
			t.Fatal(err)
		}
	}
	answer := mdns.HandlerFunc(func(w mdns.ResponseWriter, q *mdns.Msg) {
		m := new(mdns.Msg).SetReply(q)
		m.Authoritative = true
		m.SetEdns0(4096, true)
		for _, rr := range rrs {
			sig, signed := rr.(*mdns.RRSIG)
			same := strings.EqualFold(rr.Header().Name, q.Question[0].Name)
			if same && (rr.Header().Rrtype == q.Question[0].Qtype || signed && sig.TypeCovered == q.Question[0].Qtype) {
				m.Answer = append(m.Answer, rr)
			}
		}
		_ = w.WriteMsg(m)
	})
	for _, s := range []*mdns.Server{{PacketConn: pc, Handler: answer}, {Listener: l, Handler: answer}} {
		up := make(chan struct{})
		s.NotifyStartedFunc = func() { close(up) }
		go s.ActivateAndServe()
		<-up
		t.Cleanup(func() { _ = s.Shutdown() })
	}
	_, port, _ = net.SplitHostPort(pc.LocalAddr().String())
	return port
}

// delv validates a few answers with BIND's validator.
func delv(t *testing.T, what string, rrs []mdns.RR, keys []zone.SignKey) {
	t.Helper()
	path := testkit.Program(t, "delv", "bind9-dnsutils")
	var anchors strings.Builder
	anchors.WriteString("trust-anchors {\n")
	for _, k := range keys {
		if k.KSK && k.CDS {
			ds, err := Signer{}.DS(origin, k)
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&anchors, "\t%q static-ds %d %d %d %q;\n", origin, ds.KeyTag, ds.Alg, ds.DigestType, ds.Digest)
		}
	}
	anchors.WriteString("};\n")
	file := filepath.Join(t.TempDir(), "anchors")
	if err := os.WriteFile(file, []byte(anchors.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	port := serve(t, rrs)
	for _, q := range [][2]string{{"www." + origin, "A"}, {origin, "DNSKEY"}, {origin, "SOA"}, {"safe." + origin, "DS"}, {origin, "TXT"}} {
		out, err := exec.Command(path, "@127.0.0.1", "-p", port, "-a", file, "+root="+origin, q[0], q[1]).CombinedOutput()
		if err != nil || !strings.Contains(string(out), "; fully validated") {
			t.Errorf("%s: delv %s %s: %v\n%s", what, q[0], q[1], err, out)
		}
	}
}

// TestDelvRefuses: the validation above can fail.
func TestDelvRefuses(t *testing.T) {
	t.Parallel()
	path := testkit.Program(t, "delv", "bind9-dnsutils")
	j := job(t, zone.ECDSAP256, false)
	port := serve(t, whole(t, j, signed(t, j)))
	ds, err := Signer{}.DS(origin, newKey(t, zone.ECDSAP256, true)) // of another key
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "anchors")
	text := fmt.Sprintf("trust-anchors { %q static-ds %d %d %d %q; };\n", origin, ds.KeyTag, ds.Alg, ds.DigestType, ds.Digest)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	out, _ := exec.Command(path, "@127.0.0.1", "-p", port, "-a", file, "+root="+origin, "www."+origin, "A").CombinedOutput()
	if strings.Contains(string(out), "fully validated") {
		t.Errorf("validated with a foreign trust anchor:\n%s", out)
	}
}
