package domainrobot

import (
	"os"
	"testing"

	"golang.org/x/tools/txtar"
)

func readArchive(t testing.TB, path string) *txtar.Archive {
	t.Helper()
	a, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func writeArchive(t testing.TB, a *txtar.Archive, path string) {
	t.Helper()
	if err := os.WriteFile(path, txtar.Format(a), 0o644); err != nil {
		t.Fatal(err)
	}
}
