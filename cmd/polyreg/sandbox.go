package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/polyreg/polyreg/internal/app"
)

// stopWithin is how long running requests may take when the program ends.
const stopWithin = 20 * time.Second

func newSandbox() *cobra.Command {
	o := app.SandboxOptions{Ports: app.Ports{Base: -1}}
	var seedFile, limits, level string
	cmd := &cobra.Command{
		Use:   "sandbox",
		Short: "Run everything on this machine: five dialects, a registry, demo accounts",
		Long: `Starts the five dialects and a registry of its own on loopback, with accounts, contacts and domains from a seed file.
Nothing leaves this machine. Every dialect answers on one HTTP port under its prefix (/dmapi, /opensrs, /wapi, /domainrobot,
/autodns), or under the vendor's host name; OpenSRS and EPP have TLS ports of their own.`,
		Example: `  polyreg sandbox                                   # keeps its data below your data home
  polyreg sandbox --memory --seed my.yaml           # forgets everything at the end
  polyreg sandbox --memory --port-base 0 --endpoints-file endpoints.json
  sudo polyreg sandbox --vendor-ports               # also 80, 443, 55443: a hosts entry points any client at it`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if limits != "real" && limits != "off" {
				return fmt.Errorf("--limits must be real or off, not %q", limits)
			}
			if o.Ports.Base < -1 {
				return fmt.Errorf("--port-base must be a port, or 0 for free ports")
			}
			if o.ZoneRecords < 1 {
				return fmt.Errorf("--zone-records must be more than nothing")
			}
			if o.Memory && o.Data != "" {
				return fmt.Errorf("--memory keeps nothing: leave --data out")
			}
			if seedFile != "" {
				data, err := os.ReadFile(seedFile)
				if err != nil {
					return fmt.Errorf("reading the seed: %w", err)
				}
				o.Seed, o.SeedName = data, seedFile
			}
			var err error
			if o.Log, err = logger(level); err != nil {
				return err
			}
			o.Limits, o.Version = limits == "real", build()
			return runSandbox(cmd, o)
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.Data, "data", "", "folder for databases, keys and certificates (default: below your data home)")
	f.BoolVar(&o.Memory, "memory", false, "keep nothing: a private temporary folder, removed at the end")
	f.StringVar(&seedFile, "seed", "", "seed file (default: the built-in demo; see `polyreg seed example`)")
	f.StringVar(&limits, "limits", "off", "keep the real services' request limits: real or off")
	f.IntVar(&o.Ports.Base, "port-base", -1, "put http, https, epp, opensrs, dns on N … N+4, redirect on N+6; 0 takes a free port for each")
	f.StringVar(&o.Ports.HTTP, "listen-http", "", "address of the HTTP listener (default 127.0.0.1:8700)")
	f.StringVar(&o.Ports.HTTPS, "listen-https", "", "address of the HTTPS listener (default 127.0.0.1:8701)")
	f.StringVar(&o.Ports.EPP, "listen-epp", "", "address of the registry's EPP listener (default 127.0.0.1:8702)")
	f.StringVar(&o.Ports.OpenSRS, "listen-opensrs", "", "address of the OpenSRS listener (default 127.0.0.1:55443)")
	f.StringVar(&o.Ports.DNS, "listen-dns", "", "address of the name server, UDP and TCP (default 127.0.0.1:8753)")
	f.StringVar(&o.Ports.Redirect, "listen-redirect", "", "address of the HTTP listener for names that are forwarded (default 127.0.0.1:8780)")
	f.IntVar(&o.ZoneRecords, "zone-records", 10_000, "the most records of a zone")
	f.StringSliceVar(&o.Secondaries, "secondary", nil, "address of a name server that is told of changes of zones; it may transfer them, and the catalog zone "+app.SandboxCatalog)
	f.BoolVar(&o.Ports.Vendor, "vendor-ports", false, "also listen on 127.0.0.1:80, 443 and 55443")
	f.StringVar(&o.Endpoints, "endpoints-file", "", "write addresses and credentials as JSON once it is ready")
	f.StringVar(&level, "log-level", "warn", "debug, info, warn or error")
	return cmd
}

func runSandbox(cmd *cobra.Command, o app.SandboxOptions) error {
	if o.Endpoints != "" { // whoever waits for the file must not find that of an earlier run
		if err := os.Remove(o.Endpoints); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("--endpoints-file: %w", err)
		}
	}
	a, err := app.NewSandbox(cmd.Context(), o)
	if err != nil {
		return startError(cmd.Context(), err)
	}
	a.Start()
	if o.Endpoints != "" { // before the banner: whoever reads that it is ready may read the file at once
		if err := a.WriteEndpoints(o.Endpoints); err != nil {
			return stopApp(a, fmt.Errorf("--endpoints-file: %w", err))
		}
	}
	a.Banner(cmd.OutOrStdout())
	return wait(cmd, a)
}

// startError is what a program ends with that could not start. Being told to stop meanwhile is no failure.
func startError(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// wait runs until a signal or a listener's failure.
func wait(cmd *cobra.Command, a *app.App) error {
	var err error
	select {
	case <-cmd.Context().Done():
	case err = <-a.Failed():
	}
	return stopApp(a, err)
}

func stopApp(a *app.App, err error) error {
	ctx, cancel := context.WithTimeout(context.Background(), stopWithin)
	defer cancel()
	if stopErr := a.Stop(ctx); err == nil {
		err = stopErr
	}
	return err
}
