package dns

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"slices"
	"sort"
	"strings"
	"sync"
	"testing"
	"time"

	mdns "github.com/miekg/dns"

	"github.com/polyreg/polyreg/internal/clock"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/dns/sign"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/zone"
)

// fake is a Source and a Sink in memory.
type fake struct {
	mu      sync.Mutex
	zones   map[dname.Name]*Data
	journal map[zone.ID][]zone.Entry
	feed    []dname.Name
	wake    []func()
	ids     zone.ID
	loads   int
	fails   map[dname.Name]bool
	panics  map[dname.Name]bool
	away    bool // heads cannot be read either
	refuses bool // no changes are taken
}

func newFake() *fake {
	return &fake{zones: map[dname.Name]*Data{}, journal: map[zone.ID][]zone.Entry{}, fails: map[dname.Name]bool{}, panics: map[dname.Name]bool{}}
}

func (f *fake) changed(origin dname.Name) {
	f.feed = append(f.feed, origin)
	for _, w := range f.wake {
		w()
	}
}

func (f *fake) put(d Data) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if d.Zone.ID == 0 {
		f.ids++
		d.Zone.ID = f.ids
	}
	f.zones[d.Zone.Origin] = &d
	f.changed(d.Zone.Origin)
}

func (f *fake) drop(origin dname.Name) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.zones, origin)
	f.changed(origin)
}

// change changes a zone as the platform does: a new serial, a journal entry, the feed.
func (f *fake) change(origin dname.Name, c zone.Change) {
	f.mu.Lock()
	defer f.mu.Unlock()
	d := *f.zones[origin]
	e := zone.Entry{Zone: d.Zone.ID, From: d.Zone.Serial, To: d.Zone.Serial + 1, Change: c, Before: d.Zone.SOA, SOA: d.Zone.SOA}
	d.Zone.Serial++
	own, extra := c.Split()
	d.Records, d.Extra = zone.Apply(d.Records, own), zone.Apply(d.Extra, extra)
	f.journal[d.Zone.ID] = append(f.journal[d.Zone.ID], e)
	f.zones[origin] = &d
	f.changed(origin)
}

func (f *fake) Zones(_ context.Context, after dname.Name, limit int) ([]dname.Name, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []dname.Name
	for n := range f.zones {
		if n > after {
			out = append(out, n)
		}
	}
	slices.Sort(out)
	return out[:min(limit, len(out))], nil
}

func (f *fake) Load(_ context.Context, origin dname.Name) (Data, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.loads++
	if f.panics[origin] {
		panic("a fault")
	}
	if f.fails[origin] {
		return Data{}, errs.E(errs.Internal, "the database is away")
	}
	d := f.zones[origin]
	if d == nil {
		return Data{}, errs.E(errs.NotFound, "no zone %s", origin)
	}
	return *d, nil
}

func (f *fake) Head(_ context.Context, origin dname.Name) (zone.Zone, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.away {
		return zone.Zone{}, errs.E(errs.Internal, "the database is away")
	}
	if d := f.zones[origin]; d != nil {
		return d.Zone, nil
	}
	return zone.Zone{}, errs.E(errs.NotFound, "no zone %s", origin)
}

func (f *fake) Feed(context.Context) (int64, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return int64(len(f.feed)), nil
}

func (f *fake) Changed(_ context.Context, after int64, limit int) ([]dname.Name, int64, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	to := min(int(after)+limit, len(f.feed))
	return slices.Clone(f.feed[after:to]), int64(to), nil
}

func (f *fake) Journal(_ context.Context, id zone.ID, from uint32) ([]zone.Entry, bool, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if d := f.byID(id); d != nil && f.panics[d.Zone.Origin] {
		panic("a fault")
	}
	for i, e := range f.journal[id] {
		if e.From == from {
			return slices.Clone(f.journal[id][i:]), true, nil
		}
	}
	return nil, false, nil
}

func (f *fake) Watch(ctx context.Context, wake func()) error {
	f.mu.Lock()
	f.wake = append(f.wake, wake)
	f.mu.Unlock()
	wake()
	<-ctx.Done()
	return ctx.Err()
}

func (f *fake) byID(id zone.ID) *Data {
	for _, d := range f.zones {
		if d.Zone.ID == id {
			return d
		}
	}
	return nil
}

func (f *fake) Replace(_ context.Context, id zone.ID, got Incoming) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	d := *f.byID(id)
	d.Zone.SOA, d.Zone.Serial, d.Records, d.Extra = got.SOA, got.Serial, got.Records, nil
	f.zones[d.Zone.Origin] = &d
	f.changed(d.Zone.Origin)
	return nil
}

func (f *fake) Apply(_ context.Context, id zone.ID, entries []zone.Entry) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.refuses {
		return errs.E(errs.Conflict, "the changes do not fit")
	}
	d := *f.byID(id)
	for _, e := range entries {
		d.Records = zone.Apply(d.Records, e.Change)
		d.Zone.SOA, d.Zone.Serial = e.SOA, e.To
	}
	f.journal[id] = append(f.journal[id], entries...)
	f.zones[d.Zone.Origin] = &d
	f.changed(d.Zone.Origin)
	return nil
}

// text reads a zone from a list of lines "name type data".
func text(t testing.TB, origin string, lines string) Data {
	t.Helper()
	d := Data{Zone: zone.Zone{Origin: dname.Name(origin), Kind: zone.Primary, Serial: 100, TTL: 3600,
		SOA: zone.SOA{MName: dname.Name("ns1." + origin), RName: "hostmaster." + origin, Refresh: 7200, Retry: 900, Expire: 1_209_600, Minimum: 300, TTL: 3600}}}
	for _, line := range strings.Split(strings.TrimSpace(lines), "\n") {
		f := strings.SplitN(strings.TrimSpace(line), " ", 3)
		d.Records = append(d.Records, zone.Record{ID: zone.RecordID(len(d.Records) + 1), Name: f[0], Type: zone.Type(f[1]), TTL: 3600, Data: f[2]})
	}
	return d
}

// signed adds DNSSEC records.
func signed(t testing.TB, d Data, nsec3 bool) Data {
	t.Helper()
	var keys []zone.SignKey
	for _, ksk := range []bool{true, false} {
		pub, priv, err := sign.Signer{}.Generate(zone.ECDSAP256, ksk)
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, zone.SignKey{KSK: ksk, Alg: zone.ECDSAP256, Public: pub, Private: priv, Active: true, CDS: ksk})
	}
	now := time.Now()
	extra, err := sign.Signer{}.Sign(zone.SignJob{Origin: d.Zone.Origin, SOA: d.Zone.SOA.Data(d.Zone.Serial), SOATTL: d.Zone.SOA.TTL, Minimum: d.Zone.SOA.Minimum,
		Records: d.Records, Keys: keys, NSEC3: nsec3, Inception: now.Add(-time.Hour), Expiration: now.Add(24 * time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	d.Extra = extra
	return d
}

func quietLog() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }

// server makes a server that is not started, but has read its zones.
func server(t testing.TB, cfg Config, zones ...Data) (*Server, *fake) {
	t.Helper()
	f := newFake()
	for _, d := range zones {
		f.put(d)
	}
	cfg.Source, cfg.Clocks, cfg.AnyMaster = f, clock.System(), true
	if cfg.Log == nil {
		cfg.Log = quietLog()
	}
	s, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.loadAll(context.Background()); err != nil {
		t.Fatal(err)
	}
	return s, f
}

// started is a server that listens on loopback.
func started(t testing.TB, f *fake, cfg Config) *Server {
	t.Helper()
	cfg.Source, cfg.Clocks, cfg.Listen, cfg.AnyMaster = f, clock.System(), []string{"127.0.0.1:0"}, true
	if cfg.Log == nil {
		cfg.Log = quietLog()
	}
	s, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := s.Shutdown(ctx); err != nil {
			t.Error(err)
		}
	})
	return s
}

var elsewhere = caller{addr: netip.MustParseAddrPort("192.0.2.53:4242")}

func question(name string, typ uint16, do bool) *mdns.Msg {
	m := new(mdns.Msg)
	m.SetQuestion(name, typ)
	m.RecursionDesired = false
	m.SetEdns0(1232, do)
	return m
}

// exchange gives a query to a worker and parses the answer.
func exchange(t testing.TB, w *worker, m *mdns.Msg, from caller) *mdns.Msg {
	t.Helper()
	p, err := m.Pack()
	if err != nil {
		t.Fatal(err)
	}
	out := w.respond(p, from)
	if out == nil {
		return nil
	}
	var r mdns.Msg
	if err := r.Unpack(out); err != nil {
		t.Fatalf("%s: the answer cannot be read: %v\n%x", m.Question[0].String(), err, out)
	}
	return &r
}

// show writes an answer as lines that tests compare: code and flags, then the records by section.
func show(r *mdns.Msg) string {
	if r == nil {
		return "nothing"
	}
	var b strings.Builder
	b.WriteString(mdns.RcodeToString[r.Rcode])
	for _, f := range []struct {
		on   bool
		name string
	}{{r.Authoritative, "aa"}, {r.Truncated, "tc"}} {
		if f.on {
			b.WriteString(" " + f.name)
		}
	}
	for _, s := range []struct {
		name string
		rrs  []mdns.RR
	}{{"an", r.Answer}, {"ns", r.Ns}, {"ar", r.Extra}} {
		lines := []string{}
		for _, rr := range s.rrs {
			h := rr.Header()
			switch x := rr.(type) {
			case *mdns.OPT:
			case *mdns.RRSIG:
				lines = append(lines, fmt.Sprintf("%s %s RRSIG %s", s.name, h.Name, mdns.TypeToString[x.TypeCovered]))
			case *mdns.SOA:
				lines = append(lines, fmt.Sprintf("%s %s %d SOA", s.name, h.Name, h.Ttl))
			default:
				lines = append(lines, fmt.Sprintf("%s %s %s %s", s.name, h.Name, mdns.TypeToString[h.Rrtype], strings.TrimPrefix(rr.String(), h.String())))
			}
		}
		if s.name != "an" {
			sort.Strings(lines)
		}
		for _, l := range lines {
			b.WriteString("\n" + l)
		}
	}
	return b.String()
}

// dedent takes the indentation of a test's text away.
func dedent(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	return strings.Join(lines, "\n")
}
