package archtest

import (
	"go/ast"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/polyreg/polyreg/internal/testkit"
)

// dialects are the doors of the house.
var dialects = []string{"dmapi", "opensrs", "wapi", "domainrobot", "autodns"}

// decoders read octets that strangers wrote.
var decoders = []string{"internal/wire/epp", "internal/wire/xmlx", "internal/wire/jsonx", "internal/wire/formx", "internal/zone", "internal/dns",
	"internal/dialect/dmapi", "internal/dialect/opensrs", "internal/dialect/wapi", "internal/dialect/domainrobot", "internal/dialect/autodns"}

// TestDecodersAreFuzzed: each package that decodes has a fuzz target, and each fuzz target something to begin with.
func TestDecodersAreFuzzed(t *testing.T) {
	t.Parallel()
	fuzzed := map[string]bool{}
	for _, s := range sources(t) {
		for _, d := range s.file.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Recv != nil || !strings.HasSuffix(s.path, "_test.go") || !strings.HasPrefix(fn.Name.Name, "Fuzz") {
				continue
			}
			fuzzed[s.pkg.path] = true
			if corpus := filepath.Join(s.pkg.Dir, "testdata", "fuzz", fn.Name.Name); !seeds(fn) && !exists(corpus) {
				t.Errorf("%s:%d: %s begins with nothing: add seeds (f.Add, or the transcripts), or it will never get past the first octets.", s.path, s.line(fn.Pos()), fn.Name.Name)
			}
		}
	}
	for _, p := range decoders {
		if exists(filepath.Join(testkit.Root(), p)) && !fuzzed[p] {
			t.Errorf("%s decodes what strangers send and has no fuzz target: add one over its transcripts. A panic in a decoder is an outage for everybody.", p)
		}
	}
}

// seeds reports whether a fuzz target adds seeds itself or hands its F to a helper.
func seeds(fn *ast.FuncDecl) bool {
	if len(fn.Type.Params.List) != 1 || len(fn.Type.Params.List[0].Names) != 1 {
		return false
	}
	f, found := fn.Type.Params.List[0].Names[0].Name, false
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		if sel, ok := call.Fun.(*ast.SelectorExpr); ok && sel.Sel.Name == "Add" {
			if x, ok := sel.X.(*ast.Ident); ok && x.Name == f {
				found = true
			}
		}
		for _, a := range call.Args {
			if x, ok := a.(*ast.Ident); ok && x.Name == f {
				found = true
			}
		}
		return true
	})
	return found
}

// TestDialectsBringTheirPapers: a dialect is done when its transcripts and its list of divergences are there.
func TestDialectsBringTheirPapers(t *testing.T) {
	t.Parallel()
	root := testkit.Root()
	for _, d := range dialects {
		dir := filepath.Join(root, "internal", "dialect", d)
		if !exists(dir) {
			t.Errorf("internal/dialect/%s is missing: the house has five doors", d)
			continue
		}
		if m, _ := filepath.Glob(filepath.Join(dir, "testdata", "*.txtar")); len(m) == 0 {
			t.Errorf("internal/dialect/%s has no transcripts (testdata/*.txtar): they are the dialect's contract, octet by octet", d)
		}
		if page := filepath.Join("docs", "divergences", d+".md"); !exists(filepath.Join(root, page)) {
			t.Errorf("%s is missing: users must be able to read where %s knowingly differs from the original", page, d)
		}
	}
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
