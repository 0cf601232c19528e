package domainrobot

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/testkit"
)

// TestDocumentedExamples runs every line of docs/domainrobot.md in order, as printed but for the port.
func TestDocumentedExamples(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("curl is not installed")
	}
	page, err := os.ReadFile(filepath.Join(testkit.Root(), "docs", "domainrobot.md"))
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(http.StripPrefix("/domainrobot", New(dialecttest.New(t).Deps())))
	defer srv.Close()
	var script []string
	in := false
	for line := range strings.Lines(string(page)) {
		switch {
		case strings.HasPrefix(line, "```"):
			in = strings.HasPrefix(line, "```sh")
		case in:
			script = append(script, strings.TrimSuffix(line, "\n"), "echo; echo ---")
		}
	}
	text := strings.ReplaceAll(strings.Join(script, "\n"), "http://127.0.0.1:8700", srv.URL)
	out, err := exec.CommandContext(t.Context(), "sh", "-eu", "-c", text).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	answers := strings.Split(string(out), "\n---\n")
	if len(answers) < 25 {
		t.Fatalf("only %d examples", len(answers))
	}
	for i, a := range answers {
		command := script[min(2*i, len(script)-1)]
		if strings.Contains(a, `"type":"ERROR"`) || strings.TrimSpace(a) == "" && strings.HasPrefix(command, "curl") {
			t.Errorf("%s\n%s", command, a)
		}
	}
}
