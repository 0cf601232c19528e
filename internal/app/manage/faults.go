package manage

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/registry/fault"
)

// faultRule is a rule as it is given and shown.
type faultRule struct {
	ID      int64    `json:"id,omitempty"`
	Kind    string   `json:"kind"`
	Latency string   `json:"latency,omitempty"` // "2s", of the kind latency
	Account string   `json:"account,omitempty"` // name or number
	Command string   `json:"command,omitempty"` // the core's operation or the dialect's own word
	Object  string   `json:"object,omitempty"`  // name, with * and ?
	On      []string `json:"on,omitempty"`
	Nth     int      `json:"nth,omitempty"`
	First   int      `json:"first,omitempty"`
	Every   bool     `json:"every,omitempty"`
	Times   int      `json:"times,omitempty"`
	Chance  float64  `json:"chance,omitempty"`
	Seed    uint64   `json:"seed,omitempty"`
}

// shownFault is a rule with what it has done.
type shownFault struct {
	faultRule
	Calls int  `json:"calls"`
	Hits  int  `json:"hits"`
	Spent bool `json:"spent"`
}

// madeFault is the answer of POST faults.
type madeFault struct{ shownFault }

func (madeFault) created() {}

// getFaults lists the rules in force, and those that are spent.
func (a *API) getFaults(*http.Request) (any, error) {
	out := []shownFault{}
	for _, r := range a.Faults.List() {
		out = append(out, shownRule(r))
	}
	return map[string]any{"faults": out}, nil
}

func shownRule(r fault.Rule) shownFault {
	s := shownFault{faultRule{ID: r.ID, Kind: string(r.Kind), Account: r.Account, Command: r.Command, Object: r.Object, On: r.On, Nth: r.Nth,
		First: r.First, Every: r.Every, Times: r.Times, Chance: r.Chance, Seed: r.Seed}, r.Calls, r.Hits, r.Spent()}
	if r.Latency != 0 {
		s.Latency = r.Latency.String()
	}
	return s
}

// postFault puts a rule in force.
func (a *API) postFault(r *http.Request) (any, error) {
	var in faultRule
	if err := read(r, &in); err != nil {
		return nil, err
	}
	if in.ID != 0 {
		return nil, errs.F(errs.Invalid, "id", "is given by the sandbox")
	}
	rule := fault.Rule{Kind: fault.Kind(in.Kind), Account: in.Account, Command: in.Command, Object: in.Object, On: in.On, Nth: in.Nth, First: in.First,
		Every: in.Every, Times: in.Times, Chance: in.Chance, Seed: in.Seed}
	if in.Latency != "" {
		d, err := time.ParseDuration(in.Latency)
		if err != nil {
			return nil, errs.F(errs.Invalid, "latency", "%q is no duration: write 250ms or 2s", in.Latency)
		}
		rule.Latency = d
	}
	if err := rule.Check(); err != nil {
		return nil, err
	}
	if in.Account != "" {
		accs, err := a.accountsOf(r.Context(), in.Account)
		if err != nil {
			return nil, err
		}
		for _, acc := range accs {
			rule.Accounts = append(rule.Accounts, int64(acc.ID))
		}
	}
	rule, err := a.Faults.Add(rule)
	if err != nil {
		return nil, err
	}
	return madeFault{shownRule(rule)}, nil
}

// deleteFaults takes all rules away.
func (a *API) deleteFaults(*http.Request) (any, error) {
	return map[string]int{"removed": a.Faults.Clear()}, nil
}

// deleteFault takes one rule away.
func (a *API) deleteFault(r *http.Request) (any, error) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		return nil, errs.F(errs.Invalid, "id", "a fault has a number, not %q", r.PathValue("id"))
	}
	if !a.Faults.Remove(id) {
		return nil, errs.F(errs.NotFound, "id", "there is no fault %d", id)
	}
	return map[string]int{"removed": 1}, nil
}

// AccountName is the name of an account, for the journal.
func (a *API) AccountName(ctx context.Context, id int64) string {
	return a.names().of(ctx, account.ID(id)).Name
}
