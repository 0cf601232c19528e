package doors

import (
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"testing"
)

// TestOneKeyAtOnce: the same order under one key from many hands at once is one job for all of them; other orders under the
// key are refused.
func TestOneKeyAtOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, s setup) {
		w := start(t, s)
		c := newRobot(w, "ten")
		handle, err := c.contact(jane())
		if err != nil {
			t.Fatal(err)
		}
		for _, one := range []bool{true, false} {
			jobs, made := map[string]int{}, 0
			var mu sync.Mutex
			var wg sync.WaitGroup
			for i := range 12 {
				name := "one-key.com"
				if !one {
					name = fmt.Sprintf("one-key-%d.com", i)
				}
				body, err := json.Marshal(domainObject(order{name: name, years: 1, servers: platformServers, handle: handle}))
				if err != nil {
					t.Fatal(err)
				}
				wg.Add(1)
				go func() {
					defer wg.Done()
					r := c.request(http.MethodPost, "/domain", body)
					r.Header.Set("Idempotency-Key", fmt.Sprintf("key-%t", one))
					got, err := c.send(r)
					mu.Lock()
					defer mu.Unlock()
					switch {
					case err == nil && got.text("object", "value") == name && len(got.each("data")) == 1:
						jobs[got.each("data")[0].text("id")]++
						made++
					case err == nil || one || codeOf(err) != "400 E0101 EF01904":
						t.Errorf("order for %s: %v, %v", name, got, err)
					}
				}()
			}
			wg.Wait()
			if want := map[bool]int{true: 12, false: 1}[one]; len(jobs) != 1 || made != want {
				t.Errorf("one name %t: %d orders accepted as %d jobs", one, made, len(jobs))
			}
		}
		w.proven(t)
	})
}
