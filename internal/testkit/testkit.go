// Package testkit holds what tests of several packages share: where the reference data lies, and no more.
package testkit

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// Root is the repository's top folder.
func Root() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(file), "..", "..")
}

// Reference is the path of a file or folder of the reference data (schemas, recordings, OpenAPI files), which are not part
// of this repository. It looks in $POLYREG_REFERENCE, else in ../shared/reference beside the repository. A test whose data
// is absent is skipped with the reason, or fails when POLYREG_REQUIRE_REFERENCE is set.
func Reference(t testing.TB, elem ...string) string {
	t.Helper()
	base := os.Getenv("POLYREG_REFERENCE")
	if base == "" {
		base = filepath.Join(Root(), "..", "shared", "reference")
	}
	path := filepath.Join(append([]string{base}, elem...)...)
	if _, err := os.Stat(path); err != nil {
		if os.Getenv("POLYREG_REQUIRE_REFERENCE") != "" {
			t.Fatalf("reference data required but absent: %v", err)
		}
		t.Skipf("reference data not found (%s); set POLYREG_REFERENCE to the folder that holds it", path)
	}
	return path
}
