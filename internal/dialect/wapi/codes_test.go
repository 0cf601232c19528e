package wapi

import (
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/polyreg/polyreg/internal/testkit"
)

// The table is complete and literal: it equals the reference's, code by code.
func TestTextsEqualTheReference(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(testkit.Reference(t, "wapi.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(page), "\n## 9. Return codes")
	table, _, _ = strings.Cut(table, "\n## 10.")
	row := regexp.MustCompile(`(?m)^\| ([0-9]{4}) \| (.*?) \|`)
	want := map[code]string{}
	for _, m := range row.FindAllStringSubmatch(table, -1) {
		n, _ := strconv.Atoi(m[1])
		want[code(n)] = strings.TrimSuffix(strings.TrimSuffix(m[2], " †"), " (`<address>`)")
	}
	if len(want) < 190 {
		t.Fatalf("only %d codes found in the reference", len(want))
	}
	for c, text := range want {
		if texts[c] != text {
			t.Errorf("%d: %q, want %q", c, texts[c], text)
		}
	}
	for c, text := range texts {
		if _, ok := want[c]; !ok {
			t.Errorf("%d is no code of the reference", c)
		}
		if low := strings.ToLower(text); strings.Contains(low, "doctype") || strings.Contains(low, "protection") {
			t.Errorf("%d: %q is taken for a front end's page by a client", c, text)
		}
	}
}
