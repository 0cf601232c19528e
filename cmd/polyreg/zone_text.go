package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
)

// codeDiffers is the exit code when a zone is not what a file says.
const codeDiffers = 2

// maxZoneFile is how long a zone file may be, in octets.
const maxZoneFile = 64 << 20

// changedShown is what an import came to, or would come to.
type changedShown struct {
	Zone           zoneShown
	Was            uint32
	Equal          bool
	Lines          []string
	Removed, Added int
}

func newZoneExport(c *control) *cobra.Command {
	return &cobra.Command{Use: "export NAME", Short: "Write a zone file of what is served to standard output", Args: cobra.ExactArgs(1),
		Long:    "Writes a zone file (RFC 1035) that any name server reads, and polyreg zone import too. The records that signing adds are not in it.",
		Example: "  polyreg zone export example.com > example.com.zone",
		RunE: func(cmd *cobra.Command, args []string) error {
			body, err := c.call(cmd.Context(), "GET", ofZone(args[0], "/text"), nil)
			if err == nil {
				_, err = cmd.OutOrStdout().Write(body)
			}
			return err
		}}
}

func newZoneDiff(c *control) *cobra.Command {
	return &cobra.Command{Use: "diff NAME FILE", Short: "Show what an import of a zone file would change", Args: cobra.ExactArgs(2),
		Long: `Prints the lines that an import of FILE would take out (-) and put in (+), and changes nothing. With - for FILE the zone file is read
from standard input. Without a difference nothing is printed and the exit code is 0; with one it is 2. A serial alone is none.`,
		Example: "  polyreg zone diff example.com example.com.zone\n  polyreg zone diff example.com -",
		RunE: func(cmd *cobra.Command, args []string) error {
			text, err := zoneFile(cmd, args[1])
			if err != nil {
				return err
			}
			equal := true
			err = ask(cmd, c, request{"POST", ofZone(args[0], "/diff"), text}, func(a changedShown) {
				for _, l := range a.Lines {
					cmd.Println(l)
				}
				equal = a.Equal
			})
			if err == nil && !equal {
				return &exitError{code: codeDiffers}
			}
			return inFile(err, args[1])
		}}
}

func newZoneImport(c *control) *cobra.Command {
	var account string
	var serial uint32
	cmd := &cobra.Command{Use: "import NAME FILE", Short: "Replace a zone by a zone file", Args: cobra.ExactArgs(2),
		Long: `Replaces the records of a zone by those of a zone file (RFC 1035; no $INCLUDE and no $GENERATE), and its SOA and default TTL where
the file has them; with - for FILE it is read from standard input. Everything is changed at once or, when something is wrong in the
file, nothing; the line is told. Records that stay keep their numbers. Name servers of the zone itself stay where the file has none.
The file's serial is passed, not taken.`,
		Example: `  polyreg zone import example.com example.com.zone
  polyreg zone import example.com example.com.zone --serial 2026112501   # only if nobody has changed it since
  polyreg zone import new.example new.zone --account alpha               # a zone that is not served yet`,
		RunE: func(cmd *cobra.Command, args []string) error {
			text, err := zoneFile(cmd, args[1])
			if err != nil {
				return err
			}
			at := ""
			if cmd.Flags().Changed("serial") {
				at = fmt.Sprint(serial)
			}
			path := query(ofZone(args[0], "/text"), "account", account, "serial", at)
			err = ask(cmd, c, request{"PUT", path, text}, func(a changedShown) { a.print(cmd) })
			if err != nil && account == "" && strings.HasPrefix(err.Error(), "there is no zone ") {
				return fmt.Errorf("%w; with --account NAME it is made for an account", err)
			}
			return inFile(err, args[1])
		}}
	cmd.Flags().StringVar(&account, "account", "", "make the zone for this account, by name or number, where none is served")
	cmd.Flags().Uint32Var(&serial, "serial", 0, "refuse when the zone has another serial by now")
	return cmd
}

func (a changedShown) print(cmd *cobra.Command) {
	switch {
	case a.Equal:
		cmd.Printf("%s is what the file says already; serial %d\n", a.Zone.Name, a.Zone.Serial)
	case a.Was == 0:
		cmd.Printf("%s is served: %d records, serial %d\n", a.Zone.Name, a.Added, a.Zone.Serial)
	default:
		cmd.Printf("%s is changed: %d records removed, %d added; serial %d, before %d\n", a.Zone.Name, a.Removed, a.Added, a.Zone.Serial, a.Was)
	}
}

// zoneFile reads a file, or standard input for "-".
func zoneFile(cmd *cobra.Command, name string) (plainText, error) {
	in := cmd.InOrStdin()
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return "", fmt.Errorf("reading the zone file: %w", err)
		}
		defer f.Close()
		in = f
	}
	text, err := io.ReadAll(io.LimitReader(in, maxZoneFile+1))
	switch {
	case err != nil:
		return "", fmt.Errorf("reading the zone file: %w", err)
	case len(text) > maxZoneFile:
		return "", fmt.Errorf("%s is longer than %d octets: no zone is that large", fileName(name), maxZoneFile)
	}
	return plainText(text), nil
}

// inFile tells the file that an error of its text is about.
func inFile(err error, name string) error {
	if err == nil {
		return nil
	}
	text, of := strings.CutPrefix(err.Error(), "text: ")
	switch {
	case strings.HasPrefix(text, "line "):
		return errors.New(fileName(name) + ", " + text + "; nothing is changed")
	case of:
		return errors.New(fileName(name) + ": " + text)
	}
	return err
}

func fileName(name string) string {
	if name == "-" {
		return "standard input"
	}
	return name
}
