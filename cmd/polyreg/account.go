package main

import (
	"context"
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/app"
	"github.com/polyreg/polyreg/internal/money"
)

func newAccount() *cobra.Command {
	cmd := &cobra.Command{Use: "account", Short: "Add, list and credit accounts", Example: "  polyreg account list --config polyreg.yaml"}
	cmd.AddCommand(newAccountAdd(), newAccountList(), newAccountCredit())
	return cmd
}

func newAccountAdd() *cobra.Command {
	var path string
	a := account.Account{Language: "en", PriceGroup: "standard"}
	var env, currency, parent string
	cmd := &cobra.Command{
		Use:   "add NAME",
		Short: "Add an account without credentials (use a seed file to add those)",
		Example: `  polyreg account add alpha --config polyreg.yaml --currency EUR --email ops@alpha.example
  polyreg account add alpha-play --config polyreg.yaml --environment test --currency EUR`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			a.Name, a.Environment, a.Currency = args[0], account.Environment(env), money.Currency(currency)
			return withTools(cmd.Context(), path, func(ctx context.Context, t *app.Tools) error {
				if err := t.AddAccount(ctx, &a, parent); err != nil {
					return err
				}
				cmd.Printf("account %s has number %d\n", a.Name, a.ID)
				return nil
			})
		},
	}
	configFlag(cmd, &path)
	f := cmd.Flags()
	f.StringVar(&a.Company, "company", "", "company")
	f.StringVar(&a.Email, "email", "", "e-mail address")
	f.StringVar(&a.Language, "language", "en", "en, de or cs")
	f.StringVar(&a.PriceGroup, "price-group", "standard", "price group")
	f.StringVar(&currency, "currency", "EUR", "billing currency")
	f.StringVar(&env, "environment", "live", "live or test")
	f.StringVar(&parent, "parent", "", "name of the parent account")
	return cmd
}

func newAccountList() *cobra.Command {
	var path string
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List all accounts with their balances",
		Example: "  polyreg account list --config polyreg.yaml",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withTools(cmd.Context(), path, func(ctx context.Context, t *app.Tools) error {
				w := tabwriter.NewWriter(cmd.OutOrStdout(), 2, 8, 2, ' ', 0)
				fmt.Fprintln(w, "NUMBER\tNAME\tENVIRONMENT\tCURRENCY\tBALANCE\tHELD\tCREDIT LIMIT")
				err := t.EachAccount(ctx, func(r app.AccountRow) error {
					_, err := fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%s\t%s\t%s\n", r.Account.ID, r.Account.Name, r.Account.Environment, r.Account.Currency,
						r.Balance.Decimal(), r.Held.Decimal(), r.Limit.Decimal())
					return err
				})
				if err != nil {
					return err
				}
				return w.Flush()
			})
		},
	}
	configFlag(cmd, &path)
	return cmd
}

func newAccountCredit() *cobra.Command {
	var path, env, text string
	cmd := &cobra.Command{
		Use:     "credit NAME AMOUNT CURRENCY",
		Short:   "Book money into an account",
		Example: "  polyreg account credit alpha 250.00 EUR --config polyreg.yaml --text 'bank transfer 4711'",
		Args:    cobra.ExactArgs(3),
		RunE: func(cmd *cobra.Command, args []string) error {
			amount, err := money.Parse(args[1], money.Currency(args[2]))
			if err != nil {
				return err
			}
			return withTools(cmd.Context(), path, func(ctx context.Context, t *app.Tools) error {
				b, err := t.Credit(ctx, account.Environment(env), args[0], amount, text)
				if err != nil {
					return err
				}
				cmd.Printf("%s now has %s\n", args[0], b)
				return nil
			})
		},
	}
	configFlag(cmd, &path)
	cmd.Flags().StringVar(&env, "environment", "live", "live or test")
	cmd.Flags().StringVar(&text, "text", "deposit", "what the posting says")
	return cmd
}
