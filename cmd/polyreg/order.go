package main

import (
	"fmt"
	"net/url"
	"strconv"

	"github.com/spf13/cobra"
)

func newOrder() *cobra.Command {
	group := &cobra.Command{
		Use:   "order",
		Short: "List and decide orders and transfers that wait in a sandbox",
		Long: `Orders that the registry keeps pending, and transfers, wait for somebody's decision: the registry's or the losing registrar's. Here
you make it. ORDER is the number of an order, or the name that it is about.`,
		Example: "  polyreg order list\n  polyreg order complete 1311000001\n  polyreg order after example.com 3",
		Args:    noArgs,
	}
	c := newControl(group)
	var account string
	list := &cobra.Command{Use: "list", Short: "List open orders and the transfers that wait", Args: cobra.NoArgs,
		Example: "  polyreg order list\n  polyreg order list --account alpha --json",
		RunE:    func(cmd *cobra.Command, _ []string) error { return listOrders(cmd, c, account) }}
	list.Flags().StringVar(&account, "account", "", "only those of an account, by name or number")
	group.RunE = list.RunE
	env := "live"
	decide := func(word string, polls int) func(*cobra.Command, []string) error {
		return func(cmd *cobra.Command, args []string) error {
			return decideOrder(cmd, c, args[0], orderDecision{word, polls, env})
		}
	}
	complete := &cobra.Command{Use: "complete ORDER", Short: "Let it succeed now", Args: cobra.ExactArgs(1),
		Example: "  polyreg order complete 1311000001\n  polyreg order complete example.com", RunE: decide("complete", 0)}
	fail := &cobra.Command{Use: "fail ORDER", Short: "Let it fail now", Args: cobra.ExactArgs(1), Example: "  polyreg order fail 1311000001", RunE: decide("fail", 0)}
	never := &cobra.Command{Use: "never ORDER", Short: "Let it wait for ever: time does not approve it either", Args: cobra.ExactArgs(1),
		Example: "  polyreg order never example.com", RunE: decide("never", 0)}
	var failing bool
	after := &cobra.Command{Use: "after ORDER POLLS", Short: "Let it succeed after so many requests of its account", Args: cobra.ExactArgs(2),
		Long: `The first POLLS requests of the order's account, by whatever interface, still find it pending; the one after them finds it decided.
Repeats of the command that placed the order do not count.`,
		Example: "  polyreg order after 1311000001 3\n  polyreg order after example.com 1 --fail",
		RunE: func(cmd *cobra.Command, args []string) error {
			n, err := strconv.Atoi(args[1])
			if err != nil || n < 1 {
				return fmt.Errorf("POLLS must be a number from 1 on, not %q", args[1])
			}
			word := "complete"
			if failing {
				word = "fail"
			}
			return decide(word, n)(cmd, args)
		}}
	after.Flags().BoolVar(&failing, "fail", false, "let it fail then")
	for _, d := range []*cobra.Command{complete, fail, after, never} {
		d.Flags().StringVar(&env, "environment", "live", "where a name is looked for: live or test")
	}
	group.AddCommand(list, complete, fail, after, never)
	return group
}

// orderShown and transferShown are what the management API says of orders and transfers.
type orderShown struct {
	Number                                            int64
	Account, Environment, Dialect, Command, Operation string
	Object, State, Decision, Created                  string
	WaitsFor                                          string `json:"waits_for"`
}

type transferShown struct {
	Name, Environment, From, To, Direction, Decision string
	ActBy                                            string `json:"act_by"`
	Order                                            int64
}

func listOrders(cmd *cobra.Command, c *control, account string) error {
	type answer struct {
		Orders    []orderShown
		Transfers []transferShown
	}
	return ask(cmd, c, request{"GET", query("orders", "account", account), nil}, func(a answer) {
		rows := [][]string{{"ORDER", "ACCOUNT", "OPERATION", "OBJECT", "STATE", "WAITS FOR", "DECISION", "SINCE"}}
		for _, o := range a.Orders {
			rows = append(rows, []string{fmt.Sprint(o.Number), o.Account, o.Operation, o.Object, o.State, o.WaitsFor, o.Decision, o.Created})
		}
		table(cmd, "no order is open", rows)
		if len(a.Transfers) > 0 {
			cmd.Println()
			printTransfers(cmd, a.Transfers)
		}
	})
}

func printTransfers(cmd *cobra.Command, list []transferShown) {
	rows := [][]string{{"TRANSFER", "DIRECTION", "FROM", "TO", "APPROVED BY TIME", "DECISION"}}
	for _, t := range list {
		rows = append(rows, []string{t.Name, t.Direction, t.From, t.To, t.ActBy, t.Decision})
	}
	table(cmd, "no transfer waits", rows)
}

// orderDecision is a decision as the management API takes it.
type orderDecision struct {
	Decision    string `json:"decision"`
	AfterPolls  int    `json:"after_polls,omitempty"`
	Environment string `json:"environment"`
}

func decideOrder(cmd *cobra.Command, c *control, order string, in orderDecision) error {
	type answer struct {
		Order    *orderShown
		Transfer *transferShown
		Decision string
	}
	return ask(cmd, c, request{"POST", "orders/" + url.PathEscape(order), in}, func(a answer) {
		switch {
		case a.Order != nil && (a.Order.State == "done" || a.Order.State == "failed"):
			cmd.Printf("order %d (%s %s) is %s\n", a.Order.Number, a.Order.Operation, a.Order.Object, a.Order.State)
		case a.Order != nil:
			cmd.Printf("order %d (%s %s) is %s; decision: %s\n", a.Order.Number, a.Order.Operation, a.Order.Object, a.Order.State, a.Decision)
		case a.Transfer != nil:
			cmd.Printf("transfer of %s from %s to %s; decision: %s\n", a.Transfer.Name, a.Transfer.From, a.Transfer.To, a.Decision)
		default:
			cmd.Printf("decision: %s\n", a.Decision)
		}
	})
}
