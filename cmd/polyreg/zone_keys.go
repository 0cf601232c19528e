package main

import (
	"fmt"

	"github.com/spf13/cobra"
)

// signingShown is how a zone is signed.
type signingShown struct {
	Zone                   string
	Signed, Leaving, NSEC3 bool
	Keys                   []struct {
		Tag, Algorithm     int
		Role, State, Since string
	}
	DS, Trust []string
	Waits     bool `json:"waits_for_parent"`
	Next      string
}

func newZoneKeys(c *control) *cobra.Command {
	return &cobra.Command{Use: "keys NAME", Short: "Print the keys of a signed zone, its DS records and trust anchors", Args: cobra.ExactArgs(1),
		Example: "  polyreg zone keys example.com\n  polyreg zone keys example.com --json",
		RunE: func(cmd *cobra.Command, args []string) error {
			return ask(cmd, c, request{"GET", ofZone(args[0], "/keys"), nil}, func(s signingShown) { s.print(cmd) })
		}}
}

func newZoneSign(c *control) *cobra.Command {
	var algorithm int
	var nsec3 bool
	cmd := &cobra.Command{Use: "sign NAME", Short: "Sign a zone, and roll its keys from then on", Args: cobra.ExactArgs(1),
		Long: `Makes keys for a zone and signs it with them. Keys are rolled as registrar time goes by; the parent gets their DS records through the
registry when the name is registered here, and CDS and CDNSKEY records ask for them elsewhere. A zone that is signed already
changes between NSEC and NSEC3.`,
		Example: "  polyreg zone sign example.com\n  polyreg zone sign example.com --algorithm 15 --nsec3",
		RunE: func(cmd *cobra.Command, args []string) error {
			in := map[string]any{"nsec3": nsec3}
			if algorithm != 0 {
				in["algorithm"] = algorithm
			}
			return ask(cmd, c, request{"POST", ofZone(args[0], "/sign"), in}, func(s signingShown) { s.print(cmd) })
		}}
	cmd.Flags().IntVar(&algorithm, "algorithm", 0, "13 (ECDSA P-256, default) or 15 (Ed25519)")
	cmd.Flags().BoolVar(&nsec3, "nsec3", false, "deny names by NSEC3 (RFC 9276 parameters) instead of NSEC")
	return cmd
}

func newZoneUnsign(c *control) *cobra.Command {
	var now bool
	cmd := &cobra.Command{Use: "unsign NAME", Short: "Take the signatures off a zone", Args: cobra.ExactArgs(1),
		Long: `Takes the DS records away from the parent first and, once nobody can have them any more, the signatures off the zone: registrar time
decides (see polyreg clock). --now does not wait: validators refuse the zone as long as they have its DS.`,
		Example: "  polyreg zone unsign example.com\n  polyreg zone unsign example.com --now",
		RunE: func(cmd *cobra.Command, args []string) error {
			return ask(cmd, c, request{"POST", ofZone(args[0], "/unsign"), map[string]bool{"now": now}}, func(s signingShown) { s.print(cmd) })
		}}
	cmd.Flags().BoolVar(&now, "now", false, "at once, whatever the parent has")
	return cmd
}

func newZoneRoll(c *control) *cobra.Command {
	var role string
	cmd := &cobra.Command{Use: "roll NAME", Short: "Replace a key of a signed zone before its time", Args: cobra.ExactArgs(1),
		Long: `Publishes the next key of the role. It takes over when everybody can have it, and for a key-signing key when its parent has exchanged
the DS records: registrar time decides (see polyreg clock).`,
		Example: "  polyreg zone roll example.com\n  polyreg zone roll example.com --role zsk",
		RunE: func(cmd *cobra.Command, args []string) error {
			return ask(cmd, c, request{"POST", ofZone(args[0], "/roll"), map[string]string{"role": role}}, func(s signingShown) { s.print(cmd) })
		}}
	cmd.Flags().StringVar(&role, "role", "ksk", "ksk (signs the keys, and has the DS) or zsk (signs the rest)")
	return cmd
}

func newZoneDS(c *control) *cobra.Command {
	return &cobra.Command{Use: "confirm-ds NAME", Short: "Say that a zone's parent has the DS records that are shown", Args: cobra.ExactArgs(1),
		Long: `Of a name that is registered here the registry tells what DS records it has. Of others nobody does: once the parent has exactly those
that polyreg zone keys shows, say so here, and the keys go on.`,
		Example: "  polyreg zone keys example.com\n  polyreg zone confirm-ds example.com",
		RunE: func(cmd *cobra.Command, args []string) error {
			return ask(cmd, c, request{"POST", ofZone(args[0], "/ds"), nil}, func(s signingShown) { s.print(cmd) })
		}}
}

func (s signingShown) print(cmd *cobra.Command) {
	denial := "NSEC"
	if s.NSEC3 {
		denial = "NSEC3"
	}
	switch {
	case !s.Signed:
		cmd.Printf("%s is not signed\n", s.Zone)
		return
	case s.Leaving:
		cmd.Printf("%s is being unsigned\n", s.Zone)
	default:
		cmd.Printf("%s is signed, with %s\n", s.Zone, denial)
	}
	if s.Waits {
		cmd.Println("it waits for its parent to have exactly the DS records below")
	}
	if s.Next != "" {
		cmd.Printf("something happens next at %s\n", s.Next)
	}
	cmd.Println()
	rows := [][]string{{"KEY", "ROLE", "ALGORITHM", "STATE", "SINCE"}}
	for _, k := range s.Keys {
		rows = append(rows, []string{fmt.Sprint(k.Tag), k.Role, fmt.Sprint(k.Algorithm), k.State, k.Since})
	}
	table(cmd, "no keys", rows)
	for _, part := range []struct {
		head  string
		lines []string
	}{{"DS records of the parent:", s.DS}, {"Trust anchors:", s.Trust}} {
		if len(part.lines) == 0 {
			continue
		}
		cmd.Println("\n" + part.head)
		for _, l := range part.lines {
			cmd.Println(l)
		}
	}
}
