package bench

import (
	"testing"
	"time"
)

// bound is how far below its floor something may fall before a test fails: far enough that a busy machine does not matter,
// near enough to notice a query that goes through a table or a commit too many in a loop.
const bound = 20

// TestFloors holds the bound in a small run on both engines, and that nothing fails.
func TestFloors(t *testing.T) {
	if testing.Short() {
		t.Skip("loads the machine")
	}
	for _, e := range engines {
		t.Run(e.name, func(t *testing.T) {
			s := newSite(t, e, 200)
			w := newWorld(t, e, 50)
			for _, subjects := range [][]subject{s.infoSubjects(t), w.orderSubjects(t)} {
				out := measure(subjects, 1, 300*time.Millisecond)
				mustNotFail(t, out)
				for _, o := range out {
					for _, f := range out {
						if f.name == o.floor && o.rate() < f.rate()/bound {
							t.Errorf("%s: %.0f per second, less than 1/%d of %.0f (%s)", o.name, o.rate(), bound, f.rate(), f.name)
						}
					}
				}
			}
			w.mustBalance(t)
		})
	}
}
