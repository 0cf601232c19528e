package ratelimit

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var epoch = time.Unix(1_700_000_000, 0)

func TestRateTable(t *testing.T) {
	t.Parallel()
	l := PerSecond("x", 4, 2)
	var s State
	steps := []struct {
		at        time.Duration
		cost      int64
		allowed   bool
		retry     time.Duration
		remaining int64
	}{
		{0, 1, true, 0, 1},
		{0, 1, true, 0, 0},
		{0, 1, false, 250 * time.Millisecond, 0},
		{249 * time.Millisecond, 1, false, time.Millisecond, 0},
		{250 * time.Millisecond, 1, true, 0, 0},
		{500 * time.Millisecond, 2, false, 250 * time.Millisecond, 1},
		{750 * time.Millisecond, 2, true, 0, 0},
		{10 * time.Second, 3, false, time.Second, 2}, // more than a burst never passes
		{10 * time.Second, 2, true, 0, 0},
		{0, 1, false, 250 * time.Millisecond, 0}, // the clock was set back: no wait beyond a burst
	}
	for i, st := range steps {
		d, after, _ := Apply(l, epoch.Add(st.at), s, st.cost)
		if d.Allowed != st.allowed || d.RetryAfter != st.retry || d.Remaining != st.remaining {
			t.Errorf("step %d: %+v", i, d)
		}
		s = after
	}
}

func TestWindowTable(t *testing.T) {
	t.Parallel()
	l := PerWindow("x", 2, time.Hour)
	var start, count int64
	for i, st := range []struct {
		at      time.Duration
		allowed bool
		retry   time.Duration
	}{
		{10 * time.Minute, true, 0},
		{69 * time.Minute, true, 0},
		{69 * time.Minute, false, time.Minute},
		{70 * time.Minute, true, 0}, // the window closed; the next opens with this request
		{129 * time.Minute, true, 0},
		{129 * time.Minute, false, time.Minute},
		{500 * time.Minute, true, 0},
		{1 * time.Minute, true, 0}, // far back: a new window
	} {
		var allowed bool
		var retry time.Duration
		allowed, start, count, retry = CountWindow(l, epoch.Add(st.at), start, count)
		if allowed != st.allowed || retry != st.retry {
			t.Errorf("step %d: %v %v", i, allowed, retry)
		}
	}
}

func TestOff(t *testing.T) {
	t.Parallel()
	m := NewMemory(0, func() time.Time { return epoch })
	for _, l := range []Limit{{}, {Count: 1}, {Period: time.Second}, {Method: Window, Count: -1, Period: time.Hour}} {
		for range 3 {
			if d, err := m.Take(context.Background(), "k", l, 1); err != nil || !d.Allowed {
				t.Errorf("%+v: %+v %v", l, d, err)
			}
		}
		if ok, _, _ := GCRA(l, epoch, 0); !ok {
			t.Error("GCRA")
		}
	}
	if m.Len() != 0 {
		t.Error("kept state without a limit")
	}
}

// In any stretch of time W a Rate lets at most Burst + W*Count/Period requests through.
func TestRateNeverOver(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		l := Limit{Count: rapid.Int64Range(1, 50).Draw(t, "count"), Burst: rapid.Int64Range(0, 20).Draw(t, "burst"),
			Period: time.Duration(rapid.Int64Range(1, int64(time.Hour)).Draw(t, "period"))}
		now, s := epoch, State{}
		var times []time.Time
		for range rapid.IntRange(1, 120).Draw(t, "n") {
			now = now.Add(time.Duration(rapid.Int64Range(0, 3*int64(l.Interval())).Draw(t, "gap")))
			ok, stored, retry := GCRA(l, now, s.A)
			if ok {
				times = append(times, now)
			} else if again, _, _ := GCRA(l, now.Add(retry), s.A); !again || retry <= 0 {
				t.Fatalf("refused after the wait of %v", retry)
			}
			s.A = stored
		}
		for i := range times {
			for j := i; j < len(times); j++ {
				w := times[j].Sub(times[i])
				most := float64(max(1, l.Burst)) + float64(w)*float64(l.Count)/float64(l.Period)
				if float64(j-i+1) > most+1e-6 {
					t.Fatalf("%d in %v, at most %.3f", j-i+1, w, most)
				}
			}
		}
	})
}

// From the first request of a window on, at most Count pass until it closes; and what is refused passes after the wait.
func TestWindowNeverOver(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		l := Limit{Method: Window, Count: rapid.Int64Range(1, 10).Draw(t, "count"),
			Period: time.Duration(rapid.Int64Range(1, int64(time.Hour)).Draw(t, "period"))}
		now, s := epoch, State{}
		passed := map[int64]int64{}
		for range rapid.IntRange(1, 120).Draw(t, "n") {
			now = now.Add(time.Duration(rapid.Int64Range(0, int64(l.Period)/3+1).Draw(t, "gap")))
			cost := rapid.Int64Range(1, 3).Draw(t, "cost")
			d, after, expires := Apply(l, now, s, cost)
			switch {
			case d.Allowed:
				passed[after.A] += cost
				if passed[after.A] > l.Count || after.B != passed[after.A] || !expires.After(now) {
					t.Fatalf("%d of %d in one window", passed[after.A], l.Count)
				}
			case cost <= l.Count:
				if again, _, _ := Apply(l, now.Add(d.RetryAfter), s, cost); !again.Allowed || d.RetryAfter <= 0 {
					t.Fatalf("refused after the wait of %v", d.RetryAfter)
				}
			}
			s = after
		}
	})
}

func TestMemoryConcurrent(t *testing.T) {
	t.Parallel()
	m := NewMemory(0, func() time.Time { return epoch })
	var passed atomic.Int64
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				if d, _ := m.Take(context.Background(), "k", PerWindow("w", 37, time.Hour), 1); d.Allowed {
					passed.Add(1)
				}
			}
		})
	}
	wg.Wait()
	if passed.Load() != 37 {
		t.Errorf("%d passed", passed.Load())
	}
	if d, _ := m.Take(context.Background(), "k", PerWindow("other", 1, time.Hour), 1); !d.Allowed {
		t.Error("limits of one key share a count")
	}
	m.Reset()
	if m.Len() != 0 {
		t.Error("reset")
	}
}

func TestMemoryIsBounded(t *testing.T) {
	t.Parallel()
	now := epoch
	m := NewMemory(160, func() time.Time { return now })
	long := PerWindow("l", 1, 24*time.Hour)
	for i := range 5000 {
		_, _ = m.Take(context.Background(), fmt.Sprint(i), long, 1)
	}
	if m.Len() > 160 {
		t.Errorf("%d keys", m.Len())
	}
	now = now.Add(25 * time.Hour) // all has run out: one sweep per shard clears it
	for i := range 200 {
		_, _ = m.Take(context.Background(), fmt.Sprint("n", i), PerSecond("s", 1, 1), 1)
	}
	if m.Len() > 160 {
		t.Errorf("%d keys", m.Len())
	}
}

func BenchmarkMemory(b *testing.B) {
	m := NewMemory(0, time.Now)
	l := PerSecond("b", 1_000_000, 1000)
	b.ReportAllocs()
	for b.Loop() {
		_, _ = m.Take(context.Background(), "account/1", l, 1)
	}
}
