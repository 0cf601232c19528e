package main

import (
	"github.com/spf13/cobra"

	"github.com/polyreg/polyreg/internal/secret"
)

func newKey() *cobra.Command {
	cmd := &cobra.Command{Use: "key", Short: "Make the secret key that a production node needs", Example: "  polyreg key generate --out secret.key"}
	var file, name string
	gen := &cobra.Command{
		Use:   "generate",
		Short: "Make a secret key file, readable by its owner alone",
		Long:  "Makes a key that encrypts shared keys and authorization codes in the database. Keep it apart from the database's backups: without it they cannot be read.",
		Example: `  polyreg key generate --out /etc/polyreg/secret.key
  polyreg key generate                 # prints it, for POLYREG_SECRET_KEY`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if file == "" {
				cmd.Println(secret.GenerateKey(name))
				return nil
			}
			if err := secret.CreateKeyFile(file, name); err != nil {
				return err
			}
			cmd.Printf("wrote %s\n", file)
			return nil
		},
	}
	gen.Flags().StringVar(&file, "out", "", "file to make; printed without it")
	gen.Flags().StringVar(&name, "id", "k1", "name of the key, stored with each encrypted value")
	cmd.AddCommand(gen)
	return cmd
}
