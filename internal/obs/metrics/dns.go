package metrics

import (
	"strconv"
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"
)

// DNS counts what a name server does. Queries are counted by arrays of plain counters: they come too often for more.
type DNS struct {
	answered  [2][types][codes]atomic.Uint64 // by transport
	limited   [2]atomic.Uint64               // dropped, truncated
	transfers *prometheus.CounterVec
	notifies  *prometheus.CounterVec
	zones     func() int

	queries, rateLimited, served *prometheus.Desc
}

const (
	types = 17 // those of typeNames, and the others
	codes = 16
)

// typeNames are the types that are counted by name.
var typeNames = map[uint16]string{1: "A", 2: "NS", 5: "CNAME", 6: "SOA", 12: "PTR", 15: "MX", 16: "TXT", 28: "AAAA", 33: "SRV", 43: "DS", 48: "DNSKEY",
	52: "TLSA", 64: "SVCB", 65: "HTTPS", 255: "ANY", 257: "CAA"}

// typeSlots gives each of typeNames its place; slots are their names.
var typeSlots, slotNames = func() (map[uint16]int, [types]string) {
	at, names := map[uint16]int{}, [types]string{0: Other}
	for typ := range uint16(258) {
		if name := typeNames[typ]; name != "" {
			at[typ] = len(at) + 1
			names[at[typ]] = name
		}
	}
	return at, names
}()

var codeNames = [codes]string{"NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED", "YXDOMAIN", "YXRRSET", "NXRRSET", "NOTAUTH", "NOTZONE"}

// NewDNS makes the collectors of a name server and registers them; zones counts what is served.
func (m *Metrics) NewDNS(zones func() int) *DNS {
	d := &DNS{zones: zones,
		transfers: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "polyreg_dns_transfers_total",
			Help: "Zone transfers, by kind (axfr, ixfr, soa: nothing newer), direction and outcome."}, []string{"kind", "direction", "outcome"}),
		notifies: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "polyreg_dns_notifies_total",
			Help: "Secondaries told of a change, by outcome."}, []string{"outcome"}),
		queries:     prometheus.NewDesc("polyreg_dns_queries_total", "Queries answered, by transport, type and response code.", []string{"transport", "type", "code"}, nil),
		rateLimited: prometheus.NewDesc("polyreg_dns_limited_total", "Answers that the rate limit held back: dropped, or truncated.", []string{"what"}, nil),
		served:      prometheus.NewDesc("polyreg_dns_zones", "Zones served.", nil, nil),
	}
	m.registry.MustRegister(d, d.transfers, d.notifies)
	return d
}

// Answered counts an answer; types and codes are those of the wire.
func (d *DNS) Answered(tcp bool, qtype uint16, rcode int) {
	d.answered[number(tcp)][typeSlots[qtype]][rcode&(codes-1)].Add(1)
}

// Limited counts an answer that the rate limit held back.
func (d *DNS) Limited(slipped bool) { d.limited[number(slipped)].Add(1) }

func number(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Transfer counts a zone transfer of a kind, in or out.
func (d *DNS) Transfer(kind string, incoming bool, err error) {
	d.transfers.WithLabelValues(kind, [2]string{"out", "in"}[number(incoming)], ended(err)).Inc()
}

// Notify counts that a secondary was told of a change, or could not be.
func (d *DNS) Notify(err error) { d.notifies.WithLabelValues(ended(err)).Inc() }

func ended(err error) string {
	if err != nil {
		return "failed"
	}
	return OK
}

// Describe implements prometheus.Collector.
func (d *DNS) Describe(out chan<- *prometheus.Desc) {
	out <- d.queries
	out <- d.rateLimited
	out <- d.served
}

// Collect implements prometheus.Collector.
func (d *DNS) Collect(out chan<- prometheus.Metric) {
	for transport, name := range [2]string{"udp", "tcp"} {
		for typ := range types {
			for code := range codes {
				n := d.answered[transport][typ][code].Load()
				if n == 0 {
					continue
				}
				text := codeNames[code]
				if text == "" {
					text = strconv.Itoa(code)
				}
				out <- prometheus.MustNewConstMetric(d.queries, prometheus.CounterValue, float64(n), name, slotNames[typ], text)
			}
		}
	}
	for i, what := range [2]string{"dropped", "truncated"} {
		out <- prometheus.MustNewConstMetric(d.rateLimited, prometheus.CounterValue, float64(d.limited[i].Load()), what)
	}
	out <- prometheus.MustNewConstMetric(d.served, prometheus.GaugeValue, float64(d.zones()))
}
