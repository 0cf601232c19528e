package archtest

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/polyreg/polyreg/internal/testkit"
)

// strays are words that do not belong into files that others read. They are put together here so that this file passes. A
// file without any of the hints (in small letters) is not searched: that is much quicker.
var strays = []struct {
	hints []string
	re    *regexp.Regexp
	why   string
}{
	{[]string{"to" + "do", "fix" + "me"}, regexp.MustCompile(`\b(TO` + `DO|FIX` + `ME)\b`),
		"unfinished work belongs into docs/divergences/ or into nobody's hands: finish it or take it out"},
	{[]string{"/wo" + "rk/", "/ro" + "ot/", "/ho" + "me/"}, regexp.MustCompile(`(^|[\s"'` + "`" + `(=:])/(wo` + `rk|ro` + `ot|ho` + `me)/`),
		"a path of one machine means nothing on another: make it relative, or take it from the environment"},
	{[]string{"npm" + "js", "proxy.go" + "lang", "deb.deb" + "ian"}, regexp.MustCompile(`(?i)registry\.npm` + `js\.|proxy\.go` + `lang\.org|deb\.deb` + `ian\.org`),
		"package clients know their registries; a host written down here breaks behind a mirror"},
	{[]string{"cla" + "ude", "anth" + "ropic", "chat" + "gpt", "co" + "pilot", "open" + "ai"}, regexp.MustCompile(`(?i)\b(cla` + `ude|anth` + `ropic|chat` + `gpt|co` + `pilot|open` + `ai)\b`),
		"files speak of the product, not of the tools that wrote them"},
	{[]string{"is" + "sue", "br" + "ief.md"}, regexp.MustCompile(`\bIS` + `SUE\.md\b|\bBR` + `IEF\.md\b|(?i)\bis` + `sue\s+\d`),
		"readers of this file have no access to notes about the work: say the thing itself"},
	{[]string{"<<<" + "<<<<", ">>>" + ">>>>"}, regexp.MustCompile(`(^|\s)(<{7}|>{7})(\s|$)`), "the mark of an unfinished merge"},
}

// tracked are the files of the repository, by the given words for git ls-files.
func tracked(t *testing.T, which ...string) []string {
	t.Helper()
	cmd := exec.Command("git", append([]string{"-c", "safe.directory=*", "ls-files", "-z"}, which...)...)
	cmd.Dir = testkit.Root()
	out, err := cmd.Output()
	if err != nil {
		t.Skipf("not a git work tree (%v): these rules are about the files of the repository", err)
	}
	return slices.DeleteFunc(strings.Split(string(out), "\x00"), func(s string) bool { return s == "" })
}

// TestFilesSpeakOfTheProduct looks for words that strayed in, also into files that are not yet added.
func TestFilesSpeakOfTheProduct(t *testing.T) {
	t.Parallel()
	for _, name := range tracked(t, "--cached", "--others", "--exclude-standard") {
		text, err := os.ReadFile(filepath.Join(testkit.Root(), name))
		if os.IsNotExist(err) {
			continue // being renamed
		}
		if err != nil {
			t.Error(err)
			continue
		}
		if bytes.IndexByte(text, 0) >= 0 || name == "LICENSE" || strings.Contains(name, "testdata/fuzz/") {
			continue
		}
		small := bytes.ToLower(text)
		for _, s := range strays {
			if !slices.ContainsFunc(s.hints, func(h string) bool { return bytes.Contains(small, []byte(h)) }) {
				continue
			}
			n := 0
			for line := range bytes.Lines(text) {
				n++
				if m := s.re.Find(line); m != nil {
					t.Errorf("%s:%d: %q. Why not: %s.", name, n, bytes.TrimSpace(m), s.why)
				}
			}
		}
	}
}

// TestNothingForeignIsKept: the reference data of the vendors is read where it lies and is not ours to publish.
func TestNothingForeignIsKept(t *testing.T) {
	t.Parallel()
	for _, name := range tracked(t, "--cached") {
		switch ext := filepath.Ext(name); {
		case ext == ".xsd", ext == ".dtd":
			t.Errorf("%s: schemas of others are read from $POLYREG_REFERENCE, not kept here", name)
		case strings.Contains(name, "node_modules/"), ext == ".exe", ext == ".db", ext == ".sqlite", ext == ".pem", ext == ".key":
			t.Errorf("%s: made by a run, not written by a person; keep it out of the repository", name)
		}
		if fi, err := os.Stat(filepath.Join(testkit.Root(), name)); err == nil && fi.Size() > 512<<10 {
			t.Errorf("%s has %d bytes: what is larger than half a megabyte is data and wants a better place", name, fi.Size())
		}
	}
}
