package zone

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// life simulates the keys of a zone: it looks at the times that Advance names, and at those when the parent changes.
type life struct {
	t    *testing.T
	tm   Timing
	keys []Key
	now  time.Time
	log  []string
}

func (l *life) note(format string, args ...any) {
	l.log = append(l.log, fmt.Sprintf("%5.1f ", l.now.Sub(start).Hours()/24)+fmt.Sprintf(format, args...))
}

var start = time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)

// look takes one step and gives the next time; parent tells whether the parent does what it is asked for.
func (l *life) look(parent bool) time.Time {
	before := map[int64]KeyState{}
	for _, k := range l.keys {
		before[k.ID] = k.State
	}
	r := l.tm.Advance(l.keys, l.now)
	l.keys = r.Keys
	for _, role := range r.New {
		l.keys = append(l.keys, Key{ID: int64(len(l.keys) + 1), Role: role, State: Published, Published: l.now})
	}
	if wanted, first := l.tm.Wanted(l.keys, l.now); parent && !first {
		var changed bool
		if l.keys, changed = DSSeen(l.keys, wanted, l.now); changed {
			r.Next = l.now
		}
	}
	for _, k := range l.keys {
		if before[k.ID] != k.State {
			l.note("%s %d %s", k.Role, k.ID, k.State)
		}
	}
	ksk, zsk := 0, 0
	for _, k := range l.keys {
		if k.Signs() && k.Role == KSK {
			ksk++
		}
		if k.Signs() && k.Role == ZSK {
			zsk++
		}
	}
	if ksk == 0 && !Leaving(l.keys) || zsk != 1 {
		l.t.Errorf("%s: %d KSK and %d ZSK sign", l.now, ksk, zsk)
	}
	return r.Next
}

func (l *life) until(end time.Time, parent bool) {
	for i := 0; i < 1000 && !l.now.After(end); i++ {
		next := l.look(parent)
		if next.IsZero() {
			return
		}
		l.now = next
	}
}

func TestKeysRoll(t *testing.T) {
	t.Parallel()
	l := life{t: t, tm: TimingFor(time.Hour), now: start}
	l.keys = []Key{{ID: 1, Role: KSK, State: Published, Published: start}, {ID: 2, Role: ZSK, State: Active, Active: start}}
	l.until(start.AddDate(0, 0, 200), true)
	want := `  0.1 ksk 1 active
 89.9 zsk 3 published
 90.0 zsk 2 retired
 90.0 zsk 3 active
 90.1 zsk 2 removed
179.9 zsk 4 published
180.0 zsk 3 retired
180.0 zsk 4 active
180.1 zsk 3 removed`
	if d := cmp.Diff(want, strings.Join(l.log, "\n")); d != "" {
		t.Error(d)
	}
	l.log = nil
	l.until(start.AddDate(0, 0, 740), true)
	var ksk []string
	for _, s := range l.log {
		if strings.Contains(s, "ksk") {
			ksk = append(ksk, s)
		}
	}
	if d := cmp.Diff("730.0 ksk 11 published\n730.1 ksk 1 retired\n730.1 ksk 11 active\n731.1 ksk 1 removed", strings.Join(ksk, "\n")); d != "" {
		t.Error(d)
	}
}

// TestParentThatDoesNotAnswer: a KSK stays until the parent points at its successor.
func TestParentThatDoesNotAnswer(t *testing.T) {
	t.Parallel()
	l := life{t: t, tm: TimingFor(time.Hour), now: start}
	l.keys = []Key{{ID: 1, Role: KSK, State: Active, Active: start}, {ID: 2, Role: ZSK, State: Active, Active: start}}
	l.until(start.AddDate(0, 0, 900), false)
	if k := l.keys[0]; k.State != Active {
		t.Errorf("the old key is %s", k.State)
	}
	wanted, _ := l.tm.Wanted(l.keys, l.now)
	if len(wanted) != 1 || wanted[0].State != Published {
		t.Errorf("wanted: %+v", wanted)
	}
}

func TestUnsigning(t *testing.T) {
	t.Parallel()
	tm := TimingFor(time.Hour)
	keys := []Key{{ID: 1, Role: KSK, State: Retired, Retired: start}, {ID: 2, Role: ZSK, State: Active, Active: start.AddDate(0, 0, -200)}}
	if !Leaving(keys) {
		t.Fatal("not leaving")
	}
	r := tm.Advance(keys, start.AddDate(0, 0, 5))
	if r.Changed || len(r.New) > 0 || !r.Next.IsZero() {
		t.Errorf("while the parent has the DS: %+v", r)
	}
	wanted, first := tm.Wanted(keys, start)
	if len(wanted) > 0 || first {
		t.Errorf("wanted: %v %v", wanted, first)
	}
	keys, changed := DSSeen(keys, nil, start)
	if r = tm.Advance(keys, start); !changed || !r.Next.Equal(start.Add(25*time.Hour)) {
		t.Errorf("once it has none: %v %+v", changed, r)
	}
	if r = tm.Advance(keys, start.Add(25*time.Hour)); r.Keys[0].State != Removed || r.Keys[1].State != Active {
		t.Errorf("at the end: %+v", r)
	}
}
