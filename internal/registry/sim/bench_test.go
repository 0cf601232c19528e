package sim_test

import (
	"fmt"
	"os"
	"sync/atomic"
	"testing"

	"github.com/polyreg/polyreg/internal/registry/sim"
	"github.com/polyreg/polyreg/internal/wire/epp"
)

// BenchmarkCreate registers names over EPP from a few sessions, on a private SQLite file and, with POLYREG_TEST_POSTGRES,
// on PostgreSQL.
func BenchmarkCreate(b *testing.B) {
	b.Run("sqlite", func(b *testing.B) { benchmarkCreate(b, nil) })
	if dsn := os.Getenv("POLYREG_TEST_POSTGRES"); dsn != "" {
		b.Run("postgres", func(b *testing.B) {
			benchmarkCreate(b, func(cfg *sim.Config) { cfg.Store = onPostgres(b, dsn) })
		})
	}
}

func benchmarkCreate(b *testing.B, change func(*sim.Config)) {
	w := start(b, change)
	clients := make(chan *client, 4)
	for range cap(clients) {
		clients <- w.login("reg-a")
	}
	var n atomic.Int64
	b.ResetTimer()
	b.SetParallelism(2)
	b.RunParallel(func(pb *testing.PB) {
		c := <-clients
		defer func() { clients <- c }()
		for pb.Next() {
			if r := c.do(makeDomain(fmt.Sprintf("bench%d.com", n.Add(1)))); r.Code() != epp.CodeOK {
				b.Errorf("create: %+v", r.Results)
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "creates/s")
}
