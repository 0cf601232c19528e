package main

import (
	"strings"

	"github.com/spf13/cobra"
)

// nameCall is a call about one name.
type nameCall struct {
	Name        string `json:"name"`
	Environment string `json:"environment"`
	AuthInfo    string `json:"auth_info,omitempty"`
}

type nameShown struct {
	Name, Done string
	AuthInfo   string `json:"auth_info"`
	Transfer   *transferShown
	Order      *orderShown
}

func newRegistrar() *cobra.Command {
	group := &cobra.Command{
		Use:   "registrar",
		Short: "Drive the other registrar of a sandbox's registry",
		Long: `A sandbox's registry knows another registrar, so that transfers in and away are real: it can ask for one of your names, offer one of
its own, and answer when you ask for one.`,
		Example: "  polyreg registrar give incoming.com\n  polyreg registrar approve incoming.com\n  polyreg registrar take example.com",
		Args:    noArgs,
	}
	c := newControl(group)
	list := &cobra.Command{Use: "list", Short: "List its names and the transfers that it has a part in", Args: cobra.NoArgs, Example: "  polyreg registrar list",
		RunE: func(cmd *cobra.Command, _ []string) error { return listRegistrar(cmd, c) }}
	group.RunE = list.RunE
	var in nameCall
	run := func(path string) func(*cobra.Command, []string) error {
		return func(cmd *cobra.Command, args []string) error {
			in.Name = args[0]
			return ask(cmd, c, request{"POST", "registrar/" + path, in}, func(n nameShown) { n.print(cmd) })
		}
	}
	take := &cobra.Command{Use: "take NAME", Short: "Let it ask for one of our names", Args: cobra.ExactArgs(1),
		Example: "  polyreg registrar take example.com\n  polyreg registrar take example.com --auth-info ex-AuthInfo-1", RunE: run("take")}
	take.Flags().StringVar(&in.AuthInfo, "auth-info", "", "ask over EPP with this authInfo, which the registry checks (default: as if it knew it)")
	give := &cobra.Command{Use: "give NAME", Short: "Make one of its names, or a free one, ready to be transferred in, and print the authInfo",
		Args: cobra.ExactArgs(1), Example: "  polyreg registrar give incoming.com", RunE: run("give")}
	approve := &cobra.Command{Use: "approve NAME", Short: "Let it approve our transfer of one of its names", Args: cobra.ExactArgs(1),
		Example: "  polyreg registrar approve incoming.com", RunE: run("approve")}
	reject := &cobra.Command{Use: "reject NAME", Short: "Let it reject our transfer of one of its names", Args: cobra.ExactArgs(1),
		Example: "  polyreg registrar reject incoming.com", RunE: run("reject")}
	for _, cmd := range []*cobra.Command{take, give, approve, reject} {
		cmd.Flags().StringVar(&in.Environment, "environment", "live", "live or test")
	}
	group.AddCommand(list, take, give, approve, reject)
	return group
}

// print tells what was done.
func (n *nameShown) print(cmd *cobra.Command) {
	cmd.Printf("%s: %s\n", n.Name, n.Done)
	if n.AuthInfo != "" {
		cmd.Printf("authInfo: %s\n", n.AuthInfo)
	}
	if t := n.Transfer; t != nil {
		cmd.Printf("it waits for %s, and is approved by time at %s\n", t.From, t.ActBy)
	}
	if o := n.Order; o != nil {
		cmd.Printf("order %d (%s %s) is %s\n", o.Number, o.Operation, o.Object, o.State)
	}
}

func listRegistrar(cmd *cobra.Command, c *control) error {
	type answer struct {
		Names []struct {
			Name, Environment, Registrar, Expires string
			Statuses                              []string
		}
		Transfers []transferShown
	}
	return ask(cmd, c, request{"GET", "registrar", nil}, func(a answer) {
		rows := [][]string{{"NAME", "ENVIRONMENT", "REGISTRAR", "EXPIRES", "STATUSES"}}
		for _, n := range a.Names {
			rows = append(rows, []string{n.Name, n.Environment, n.Registrar, n.Expires, strings.Join(n.Statuses, " ")})
		}
		table(cmd, "it has no names", rows)
		if len(a.Transfers) > 0 {
			cmd.Println()
			printTransfers(cmd, a.Transfers)
		}
	})
}
