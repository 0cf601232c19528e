package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/polyreg/polyreg/internal/app"
	"github.com/polyreg/polyreg/internal/clock"
	"github.com/polyreg/polyreg/internal/seed"
)

func newSeed() *cobra.Command {
	cmd := &cobra.Command{Use: "seed", Short: "Work with seed files (docs/seed.md)", Example: "  polyreg seed example > my.yaml\n  polyreg seed check my.yaml"}
	cmd.AddCommand(
		&cobra.Command{Use: "example", Short: "Print the sandbox's built-in demo seed", Args: cobra.NoArgs, Example: "  polyreg seed example > my.yaml",
			RunE: func(cmd *cobra.Command, _ []string) error {
				_, err := cmd.OutOrStdout().Write(seed.Demo())
				return err
			}},
		&cobra.Command{Use: "check FILE", Short: "Validate a seed file; problems come with line and column", Args: cobra.ExactArgs(1), Example: "  polyreg seed check my.yaml",
			RunE: func(cmd *cobra.Command, args []string) error {
				if _, err := readSeed(args[0]); err != nil {
					return err
				}
				cmd.Printf("%s is valid\n", args[0])
				return nil
			}},
		newSeedApply())
	return cmd
}

func newSeedApply() *cobra.Command {
	var path string
	cmd := &cobra.Command{
		Use:   "apply FILE",
		Short: "Add what a seed file says to a production database",
		Long: `Adds accounts, contacts, name-server sets and the rest that is not there yet, in one transaction, and leaves what exists.
Domains need the built-in registry in the same process and are refused here.`,
		Example: "  polyreg seed apply --config polyreg.yaml accounts.yaml",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			file, err := readSeed(args[0])
			if err != nil {
				return err
			}
			return withTools(cmd.Context(), path, func(ctx context.Context, t *app.Tools) error {
				report, err := t.ApplySeed(ctx, file)
				if err != nil {
					return err
				}
				cmd.Println(report)
				return nil
			})
		},
	}
	configFlag(cmd, &path)
	return cmd
}

func readSeed(path string) (*seed.File, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading the seed: %w", err)
	}
	return seed.Parse(data, path, clock.Cut(time.Now()))
}
