package archtest

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/polyreg/polyreg/internal/testkit"
)

// pkg is what these tests read of `go list -json`.
type pkg struct {
	Dir, ImportPath, Name, Doc         string
	GoFiles, TestGoFiles, XTestGoFiles []string
	Imports                            []string
	// path is the import path under the module; "." for the root.
	path string
}

var listOnce = sync.OnceValues(list)

func list() ([]pkg, error) {
	cmd := exec.Command("go", "list", "-e", "-json=Dir,ImportPath,Name,Doc,GoFiles,TestGoFiles,XTestGoFiles,Imports", "./...")
	cmd.Dir = testkit.Root()
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, err
	}
	var pkgs []pkg
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p pkg
		if err := dec.Decode(&p); err == io.EOF {
			return pkgs, nil
		} else if err != nil {
			return nil, err
		}
		p.path = strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, module), "/")
		pkgs = append(pkgs, p)
	}
}

// packages are the packages of the module.
func packages(t *testing.T) []pkg {
	t.Helper()
	pkgs, err := listOnce()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	if len(pkgs) < 10 {
		t.Fatalf("go list names %d packages only: these tests would prove nothing", len(pkgs))
	}
	return pkgs
}

// TestImportsGoDown: cmd → app → adapters → use cases → core → vocabulary.
func TestImportsGoDown(t *testing.T) {
	t.Parallel()
	fs := floors()
	for _, p := range packages(t) {
		f, ok := floorOf(fs, p.path)
		if !ok {
			t.Errorf("%s stands on no floor of the house. Name its floor in floors_test.go (and in docs/architecture.md): what it may import follows from that.", p.path)
			continue
		}
		for _, imp := range p.Imports {
			if reason := f.refuses(imp); reason != "" {
				t.Errorf("%s (%s) must not import %s: %s.\n\tWhy: %s.", p.path, f.name, imp, reason, f.why)
			}
		}
	}
}

// refuses says in a few words why a package of the floor may not import imp, "" if it may.
func (f floor) refuses(imp string) string {
	if in, ok := strings.CutPrefix(imp, module+"/"); ok {
		switch {
		case slices.Contains(testHelpers, in) && f.name != "test helpers" && f.name != "whole-program tests":
			return "it is written for tests"
		case !matchAny(f.may, in):
			return "it is not on a floor below"
		}
		return ""
	}
	if strings.Contains(strings.SplitN(imp, "/", 2)[0], ".") {
		if slices.Contains(f.outside, anyModule) || slices.ContainsFunc(f.outside, func(p string) bool {
			return imp == p || strings.HasPrefix(imp, strings.TrimSuffix(p, "/")+"/") || strings.HasPrefix(imp, p) && strings.HasSuffix(p, "/")
		}) {
			return ""
		}
		return "the modules this floor may use are " + orNone(f.outside)
	}
	if slices.Contains(wireStd, imp) && !slices.Contains(f.std, imp) {
		return "of the packages for storage and wire formats this floor may use " + orNone(f.std)
	}
	return ""
}

func orNone(list []string) string {
	if len(list) == 0 {
		return "none"
	}
	return strings.Join(list, ", ")
}

// TestFloorsRefuse keeps the rules above from going soft unseen.
func TestFloorsRefuse(t *testing.T) {
	t.Parallel()
	fs := floors()
	for _, c := range []struct {
		from, imp string
		ok        bool
	}{
		{"internal/money", module + "/internal/errs", true},
		{"internal/money", module + "/internal/dname", false},
		{"internal/ledger", module + "/internal/account", true},
		{"internal/account", module + "/internal/ledger", false},
		{"internal/domain", "encoding/json", false},
		{"internal/domain", "database/sql", false},
		{"internal/order", "github.com/jackc/pgx/v5", false},
		{"internal/command", "encoding/json", true},
		{"internal/command", "net/http", false},
		{"internal/command", module + "/internal/store", false},
		{"internal/dialect/wapi", module + "/internal/dialect/dmapi", false},
		{"internal/dialect/wapi", module + "/internal/store", false},
		{"internal/dialect/wapi", module + "/internal/registry", false},
		{"internal/dialect/wapi", module + "/internal/dialect/dialecttest", false},
		{"internal/registry/epp", module + "/internal/command", false},
		{"internal/registry/sim", module + "/internal/account", false},
		{"internal/store/simstore", module + "/internal/registry/sim/repo", true},
		{"internal/store/simstore", module + "/internal/registry/sim", false},
		{"internal/wire/epp", module + "/internal/errs", false},
		{"internal/app", module + "/internal/store", true},
		{"internal/app", module + "/cmd/polyreg", false},
		{"cmd/polyreg", module + "/internal/store", false},
	} {
		f, found := floorOf(fs, c.from)
		if !found {
			t.Errorf("%s stands on no floor", c.from)
		} else if got := f.refuses(c.imp); (got == "") != c.ok {
			t.Errorf("%s importing %s: allowed should be %v; the rule says %q", c.from, c.imp, c.ok, got)
		}
	}
}

// TestPackagesSayWhatTheyHold: each package has a doc comment.
func TestPackagesSayWhatTheyHold(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		if strings.TrimSpace(p.Doc) == "" && len(p.GoFiles) > 0 {
			t.Errorf("%s has no package comment: say in one sentence what belongs in it, so that the next thing lands in the right place", p.path)
		}
	}
}

// TestSQLiteRuntime: modernc's libc must be the one that its sqlite was made with; another module may lift it unseen.
func TestSQLiteRuntime(t *testing.T) {
	t.Parallel()
	cmd := exec.Command("go", "list", "-m", "-json=Path,Version,GoMod", "modernc.org/sqlite", "modernc.org/libc")
	cmd.Dir = testkit.Root()
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list -m: %v", err)
	}
	type mod struct{ Path, Version, GoMod string }
	mods := map[string]mod{}
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var m mod
		if err := dec.Decode(&m); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		mods[m.Path] = m
	}
	asked, err := os.ReadFile(filepath.Clean(mods["modernc.org/sqlite"].GoMod))
	if err != nil {
		t.Fatalf("go.mod of modernc.org/sqlite: %v", err)
	}
	for line := range strings.Lines(string(asked)) {
		if w := strings.Fields(strings.TrimPrefix(strings.TrimSpace(line), "require ")); len(w) >= 2 && w[0] == "modernc.org/libc" {
			if got := mods["modernc.org/libc"].Version; got != w[1] {
				t.Errorf("modernc.org/libc is %s, but modernc.org/sqlite %s was generated against %s: other pairs corrupt memory. Hold back the module that lifts it.",
					got, mods["modernc.org/sqlite"].Version, w[1])
			}
			return
		}
	}
	t.Error("the go.mod of modernc.org/sqlite names no modernc.org/libc any more: look how the two are paired now and mend this test")
}
