package autodns

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/testkit"
)

var (
	quoted   = regexp.MustCompile("`(<code>[^`]+)`")
	promised = regexp.MustCompile("`([SNE])([0-9]+)`")
	posted   = regexp.MustCompile(` -d '(<request>[^']+)'`)
	taskNo   = regexp.MustCompile(`<code>(\d+)</code>`)
)

// TestDocumentedExamples sends what the user's page shows, in its order, and expects what it promises.
func TestDocumentedExamples(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(filepath.Join(testkit.Root(), "docs", "autodns.md"))
	if err != nil {
		t.Fatal(err)
	}
	w := dialecttest.New(t)
	c := newClient(t, w)
	body := posted.FindSubmatch(page)
	if body == nil {
		t.Fatal("no line to copy")
	}
	c.want(c.send(string(body[1])), "S0105", "")
	hash, sent := "", 0
	for _, line := range strings.Split(string(page), "\n") {
		for _, example := range quoted.FindAllStringSubmatch(line, -1) {
			letter := promised.FindStringSubmatch(line)
			if letter == nil {
				letter = []string{"", "S", ""}
			}
			no := taskNo.FindStringSubmatch(example[1])[1]
			if no == "0106002" { // there has to be something to answer
				(&dialecttest.Stage{T: t, World: w}).Happen("another-registrar.take", "example.com")
			}
			r := c.task(strings.Replace(example[1], "…", hash, 1))
			if h := r.result().Path("data", "auth_session").ChildText("hash"); h != "" {
				hash = h
			}
			if want := letter[1] + no; r.code() != want && !(no == "0106002" && r.code() == letter[1]+letter[2]) {
				t.Errorf("%s\n%s", example[1], r.raw)
			}
			sent++
		}
	}
	if sent < 20 {
		t.Error("only", sent, "examples")
	}
}
