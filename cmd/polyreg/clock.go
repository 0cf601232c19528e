package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

func newClock() *cobra.Command {
	group := &cobra.Command{
		Use:   "clock",
		Short: "Show or move a sandbox's registrar time",
		Long: `Registrar time is what names, orders, notices and prices live by. Moved forward, everything that falls due in between happens in
order: notices, renewals, deletions, releases, transfers that nobody answered. It never goes back.`,
		Example: "  polyreg clock\n  polyreg clock advance 75d\n  polyreg clock set 2027-06-01",
		Args:    noArgs,
	}
	c := newControl(group)
	show := &cobra.Command{Use: "show", Short: "Show registrar time and wall time", Args: cobra.NoArgs, Example: "  polyreg clock show",
		RunE: func(cmd *cobra.Command, _ []string) error { return showClock(cmd, c) }}
	group.RunE = show.RunE
	var quiet bool
	advance := &cobra.Command{Use: "advance SPAN", Short: "Move registrar time forward by a span: 75d, 1y, 2w, 36h, 1d12h",
		Example: "  polyreg clock advance 75d\n  polyreg clock advance 1y --quiet\n  polyreg clock advance 36h --json", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return moveClock(cmd, c, map[string]string{"advance": args[0]}, quiet)
		}}
	set := &cobra.Command{Use: "set TIME", Short: "Move registrar time forward to a day or moment",
		Example: "  polyreg clock set 2027-06-01\n  polyreg clock set 2027-06-01T12:00:00Z", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return moveClock(cmd, c, map[string]string{"to": args[0]}, quiet)
		}}
	for _, m := range []*cobra.Command{advance, set} {
		m.Flags().BoolVar(&quiet, "quiet", false, "print the sums alone, not each event")
	}
	group.AddCommand(show, advance, set)
	return group
}

func showClock(cmd *cobra.Command, c *control) error {
	type now struct {
		Registrar string `json:"registrar_time"`
		Wall      string `json:"wall_time"`
		Standing  bool   `json:"standing"`
	}
	return ask(cmd, c, request{"GET", "clock", nil}, func(n now) {
		how := "it runs"
		if n.Standing {
			how = "it stands until it is moved"
		}
		cmd.Printf("registrar time  %s  (%s)\nwall time       %s\n", n.Registrar, how, n.Wall)
	})
}

// clockLine is a line of the answer to a move of the clock.
type clockLine struct {
	Progress *struct {
		At    string
		Steps int
	}
	Event *struct {
		At, Source, Account, Kind, Object, Amount string
		Order                                     int64
	}
	Report *struct {
		From, To                      string
		Steps, Events, Notices, Mails int
		Charges                       map[string]struct{ Charged, Refunded string }
	}
	Error string
}

// moveClock moves the clock and prints what that causes as it comes.
func moveClock(cmd *cobra.Command, c *control, in any, quiet bool) error {
	res, err := c.open(cmd.Context(), "POST", "clock", in)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	lines := bufio.NewScanner(res.Body)
	lines.Buffer(nil, 1<<20)
	done := false
	for lines.Scan() {
		var l clockLine
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			return fmt.Errorf("the sandbox answered what this program does not know: %w", err)
		}
		done = l.Report != nil
		switch {
		case l.Error != "":
			return fmt.Errorf("the clock stopped on its way: %s", l.Error)
		case c.json && (!quiet || l.Event == nil):
			cmd.Println(lines.Text())
		case !c.json:
			l.print(cmd, quiet)
		}
	}
	switch {
	case cmd.Context().Err() != nil:
		return errors.New("interrupted: the clock stands where it had got to; see polyreg clock")
	case lines.Err() != nil || !done:
		return fmt.Errorf("the sandbox's answer broke off (%v): polyreg clock shows how far it got", lines.Err())
	}
	return nil
}

// print shows a line to a person.
func (l *clockLine) print(cmd *cobra.Command, quiet bool) {
	switch {
	case l.Progress != nil:
		cmd.Printf("… %s, %d steps\n", l.Progress.At, l.Progress.Steps)
	case l.Event != nil && !quiet:
		e := l.Event
		words := []string{e.At, e.Source, e.Kind, e.Object, e.Account, e.Amount}
		if e.Order != 0 {
			words = append(words, fmt.Sprintf("order %d", e.Order))
		}
		cmd.Println(strings.Join(slices.DeleteFunc(words, func(s string) bool { return s == "" }), "  "))
	case l.Report != nil:
		r := l.Report
		cmd.Printf("registrar time was %s and is %s\n%d steps, %d events, %d notices, %d mails\n", r.From, r.To, r.Steps, r.Events, r.Notices, r.Mails)
		for _, cur := range slices.Sorted(maps.Keys(r.Charges)) {
			cmd.Printf("charged %s %s, refunded %s %s\n", r.Charges[cur].Charged, cur, r.Charges[cur].Refunded, cur)
		}
	}
}
