package program

import (
	"strings"
	"testing"
)

// TestMessageOvertakesAnswer: the registry keeps a registration pending, decides and says so while its answer is still on the way.
func TestMessageOvertakesAnswer(t *testing.T) {
	t.Parallel()
	s := memory(t)
	c := s.fresh()
	s.ctl("fault", "add", "1001", "--account", c.acc.Name)
	s.ctl("fault", "add", "latency", "--latency", "2s", "--account", c.acc.Name)
	answered := make(chan string, 1)
	go func() {
		_, _, body := request(t, plain, c.robotRequest("POST", "/domain", robotOrder("overtaken.com")))
		answered <- body
	}()
	eventually(t, patience, func() error {
		if list := s.ctl("order", "list"); !strings.Contains(list, "sent") || !strings.Contains(list, "registry") {
			return errNotYet(list)
		}
		return nil
	})
	wantWords(t, s.ctl("order", "complete", "overtaken.com"), "is done")
	if len(answered) > 0 {
		t.Log("the answer was there before the message had been dealt with")
	}
	if err := c.sees("overtaken.com"); err != nil || c.balance() != "990.10" {
		t.Errorf("%v, balance %s", err, c.balance())
	}
	// The caller may be told that it is pending still: its result is there when it asks.
	body := <-answered
	if told := jobState(t, body); told != "SUCCESS" && told != "RUNNING" || c.job(number(t, body)) != "SUCCESS" {
		t.Errorf("the caller was told: %s", body)
	}
	if marks := s.faultMarks(); len(marks) != 2 || c.balance() != "990.10" {
		t.Errorf("marks %v, balance %s", marks, c.balance())
	}
}

type errNotYet string

func (e errNotYet) Error() string { return "not yet: " + string(e) }
