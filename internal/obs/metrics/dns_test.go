package metrics

import (
	"errors"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDNS(t *testing.T) {
	t.Parallel()
	m := New(Build{}, Labels{})
	d := m.NewDNS(func() int { return 7 })
	d.Answered(false, 1, 0)
	d.Answered(false, 1, 0)
	d.Answered(true, 999, 3)
	d.Answered(false, 257, 12)
	d.Limited(true)
	d.Transfer("ixfr", false, nil)
	d.Transfer("axfr", true, errors.New("no"))
	d.Notify(nil)
	rec := httptest.NewRecorder()
	m.Handler().ServeHTTP(rec, httptest.NewRequest("GET", "/metrics", nil))
	var got []string
	for line := range strings.Lines(rec.Body.String()) {
		if strings.HasPrefix(line, "polyreg_dns") {
			got = append(got, strings.TrimSpace(line))
		}
	}
	want := []string{
		`polyreg_dns_limited_total{what="dropped"} 0`,
		`polyreg_dns_limited_total{what="truncated"} 1`,
		`polyreg_dns_notifies_total{outcome="ok"} 1`,
		`polyreg_dns_queries_total{code="12",transport="udp",type="CAA"} 1`,
		`polyreg_dns_queries_total{code="NOERROR",transport="udp",type="A"} 2`,
		`polyreg_dns_queries_total{code="NXDOMAIN",transport="tcp",type="other"} 1`,
		`polyreg_dns_transfers_total{direction="in",kind="axfr",outcome="failed"} 1`,
		`polyreg_dns_transfers_total{direction="out",kind="ixfr",outcome="ok"} 1`,
		`polyreg_dns_zones 7`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
