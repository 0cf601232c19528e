package dmapi

import (
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "write the transcripts' replies anew")

// TestTranscripts plays testdata/*.txtar, each in a world of its own, whose registry leaves names that begin with "pending"
// undecided. A transcript holds pairs of files: "<step> request" is
// the first line, headers, an empty line and the body, as octets on the wire but for the line ends; "<step> reply" is what
// comes back. What differs from run to run stands as <sid1>, <id1>, <proc1>, <contact1> … in both, numbered as it appears.
func TestTranscripts(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no transcripts", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			playTranscript(t, file)
		})
	}
}

func playTranscript(t *testing.T, file string) {
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	comment, files := readArchive(string(data))
	pending := dialecttest.Pending(func(_, name string) bool { return strings.HasPrefix(name, "pending") })
	d := New(dialecttest.New(t, pending).Deps())
	var v variables
	var out strings.Builder
	out.WriteString(comment)
	for i, f := range files {
		step, isRequest := strings.CutSuffix(f.name, " request")
		if !isRequest {
			continue
		}
		rec := httptest.NewRecorder()
		d.ServeHTTP(rec, readRequest(t, v.fill(f.text)))
		got := v.show(showReply(rec))
		fmt.Fprintf(&out, "-- %s --\n%s-- %s reply --\n%s", f.name, f.text, step, got)
		want := ""
		if i+1 < len(files) && files[i+1].name == step+" reply" {
			want = files[i+1].text
		}
		if diff := cmp.Diff(want, got); diff != "" && !*update {
			t.Errorf("%s: step %s (-want +got):\n%s", file, step, diff)
		}
	}
	if *update {
		if err := os.WriteFile(file, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

type archived struct{ name, text string }

func readArchive(text string) (comment string, files []archived) {
	a := txtar.Parse([]byte(text))
	for _, f := range a.Files {
		files = append(files, archived{f.Name, string(f.Data)})
	}
	return string(a.Comment), files
}

func readRequest(t *testing.T, text string) *http.Request {
	t.Helper()
	head, body, _ := strings.Cut(text, "\n\n")
	lines := strings.Split(strings.TrimSuffix(head, "\n"), "\n")
	method, target, _ := strings.Cut(lines[0], " ")
	r := httptest.NewRequest(method, target, strings.NewReader(strings.TrimSuffix(body, "\n")))
	r.RequestURI, r.RemoteAddr = target, "127.0.0.1:4711"
	for _, l := range lines[1:] {
		name, value, ok := strings.Cut(l, ": ")
		if !ok {
			t.Fatalf("request header %q", l)
		}
		r.Header.Set(name, value)
		if name == "Host" {
			r.Host = value
		}
	}
	return r
}

// showReply is the status line, the headers that are the dialect's, and the body; the end of the body is marked, for a line
// feed there matters.
func showReply(rec *httptest.ResponseRecorder) string {
	var b strings.Builder
	fmt.Fprintf(&b, "HTTP %d\n", rec.Code)
	for _, n := range []string{"Content-Type", "Server", "Set-Cookie", "WWW-Authenticate", "Allow"} {
		for _, v := range rec.Header().Values(n) {
			fmt.Fprintf(&b, "%s: %s\n", n, v)
		}
	}
	b.WriteString("\n" + rec.Body.String() + "<end>\n")
	return b.String()
}

// variables are the values that differ from run to run.
type variables struct {
	names  map[string]string // by value
	values map[string]string // by name
	counts map[string]int
}

var variableForms = []struct {
	kind string
	re   *regexp.Regexp
}{
	{"sid", regexp.MustCompile(`\b[0-9a-f]{40}\b`)}, {"id", regexp.MustCompile(`\b[0-9a-f]{32}\b`)},
	{"contact", regexp.MustCompile(`\bC[A-Z]{3}-\d{8,}\b`)}, {"proc", regexp.MustCompile(`\b13110\d{5}\b`)},
	{"auth", regexp.MustCompile(`\b[A-Za-z0-9]{20}-7Q\b`)}, {"wall", regexp.MustCompile(`\b20\d\d-\d\d-\d\d \d\d:\d\d:\d\d \+0[12]00`)},
}

func (v *variables) show(text string) string {
	if v.names == nil {
		v.names, v.values, v.counts = map[string]string{}, map[string]string{}, map[string]int{}
	}
	for _, f := range variableForms {
		text = f.re.ReplaceAllStringFunc(text, func(s string) string {
			if f.kind == "wall" { // a second may pass at any place
				return "<wall>"
			}
			if v.names[s] == "" {
				v.counts[f.kind]++
				n := fmt.Sprintf("<%s%d>", f.kind, v.counts[f.kind])
				v.names[s], v.values[n] = n, s
			}
			return v.names[s]
		})
	}
	return text
}

func (v *variables) fill(text string) string {
	for n, s := range v.values {
		text = strings.ReplaceAll(text, n, s)
	}
	return text
}
