// Package metrics counts what the program does, for Prometheus. Every label value comes from a closed set that is given at the
// start; anything else is counted as "other", so that no caller can make a new time series.
package metrics

import (
	"net/http"
	"runtime"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/polyreg/polyreg/internal/errs"
)

// Outcomes besides the names of the error kinds.
const (
	OK      = "ok"
	Pending = "pending"
	Other   = "other" // any label value that is not in its set
)

// Build says which program this is.
type Build struct{ Version, Revision string }

// Labels are the closed sets.
type Labels struct {
	Commands   map[string][]string // per dialect: the commands it knows; the keys are the dialects
	Operations []string            // of orders: "register", "renew", …
	Faults     []string            // kinds of injected faults; none where nothing injects any
}

// Metrics holds the collectors and their registry. Safe for concurrent use.
type Metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	orders   *prometheus.CounterVec
	injected *prometheus.CounterVec

	commands   map[string]map[string]bool
	operations map[string]bool
	outcomes   map[string]bool
	faults     map[string]bool
}

// New makes a registry of its own with the program's metrics and those of the Go runtime and the process.
func New(b Build, l Labels) *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "polyreg_requests_total",
			Help: "Requests answered, by dialect, command and outcome."}, []string{"dialect", "command", "outcome"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "polyreg_request_seconds",
			Help:    "Time from the request read to the answer ready, by dialect.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}}, []string{"dialect"}),
		orders: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "polyreg_orders_total",
			Help: "Orders that reached an outcome, by operation and outcome."}, []string{"operation", "outcome"}),
		injected: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "polyreg_faults_injected_total",
			Help: "Faults injected on purpose on the way to a registry, by kind and operation."}, []string{"kind", "operation"}),
		commands:   make(map[string]map[string]bool, len(l.Commands)),
		operations: set(l.Operations),
		faults:     set(l.Faults),
		outcomes:   map[string]bool{OK: true, Pending: true},
	}
	for dialect, names := range l.Commands {
		m.commands[dialect] = set(names)
	}
	for _, k := range errs.Kinds() {
		m.outcomes[k.String()] = true
	}
	info := prometheus.NewGauge(prometheus.GaugeOpts{Name: "polyreg_build_info", Help: "Always 1; the labels say which program runs.",
		ConstLabels: prometheus.Labels{"version": b.Version, "revision": b.Revision, "go": runtime.Version()}})
	info.Set(1)
	m.registry.MustRegister(m.requests, m.seconds, m.orders, info,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	if len(l.Faults) > 0 {
		m.registry.MustRegister(m.injected)
	}
	return m
}

func set(names []string) map[string]bool {
	out := make(map[string]bool, len(names))
	for _, n := range names {
		out[n] = true
	}
	return out
}

func closed(in map[string]bool, v string) string {
	if in[v] {
		return v
	}
	return Other
}

// Outcome is the label of an error: OK for nil, else the name of its kind.
func Outcome(err error) string {
	if err == nil {
		return OK
	}
	return errs.KindOf(err).String()
}

// Request counts one answered request. A nil *Metrics counts nothing.
func (m *Metrics) Request(dialect, command, outcome string, took time.Duration) {
	if m == nil {
		return
	}
	known, ok := m.commands[dialect]
	if !ok {
		dialect = Other
	}
	m.requests.WithLabelValues(dialect, closed(known, command), closed(m.outcomes, outcome)).Inc()
	m.seconds.WithLabelValues(dialect).Observe(took.Seconds())
}

// Order counts one order that reached an outcome. A nil *Metrics counts nothing.
func (m *Metrics) Order(operation, outcome string) {
	if m == nil {
		return
	}
	m.orders.WithLabelValues(closed(m.operations, operation), closed(m.outcomes, outcome)).Inc()
}

// Fault counts one injected fault. A nil *Metrics counts nothing.
func (m *Metrics) Fault(kind, operation string) {
	if m == nil {
		return
	}
	m.injected.WithLabelValues(closed(m.faults, kind), closed(m.operations, operation)).Inc()
}

// Registry is for further collectors.
func (m *Metrics) Registry() *prometheus.Registry { return m.registry }

// Handler serves the metrics in the text form.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4})
}
