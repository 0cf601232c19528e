package domainrobot

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"testing"

	"github.com/polyreg/polyreg/internal/testkit"
)

// TestBothInterfacesPollTheSame: the vendor's two interfaces share a queue, so what one shows the other has to show and confirm too.
func TestBothInterfacesPollTheSame(t *testing.T) {
	t.Parallel()
	list := func(dialect string) (names []string) {
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(testkit.Root(), "internal", "dialect", dialect, "poll_events.go"), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			v, ok := n.(*ast.ValueSpec)
			if !ok || v.Names[0].Name != "pollKinds" {
				return true
			}
			for _, e := range v.Values[0].(*ast.CompositeLit).Elts {
				names = append(names, e.(*ast.SelectorExpr).Sel.Name)
			}
			return false
		})
		slices.Sort(names)
		return names
	}
	ours, theirs := list("domainrobot"), list("autodns")
	if len(ours) != len(pollKinds) || !slices.Equal(ours, theirs) {
		t.Errorf("%v\n%v", ours, theirs)
	}
}
