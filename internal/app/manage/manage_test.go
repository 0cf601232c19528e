package manage

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/clock"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/lifecycle"
	"github.com/polyreg/polyreg/internal/money"
	"github.com/polyreg/polyreg/internal/obs"
	"github.com/polyreg/polyreg/internal/registry/fault"
)

var t0 = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

// wheels is a Clockwork that tells some progress and fails where it is told to.
type wheels struct {
	clocks *clock.Clocks
	tell   int
	err    error
}

func (w *wheels) Advance(_ context.Context, to time.Time, progress func(lifecycle.Progress)) (lifecycle.Report, error) {
	rep := lifecycle.Report{From: w.clocks.Registrar(), To: to, Steps: 3, Took: 1500 * time.Millisecond}
	if to.Before(rep.From) {
		return rep, errs.F(errs.Invalid, "to", "registrar time never goes back")
	}
	for i := range w.tell {
		progress(lifecycle.Progress{At: rep.From, Steps: i})
	}
	if w.err != nil {
		return rep, w.err
	}
	rep.Events = []command.Event{{At: t0, Source: "notice", Seq: 1, Kind: "domain_expired", Object: "a.com"},
		{At: t0, Source: "ledger", Seq: 2, Kind: "charge", Order: 7, Amount: money.New(-1200, "EUR")},
		{At: t0, Source: "ledger", Seq: 3, Kind: "refund", Order: 7, Amount: money.New(500, "EUR")}, {At: t0, Source: "mail", Seq: 1, Kind: "expiry_notice"}}
	w.clocks.Advance(to.Sub(rep.From))
	return rep, nil
}

// server is an API without a store behind it.
func server(t *testing.T) (*API, *wheels, func(method, path, body string) (int, string)) {
	t.Helper()
	clocks := clock.At(t0)
	w := &wheels{clocks: clocks, tell: 2}
	a := New(Deps{Clock: w, Clocks: clocks, Faults: &fault.Set{}, Journal: obs.NewRing(10, 0), Log: slog.New(slog.DiscardHandler)})
	mux := http.NewServeMux()
	for _, r := range a.Routes() {
		mux.HandleFunc(r.Pattern, r.Handle)
	}
	return a, w, func(method, path, body string) (int, string) {
		t.Helper()
		rec := httptest.NewRecorder()
		mux.ServeHTTP(rec, httptest.NewRequestWithContext(t.Context(), method, "/_polyreg/"+path, strings.NewReader(body)))
		return rec.Code, rec.Body.String()
	}
}

func TestClock(t *testing.T) {
	t.Parallel()
	_, w, call := server(t)
	if status, body := call("GET", "clock", ""); status != 200 || !strings.Contains(body, `"registrar_time": "2026-11-22T09:00:00Z"`) || !strings.Contains(body, `"standing": true`) {
		t.Errorf("%d %s", status, body)
	}
	status, body := call("POST", "clock", `{"advance":"1y75d"}`)
	got := strings.Split(strings.TrimSpace(body), "\n")
	if status != 200 || len(got) != 7 || !strings.HasPrefix(got[0], `{"progress":`) || !strings.HasPrefix(got[3], `{"event":`) {
		t.Fatalf("%d %s", status, body)
	}
	want := `{"report":{"from":"2026-11-22T09:00:00Z","to":"2028-02-05T09:00:00Z","steps":3,"events":4,"notices":1,"mails":1,"charges":{"EUR":{"charged":"12.00","refunded":"5.00"}},"took_ms":1500}}`
	if got[6] != want {
		t.Errorf("report %s\nwant %s", got[6], want)
	}
	w.err = errors.New("secret words")
	if status, body := call("POST", "clock", `{"to":"2029-01-01"}`); status != 200 || !strings.Contains(body, `{"error":"the call failed`) || strings.Contains(body, "secret") {
		t.Errorf("%d %s", status, body)
	}
	w.tell = 0
	for body, d := range map[string]struct {
		status int
		words  string
	}{
		`{}`:                                 {400, `"field": "advance"`},
		`{"advance":"1d","to":"2029-01-01"}`: {400, "one of both"},
		`{"advance":"a day"}`:                {400, "75d"},
		`{"advance":"-1d"}`:                  {400, "75d"},
		`{"advance":"99999999y"}`:            {400, "too far"},
		`{"advance":"400y"}`:                 {400, "2200"},
		`{"to":"tomorrow"}`:                  {400, `"field": "to"`},
		`{"to":"2020-01-01"}`:                {400, "never goes back"},
		`{"by":"1d"}`:                        {400, `"field": "by"`},
		`{"advance":7}`:                      {400, `"field": "advance"`},
		`7d`:                                 {400, "no JSON object"},
		`{"advance":"1d"}`:                   {500, "the log says why"},
	} {
		if status, got := call("POST", "clock", body); status != d.status || !strings.Contains(got, d.words) || !json.Valid([]byte(got)) {
			t.Errorf("%s: %d %s", body, status, got)
		}
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	a, _, call := server(t)
	status, body := call("POST", "faults", `{"kind":"latency","latency":"250ms","command":"register","object":"*.com","on":["deciding"],"first":2}`)
	if status != 201 || !strings.Contains(body, `"id": 1`) || !strings.Contains(body, `"latency": "250ms"`) {
		t.Fatalf("%d %s", status, body)
	}
	for body, words := range map[string]string{
		`{}`:                                `"field": "kind"`,
		`{"kind":"boom"}`:                   "drop-after",
		`{"kind":"latency","latency":"2"}`:  `"field": "latency"`,
		`{"kind":"down","nth":"one"}`:       `"field": "nth"`,
		`{"kind":"down","nth":1,"first":1}`: "only one of",
		`{"kind":"down","on":["dns"]}`:      `"field": "on"`,
		`{"kind":"down","colour":"red"}`:    `"field": "colour"`,
		`{"kind":"down","id":5}`:            `"field": "id"`,
		`{"kind":"down"} {}`:                "more than one",
	} {
		if status, got := call("POST", "faults", body); status != 400 || !strings.Contains(got, words) {
			t.Errorf("%s: %d %s", body, status, got)
		}
	}
	if status, body := call("DELETE", "faults/9", ""); status != 404 || !strings.Contains(body, "no fault 9") {
		t.Errorf("%d %s", status, body)
	}
	if status, body := call("DELETE", "faults/1", ""); status != 200 || len(a.Faults.List()) != 0 {
		t.Errorf("%d %s", status, body)
	}
	if status, body := call("GET", "faults", ""); status != 200 || !strings.Contains(body, `"faults": []`) {
		t.Errorf("%d %s", status, body)
	}
}

func TestJournalShowsFaults(t *testing.T) {
	t.Parallel()
	a, _, call := server(t)
	a.Journal.Add(obs.Entry{ID: "01A", Time: t0, Status: "drop-after", Fault: &obs.Fault{Rule: 3, Kind: "drop-after", Call: 1, Registry: "embedded-live", Exchange: "domain:create", Object: "a.com"}})
	if status, body := call("GET", "journal?after=0&limit=5", ""); status != 200 || !strings.Contains(body, `"exchange": "domain:create"`) {
		t.Errorf("%d %s", status, body)
	}
	if status, body := call("GET", "journal?limit=x", ""); status != 400 || !strings.Contains(body, "limit must be a number") {
		t.Errorf("%d %s", status, body)
	}
}

func TestDecisionsAreChecked(t *testing.T) {
	t.Parallel()
	_, _, call := server(t)
	for body, words := range map[string]string{
		`{}`:                                   `"field": "decision"`,
		`{"decision":"perhaps"}`:               "complete, fail, never",
		`{"decision":"never","after_polls":2}`: `"field": "after_polls"`,
		`{"decision":"fail","environment":"staging"}`: `"field": "environment"`,
		`{"decision":"fail"}`:                         "neither the number",
	} {
		if status, got := call("POST", "orders/no_name", body); status != 400 || !strings.Contains(got, words) {
			t.Errorf("%s: %d %s", body, status, got)
		}
	}
	for path, body := range map[string]string{"take": `{}`, "give": `{"name":"a.com","auth_info":"x"}`, "approve": `{"name":"..."}`, "reject": `{"name":"a.com","environment":"x"}`} {
		if status, got := call("POST", "registrar/"+path, body); status != 400 || !strings.Contains(got, `"field"`) {
			t.Errorf("%s: %d %s", path, status, got)
		}
	}
}
