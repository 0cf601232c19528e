package opensrs

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

// The line to paste of docs/opensrs.md works as printed, and so does each request shown there.
func TestDocumentedRequests(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(filepath.Join(testkit.Root(), "docs", "opensrs.md"))
	if err != nil {
		t.Fatal(err)
	}
	c := newClient(dialecttest.New(t))
	for _, items := range blocks(string(page), "xml") {
		top := parsed(t, c.send(t, []byte(wrap(items))))
		if top.str("is_success") != "1" {
			t.Errorf("%s: %s", top.str("response_text"), items)
		}
	}
	for _, tool := range []string{"sh", "curl", "md5sum"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skip("no ", tool)
		}
	}
	srv := httptest.NewServer(http.StripPrefix("/opensrs", c.d))
	defer srv.Close()
	for _, line := range blocks(string(page), "sh") {
		out, err := exec.Command("sh", "-c", strings.ReplaceAll(line, "http://127.0.0.1:8700", srv.URL)).Output()
		if err != nil {
			t.Fatal(err)
		}
		expect(t, parsed(t, out), "200", "Query Successful")
	}
}

// blocks are the fenced blocks of a language.
func blocks(page, language string) []string {
	var out []string
	for _, part := range strings.Split(page, "```"+language+"\n")[1:] {
		block, _, _ := strings.Cut(part, "```")
		out = append(out, block)
	}
	return out
}
