package registrytest

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/polyreg/polyreg/internal/testkit"
)

// ValidateFrames holds EPP frames against the schemas of the reference data with xmllint. Without the tool or the schemas
// it skips the test and says why, unless POLYREG_REQUIRE_TOOLS or POLYREG_REQUIRE_REFERENCE is set. Frames must be
// unmasked, for a masked password is too short for the schema.
func ValidateFrames(t *testing.T, frames [][]byte) {
	t.Helper()
	tool, err := exec.LookPath("xmllint")
	if err != nil {
		if os.Getenv("POLYREG_REQUIRE_TOOLS") != "" {
			t.Fatal("xmllint is required but not installed")
		}
		t.Skip("xmllint is not installed (package libxml2-utils)")
	}
	args := []string{"--noout", "--nonet", "--schema", testkit.Reference(t, "epp", "all.xsd")}
	if len(frames) == 0 {
		t.Fatal("no frame to validate")
	}
	dir := t.TempDir()
	for i, f := range frames {
		path := filepath.Join(dir, strconv.Itoa(i)+".xml")
		if err := os.WriteFile(path, f, 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, path)
	}
	out, err := exec.CommandContext(t.Context(), tool, args...).CombinedOutput()
	if err == nil {
		return
	}
	for line := range strings.Lines(string(out)) {
		if line = strings.TrimSpace(line); !strings.HasSuffix(line, " validates") {
			t.Error(strings.TrimPrefix(line, dir+string(filepath.Separator)))
		}
	}
	if !t.Failed() {
		t.Fatalf("xmllint: %v", err)
	}
}
