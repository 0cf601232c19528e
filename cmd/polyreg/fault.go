package main

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/spf13/cobra"
)

// faultShown is a fault as the management API takes and shows it.
type faultShown struct {
	ID      int64    `json:"id,omitempty"`
	Kind    string   `json:"kind"`
	Latency string   `json:"latency,omitempty"`
	Account string   `json:"account,omitempty"`
	Command string   `json:"command,omitempty"`
	Object  string   `json:"object,omitempty"`
	On      []string `json:"on,omitempty"`
	Nth     int      `json:"nth,omitempty"`
	First   int      `json:"first,omitempty"`
	Every   bool     `json:"every,omitempty"`
	Times   int      `json:"times,omitempty"`
	Chance  float64  `json:"chance,omitempty"`
	Seed    uint64   `json:"seed,omitempty"`
	Calls   int      `json:"calls,omitempty"`
	Hits    int      `json:"hits,omitempty"`
	Spent   bool     `json:"spent,omitempty"`
}

func newFault() *cobra.Command {
	group := &cobra.Command{
		Use:   "fault",
		Short: "Put faults between a sandbox and its registry",
		Long: `Nothing fails in a sandbox unless a fault is asked for. A fault hits the commands that it is addressed to, as often as it says, and
each hit is marked in the journal.`,
		Example: "  polyreg fault add drop-after --account alpha --command register\n  polyreg fault list\n  polyreg fault clear",
		Args:    noArgs,
	}
	c := newControl(group)
	list := &cobra.Command{Use: "list", Short: "List faults, those that are spent included", Args: cobra.NoArgs, Example: "  polyreg fault list",
		RunE: func(cmd *cobra.Command, _ []string) error { return listFaults(cmd, c) }}
	group.RunE = list.RunE
	remove := &cobra.Command{Use: "remove ID", Short: "Remove a fault", Args: cobra.ExactArgs(1), Example: "  polyreg fault remove 1",
		RunE: func(cmd *cobra.Command, args []string) error {
			return removeFaults(cmd, c, "faults/"+url.PathEscape(args[0]))
		}}
	clear := &cobra.Command{Use: "clear", Short: "Remove all faults", Args: cobra.NoArgs, Example: "  polyreg fault clear",
		RunE: func(cmd *cobra.Command, _ []string) error { return removeFaults(cmd, c, "faults") }}
	group.AddCommand(list, newFaultAdd(c), remove, clear)
	return group
}

func newFaultAdd(c *control) *cobra.Command {
	var in faultShown
	cmd := &cobra.Command{
		Use:   "add KIND",
		Short: "Add a fault",
		Long: `KIND is one of

  latency      the answer comes late, by --latency
  down         the registry refuses the connection; nothing is sent
  drop-before  the connection is lost before the registry has seen the command
  drop-after   the registry carries the command out, and the answer is lost
  2400         the registry answers "command failed" and has done nothing
  1001         the registry keeps the action pending (register, renew, update, delete); see polyreg order

Without --nth, --first or --every the next command that fits is hit, and no other.`,
		Example: `  polyreg fault add drop-after --account alpha --command register
  polyreg fault add latency --latency 2s --object '*.de' --every
  polyreg fault add 2400 --command renew --nth 3
  polyreg fault add down --every --chance 0.2 --seed 7 --times 10
  polyreg fault add 1001 --command register --first 2`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			in.Kind = args[0]
			return ask(cmd, c, request{"POST", "faults", in}, func(f faultShown) {
				cmd.Printf("fault %d: %s on %s, %s\n", f.ID, f.kind(), f.address(), f.which())
			})
		},
	}
	f := cmd.Flags()
	f.StringVar(&in.Account, "account", "", "only orders of an account, by name or number")
	f.StringVar(&in.Command, "command", "", "only this operation (register, renew, update, delete, restore, transfer …) or command of an interface")
	f.StringVar(&in.Object, "object", "", "only this name; * and ? stand for anything")
	f.StringSliceVar(&in.On, "on", nil, "which commands to the registry: deciding (default), steps, all, or one such as domain:info, poll:request")
	f.IntVar(&in.Nth, "nth", 0, "the nth that fits")
	f.IntVar(&in.First, "first", 0, "the first so many that fit")
	f.BoolVar(&in.Every, "every", false, "every one that fits")
	f.IntVar(&in.Times, "times", 0, "be spent after so many hits")
	f.Float64Var(&in.Chance, "chance", 0, "hit only this part of them, from 0 to 1, chosen by --seed")
	f.Uint64Var(&in.Seed, "seed", 0, "which part: equal seeds choose equally")
	f.StringVar(&in.Latency, "latency", "", "how late, with the kind latency: 250ms, 2s")
	return cmd
}

func (f *faultShown) kind() string {
	if f.Latency != "" {
		return f.Kind + " " + f.Latency
	}
	return f.Kind
}

// address tells what a fault is addressed to.
func (f *faultShown) address() string {
	var words []string
	for _, w := range []struct{ name, value string }{{"account", f.Account}, {"command", f.Command}, {"object", f.Object}, {"on", strings.Join(f.On, ",")}} {
		if w.value != "" {
			words = append(words, w.name+" "+w.value)
		}
	}
	if len(words) == 0 {
		return "any order"
	}
	return strings.Join(words, ", ")
}

// which tells how often a fault hits.
func (f *faultShown) which() string {
	word := "once"
	switch {
	case f.Nth > 0:
		word = fmt.Sprintf("number %d alone", f.Nth)
	case f.First > 0:
		word = fmt.Sprintf("the first %d", f.First)
	case f.Every:
		word = "every one"
	}
	if f.Times > 0 {
		word += fmt.Sprintf(", at most %d times", f.Times)
	}
	if f.Chance > 0 {
		word += fmt.Sprintf(", chance %g with seed %d", f.Chance, f.Seed)
	}
	return word
}

func listFaults(cmd *cobra.Command, c *control) error {
	return ask(cmd, c, request{"GET", "faults", nil}, func(a struct{ Faults []faultShown }) {
		rows := [][]string{{"ID", "FAULT", "ADDRESS", "WHICH", "FITTED", "HIT", "STATE"}}
		for _, f := range a.Faults {
			state := "in force"
			if f.Spent {
				state = "spent"
			}
			rows = append(rows, []string{fmt.Sprint(f.ID), f.kind(), f.address(), f.which(), fmt.Sprint(f.Calls), fmt.Sprint(f.Hits), state})
		}
		table(cmd, "there are no faults", rows)
	})
}

func removeFaults(cmd *cobra.Command, c *control, path string) error {
	return ask(cmd, c, request{"DELETE", path, nil}, func(a struct{ Removed int }) { cmd.Printf("%d removed\n", a.Removed) })
}
