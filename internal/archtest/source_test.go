package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

const (
	maxFileLines = 450
	maxFuncLines = 80
	maxParams    = 4
)

// Exceptions. Each line says why; a new one needs as good a reason.
var (
	// longFiles may be longer than maxFileLines.
	longFiles = map[string]string{}
	// longFuncs may be longer than maxFuncLines: "file:function".
	longFuncs = map[string]string{}
	// manyParams may take more than maxParams parameters: "file:function".
	manyParams = map[string]string{}
	// clockReaders are the packages and files that may ask the machine for the time; all others are told it.
	clockReaders = map[string]string{
		"internal/clock":                   "it is the clock",
		"internal/app":                     "measures requests, waits for services",
		"internal/app/**":                  "measures and waits",
		"cmd/*":                            "measures and waits",
		"internal/obs":                     "stamps log lines",
		"internal/obs/*":                   "stamps log lines",
		"internal/ratelimit":               "the memory source sweeps itself",
		"internal/store/db":                "waits between tries of a transaction",
		"internal/store/sqlite":            "waits between tries of a transaction",
		"internal/store/postgres":          "waits between tries of a transaction",
		"internal/registry/epp":            "deadlines of sockets, back-off between connections",
		"internal/registry/sim/session.go": "deadlines of sockets",
		"internal/dialect/opensrs/conn.go": "deadlines of sockets: this dialect reads HTTP itself",
		"internal/secret/password.go":      "the default of a field that tests replace; age of verified passwords in memory",
		"internal/wire/*":                  "deadlines of sockets",
	}
	// transactionOpeners may call InTx: the use cases, and each store's own users.
	transactionOpeners = map[string]string{
		"internal/command":      "the runner of use cases",
		"internal/lifecycle":    "what time does to a domain",
		"internal/store":        "it is the store",
		"internal/store/*":      "it is the store",
		"internal/registry/sim": "the embedded registry's own store",
	}
	// untagged carry no struct tags.
	untagged = slices.Concat(vocabulary, core, []string{"internal/lifecycle", "internal/registry", "internal/registry/sim/repo"})
)

// source is one Go file of the module, parsed.
type source struct {
	pkg  pkg
	path string // relative to the root, with slashes
	test bool   // in a _test.go file or in a package of test helpers
	fset *token.FileSet
	file *ast.File
}

var parseOnce = sync.OnceValues(parseAll)

func parseAll() ([]source, error) {
	pkgs, err := listOnce()
	if err != nil {
		return nil, err
	}
	var out []source
	for _, p := range pkgs {
		for _, name := range slices.Concat(p.GoFiles, p.TestGoFiles, p.XTestGoFiles) {
			fset := token.NewFileSet()
			f, err := parser.ParseFile(fset, filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)
			if err != nil {
				return nil, err
			}
			test := strings.HasSuffix(name, "_test.go") || slices.Contains(testHelpers, p.path)
			out = append(out, source{pkg: p, path: path.Join(p.path, name), test: test, fset: fset, file: f})
		}
	}
	return out, nil
}

func sources(t *testing.T) []source {
	t.Helper()
	s, err := parseOnce()
	if err != nil {
		t.Fatalf("reading the module's source: %v", err)
	}
	return s
}

func (s source) line(p token.Pos) int { return s.fset.Position(p).Line }

// TestSizes: files and functions that one can read at a sitting, parameters that one can keep apart.
func TestSizes(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		if n := s.fset.File(s.file.Pos()).LineCount(); n > maxFileLines && longFiles[s.path] == "" {
			t.Errorf("%s has %d lines, more than %d. One endpoint or command per file: split it where a second subject begins.", s.path, n, maxFileLines)
		}
		for _, d := range s.file.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok {
				s.checkFunc(t, fn)
			}
		}
	}
}

func (s source) checkFunc(t *testing.T, fn *ast.FuncDecl) {
	t.Helper()
	key := s.path + ":" + fn.Name.Name
	if n := s.line(fn.End()) - s.line(fn.Pos()) + 1 - s.tableLines(fn); n > maxFuncLines && longFuncs[key] == "" {
		t.Errorf("%s:%d: %s has %d lines, more than %d. What does its second half do? Give that a name.", s.path, s.line(fn.Pos()), fn.Name.Name, n, maxFuncLines)
	}
	if n := params(fn); n > maxParams && fn.Name.IsExported() && !s.test && manyParams[key] == "" {
		t.Errorf("%s:%d: %s takes %d parameters besides the context, more than %d. Callers mix them up: pass a struct with named fields.",
			s.path, s.line(fn.Pos()), fn.Name.Name, n, maxParams)
	}
}

// tableLines counts the lines of a test function that are table: data is not code.
func (s source) tableLines(fn *ast.FuncDecl) int {
	n := 0
	if fn.Body == nil || !strings.HasSuffix(s.path, "_test.go") {
		return 0
	}
	ast.Inspect(fn.Body, func(x ast.Node) bool {
		if lit, ok := x.(*ast.CompositeLit); ok {
			n += s.line(lit.End()) - s.line(lit.Pos())
			return false
		}
		return true
	})
	return n
}

// params counts parameters without a context.Context.
func params(fn *ast.FuncDecl) int {
	n := 0
	for _, f := range fn.Type.Params.List {
		if sel, ok := f.Type.(*ast.SelectorExpr); ok && sel.Sel.Name == "Context" {
			continue
		}
		n += max(1, len(f.Names))
	}
	return n
}

// TestCoreCarriesNoTags: a struct tag binds a type of the core to one wire format or one table.
func TestCoreCarriesNoTags(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		if s.test || !slices.Contains(untagged, s.pkg.path) {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			if f, ok := n.(*ast.Field); ok && f.Tag != nil {
				t.Errorf("%s:%d: struct tag %s. Five dialects and two databases share this type; a tag belongs to a type of the adapter that needs it.",
					s.path, s.line(f.Pos()), f.Tag.Value)
			}
			return true
		})
	}
}

// TestTimeIsData: only named places read the machine's clock.
func TestTimeIsData(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		if s.test || named(clockReaders, s) {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			if sel, ok := n.(*ast.SelectorExpr); ok && isClock(s.file, sel) {
				t.Errorf("%s:%d: time.%s. There are two clocks, registrar time and wall time, and each line must say which it reads: take it from the Tx or from clock.Clocks. "+
					"A sandbox whose clock is moved would be wrong here, and a test would have to wait.", s.path, s.line(sel.Pos()), sel.Sel.Name)
			}
			return true
		})
	}
}

// named reports whether a list of exceptions names the file or its package.
func named(list map[string]string, s source) bool {
	for p := range list {
		if matchAny([]string{p}, s.pkg.path) || p == s.path {
			return true
		}
	}
	return false
}

func isClock(f *ast.File, sel *ast.SelectorExpr) bool {
	x, ok := sel.X.(*ast.Ident)
	if !ok || !slices.Contains([]string{"Now", "Since", "Until"}, sel.Sel.Name) {
		return false
	}
	for _, imp := range f.Imports {
		if imp.Path.Value == `"time"` {
			return x.Name == "time" && imp.Name == nil || imp.Name != nil && imp.Name.Name == x.Name
		}
	}
	return false
}

// TestWhoOpensTransactions: only the use cases do, so that authorisation, limits, history and notices cannot be forgotten.
func TestWhoOpensTransactions(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		if s.test || named(transactionOpeners, s) {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			if sel, ok := call.Fun.(*ast.SelectorExpr); ok && sel.Sel.Name == "InTx" {
				t.Errorf("%s:%d: opens a transaction. Only command.Runner and lifecycle do (and each store for itself): call a use case, or write one.", s.path, s.line(call.Pos()))
			}
			return true
		})
	}
}
