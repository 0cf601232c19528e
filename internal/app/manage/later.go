package manage

import (
	"context"
	"fmt"
	"time"
)

// decision is one that is made, or still to be made.
type decision struct {
	complete bool
	polls    int // requests still to come; 0: now
	never    bool
	w        waits

	account string // whose requests count
	dialect string // of the order: a repeat of its own command does not count
	command string
}

// String is for people.
func (d decision) String() string {
	word := "fail"
	switch {
	case d.never:
		return "never"
	case d.complete:
		word = "complete"
	}
	switch d.polls {
	case 0:
		return word
	case 1:
		return word + " after 1 poll"
	}
	return fmt.Sprintf("%s after %d polls", word, d.polls)
}

// doomsday is when a transfer is approved that nobody is to decide.
var doomsday = time.Date(9998, 12, 31, 0, 0, 0, 0, time.UTC)

// putOff notes a decision for later. A transfer would be approved by time: it is put off for as long.
func (a *API) putOff(ctx context.Context, d *decision) error {
	if d.w.domain.Pending == nil {
		if err := a.Registry.Postpone(ctx, d.w.namespace, d.w.name, doomsday); err != nil {
			return refused(err)
		}
		d.w.domain.Transfer.AcDate = doomsday
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.later[d.w.target] = d
	return nil
}

// stillTo is the decision about a name that is to be made later, in words.
func (a *API) stillTo(t target) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	if d := a.later[t]; d != nil {
		return d.String()
	}
	return ""
}

func (a *API) forget(t target) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.later, t)
}

// Asked is told of each request of an account, whatever the interface, when it is answered. It counts for orders of that account
// that are to be decided after some polls, unless it repeats the command that placed them, and makes the decisions whose time
// has come.
func (a *API) Asked(ctx context.Context, account, dialect, command string) {
	for _, d := range a.ripe(account, dialect, command) {
		if err := a.carry(context.WithoutCancel(ctx), d.w, d.complete); err != nil {
			a.Log.WarnContext(ctx, "a decision could not be made", "name", d.w.name, "decision", d.String(), "err", err)
		}
	}
}

// ripe counts a request and gives the decisions whose time has come.
func (a *API) ripe(account, dialect, command string) []*decision {
	a.mu.Lock()
	defer a.mu.Unlock()
	var out []*decision
	for _, d := range a.later {
		if d.never || account == "" || d.account != account || d.dialect == dialect && d.command == command {
			continue
		}
		if d.polls--; d.polls == 0 {
			out = append(out, d)
		}
	}
	for _, d := range out {
		delete(a.later, d.w.target)
	}
	return out
}
