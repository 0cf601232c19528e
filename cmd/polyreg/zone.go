package main

import (
	"fmt"
	"net/url"

	"github.com/spf13/cobra"
)

// zoneShown is a zone's head as the management API shows it.
type zoneShown struct {
	Name, Unicode, Account, Environment, Kind, Comment, Created, Updated string
	Serial                                                               uint32
	TTL, Staged                                                          int
	Signed                                                               bool
	VirtualNS                                                            string `json:"virtual_name_server"`
	Masters                                                              []string
}

// recordShown is one of a zone's records.
type recordShown struct {
	ID, TTL          int64
	Name, Type, Data string
}

// mostZones is how many zones the management API lists at a time.
const mostZones = 1000

func newZone() *cobra.Command {
	group := &cobra.Command{
		Use:   "zone",
		Short: "See, change and sign the zones of a sandbox",
		Long: `You are the operator here: you see the zones of all accounts. What you change is changed in the name of the account that the zone
belongs to, by the same rules as through the interfaces, and its name server answers for it at once.`,
		Example: `  polyreg zone list
  polyreg zone show example.com
  polyreg zone export example.com > example.com.zone
  polyreg zone diff example.com example.com.zone
  polyreg zone import example.com example.com.zone`,
		Args: noArgs,
	}
	c := newControl(group)
	list := newZoneList(c)
	group.RunE = list.RunE
	group.AddCommand(list, newZoneShow(c), newZoneExport(c), newZoneDiff(c), newZoneImport(c), newZoneHistory(c), newZoneUndo(c), newZoneKeys(c), newZoneSign(c),
		newZoneUnsign(c), newZoneRoll(c), newZoneDS(c))
	return group
}

// ofZone is a path of the management API below a zone.
func ofZone(name, rest string) string { return "zones/" + url.PathEscape(name) + rest }

func newZoneList(c *control) *cobra.Command {
	var account, after string
	var limit int
	cmd := &cobra.Command{Use: "list", Short: "List zones by name", Args: cobra.NoArgs,
		Example: "  polyreg zone list\n  polyreg zone list --account alpha --json\n  polyreg zone list --after example.com",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if limit < 1 || limit > mostZones {
				return fmt.Errorf("--limit must be from 1 to %d, not %d", mostZones, limit)
			}
			return ask(cmd, c, request{"GET", query("zones", "account", account, "after", after, "limit", fmt.Sprint(limit)), nil}, func(a struct {
				Zones []zoneShown
				More  bool
			}) {
				rows := [][]string{{"ZONE", "ACCOUNT", "KIND", "SERIAL", "SIGNED", "WAITS", "CHANGED"}}
				for _, z := range a.Zones {
					rows = append(rows, []string{z.Name, z.Account, z.Kind, fmt.Sprint(z.Serial), yes(z.Signed), number(z.Staged), z.Updated})
				}
				table(cmd, "there are no zones", rows)
				if n := len(a.Zones); a.More && n > 0 {
					cmd.Printf("\nThere are more: --after %s lists those that follow.\n", a.Zones[n-1].Name)
				}
			})
		}}
	cmd.Flags().StringVar(&account, "account", "", "only those of an account, by name or number")
	cmd.Flags().StringVar(&after, "after", "", "only those after a name")
	cmd.Flags().IntVar(&limit, "limit", mostZones, "at most so many")
	return cmd
}

func newZoneShow(c *control) *cobra.Command {
	return &cobra.Command{Use: "show NAME", Short: "Print a zone: its head, its records, what waits for a commit, its forwards", Args: cobra.ExactArgs(1),
		Example: "  polyreg zone show example.com",
		RunE: func(cmd *cobra.Command, args []string) error {
			return ask(cmd, c, request{"GET", ofZone(args[0], ""), nil}, func(v zoneView) { v.print(cmd) })
		}}
}

// zoneView is a zone with all that belongs to it.
type zoneView struct {
	Zone     zoneShown
	SOA      string
	SOATTL   int `json:"soa_ttl"`
	Records  []recordShown
	Waits    *struct{ Lines []string }
	Since    string `json:"waits_since"`
	Forwards []struct {
		Kind, Source, Target, Title string
		Status                      int
	}
}

func (v zoneView) print(cmd *cobra.Command) {
	z := v.Zone
	head := [][2]string{{"zone", z.Name}, {"in Unicode", z.Unicode}, {"account", z.Account + " (" + z.Environment + ")"}, {"kind", z.Kind}, {"serial", fmt.Sprint(z.Serial)},
		{"default TTL", fmt.Sprint(z.TTL)}, {"signed", yes(z.Signed)}, {"system server", z.VirtualNS}, {"comment", z.Comment}, {"created", z.Created}, {"changed", z.Updated}}
	for _, m := range z.Masters {
		head = append(head, [2]string{"master", m})
	}
	for _, l := range head {
		if l[1] != "" {
			cmd.Printf("%-14s %s\n", l[0]+":", l[1])
		}
	}
	cmd.Println()
	rows := [][]string{{"NUMBER", "NAME", "TTL", "TYPE", "DATA"}, {"", "@", fmt.Sprint(v.SOATTL), "SOA", v.SOA}}
	for _, x := range v.Records {
		rows = append(rows, []string{fmt.Sprint(x.ID), x.Name, fmt.Sprint(x.TTL), x.Type, x.Data})
	}
	table(cmd, "", rows)
	if v.Waits != nil && len(v.Waits.Lines) > 0 {
		cmd.Printf("\nWaits for a commit since %s:\n", v.Since)
		for _, l := range v.Waits.Lines {
			cmd.Println(l)
		}
	}
	if len(v.Forwards) > 0 {
		cmd.Println()
		rows := [][]string{{"FORWARD", "FROM", "TO", "STATUS", "TITLE"}}
		for _, f := range v.Forwards {
			rows = append(rows, []string{f.Kind, f.Source, f.Target, number(f.Status), f.Title})
		}
		table(cmd, "", rows)
	}
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// number is a number other than nothing.
func number(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprint(n)
}
