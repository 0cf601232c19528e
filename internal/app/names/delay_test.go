package names_test

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
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
	nameserver "github.com/polyreg/polyreg/internal/dns"
	"github.com/polyreg/polyreg/internal/store"
	"github.com/polyreg/polyreg/internal/store/db"
	"github.com/polyreg/polyreg/internal/store/pgtest"
	"github.com/polyreg/polyreg/internal/zone"
)

var changesFlag = flag.Int("changes", 12, "how many changes the delay is measured with")

var (
	quiet    = slog.New(slog.NewTextHandler(io.Discard, nil))
	loopback = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
)

// node is a name server on a store of its own over a database.
func node(t *testing.T, d db.DB, w *dialecttest.World) netip.AddrPort {
	t.Helper()
	s := w.Store
	if d != nil {
		s = store.New(d, clock.System())
	}
	srv, err := names.New(names.Options{Listen: []string{"127.0.0.1:0"}}, names.Deps{Store: s, Runner: w.Runner, Clocks: clock.System(), Log: quiet})
	if err != nil {
		t.Fatal(err)
	}
	return begin(t, srv)
}

func begin(t *testing.T, srv *nameserver.Server) netip.AddrPort {
	t.Helper()
	if err := srv.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := srv.Shutdown(ctx); err != nil {
			t.Error(err)
		}
	})
	return srv.Addrs()[0]
}

// TestDelay: a change is answered within a second, on its own node and on another one of the same database. What is asserted is ten
// times the aim, for busy machines; scripts/bench prints the figures.
func TestDelay(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			var options []dialecttest.Option
			var other db.DB
			if engine == "postgres" {
				d := pgtest.Open(t)
				options, other = append(options, func(o *core.Options) { o.DB = d }), d
			}
			w := dialecttest.New(t, options...)
			c := w.Caller(t, "alpha")
			if _, err := command.Do(t.Context(), w.Runner, c, command.CreateZone{Origin: "delay.example"}); err != nil {
				t.Fatal(err)
			}
			nodes := []netip.AddrPort{node(t, nil, w)}
			if other != nil {
				nodes = append(nodes, node(t, other, w))
			}
			took := make([][]time.Duration, len(nodes))
			for i := range *changesFlag {
				time.Sleep(time.Duration(i*37%250) * time.Millisecond) // at any moment of what looks at the feed in turns
				value := fmt.Sprintf("192.0.2.%d", i%250)
				records := []zone.Record{{Name: "www", Type: "A", TTL: 60, Data: value}}
				began := time.Now()
				if _, err := command.Do(t.Context(), w.Runner, c, command.ChangeZone{Origin: "delay.example", Replace: &records, Name: "www", Type: "A"}); err != nil {
					t.Fatal(err)
				}
				done := make(chan time.Duration, len(nodes))
				for j, addr := range nodes {
					go func() {
						awaitA(t, addr, "www.delay.example.", value)
						took[j] = append(took[j], time.Since(began))
						done <- 0
					}()
				}
				for range nodes {
					<-done
				}
			}
			for j, list := range took {
				slices.Sort(list)
				median, most := list[len(list)/2], list[len(list)*99/100]
				fmt.Printf("change to answer, %s, node %d: median %v, p99 %v, %d changes\n", engine, j+1, median.Round(time.Millisecond), most.Round(time.Millisecond), len(list))
				if median > 3*time.Second || most > 10*time.Second {
					t.Errorf("%s, node %d: median %v, p99 %v", engine, j+1, median, most)
				}
			}
		})
	}
}

// awaitA asks until the answer is an address.
func awaitA(t *testing.T, addr netip.AddrPort, name, want string) {
	m := new(dns.Msg)
	m.SetQuestion(name, dns.TypeA)
	c := &dns.Client{Timeout: time.Second}
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(2 * time.Millisecond) {
		r, _, err := c.Exchange(m.Copy(), addr.String())
		if err == nil && len(r.Answer) == 1 {
			if a, ok := r.Answer[0].(*dns.A); ok && a.A.String() == want {
				return
			}
		}
	}
	t.Errorf("%s never answers %s", addr, want)
}
