package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/polyreg/polyreg/internal/app"
	"github.com/polyreg/polyreg/internal/config"
)

func configFlag(cmd *cobra.Command, path *string) {
	cmd.Flags().StringVar(path, "config", "", "configuration file (needed)")
	if err := cmd.MarkFlagRequired("config"); err != nil { // the flag was defined the line before
		panic(err)
	}
}

func newServe() *cobra.Command {
	var path string
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Run a production node on PostgreSQL",
		Long: `Runs a node with the listeners and registries of the configuration. Any number of nodes share one database. It refuses to
start without its secret key and with a database that is older than the program: run polyreg migrate first.`,
		Example: `  polyreg config check --config polyreg.yaml
  polyreg migrate --config polyreg.yaml
  polyreg serve --config polyreg.yaml`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := config.Load(path)
			if err != nil {
				return err
			}
			log, err := logger(c.LogLevel)
			if err != nil {
				return err
			}
			a, err := app.NewServe(cmd.Context(), c, log, build())
			if err != nil {
				return startError(cmd.Context(), err)
			}
			a.Start()
			cmd.Printf("polyreg node %s is ready on %s\n", c.Node, a.Listening())
			return wait(cmd, a)
		},
	}
	configFlag(cmd, &path)
	return cmd
}

func newMigrate() *cobra.Command {
	var path string
	cmd := &cobra.Command{
		Use:     "migrate",
		Short:   "Bring the database's schema up to date",
		Long:    "Brings the database to this program's schema. Several may run at once; a database newer than the program is left alone.",
		Example: "  polyreg migrate --config polyreg.yaml",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := config.Load(path)
			if err != nil {
				return err
			}
			v, err := app.Migrate(cmd.Context(), c.Database)
			if err != nil {
				return err
			}
			cmd.Printf("the database has schema version %d\n", v)
			return nil
		},
	}
	configFlag(cmd, &path)
	return cmd
}

func newConfig() *cobra.Command {
	cmd := &cobra.Command{Use: "config", Short: "Work with the configuration file", Example: "  polyreg config check --config polyreg.yaml"}
	var path string
	check := &cobra.Command{
		Use:     "check",
		Short:   "Validate a configuration and the files it names; every problem is reported",
		Example: "  polyreg config check --config polyreg.yaml",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := config.Load(path)
			if err != nil {
				return err
			}
			if err := app.CheckFiles(c); err != nil {
				return fmt.Errorf("%s: %w", path, err)
			}
			cmd.Printf("%s is valid: node %s, %d registries, limits %s\n", path, c.Node, len(c.Registries), c.Limits)
			return nil
		},
	}
	configFlag(check, &path)
	cmd.AddCommand(check)
	return cmd
}

// withTools opens the core of a configuration for an operator's command, without listeners.
func withTools(ctx context.Context, path string, do func(context.Context, *app.Tools) error) error {
	c, err := config.Load(path)
	if err != nil {
		return err
	}
	log, err := logger("warn")
	if err != nil {
		return err
	}
	t, err := app.OpenTools(ctx, c, log)
	if err != nil {
		return err
	}
	err = do(ctx, t)
	if closeErr := t.Close(ctx); err == nil {
		err = closeErr
	}
	return err
}
