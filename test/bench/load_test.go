package bench

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// figures are what a load did.
type figures struct {
	done, failed int
	took         time.Duration
	p50, p99     time.Duration
	err          error // one of the failures
}

// rate is what was done in a second.
func (f figures) rate() float64 { return float64(f.done) / f.took.Seconds() }

// load lets clients work one after the other's call for so long; once gets the client's number and that of the call. A
// tenth of the time before it is not counted.
func load(clients int, d time.Duration, once func(client, call int) error) figures {
	var calls atomic.Int64
	work := func(until time.Time) figures {
		var f figures
		var mu sync.Mutex
		var times []time.Duration
		var wg sync.WaitGroup
		begun := time.Now()
		for c := range clients {
			wg.Go(func() {
				var mine []time.Duration
				failed := 0
				var bad error
				for now := time.Now(); now.Before(until); {
					err := once(c, int(calls.Add(1)))
					end := time.Now()
					mine = append(mine, end.Sub(now))
					if now = end; err != nil {
						failed, bad = failed+1, err
					}
				}
				mu.Lock()
				defer mu.Unlock()
				times = append(times, mine...)
				if f.failed += failed; bad != nil {
					f.err = bad
				}
			})
		}
		wg.Wait()
		f.took, f.done = time.Since(begun), len(times)-f.failed
		slices.Sort(times)
		if len(times) > 0 {
			f.p50, f.p99 = times[len(times)/2], times[len(times)*99/100]
		}
		return f
	}
	if warm := work(time.Now().Add(d / 10)); warm.failed > 0 {
		return warm
	}
	return work(time.Now().Add(d))
}
