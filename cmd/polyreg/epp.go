package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/polyreg/polyreg/internal/app"
	"github.com/polyreg/polyreg/internal/config"
)

func newEPP() *cobra.Command {
	var path, level string
	var show bool
	var within time.Duration
	cmd := &cobra.Command{
		Use:   "epp NAME hello|check|info|raw [ARGUMENT ...]",
		Short: "Talk to a configured registry",
		Long: `Logs in at the registry of that name in the configuration, with a session of its own, and does one thing:

  hello                              print the greeting and the time of a round trip
  check NAME ...                     say which of the names are free
  info [domain|host|contact] ID      print an object; a domain without the word
  raw                                send the frame on standard input as it is and print the answer

raw takes any well-formed EPP frame: what is in it is between you and the registry. Mind that it is not an order: nothing that
it changes is known to polyreg, charged or repeated. Passwords and authInfo are masked unless --show-secrets is given.
Maintenance windows of the configuration are not kept here.`,
		Example: `  polyreg epp one hello --config polyreg.yaml
  polyreg epp one check example.com example.net --config polyreg.yaml
  polyreg epp one info example.com --config polyreg.yaml --show-secrets
  polyreg epp one info contact P123456789ABCDEF --config polyreg.yaml
  polyreg epp one raw --config polyreg.yaml   # < frame.xml`,
		Args: eppArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := config.Load(path)
			if err != nil {
				return err
			}
			log, err := logger(level)
			if err != nil {
				return err
			}
			t, err := app.OpenEPP(c, args[0], log)
			if err != nil {
				return err
			}
			t.Out, t.ShowSecrets = cmd.OutOrStdout(), show
			ctx, cancel := context.WithTimeout(cmd.Context(), within)
			defer cancel()
			err = runEPP(ctx, cmd, t, args[1:])
			if closeErr := t.Close(); err == nil {
				err = closeErr
			}
			return err
		},
	}
	configFlag(cmd, &path)
	cmd.Flags().BoolVar(&show, "show-secrets", false, "print passwords and authInfo as they are")
	cmd.Flags().DurationVar(&within, "within", time.Minute, "how long it may take in all")
	cmd.Flags().StringVar(&level, "log-level", "warn", "debug (shows the frames, secrets masked), info, warn or error")
	return cmd
}

// eppArgs checks the words of `polyreg epp`.
func eppArgs(_ *cobra.Command, args []string) error {
	if len(args) < 2 {
		return fmt.Errorf("say which registry and what to do: polyreg epp NAME hello|check|info|raw; see polyreg epp --help")
	}
	n := len(args) - 2
	ok := false
	switch args[1] {
	case "hello", "raw":
		ok = n == 0
	case "check":
		ok = n > 0
	case "info":
		ok = n == 1 || n == 2
	default:
		return fmt.Errorf("%s is none of hello, check, info, raw; see polyreg epp --help", args[1])
	}
	if !ok {
		return fmt.Errorf("%s takes other arguments; see polyreg epp --help", args[1])
	}
	return nil
}

func runEPP(ctx context.Context, cmd *cobra.Command, t *app.EPPTool, args []string) error {
	switch args[0] {
	case "hello":
		return t.Hello(ctx)
	case "check":
		return t.Check(ctx, args[1:])
	case "info":
		kind := "domain"
		if len(args) == 3 {
			kind = args[1]
		}
		return t.Info(ctx, kind, args[len(args)-1])
	}
	return t.Raw(ctx, cmd.InOrStdin())
}
