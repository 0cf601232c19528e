package dns

import (
	"flag"
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	mdns "github.com/miekg/dns"
)

var (
	reportFlag = flag.Bool("report", false, "measure queries beside Knot and a naive server, and print the table")
	eachFlag   = flag.Duration("each", 4*time.Second, "time of one measurement")
	roundsFlag = flag.Int("rounds", 3, "how often each measurement is made; the table shows the median")
)

// TestReport has dnsperf ask three servers in turns: ours, Knot, and a naive one.
func TestReport(t *testing.T) {
	if !*reportFlag {
		t.Skip("measures only with -report (scripts/bench)")
	}
	fmt.Printf("\nqueries over UDP by dnsperf, on %d processors that it shares with the server\n%-28s %10s %10s %8s  %s\n", runtime.NumCPU(), "", "per s", "avg ms", "lost", "per s, all rounds")
	first := map[string]float64{}
	for _, n := range []int{100, 5000, 100_000} {
		file := queryFile(t, n)
		servers := []struct {
			name string
			addr netip.AddrPort
		}{{"polyreg", manyStarted(t, n).Addrs()[0]}, {"knot", knot(t, n)}, {"naive", naive(t, n)}}
		runs := make([][]perf, len(servers))
		for range *roundsFlag {
			for i, s := range servers {
				runs[i] = append(runs[i], dnsperf(t, s.addr, file))
			}
		}
		rates := map[string]float64{}
		for i, s := range servers {
			slices.SortFunc(runs[i], func(a, b perf) int { return int(a.rate - b.rate) })
			var all string
			for _, p := range runs[i] {
				all += fmt.Sprintf(" %.0f", p.rate)
			}
			m := runs[i][len(runs[i])/2]
			rates[s.name] = m.rate
			fmt.Printf("%-28s %10.0f %10.3f %8d %s\n", fmt.Sprintf("%s, %d zones", s.name, n), m.rate, m.latency*1000, m.lost, all)
		}
		if n == 100 {
			first = rates
		}
		fmt.Printf("  polyreg of knot %.2f, of naive %.2f, of itself at 100 zones %.2f\n", rates["polyreg"]/rates["knot"], rates["polyreg"]/rates["naive"], rates["polyreg"]/first["polyreg"])
	}
}

// queryFile writes what dnsperf asks: names that are there and names that are not.
func queryFile(t *testing.T, zones int) string {
	var b strings.Builder
	for i := range 100_000 {
		fmt.Fprintf(&b, "%s.zone-%d.example %s\n", []string{"www", "mail", "nothing", "_dmarc"}[i%4], i*7919%zones, []string{"A", "AAAA"}[i%2])
	}
	file := filepath.Join(t.TempDir(), "queries")
	if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

type perf struct {
	rate, latency float64
	lost          int
}

var perfLines = map[string]*regexp.Regexp{"rate": regexp.MustCompile(`Queries per second:\s+([\d.]+)`), "latency": regexp.MustCompile(`Average Latency \(s\):\s+([\d.]+)`),
	"lost": regexp.MustCompile(`Queries lost:\s+(\d+)`)}

func dnsperf(t *testing.T, addr netip.AddrPort, file string) perf {
	t.Helper()
	runtime.GC()
	out, err := exec.Command("dnsperf", "-s", addr.Addr().String(), "-p", strconv.Itoa(int(addr.Port())), "-d", file, "-l", strconv.Itoa(int(eachFlag.Seconds())), "-c", "4", "-q", "100").CombinedOutput()
	if err != nil {
		t.Fatalf("dnsperf: %v\n%s", err, out)
	}
	value := func(what string) float64 {
		m := perfLines[what].FindSubmatch(out)
		if m == nil {
			t.Fatalf("dnsperf says no %s:\n%s", what, out)
		}
		f, err := strconv.ParseFloat(string(m[1]), 64)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	return perf{value("rate"), value("latency"), int(value("lost"))}
}

// knot starts Knot with as many zones, all from one file of relative names.
func knot(t *testing.T, zones int) netip.AddrPort {
	t.Helper()
	dir, addr := t.TempDir(), free(t)
	var b strings.Builder
	fmt.Fprintf(&b, "server:\n    rundir: %q\n    listen: 127.0.0.1@%d\n    udp-workers: 2\nlog:\n  - target: %q\n    any: info\ndatabase:\n    storage: %q\ntemplate:\n  - id: default\n    storage: %[1]q\n    file: one.zone\n    zonefile-load: whole\n    journal-content: none\nzone:\n",
		dir, addr.Port(), filepath.Join(dir, "log"), filepath.Join(dir, "db"))
	for i := range zones {
		fmt.Fprintf(&b, "  - domain: zone-%d.example\n", i)
	}
	lines := "$TTL 3600\n@ SOA ns1.platform.example. hostmaster.platform.example. 1 10800 3600 1209600 3600\n" + strings.ReplaceAll(smallZone, "\n\t", "\n") + "\n"
	for name, text := range map[string]string{"conf": b.String(), "one.zone": lines} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("/usr/sbin/knotd", "-c", filepath.Join(dir, "conf"))
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	x := &foreign{name: "knot", addr: addr}
	for end := time.Now().Add(2 * time.Minute); ; time.Sleep(200 * time.Millisecond) {
		r := x.ask(fmt.Sprintf("www.zone-%d.example.", zones-1), mdns.TypeA, false)
		if r != nil && len(r.Answer) == 1 {
			return addr
		}
		if time.Now().After(end) {
			log, _ := os.ReadFile(filepath.Join(dir, "log"))
			t.Fatalf("knot does not answer:\n%s", log[max(0, len(log)-2000):])
		}
	}
}

// naive is what one writes in an afternoon: a map from name and type to records, and a library's server.
func naive(t *testing.T, zones int) netip.AddrPort {
	t.Helper()
	type key struct {
		name string
		typ  uint16
	}
	sets, names := map[key][]mdns.RR{}, map[string]bool{}
	for i := range zones {
		p := mdns.NewZoneParser(strings.NewReader("$TTL 3600"+strings.ReplaceAll(smallZone, "\n\t", "\n")+"\n"), fmt.Sprintf("zone-%d.example.", i), "")
		for rr, ok := p.Next(); ok; rr, ok = p.Next() {
			h := rr.Header()
			sets[key{h.Name, h.Rrtype}], names[h.Name] = append(sets[key{h.Name, h.Rrtype}], rr), true
		}
		if err := p.Err(); err != nil {
			t.Fatal(err)
		}
	}
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := &mdns.Server{PacketConn: conn, Handler: mdns.HandlerFunc(func(w mdns.ResponseWriter, q *mdns.Msg) {
		m := new(mdns.Msg)
		m.SetReply(q)
		m.Authoritative = true
		name := strings.ToLower(q.Question[0].Name)
		if m.Answer = sets[key{name, q.Question[0].Qtype}]; !names[name] {
			m.Rcode = mdns.RcodeNameError
		}
		_ = w.WriteMsg(m)
	})}
	go func() { _ = srv.ActivateAndServe() }()
	t.Cleanup(func() { _ = srv.Shutdown() })
	return conn.LocalAddr().(*net.UDPAddr).AddrPort()
}
