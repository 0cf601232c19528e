package metrics

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/errs"
)

func scrape(t *testing.T, m *Metrics) string {
	t.Helper()
	rec := httptest.NewRecorder()
	m.Handler().ServeHTTP(rec, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	if rec.Code != http.StatusOK {
		t.Fatalf("status %d", rec.Code)
	}
	return rec.Body.String()
}

func TestMetrics(t *testing.T) {
	t.Parallel()
	m := New(Build{Version: "1.2", Revision: "abc"}, Labels{Commands: map[string][]string{"wapi": {"ping"}}, Operations: []string{"register"},
		Faults: []string{"down"}})
	m.Fault("down", "register")
	m.Fault("up", "steal")
	m.Request("wapi", "ping", OK, 2*time.Millisecond)
	m.Request("wapi", "ping", Outcome(errs.E(errs.NoFunds, "x")), time.Millisecond)
	m.Request("wapi", "pong", Outcome(fmt.Errorf("odd")), time.Millisecond)
	m.Order("register", Outcome(nil))
	m.Order("steal", "free")
	for i := range 100 { // a caller's words make no new series
		m.Request(fmt.Sprint("d", i), fmt.Sprint("c", i), fmt.Sprint("o", i), 0)
	}
	text := scrape(t, m)
	for _, want := range []string{
		`polyreg_requests_total{command="ping",dialect="wapi",outcome="ok"} 1`,
		`polyreg_requests_total{command="ping",dialect="wapi",outcome="no_funds"} 1`,
		`polyreg_requests_total{command="other",dialect="wapi",outcome="internal"} 1`,
		`polyreg_requests_total{command="other",dialect="other",outcome="other"} 100`,
		`polyreg_request_seconds_count{dialect="wapi"} 3`,
		`polyreg_orders_total{operation="register",outcome="ok"} 1`,
		`polyreg_orders_total{operation="other",outcome="other"} 1`,
		`polyreg_faults_injected_total{kind="down",operation="register"} 1`,
		`polyreg_faults_injected_total{kind="other",operation="other"} 1`,
		`revision="abc",version="1.2"} 1`,
		"go_goroutines",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%s is missing", want)
		}
	}
	if n := strings.Count(text, "\npolyreg_requests_total{"); n != 4 {
		t.Errorf("%d series", n)
	}
	var none *Metrics
	none.Request("a", "b", OK, 0)
	none.Order("a", OK)
	none.Fault("a", "b")
}
