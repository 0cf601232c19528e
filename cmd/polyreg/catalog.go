package main

import (
	"context"
	"fmt"
	"os"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/polyreg/polyreg/internal/app"
)

func newCatalog() *cobra.Command {
	cmd := &cobra.Command{Use: "catalog", Short: "Show and import TLDs and prices", Example: "  polyreg catalog show com --config polyreg.yaml"}
	var path string
	show := &cobra.Command{
		Use:     "show [TLD]",
		Short:   "Print the catalog in force, or one ending with its prices",
		Example: "  polyreg catalog show --config polyreg.yaml\n  polyreg catalog show com --config polyreg.yaml",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withTools(cmd.Context(), path, func(_ context.Context, t *app.Tools) error {
				w := tabwriter.NewWriter(cmd.OutOrStdout(), 2, 8, 2, ' ', 0)
				fmt.Fprintln(w, "TLD\tOPERATION\tYEARS\tGROUP\tCLASS\tPRICE")
				for _, tld := range t.Catalog().TLDs() {
					if len(args) == 1 && tld != t.Catalog().TLD(args[0]) {
						continue
					}
					for _, p := range tld.Prices {
						fmt.Fprintf(w, "%s\t%s\t%d\t%s\t%s\t%s\n", tld.Name, p.Operation, p.Years, p.Group, p.Class, p.Amount)
					}
				}
				return w.Flush()
			})
		},
	}
	imp := &cobra.Command{
		Use:   "import FILE",
		Short: "Add or replace TLDs and prices from the catalog section of a seed file",
		Long: `Stores the file's catalog section, and nothing else of it, in the database, in place of an earlier import. Nodes take it up
when they start; it lies over the built-in catalog.`,
		Example: "  polyreg catalog import prices.yaml --config polyreg.yaml",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			data, err := os.ReadFile(args[0])
			if err != nil {
				return err
			}
			return withTools(cmd.Context(), path, func(ctx context.Context, t *app.Tools) error {
				n, err := t.ImportCatalog(ctx, data, args[0])
				if err != nil {
					return err
				}
				cmd.Printf("imported; the catalog now has %d endings\n", n)
				return nil
			})
		},
	}
	configFlag(show, &path)
	configFlag(imp, &path)
	cmd.AddCommand(show, imp)
	return cmd
}
