package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/polyreg/polyreg/internal/app"
)

func newRegistry() *cobra.Command {
	var o app.RegistryOptions
	var level string
	cmd := &cobra.Command{
		Use:   "registry",
		Short: "Run the built-in registry as a process of its own",
		Long: `Serves the built-in registry over EPP on TLS. Its data, key and certificate authority lie in a folder of its own; registrars
are made at the start if they are not there. Clients trust ca.pem of that folder.`,
		Example: `  polyreg registry --data /var/lib/polyreg-registry --listen 127.0.0.1:8702 --registrar live:polyreg=/etc/polyreg/registry.pw
  polyreg registry --data /var/lib/polyreg-registry --catalog prices.yaml --registrar live:polyreg=/etc/polyreg/registry.pw`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var err error
			if o.Log, err = logger(level); err != nil {
				return err
			}
			r, err := app.NewRegistry(cmd.Context(), o)
			if err != nil {
				return startError(cmd.Context(), err)
			}
			fmt.Fprintf(cmd.OutOrStdout(), "polyreg registry is ready on %s, CA %s\n", r.Addr(), r.CA())
			return r.Run(cmd.Context(), stopWithin)
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.Data, "data", "", "folder for database, key and certificates (needed)")
	f.StringVar(&o.Listen, "listen", "127.0.0.1:8702", "address of the EPP listener")
	f.StringVar(&o.Catalog, "catalog", "", "seed file whose catalog section adds endings to the built-in ones")
	f.StringVar(&o.Postgres, "postgres", "", "keep the data in PostgreSQL (schema sim) instead of a file in the folder")
	f.StringArrayVar(&o.Registrars, "registrar", nil, "NAMESPACE:USER=PASSWORDFILE, namespace live or test; may be repeated")
	f.StringVar(&o.Profile, "profile", "", "kind of registry: thick, thin, de, cz or eu; by default each ending has its own")
	f.StringArrayVar(&o.Names, "name", nil, "host name or address for the certificate, besides localhost; may be repeated")
	f.StringVar(&level, "log-level", "info", "debug, info, warn or error")
	if err := cmd.MarkFlagRequired("data"); err != nil { // the flag was defined above
		panic(err)
	}
	return cmd
}
