package main

import (
	"fmt"
	"strconv"

	"github.com/spf13/cobra"
)

func newZoneHistory(c *control) *cobra.Command {
	var limit int
	cmd := &cobra.Command{Use: "history NAME", Short: "Print the latest changes of a zone, youngest first", Args: cobra.ExactArgs(1),
		Example: "  polyreg zone history example.com\n  polyreg zone history example.com --limit 5",
		RunE: func(cmd *cobra.Command, args []string) error {
			if limit < 1 || limit > 1000 {
				return fmt.Errorf("--limit must be from 1 to 1000, not %d", limit)
			}
			return ask(cmd, c, request{"GET", query(ofZone(args[0], "/history"), "limit", fmt.Sprint(limit)), nil}, func(a struct {
				Changes []struct {
					To      uint32
					At, Who string
					Lines   []string
					Before  string `json:"soa_before"`
					After   string `json:"soa_after"`
				}
			}) {
				if len(a.Changes) == 0 {
					cmd.Println("the zone was never changed")
				}
				for _, e := range a.Changes {
					cmd.Printf("%d  %s  %s\n", e.To, e.At, e.Who)
					if e.After != "" {
						cmd.Printf("  -SOA %s\n  +SOA %s\n", e.Before, e.After)
					}
					for _, l := range e.Lines {
						cmd.Println("  " + l)
					}
				}
			})
		}}
	cmd.Flags().IntVar(&limit, "limit", 100, "at most so many")
	return cmd
}

func newZoneUndo(c *control) *cobra.Command {
	return &cobra.Command{Use: "undo NAME SERIAL", Short: "Take one change of a zone back", Args: cobra.ExactArgs(2),
		Long:    "Takes back the change that led to SERIAL (see polyreg zone history), as a new change. Later changes stay; one that is about the same records stands in the way.",
		Example: "  polyreg zone undo example.com 2026112501",
		RunE: func(cmd *cobra.Command, args []string) error {
			n, err := strconv.ParseUint(args[1], 10, 32)
			if err != nil || n == 0 {
				return fmt.Errorf("SERIAL must be the number before a change in polyreg zone history %s, not %q", args[0], args[1])
			}
			in := map[string]uint64{"serial": n}
			return ask(cmd, c, request{"POST", ofZone(args[0], "/undo"), in}, func(a changedShown) {
				for _, l := range a.Lines {
					cmd.Println(l)
				}
				cmd.Printf("the change %d is taken back; serial %d\n", n, a.Zone.Serial)
			})
		}}
}
