package bench

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"
)

var (
	reportFlag = flag.Bool("report", false, "measure and print the table")
	eachFlag   = flag.Duration("each", 900*time.Millisecond, "time of one measurement")
	roundsFlag = flag.Int("rounds", 3, "how often each measurement is made; the table shows the median")
	binaryFlag = flag.String("binary", "", "the program, for its cold start")
	engineFlag = flag.String("engine", "", "measure on this engine alone")
)

// Sizes of the loads.
const (
	connections = 12
	clients     = 16
	accounts    = 1000
)

// subject is one thing that is measured, with what it is compared with.
type subject struct {
	name  string
	floor string // name of another subject, "" for none
	run   func(d time.Duration) figures
}

// outcome are all measurements of a subject.
type outcome struct {
	subject
	all  []figures
	cost []cpu
}

// rate is the median.
func (o outcome) rate() float64 {
	var r []float64
	for _, f := range o.all {
		r = append(r, f.rate())
	}
	return median(r)
}

func (o outcome) times(of func(figures) time.Duration) time.Duration {
	var d []time.Duration
	for _, f := range o.all {
		d = append(d, of(f))
	}
	return median(d)
}

func (o outcome) failed() (n int, err error) {
	for _, f := range o.all {
		if n += f.failed; f.err != nil {
			err = f.err
		}
	}
	return n, err
}

func median[T cmp.Ordered](list []T) T {
	s := slices.Sorted(slices.Values(list))
	if len(s) == 0 {
		var zero T
		return zero
	}
	return s[len(s)/2]
}

// measure makes the rounds: each subject once per round, so that a busy moment of the machine does not hit one alone.
func measure(subjects []subject, rounds int, each time.Duration) []outcome {
	out := make([]outcome, len(subjects))
	for range rounds {
		for i, s := range subjects {
			out[i].subject = s
			before := used()
			f := s.run(each)
			out[i].all = append(out[i].all, f)
			out[i].cost = append(out[i].cost, before.per(f.done+f.done/10)) // the warm-up counts as well
		}
	}
	return out
}

// table prints outcomes.
func table(title string, out []outcome) {
	fmt.Printf("\n%s\n%-44s %9s %9s %9s %7s %8s %18s %s\n", title, "", "per s", "p50 ms", "p99 ms", "failed", "of floor", "CPU ms (+database)", "per s, all rounds")
	for _, o := range out {
		ratio := ""
		for _, f := range out {
			if f.name == o.floor && f.rate() > 0 {
				ratio = fmt.Sprintf("%.2f", o.rate()/f.rate())
			}
		}
		failed, _ := o.failed()
		var program, database []time.Duration
		var rates string
		for i, c := range o.cost {
			program, database = append(program, c.program), append(database, c.database)
			rates += fmt.Sprintf(" %.0f", o.all[i].rate())
		}
		fmt.Printf("%-44s %9.0f %9.2f %9.2f %7d %8s %9.2f %8.2f %s\n", o.name, o.rate(), ms(o.times(func(f figures) time.Duration { return f.p50 })),
			ms(o.times(func(f figures) time.Duration { return f.p99 })), failed, ratio, ms(median(program)), ms(median(database)), rates)
	}
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// infoSubjects ask for domains, the bare handler first.
func (s *site) infoSubjects(t testing.TB) []subject {
	bare := s.bare(t)
	list := []subject{{name: bare.name, run: func(d time.Duration) figures { return s.info(bare, connections, d) }}}
	for _, a := range s.dialects(t) {
		list = append(list, subject{name: a.name, floor: bare.name, run: func(d time.Duration) figures { return s.info(a, connections, d) }})
	}
	return list
}

// orderSubjects register names, by hand first.
func (w *world) orderSubjects(t testing.TB) []subject {
	w.instant.Store(true)
	hand := newByHand(t, w)
	registrar := w.registrar(t, clients)
	connected := w.sessions(t, clients)
	many := fmt.Sprintf("%d accounts", len(w.callers))
	orders := func(i func(call int) int, atOnce, fresh bool) func(time.Duration) figures {
		return func(d time.Duration) figures {
			w.instant.Store(atOnce)
			return load(clients, d, func(_, call int) error { return w.register(i(call), fresh) })
		}
	}
	byHand := func(i func(call int) int) func(time.Duration) figures {
		return func(d time.Duration) figures {
			return load(clients, d, func(_, call int) error { return hand.register(i(call)) })
		}
	}
	one, all := func(int) int { return 0 }, func(call int) int { return call % len(w.callers) }
	return []subject{
		{name: "by hand, one account", run: byHand(one)},
		{name: "order, one account", floor: "by hand, one account", run: orders(one, true, false)},
		{name: "order over EPP, one account", floor: "by hand, one account", run: orders(one, false, false)},
		{name: "by hand, " + many, run: byHand(all)},
		{name: "order, " + many, floor: "by hand, " + many, run: orders(all, true, false)},
		{name: "order over EPP, " + many, floor: "by hand, " + many, run: orders(all, false, false)},
		{name: "order over EPP with a new contact, " + many, floor: "by hand, " + many, run: orders(all, false, true)},
		{name: "EPP create at the embedded registry", run: func(d time.Duration) figures { return w.creates(registrar, clients, d) }},
		{name: "EPP check at the embedded registry", run: func(d time.Duration) figures { return w.checks(connected, d) }},
	}
}

// TestReport prints the table that scripts/bench is for.
func TestReport(t *testing.T) {
	if !*reportFlag {
		t.Skip("for scripts/bench: run with -report")
	}
	fmt.Print(machine(t))
	for _, e := range engines {
		if *engineFlag != "" && *engineFlag != e.name {
			continue
		}
		t.Run(e.name, func(t *testing.T) {
			s := newSite(t, e, 5000)
			out := measure(s.infoSubjects(t), *roundsFlag, *eachFlag)
			table(fmt.Sprintf("domain information, %s, %d connections", e.name, connections), out)
			mustNotFail(t, out)
		})
		t.Run(e.name+" orders", func(t *testing.T) {
			w := newWorld(t, e, accounts)
			out := measure(w.orderSubjects(t), *roundsFlag, *eachFlag)
			table(fmt.Sprintf("registrations, %s, every commit on the disk, %d clients", e.name, clients), out)
			mustNotFail(t, out)
			w.mustBalance(t)
		})
	}
	t.Run("year", func(t *testing.T) { printYear(t) })
	if *binaryFlag != "" {
		reportStart(t)
	}
}

func reportStart(t *testing.T) {
	var times []time.Duration
	memory := 0
	for range max(*roundsFlag, 1) {
		took, kib, err := coldStart(t, *binaryFlag)
		if err != nil {
			t.Fatal(err)
		}
		times, memory = append(times, took), kib
	}
	fmt.Printf("\ncold start of the sandbox, --memory, until /readyz: %.0f ms (median of %d), %d MiB resident\n", ms(median(times)), len(times), memory>>10)
}

func mustNotFail(t testing.TB, out []outcome) {
	t.Helper()
	for _, o := range out {
		if n, err := o.failed(); n > 0 {
			t.Errorf("%s: %d failed: %v", o.name, n, err)
		}
	}
}

// mustBalance proves the ledger after a load.
func (w *world) mustBalance(t testing.TB) {
	t.Helper()
	lines, err := w.Store.View().Proof(t.Context())
	if err != nil || len(lines) > 0 {
		t.Errorf("the ledger does not balance after the load: %q, %v", lines, err)
	}
}

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(m.Run())
}
