package manage

import (
	"context"
	"encoding/json"
	"net/http"
	"regexp"
	"strconv"
	"time"

	"github.com/polyreg/polyreg/internal/clock"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/lifecycle"
	"github.com/polyreg/polyreg/internal/money"
)

// clockNow is what GET clock answers.
type clockNow struct {
	Registrar string `json:"registrar_time"`
	Wall      string `json:"wall_time"`
	Standing  bool   `json:"standing"` // it does not run by itself
}

// getClock shows both clocks.
func (a *API) getClock(*http.Request) (any, error) {
	return clockNow{stamp(a.Clocks.Registrar()), stamp(a.Clocks.Wall()), a.Clocks.Standing()}, nil
}

// clockOrder is what POST clock takes: one of both.
type clockOrder struct {
	Advance string `json:"advance"` // "75d", "1y", "1d12h"
	To      string `json:"to"`      // RFC 3339
}

// moment is where an order for the clock leads, from registrar time.
func (o clockOrder) moment(now time.Time) (time.Time, error) {
	switch {
	case (o.Advance == "") == (o.To == ""):
		return now, errs.F(errs.Missing, "advance", "say by how much (advance: 75d, 1y, 36h) or to when (to: 2027-01-31T00:00:00Z), one of both")
	case o.Advance != "":
		return After(now, o.Advance)
	}
	to, err := time.Parse(time.RFC3339, o.To)
	if err != nil {
		if to, err = time.Parse(time.DateOnly, o.To); err != nil {
			return now, errs.F(errs.Invalid, "to", "%q is no time: write 2027-01-31T00:00:00Z or 2027-01-31", o.To)
		}
	}
	return clock.Cut(to), nil
}

var (
	reSpans = regexp.MustCompile(`^([0-9]+(y|w|d|h|m|s))+$`)
	reSpan  = regexp.MustCompile(`([0-9]+)(y|w|d|h|m|s)`)
)

// farthest is the last year that the clock is moved to.
const farthest = 2200

// After is a time that is a span later: numbers with y (calendar years), w, d, h, m (minutes) and s. Errors: Invalid with field
// "advance".
func After(now time.Time, span string) (time.Time, error) {
	if !reSpans.MatchString(span) {
		return now, errs.F(errs.Invalid, "advance", "%q is no span: write 75d, 1y, 2w, 36h, 1d12h30m", span)
	}
	at := now
	for _, m := range reSpan.FindAllStringSubmatch(span, -1) {
		n, err := strconv.Atoi(m[1])
		if err != nil || n > 100*366*24*3600 {
			return now, errs.F(errs.Invalid, "advance", "%s is too far", m[0])
		}
		if m[2] == "y" {
			if n > farthest {
				return now, errs.F(errs.Invalid, "advance", "%s is too far", m[0])
			}
			at = clock.AddYears(at, n)
			continue
		}
		unit := map[string]time.Duration{"w": 7 * 24 * time.Hour, "d": 24 * time.Hour, "h": time.Hour, "m": time.Minute, "s": time.Second}[m[2]]
		if n > int(1<<62/unit) {
			return now, errs.F(errs.Invalid, "advance", "%s is too far", m[0])
		}
		at = at.Add(time.Duration(n) * unit)
	}
	if at.Year() > farthest {
		return now, errs.F(errs.Invalid, "advance", "the clock goes to the year %d at most", farthest)
	}
	return at, nil
}

// clockLine is one line of what POST clock answers: progress, events and at the end the report or an error.
type clockLine struct {
	Progress *clockProgress `json:"progress,omitempty"`
	Event    *clockEvent    `json:"event,omitempty"`
	Report   *clockReport   `json:"report,omitempty"`
	Error    string         `json:"error,omitempty"`
}

type clockProgress struct {
	At    string `json:"at"`
	Steps int    `json:"steps"`
}

// clockEvent is one line of the event log: the same for equal runs.
type clockEvent struct {
	At      string `json:"at"`
	Source  string `json:"source"` // "history", "notice", "ledger", "mail"
	Seq     int64  `json:"seq"`
	Account string `json:"account,omitempty"`
	Kind    string `json:"kind"`
	Object  string `json:"object,omitempty"`
	Order   int64  `json:"order,omitempty"`
	Amount  string `json:"amount,omitempty"` // "-12.00 EUR": charged
}

type clockReport struct {
	From    string                  `json:"from"`
	To      string                  `json:"to"`
	Steps   int                     `json:"steps"` // what time did, to names here and at the registry
	Events  int                     `json:"events"`
	Notices int                     `json:"notices"`
	Mails   int                     `json:"mails"`
	Charges map[string]clockCharges `json:"charges"` // by currency
	TookMS  int64                   `json:"took_ms"`
}

type clockCharges struct {
	Charged  string `json:"charged"`
	Refunded string `json:"refunded"`
}

// postClock moves registrar time. It answers in lines of JSON as it goes; what is wrong with the request is answered with a
// status of its own.
func (a *API) postClock(w http.ResponseWriter, r *http.Request) {
	var o clockOrder
	err := read(r, &o)
	var to time.Time
	if err == nil {
		to, err = o.moment(a.Clocks.Registrar())
	}
	if err != nil {
		a.Fail(w, r, err)
		return
	}
	out := &lines{w: w}
	rep, err := a.Clock.Advance(r.Context(), to, func(p lifecycle.Progress) {
		out.write(clockLine{Progress: &clockProgress{stamp(p.At), p.Steps}})
	})
	switch {
	case err != nil && out.begun:
		status, p := judged(err)
		if status >= http.StatusInternalServerError {
			a.Log.ErrorContext(r.Context(), "the clock stopped on its way", "err", err)
		}
		out.write(clockLine{Error: p.Error})
		return
	case err != nil:
		a.Fail(w, r, err)
		return
	}
	n := a.names()
	for i := range rep.Events {
		e := a.shownEvent(r.Context(), n, &rep.Events[i])
		out.write(clockLine{Event: &e})
	}
	sum := reportOf(rep)
	out.write(clockLine{Report: &sum})
}

func (a *API) shownEvent(ctx context.Context, n *names, e *command.Event) clockEvent {
	c := clockEvent{At: stamp(e.At), Source: e.Source, Seq: e.Seq, Account: n.of(ctx, e.Account).Name, Kind: e.Kind, Object: e.Object, Order: e.Order}
	if e.Amount.Currency != "" {
		c.Amount = e.Amount.String()
	}
	return c
}

func reportOf(rep lifecycle.Report) clockReport {
	c := clockReport{From: stamp(rep.From), To: stamp(rep.To), Steps: rep.Steps, Events: len(rep.Events), TookMS: rep.Took.Milliseconds(),
		Charges: map[string]clockCharges{}}
	charged, refunded := map[money.Currency]int64{}, map[money.Currency]int64{}
	for _, e := range rep.Events {
		switch {
		case e.Source == "notice":
			c.Notices++
		case e.Source == "mail":
			c.Mails++
		case e.Amount.Minor < 0:
			charged[e.Amount.Currency] -= e.Amount.Minor
		case e.Amount.Minor > 0:
			refunded[e.Amount.Currency] += e.Amount.Minor
		}
	}
	for _, sums := range []map[money.Currency]int64{charged, refunded} {
		for cur := range sums {
			c.Charges[string(cur)] = clockCharges{money.New(charged[cur], cur).Decimal(), money.New(refunded[cur], cur).Decimal()}
		}
	}
	return c
}

// lines answers line by line, without an end to the time for it.
type lines struct {
	w     http.ResponseWriter
	begun bool
}

func (l *lines) write(v any) {
	if !l.begun {
		l.begun = true
		l.w.Header().Set("Content-Type", "application/x-ndjson; charset=utf-8")
		l.w.Header().Set("Cache-Control", "no-store")
	}
	b, err := json.Marshal(v)
	if err != nil { // what this package answers always encodes
		panic(err)
	}
	c := http.NewResponseController(l.w)
	_ = c.SetWriteDeadline(time.Time{}) // where there is no connection there is no deadline either
	_, _ = l.w.Write(append(b, '\n'))   // a client that went away needs no answer
	_ = c.Flush()
}
