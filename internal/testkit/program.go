package testkit

import (
	"os"
	"os/exec"
	"testing"
)

// Program gives the path of a foreign program, looked for in PATH and among the system's own. Where it is missing the test is
// skipped and says which Debian package has it, or fails where POLYREG_REQUIRE_TOOLS is set.
func Program(t testing.TB, name, pkg string) string {
	t.Helper()
	for _, place := range []string{name, "/usr/sbin/" + name, "/sbin/" + name} {
		if path, err := exec.LookPath(place); err == nil {
			return path
		}
	}
	if os.Getenv("POLYREG_REQUIRE_TOOLS") != "" {
		t.Fatalf("%s is required but not installed (Debian: %s)", name, pkg)
	}
	t.Skipf("%s is not installed (Debian: %s)", name, pkg)
	return ""
}
