package wapi

import (
	"net/http/httptest"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

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

// The life of a domain, and the work on a zone, go as docs/wapi.md tells it. The operator's lines are carried out by what stands
// behind them.
func TestStoriesOfTheDocs(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"life", "zone"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			goesAsTold(t, name)
		})
	}
}

func goesAsTold(t *testing.T, name string) {
	t.Helper()
	page, err := os.ReadFile(testkit.Root() + "/docs/wapi.md")
	must(t, err)
	_, story, _ := strings.Cut(string(page), "```"+name+"\n")
	story, _, ok := strings.Cut(story, "```")
	if !ok {
		t.Fatal("the page does not tell it")
	}
	w := dialecttest.New(t)
	d := New(w.Deps())
	ask(t, d, "alpha", "poll-ack", `{"id":51000001}`)
	varying := regexp.MustCompile(`"timestamp":[0-9]+,"svTRID":"[0-9.]+"`)
	var told []string
	for line := range strings.Lines(story) {
		line = strings.TrimSuffix(line, "\n")
		switch {
		case strings.HasPrefix(line, "> "):
			cmd, data, _ := strings.Cut(line[2:], " ")
			reply := value(t, ask(t, d, "alpha", cmd, data)).Get("response")
			got := "< " + reply.Get("code").Text
			if reply.Get("data").Exists() {
				got += " " + varying.ReplaceAllString(without(reply.Get("data")), `"timestamp":STAMP,"svTRID":"STAMP"`)
			}
			told = append(told, line, got)
		case strings.HasPrefix(line, "$ polyreg "):
			meanwhile(t, w, operated(t, line))
			told = append(told, line)
		}
	}
	ids := regexp.MustCompile(`"id":[0-9]+,`) // they count every dialect's notices; that the first one is right, poll-ack shows
	plain := func(s string) string { return ids.ReplaceAllString(s, "") }
	if diff := cmp.Diff(plain(story), plain(strings.Join(told, "\n")+"\n")); diff != "" {
		t.Error(diff)
	}
}

// operated is an operator's line in the words of meanwhile.
func operated(t *testing.T, line string) string {
	t.Helper()
	word := strings.Fields(line)
	switch {
	case len(word) == 5 && word[2] == "registrar":
		return word[3] + " " + word[4] + "\nadvance 1m\n"
	case len(word) == 5 && word[2] == "clock":
		days, err := strconv.Atoi(strings.TrimSuffix(word[4], "d"))
		must(t, err)
		return "advance " + strconv.Itoa(24*days) + "h\n"
	}
	t.Fatal(line)
	return ""
}
