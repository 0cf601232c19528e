package rst

import (
	"encoding/csv"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/polyreg/polyreg/internal/testkit"
)

// testCase is a case of the reference.
type testCase struct {
	ID          string
	Summary     string   `yaml:"Summary"`
	Description string   `yaml:"Description"`
	Errors      []string `yaml:"Errors"`
}

// readCases reads the cases of one family ("epp", "rdap" …) in the order of their ids.
func readCases(t *testing.T, family string) []testCase {
	t.Helper()
	text, err := os.ReadFile(testkit.Reference(t, "rst", family, "cases.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	byID := map[string]testCase{}
	if err := yaml.Unmarshal(text, &byID); err != nil {
		t.Fatalf("%s: %v", family, err)
	}
	var out []testCase
	for id, c := range byID {
		c.ID = id
		out = append(out, c)
	}
	slices.SortFunc(out, func(a, b testCase) int { return strings.Compare(a.ID, b.ID) })
	return out
}

// readErrors reads the known errors of the EPP cases with their severity.
func readErrors(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile(testkit.Reference(t, "rst", "epp", "errors.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	raw := map[string]struct {
		Severity string `yaml:"Severity"`
	}{}
	if err := yaml.Unmarshal(text, &raw); err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for id, e := range raw {
		out[id] = e.Severity
	}
	return out
}

// row is a line of a data table by column; cells that were left empty hold the value above them.
type row map[string]string

func (r row) passes() bool { return r["passOrFail"] == "pass" }

// readTable reads a data table ("epp-07-data"): above the line of column names stands prose, two lines below it explain.
func readTable(t *testing.T, name string) []row {
	t.Helper()
	f, err := os.Open(testkit.Reference(t, "rst", "epp", "data", name+"-Sheet1.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.FieldsPerRecord = -1
	lines, err := r.ReadAll()
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	head := slices.IndexFunc(lines, func(l []string) bool { return slices.Contains(l, "errorCode") })
	if head < 0 || len(lines) < head+4 {
		t.Fatalf("%s: no table found", name)
	}
	columns := lines[head]
	above := row{}
	var out []row
	for _, line := range lines[head+3:] {
		here := row{}
		for i, c := range columns {
			if c == "" {
				continue
			}
			here[c] = above[c]
			if i < len(line) && line[i] != "" {
				here[c] = line[i]
			}
		}
		out = append(out, here)
		above = here
	}
	return out
}

// filler computes the values of cells. Values are the same in every run.
type filler struct {
	rng      *rand.Rand
	vars     map[string]string        // "$TLD", "$PREFIX" …
	auto     map[string]func() string // values of {AUTO}, by column
	previous map[string]string        // computed values of the row before
}

const (
	alphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	hexadecimal  = "0123456789ABCDEF"
)

// letters draws n characters of an alphabet.
func (f *filler) letters(n int, from string) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = from[f.rng.IntN(len(from))]
	}
	return string(b)
}

// fill computes a row. Columns that refer to others ($name) must come after them in order.
func (f *filler) fill(t *testing.T, r row, order ...string) row {
	t.Helper()
	out := row{}
	for _, c := range order {
		if _, ok := r[c]; !ok {
			t.Fatalf("the table has no column %s", c)
		}
	}
	for _, c := range slices.Sorted(maps.Keys(r)) { // in one order: values are drawn as they come
		if !slices.Contains(order, c) {
			order = append(order, c)
		}
	}
	for _, c := range order {
		v, err := f.value(c, r[c])
		if err != nil {
			t.Fatalf("column %s: %v", c, err)
		}
		out[c] = v
		f.vars["$"+c] = v
	}
	f.previous = out
	return out
}

// value computes one cell.
func (f *filler) value(column, cell string) (string, error) {
	expr, ok := strings.CutPrefix(cell, "{")
	if !ok {
		return cell, nil
	}
	expr = strings.TrimSuffix(expr, "}")
	switch expr {
	case "EMPTY":
		return "", nil
	case "PREVIOUS":
		return f.previous[column], nil
	case "AUTO":
		if draw := f.auto[column]; draw != nil {
			return draw(), nil
		}
		return "", fmt.Errorf("no automatic value for %s", column)
	}
	var b strings.Builder
	for part := range strings.SplitSeq(expr, " & ") {
		v, err := f.part(part)
		if err != nil {
			return "", err
		}
		b.WriteString(v)
	}
	return b.String(), nil
}

// part computes one operand of &. RANDHEX(n) draws n octets: with 32 of them the table's good row is a SHA-256 digest.
func (f *filler) part(p string) (string, error) {
	var n int
	switch {
	case strings.HasPrefix(p, `"`):
		return strings.Trim(p, `"`), nil
	case strings.HasPrefix(p, "$"):
		if v, ok := f.vars[p]; ok {
			return v, nil
		}
	case scan(p, "RANDCHARS(%d)", &n), scan(p, "RANDASCII(%d)", &n):
		return f.letters(n, alphanumeric), nil
	case scan(p, "RANDHEX(%d)", &n):
		return f.letters(2*n, hexadecimal), nil
	}
	return "", fmt.Errorf("cannot compute %q", p)
}

func scan(text, format string, n *int) bool {
	_, err := fmt.Sscanf(text, format, n)
	return err == nil
}
