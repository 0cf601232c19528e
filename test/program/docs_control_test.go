package program

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/polyreg/polyreg/internal/app/manage"
)

// TestSandboxPage does what docs/sandbox.md says.
func TestSandboxPage(t *testing.T) {
	t.Parallel()
	const page = "docs/sandbox.md"
	tools(t, "bash", "curl", "sha1sum", "sed")
	r, ran := newReader(t, page), 0
	r.env = append(r.env, "POLYREG_SANDBOX="+r.swap.Replace("http://127.0.0.1:8700"))
	for _, b := range blocks(t, page) {
		if b.lang == "sh" {
			ran++
		}
		r.do(b)
	}
	if ran < 20 || len(r.begun) != 1 || !r.begun[0].running() {
		t.Errorf("%d blocks ran, %d programs begun", ran, len(r.begun))
	}
}

// TestSandboxPageIsComplete: docs/sandbox.md names every call, and its links lead somewhere.
func TestSandboxPageIsComplete(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(root(), "docs", "sandbox.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, route := range manage.New(manage.Deps{}).Routes() {
		if !strings.Contains(string(text), "| `"+route.Pattern+"` |") {
			t.Errorf("docs/sandbox.md does not tell of %s", route.Pattern)
		}
	}
	for _, m := range reLink.FindAllStringSubmatch(string(text), -1) {
		if _, err := os.Stat(filepath.Join(root(), "docs", m[1])); err != nil {
			t.Errorf("docs/sandbox.md: %v", err)
		}
	}
}
