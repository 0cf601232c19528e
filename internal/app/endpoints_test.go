package app

import (
	"os"
	"path/filepath"
	"testing"
)

// A file with credentials is its owner's alone, whatever lay at its place before.
func TestPrivateFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path, other := filepath.Join(dir, "endpoints.json"), filepath.Join(dir, "other")
	for _, p := range []string{path, other} {
		if err := os.WriteFile(p, []byte("before"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(other, filepath.Join(dir, ".endpoints.json.new")); err != nil {
		t.Fatal(err)
	}
	if err := writePrivate(path, []byte("secret")); err != nil {
		t.Fatal(err)
	}
	st, err := os.Stat(path)
	if err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", st.Mode(), err)
	}
	if b, err := os.ReadFile(other); err != nil || string(b) != "before" {
		t.Errorf("%q, %v", b, err)
	}
	if err := writePrivate(filepath.Join(dir, "none", "x"), nil); err == nil {
		t.Error("a folder that does not exist")
	}
	if left, err := filepath.Glob(filepath.Join(dir, ".endpoints.json.*")); err != nil || len(left) != 1 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
