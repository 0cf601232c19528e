package program

import (
	"fmt"
	"strings"
	"testing"

	"github.com/polyreg/polyreg/internal/clock"
	"github.com/polyreg/polyreg/internal/store"
	"github.com/polyreg/polyreg/internal/store/db"
	"github.com/polyreg/polyreg/internal/store/pgtest"
	"github.com/polyreg/polyreg/internal/store/sqlite"
)

// database is the core's, opened beside the running node once it is there.
func (p *production) database() db.DB {
	p.once.Do(func() {
		if p.schema != "" {
			p.db = pgtest.Again(p.t, p.schema)
			return
		}
		d, err := sqlite.Open(p.path("polyreg.db"), sqlite.Options{})
		if err != nil {
			p.t.Fatal(err)
		}
		p.t.Cleanup(func() { d.Close() })
		p.db = d
	})
	return p.db
}

// proof gives an error unless every sum of the ledger agrees.
func (p *production) proof(t testing.TB) error {
	lines, err := store.New(p.database(), clock.System()).View().Proof(t.Context())
	if err != nil || len(lines) > 0 {
		return fmt.Errorf("the ledger: %v %s", err, strings.Join(lines, "; "))
	}
	return nil
}

// count runs a query that gives one number.
func (p *production) count(t testing.TB, text string) int {
	t.Helper()
	var n int
	if err := p.database().QueryRow(t.Context(), text).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}
