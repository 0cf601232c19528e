package dns

import (
	"fmt"
	"net"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	mdns "github.com/miekg/dns"
)

const smallZone = `
	@ NS ns1.platform.example.
	@ NS ns2.platform.example.
	@ A 192.0.2.1
	@ AAAA 2001:db8::1
	@ MX 10 mail
	@ TXT "v=spf1 mx -all"
	www A 192.0.2.1
	www AAAA 2001:db8::1
	mail A 192.0.2.2
	_dmarc TXT "v=DMARC1; p=none"`

// many serves so many zones of ten records each.
func many(t testing.TB, n int) *Server {
	t.Helper()
	s, _ := server(t, Config{})
	for i := range n {
		snap, err := build(text(t, fmt.Sprintf("zone-%d.example", i), smallZone))
		if err != nil {
			t.Fatal(err)
		}
		s.zones.put(snap)
	}
	return s
}

// manyStarted serves so many zones of ten records each over the network.
func manyStarted(t testing.TB, n int) *Server {
	t.Helper()
	s := started(t, newFake(), Config{})
	for i := range n {
		snap, err := build(text(t, fmt.Sprintf("zone-%d.example", i), smallZone))
		if err != nil {
			t.Fatal(err)
		}
		s.zones.put(snap)
	}
	return s
}

// queries asks for what is there and what is not.
func queries(t testing.TB, zones int) [][]byte {
	t.Helper()
	out := make([][]byte, 0, 100_000)
	for i := range cap(out) {
		name := fmt.Sprintf("%s.zone-%d.example.", []string{"www", "mail", "nothing", "_dmarc"}[i%4], i*7919%zones)
		p, err := question(name, []uint16{mdns.TypeA, mdns.TypeAAAA}[i%2], false).Pack()
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, p)
	}
	return out
}

func BenchmarkAnswer(b *testing.B) {
	for _, n := range []int{100, 10_000, 100_000} {
		b.Run(fmt.Sprintf("zones=%d", n), func(b *testing.B) {
			s := many(b, n)
			qs := queries(b, n)
			b.ReportAllocs()
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				w := s.worker(4096)
				for i := 0; pb.Next(); i++ {
					if w.respond(qs[i%len(qs)], elsewhere) == nil {
						b.Error("no answer")
					}
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "queries/s")
		})
	}
}

// BenchmarkAnswerSigned is the dearest answer: a name error with NSEC3 proofs.
func BenchmarkAnswerSigned(b *testing.B) {
	for _, nsec3 := range []bool{false, true} {
		b.Run(fmt.Sprintf("nsec3=%v", nsec3), func(b *testing.B) {
			s, _ := server(b, Config{}, signed(b, text(b, "example.org", secure), nsec3))
			w := s.worker(4096)
			p, err := question("nothing.example.org.", mdns.TypeA, true).Pack()
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				w.respond(p, elsewhere)
			}
		})
	}
}

// BenchmarkUDP asks over loopback; clients share the processors with the server. Each keeps 32 queries under way.
func BenchmarkUDP(b *testing.B) {
	for _, n := range []int{100, 100_000} {
		b.Run(fmt.Sprintf("zones=%d", n), func(b *testing.B) {
			s := manyStarted(b, n)
			qs := queries(b, n)
			runtime.GC()
			var left atomic.Int64
			left.Store(int64(b.N))
			b.ResetTimer()
			var wg sync.WaitGroup
			for range 4 {
				wg.Add(1)
				go func() {
					defer wg.Done()
					ask(b, s, qs, &left)
				}()
			}
			wg.Wait()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "queries/s")
		})
	}
}

func ask(b *testing.B, s *Server, qs [][]byte, left *atomic.Int64) {
	c, err := net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(s.Addrs()[0]))
	if err != nil {
		b.Error(err)
		return
	}
	defer c.Close()
	in := make([]byte, 4096)
	for i := 0; left.Add(-32) > -32; {
		for range 32 {
			if _, err := c.Write(qs[i%len(qs)]); err != nil {
				b.Error(err)
				return
			}
			i++
		}
		for range 32 {
			if _, err := c.Read(in); err != nil {
				b.Error(err)
				return
			}
		}
	}
}

// TestSmallZonesTakeLittleMemory: under 4 KiB for a zone of ten records.
func TestSmallZonesTakeLittleMemory(t *testing.T) {
	const n = 10_000
	before := heap()
	s := many(t, n)
	each := (heap() - before) / n
	t.Logf("%d octets for a zone of ten records", each)
	if each > 4096 {
		t.Errorf("%d octets for a zone of ten records, more than 4096", each)
	}
	runtime.KeepAlive(s)
}

func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// TestAnswersTakeNoMemory: nothing is allocated for an ordinary query.
func TestAnswersTakeNoMemory(t *testing.T) {
	s, _ := server(t, Config{}, text(t, "example.org", plain), signed(t, text(t, "example.net", secure), true))
	w := s.worker(4096)
	for _, q := range []*mdns.Msg{question("www.example.org.", mdns.TypeA, false), question("nothing.example.org.", mdns.TypeA, true), question("x.sub.example.org.", mdns.TypeA, false),
		question("x.dn.example.org.", mdns.TypeA, false), question("nothing.example.net.", mdns.TypeA, true), question("www.example.com.", mdns.TypeA, false)} {
		p, err := q.Pack()
		if err != nil {
			t.Fatal(err)
		}
		if n := testing.AllocsPerRun(100, func() { w.respond(p, elsewhere) }); n > 0 {
			t.Errorf("%s: %v allocations", q.Question[0].Name, n)
		}
	}
}
