package epp

import (
	"sync/atomic"
	"time"
)

// Window is a time of maintenance: From is in it, Until is not.
type Window struct{ From, Until time.Time }

// maintenance is the end of the maintenance that is on now.
func (c *Config) maintenance(now time.Time) (until time.Time, on bool) {
	for _, w := range c.Maintenance {
		if !now.Before(w.From) && now.Before(w.Until) && w.Until.After(until) {
			until, on = w.Until, true
		}
	}
	return until, on
}

// Status is how a registry's connection is doing, for operators.
type Status struct {
	Name        string
	Health      Health
	RetryAt     time.Time // when Health is Open: the next attempt
	Maintenance time.Time // end of the maintenance that is on, else zero
	Sessions    Sessions
	LastError   string // the last failure to log in or to get an answer, empty when there was none
	LastErrorAt time.Time
	Counters    Counters
}

// Sessions counts the sessions of a registry.
type Sessions struct {
	Idle int
	Busy int // at work
	Max  int
}

// Counters count since the client was made.
type Counters struct {
	Commands      int64 // commands sent, log-ins and log-outs aside
	Refused       int64 // answered with 2xxx
	Unanswered    int64 // sent, but no answer that can be read came back
	NotSent       int64 // given up before anything was sent
	Logins        int64
	LoginFailures int64
	CheckedNames  int64 // names whose availability was wanted
	CheckCommands int64 // commands that it took
	CheckCached   int64 // names that were answered from the cache
}

type counters struct {
	commands, refused, unanswered, notSent, logins, loginFailures, checked, checkCommands, checkCached atomic.Int64
}

func (c *counters) read() Counters {
	return Counters{Commands: c.commands.Load(), Refused: c.refused.Load(), Unanswered: c.unanswered.Load(), NotSent: c.notSent.Load(),
		Logins: c.logins.Load(), LoginFailures: c.loginFailures.Load(),
		CheckedNames: c.checked.Load(), CheckCommands: c.checkCommands.Load(), CheckCached: c.checkCached.Load()}
}

// Status says how the connection is doing. It asks nobody.
func (c *Client) Status() Status {
	p := c.pool
	p.mu.Lock()
	s := Status{Name: c.cfg.Name, Sessions: Sessions{Idle: len(p.idle), Busy: len(p.busy), Max: c.cfg.MaxSessions}, Counters: c.stats.read()}
	p.mu.Unlock()
	s.Maintenance, _ = c.cfg.maintenance(time.Now())
	s.Health, s.RetryAt = c.quiet.state()
	// Sessions that live serve on, whether or not more of them can be opened.
	if s.Health == Closed && s.Sessions.Idle+s.Sessions.Busy == 0 {
		s.Health, s.RetryAt = p.dial.state()
	}
	for _, g := range []*gate{&c.quiet, &p.dial} {
		if at, err := g.lastError(); err != nil && at.After(s.LastErrorAt) {
			s.LastError, s.LastErrorAt = err.Error(), at
		}
	}
	return s
}
