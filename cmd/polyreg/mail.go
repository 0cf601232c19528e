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
	list := &cobra.Command{Use: "list", Short: "List mails, oldest first", Args: cobra.NoArgs,
		Example: "  polyreg mail list\n  polyreg mail list --to jane@alpha.example --domain example.com",
		RunE: func(cmd *cobra.Command, _ []string) error {
			path := query("mails", "to", to, "domain", domain, "account", account, "limit", "1000")
			return ask(cmd, c, request{"GET", path, nil}, func(a struct{ Mails []mailShown }) {
				rows := [][]string{{"ID", "WRITTEN", "TO", "KIND", "DOMAIN", "STATE", "SUBJECT"}}
				for _, m := range a.Mails {
					rows = append(rows, []string{fmt.Sprint(m.ID), m.Created, m.To, m.Kind, m.Domain, m.State, m.Subject})
				}
				table(cmd, "there are no mails", rows)
			})
		}}
	list.Flags().StringVar(&to, "to", "", "only those to an address")
	list.Flags().StringVar(&domain, "domain", "", "only those about a domain")
	list.Flags().StringVar(&account, "account", "", "only those of an account, by name or number")
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
