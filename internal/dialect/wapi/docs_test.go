package wapi

import (
	"net/http/httptest"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/testkit"
)

// The curl lines of docs/wapi.md work as they stand, but for the address.
func TestCurlLinesOfTheDocs(t *testing.T) {
	t.Parallel()
	for _, tool := range []string{"sh", "curl", "sha1sum"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is not installed", tool)
		}
	}
	page, err := os.ReadFile(testkit.Root() + "/docs/wapi.md")
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(New(dialecttest.New(t).Deps()))
	defer srv.Close()
	lines := regexp.MustCompile("(?m)^curl .*$").FindAllString(string(page), -1)
	if len(lines) != 2 {
		t.Fatalf("%d curl lines", len(lines))
	}
	for _, line := range lines {
		out, err := exec.CommandContext(t.Context(), "sh", "-c", strings.Replace(line, "http://127.0.0.1:8700/wapi/", srv.URL+"/wapi/", 1)).CombinedOutput()
		if err != nil || codeOf(t, string(out)) != "1000" {
			t.Errorf("%s\n%v %s", line, err, out)
		}
	}
}
