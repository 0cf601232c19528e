package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// walk visits every command that can be typed.
func walk(c *cobra.Command, visit func(*cobra.Command)) {
	visit(c)
	for _, sub := range c.Commands() {
		walk(sub, visit)
	}
}

// TestEveryHelpHasAnExample: and each example is a command of the program with flags that it knows.
func TestEveryHelpHasAnExample(t *testing.T) {
	t.Parallel()
	n := 0
	walk(newRoot(), func(c *cobra.Command) {
		path := c.CommandPath()
		var out bytes.Buffer
		root := newRoot()
		root.SetOut(&out)
		root.SetErr(&out)
		root.SetArgs(append(strings.Fields(path)[1:], "--help"))
		if err := root.Execute(); err != nil {
			t.Errorf("%s --help: %v", path, err)
		}
		if !strings.Contains(out.String(), "Examples:\n  ") {
			t.Errorf("%s --help has no example:\n%s", path, out.String())
		}
		if c.Short == "" {
			t.Errorf("%s does not say what it does", path)
		}
		for _, line := range strings.Split(c.Example, "\n") {
			checkExample(t, path, line)
		}
		n++
	})
	if n < 20 {
		t.Errorf("only %d commands", n)
	}
}

func checkExample(t *testing.T, path, line string) {
	line, _, _ = strings.Cut(line, " #")
	line, _, _ = strings.Cut(line, " >")
	words := strings.Fields(strings.TrimPrefix(strings.TrimSpace(line), "sudo "))
	if len(words) == 0 {
		return
	}
	if words[0] != "polyreg" {
		t.Errorf("%s: an example of another program: %s", path, line)
		return
	}
	cmd, rest, err := newRoot().Find(words[1:])
	if err != nil || !strings.HasPrefix(strings.Join(words, " "), cmd.CommandPath()) {
		t.Errorf("%s: %s: %v", path, line, err)
		return
	}
	if cmd.DisableFlagParsing {
		return
	}
	if err := cmd.ParseFlags(rest); err != nil {
		t.Errorf("%s: %s: %v", path, line, err)
		return
	}
	if err := cmd.ValidateRequiredFlags(); err != nil {
		t.Errorf("%s: %s: %v", path, line, err)
	}
	if cmd.Args != nil && !strings.Contains(line, "'") { // a quoted text is one argument to a shell
		if err := cmd.Args(cmd, cmd.Flags().Args()); err != nil {
			t.Errorf("%s: %s: %v", path, line, err)
		}
	}
}
