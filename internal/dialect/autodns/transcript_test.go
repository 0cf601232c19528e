package autodns

import (
	"flag"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/secret"
)

var update = flag.Bool("update", false, "write the answers into the transcripts")

// TestTranscripts sends the requests of each transcript, in order, to a fresh world, and compares the answers octet by octet but
// for what time and chance decide.
func TestTranscripts(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no transcripts", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			transcript(t, file)
		})
	}
}

func transcript(t *testing.T, file string) {
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	head, _, _ := strings.Cut(string(data), "\n-- ")
	w := dialecttest.New(t)
	d := New(w.Deps())
	d.stid = &stids{node: "app1"}
	d.stid.last.Store(100_000)
	parts := archiveFiles(data)
	st := &dialecttest.Stage{T: t, World: w}
	var out strings.Builder
	out.WriteString(strings.TrimSuffix(head, "\n") + "\n")
	for i, p := range parts {
		name, body := p[0], p[1]
		if !strings.HasSuffix(name, ".request") {
			if !strings.HasSuffix(name, ".response") {
				st.Happen(name, body)
				out.WriteString("-- " + name + " --\n" + body + "\n")
			}
			continue
		}
		code, err := secret.CodeTOTP(dialecttest.Robot2FATOTP, w.Clocks.Wall())
		if err != nil {
			t.Fatal(err)
		}
		sent := strings.NewReplacer("{token}", code).Replace(st.Fill(body))
		r := httptest.NewRequest("POST", "/", strings.NewReader(sent))
		r.RemoteAddr = "127.0.0.1:4711"
		r.Header.Set("User-Agent", "curl/8.0")
		rec := httptest.NewRecorder()
		d.ServeHTTP(rec, r)
		if rec.Code != 200 || rec.Header().Get("Content-Type") != "text/xml" {
			t.Errorf("%s: %d %v", name, rec.Code, rec.Header())
		}
		got := rec.Body.String()
		st.Note(got, noted)
		got = steady(got)
		out.WriteString("-- " + name + " --\n" + body + "\n-- " + strings.TrimSuffix(name, "request") + "response --\n" + got + "\n")
		if *update {
			continue
		}
		if i+1 >= len(parts) || parts[i+1][1] != got {
			want := ""
			if i+1 < len(parts) {
				want = parts[i+1][1]
			}
			t.Errorf("%s %s (-want +got):\n%s", file, name, cmp.Diff(elements(want), elements(got)))
		}
	}
	if *update {
		if err := os.WriteFile(file, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

var hashForm = regexp.MustCompile(`<hash>([0-9a-f-]{36})</hash>`)

// Forms of what differs from run to run.
var unsteady = []struct {
	form *regexp.Regexp
	to   string
}{
	{regexp.MustCompile(`<stid>\d{8}-`), `<stid>20261122-`},
	{hashForm, `<hash>3e0c1b52-8f7d-4b60-9a35-2f1de2f0a7c4</hash>`},
	{regexp.MustCompile(`<valid_until>[-0-9: ]+</valid_until>`), `<valid_until>2026-11-22 10:10:00</valid_until>`},
	{regexp.MustCompile(`<id>\d+</id><created>[-0-9: ]+</created><updated>[-0-9: ]+</updated></auth_session>`),
		`<id>1017</id><created>2026-11-22 10:00:00</created><updated>2026-11-22 10:00:00</updated></auth_session>`},
	{regexp.MustCompile(`<authinfo>[A-Za-z0-9]{20}-7Q</authinfo>`), `<authinfo>made-up</authinfo>`},
	{regexp.MustCompile(`<value>[A-Za-z0-9]{20}-7Q</value>`), `<value>made-up</value>`},
}

func steady(s string) string {
	for _, u := range unsteady {
		s = u.form.ReplaceAllString(s, u.to)
	}
	return s
}

// elements puts each element on its own line, for a difference that can be read.
func elements(s string) []string { return strings.Split(strings.ReplaceAll(s, "><", ">\n<"), "\n") }
