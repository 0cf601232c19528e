package names_test

import (
	"fmt"
	"net"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/miekg/dns"

	"github.com/polyreg/polyreg/internal/app/core"
	"github.com/polyreg/polyreg/internal/app/names"
	"github.com/polyreg/polyreg/internal/clock"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/store/pgtest"
	"github.com/polyreg/polyreg/internal/zone"
)

// TestLargeZone: a record of a hundred thousand is changed without a look at the others, and transferred alone. What is asserted is
// ten times the aim of 50 ms.
func TestLargeZone(t *testing.T) {
	if testing.Short() {
		t.Skip("makes a zone of a hundred thousand records")
	}
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			options := []dialecttest.Option{func(o *core.Options) { o.Platform.ZoneRecords = 100_100 }}
			if engine == "postgres" {
				d := pgtest.Open(t)
				options = append(options, func(o *core.Options) { o.DB = d })
			}
			w := dialecttest.New(t, options...)
			c := w.Caller(t, "alpha")
			records := make([]zone.Record, 100_000)
			for i := range records {
				records[i] = zone.Record{Name: fmt.Sprintf("host-%d", i), Type: "A", TTL: 300, Data: fmt.Sprintf("10.%d.%d.%d", i>>16, i>>8&255, i&255)}
			}
			if _, err := command.Do(t.Context(), w.Runner, c, command.CreateZone{Origin: "large.example", Records: records}); err != nil {
				t.Fatal(err)
			}
			srv, err := names.New(names.Options{Listen: []string{"127.0.0.1:0"}, AllowXFR: loopback}, names.Deps{Store: w.Store, Runner: w.Runner, Clocks: clock.System(), Log: quiet})
			if err != nil {
				t.Fatal(err)
			}
			addr := begin(t, srv)
			var took []time.Duration
			for i := range 11 {
				from, _ := srv.Serial("large.example")
				value := fmt.Sprintf("192.0.2.%d", i+1)
				one := []zone.Record{{Name: "host-77777", Type: "A", TTL: 300, Data: value}}
				began := time.Now()
				if _, err := command.Do(t.Context(), w.Runner, c, command.ChangeZone{Origin: "large.example", Replace: &one, Name: "host-77777", Type: "A"}); err != nil {
					t.Fatal(err)
				}
				took = append(took, time.Since(began))
				awaitA(t, addr, "host-77777.large.example.", value)
				if rrs := oneMessage(t, addr, "large.example.", from); len(rrs) != 6 { // SOA, SOA, gone, SOA, added, SOA
					t.Errorf("the incremental transfer has %d records: %v", len(rrs), rrs)
				}
			}
			slices.Sort(took)
			fmt.Printf("one of 100,000 records changed, %s: median %v, slowest %v\n", engine, took[len(took)/2].Round(time.Microsecond), took[len(took)-1].Round(time.Microsecond))
			if took[len(took)/2] > 500*time.Millisecond {
				t.Errorf("a change takes %v", took[len(took)/2])
			}
		})
	}
}

// oneMessage asks for what changed since a serial and gives the records of the first message of the answer, which must be all.
func oneMessage(t *testing.T, addr netip.AddrPort, origin string, from uint32) []dns.RR {
	t.Helper()
	m := new(dns.Msg)
	m.SetIxfr(origin, from, ".", ".")
	conn, err := net.Dial("tcp", addr.String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	c := &dns.Conn{Conn: conn}
	if err := c.WriteMsg(m); err != nil {
		t.Fatal(err)
	}
	r, err := c.ReadMsg()
	if err != nil {
		t.Fatal(err)
	}
	first, last := r.Answer[0].(*dns.SOA), r.Answer[len(r.Answer)-1]
	if end, ok := last.(*dns.SOA); !ok || end.Serial != first.Serial || first.Serial == from {
		t.Errorf("the first message does not hold the whole transfer: it ends with %v", last)
	}
	return r.Answer
}
