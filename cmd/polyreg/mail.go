package main

import (
	"fmt"
	"net/url"

	"github.com/spf13/cobra"
)

type mailShown struct {
	ID                                                       int64
	Account, Kind, Domain, To, Subject, State, Created, Body string
}

// mostMails is how many mails the management API lists at a time.
const mostMails = 1000

func newMail() *cobra.Command {
	group := &cobra.Command{
		Use:     "mail",
		Short:   "Read the mails of a sandbox",
		Long:    `Mails to registrants and resellers do not leave a sandbox: they are kept to be read here.`,
		Example: "  polyreg mail list --domain example.com\n  polyreg mail show 1",
		Args:    noArgs,
	}
	c := newControl(group)
	var to, domain, account string
	var after int64
	var limit int
	list := &cobra.Command{Use: "list", Short: "List mails, oldest first", Args: cobra.NoArgs,
		Example: "  polyreg mail list\n  polyreg mail list --to jane@alpha.example --domain example.com\n  polyreg mail list --after 1000",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if limit < 1 || limit > mostMails {
				return fmt.Errorf("--limit must be from 1 to %d, not %d", mostMails, limit)
			}
			path := query("mails", "to", to, "domain", domain, "account", account, "after", fmt.Sprint(after), "limit", fmt.Sprint(limit))
			return ask(cmd, c, request{"GET", path, nil}, func(a struct {
				Mails []mailShown
				More  bool
			}) {
				rows := [][]string{{"ID", "WRITTEN", "TO", "KIND", "DOMAIN", "STATE", "SUBJECT"}}
				for _, m := range a.Mails {
					rows = append(rows, []string{fmt.Sprint(m.ID), m.Created, m.To, m.Kind, m.Domain, m.State, m.Subject})
				}
				table(cmd, "there are no mails", rows)
				if n := len(a.Mails); a.More && n > 0 {
					cmd.Printf("\nThere are more: --after %d lists those that follow.\n", a.Mails[n-1].ID)
				}
			})
		}}
	list.Flags().StringVar(&to, "to", "", "only those to an address")
	list.Flags().StringVar(&domain, "domain", "", "only those about a domain")
	list.Flags().StringVar(&account, "account", "", "only those of an account, by name or number")
	list.Flags().Int64Var(&after, "after", 0, "only those after a mail, by its number")
	list.Flags().IntVar(&limit, "limit", mostMails, "at most so many")
	group.RunE = list.RunE
	show := &cobra.Command{Use: "show ID", Short: "Print a mail", Args: cobra.ExactArgs(1), Example: "  polyreg mail show 1",
		RunE: func(cmd *cobra.Command, args []string) error {
			return ask(cmd, c, request{"GET", "mails/" + url.PathEscape(args[0]), nil}, func(m mailShown) {
				cmd.Printf("To: %s\nDate: %s\nSubject: %s\nX-Kind: %s\nX-State: %s\n\n%s\n", m.To, m.Created, m.Subject, m.Kind, m.State, m.Body)
			})
		}}
	group.AddCommand(list, show)
	return group
}
