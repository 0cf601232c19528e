package main

import (
	"fmt"
	"log/slog"
	"os"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/polyreg/polyreg/internal/obs"
	"github.com/polyreg/polyreg/internal/obs/metrics"
)

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:   "polyreg",
		Short: "One registrar platform behind five reseller interfaces",
		Long: `polyreg is a registrar platform that speaks five reseller interfaces as the server: DMAPI, OpenSRS XCP, WAPI,
Domainrobot JSON and AutoDNS XML. Clients written for them work against it unmodified.`,
		Example: `  polyreg sandbox                      # everything on this machine, with demo accounts
  polyreg sandbox --memory --port-base 0 --endpoints-file e.json   # in CI
  polyreg serve --config polyreg.yaml  # production`,
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.SetOut(os.Stdout)
	root.AddCommand(newSandbox(), newServe(), newMigrate(), newConfig(), newSeed(), newAccount(), newCatalog(), newRegistry(), newEPP(), newKey(), newVersion(),
		newClock(), newOrder(), newFault(), newMail(), newRegistrar(), newZone())
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return fmt.Errorf("%w; see %s --help", err, cmd.CommandPath())
	})
	addExamples(root)
	return root
}

// addExamples gives the commands that cobra makes by itself an example too.
func addExamples(root *cobra.Command) {
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	for _, c := range root.Commands() {
		switch c.Name() {
		case "help":
			c.Example = "  polyreg help sandbox"
		case "completion":
			c.Example = "  polyreg completion bash > /etc/bash_completion.d/polyreg"
			for _, shell := range c.Commands() {
				shell.Example = "  polyreg completion " + shell.Name()
			}
		}
	}
}

// version is set at release time by the linker.
var version = "devel"

func build() metrics.Build {
	b := metrics.Build{Version: version, Revision: "unknown"}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				b.Revision = s.Value
			}
		}
	}
	return b
}

// logger writes JSON lines to standard error.
func logger(level string) (*slog.Logger, error) {
	var l slog.Level
	if err := l.UnmarshalText([]byte(level)); err != nil {
		return nil, fmt.Errorf("--log-level must be debug, info, warn or error, not %q", level)
	}
	return obs.NewLogger(os.Stderr, l), nil
}

func newVersion() *cobra.Command {
	return &cobra.Command{Use: "version", Short: "Print version and revision", Args: cobra.NoArgs, Example: "  polyreg version",
		Run: func(cmd *cobra.Command, _ []string) {
			b := build()
			cmd.Printf("polyreg %s (%s)\n", b.Version, b.Revision)
		}}
}
