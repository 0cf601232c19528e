package autodns

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/testkit"
	"github.com/polyreg/polyreg/internal/wire/xmlx"
)

// TestRecordedExchanges sends what clients sent to the real gateway, with this server's credentials, and compares header names,
// elements, their order, types and codes. Each difference must be listed on the page of divergences, by its slug.
func TestRecordedExchanges(t *testing.T) {
	t.Parallel()
	dir := testkit.Reference(t, "recorded", "autodns-xml")
	page, err := os.ReadFile(filepath.Join(testkit.Root(), "docs", "divergences", "autodns.md"))
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatal("no recordings", err)
	}
	c := newClient(t, dialecttest.New(t))
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var exchanges []struct {
			Path, Body, Response string
			Status               int
			Headers              map[string]string
		}
		if err := json.Unmarshal(data, &exchanges); err != nil {
			t.Fatal(err)
		}
		for i, x := range exchanges {
			name := fmt.Sprintf("%s #%d", filepath.Base(file), i+1)
			c.url = "http://localhost" + x.Path
			r := c.send(withCredentials(x.Body))
			if x.Status != 200 {
				t.Errorf("%s: recorded status %d", name, x.Status)
			}
			recorded, err := xmlx.Parse([]byte(x.Response), xmlx.Options{})
			if err != nil {
				t.Fatal(err)
			}
			diffs := headerDiffs(x.Headers, r)
			diffs = append(diffs, diff("", recorded, r.root)...)
			for _, d := range diffs {
				t.Logf("%s: %s", name, d)
				if slug, _, _ := strings.Cut(d, ":"); !strings.Contains(string(page), "`"+slug+"`") {
					t.Errorf("%s: not on the page of divergences: %s", name, d)
				}
			}
			if head := x.Response[:strings.Index(x.Response, "<data")]; !strings.HasPrefix(r.raw, head) {
				t.Errorf("%s: does not begin with %q: %s", name, head, r.raw)
			}
		}
	}
}

var authForm = regexp.MustCompile(`<auth>.*?</auth>`)

func withCredentials(doc string) string { return authForm.ReplaceAllString(doc, alphaAuth) }

// headerDiffs compares the names of headers that are the dialect's own; the others belong to the recording's proxy and to how the
// body was framed.
func headerDiffs(recorded map[string]string, r reply) []string {
	var out []string
	for name, value := range recorded {
		switch name {
		case "server", "date", "connection", "transfer-encoding":
			continue
		}
		if got := r.head.Get(name); got != value {
			out = append(out, fmt.Sprintf("header-%s: %q, recorded %q", name, got, value))
		}
	}
	return out
}

var stidForm = regexp.MustCompile(`^\d{8}-app[0-9a-f]+(-[a-z]+)?-\d+$`)

// diff compares two elements: names and order of children, and the text of leaves.
func diff(path string, want, got *xmlx.Node) []string {
	path += "/" + want.Name
	if want.Name == "stid" {
		if !stidForm.MatchString(got.Text) || !stidForm.MatchString(want.Text) {
			return []string{"stid-form: " + got.Text}
		}
		return nil
	}
	childNames := func(n *xmlx.Node) (out []string) {
		for _, c := range n.Children {
			out = append(out, c.Name)
		}
		return out
	}
	if w, g := childNames(want), childNames(got); !slices.Equal(w, g) {
		out := []string{fmt.Sprintf("children-%s: %v, recorded %v", strings.Trim(strings.ReplaceAll(path, "/", "-"), "-"), g, w)}
		for _, c := range want.Children {
			if o := got.Child(c.Name); o != nil {
				out = append(out, diff(path, c, o)...)
			}
		}
		return out
	}
	if len(want.Children) == 0 && want.Text != got.Text {
		return []string{fmt.Sprintf("text-%s: %q, recorded %q", strings.Trim(strings.ReplaceAll(path, "/", "-"), "-"), got.Text, want.Text)}
	}
	var out []string
	for i := range want.Children {
		out = append(out, diff(path, want.Children[i], got.Children[i])...)
	}
	return out
}
