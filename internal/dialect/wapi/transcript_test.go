package wapi

import (
	"flag"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "write the answers into testdata")

// exchange is one request of a transcript and its answer. A transcript's file holds, in turn, sections "request <path> <form>"
// and "answer": form is "encoded", "raw" or "multipart". {auth:alpha} stands for the hash of that account's user; in answers
// STAMP stands for timestamp and svTRID. Sections "meanwhile" say what happens before the next request, in the words of meanwhile.
type exchange struct {
	before                  string
	path, form, contentType string
	doc                     string // as written in the transcript
	body                    string // as sent, but for the hashes
	answer                  string
}

func transcriptFiles(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no transcripts", err)
	}
	return files
}

func readTranscript(t testing.TB, file string) []exchange {
	t.Helper()
	_, sections := readArchive(t, file)
	var out []exchange
	before := ""
	for _, s := range sections {
		word := strings.Fields(s.name)
		switch {
		case word[0] == "meanwhile":
			before += s.data
		case word[0] == "request" && len(word) == 3:
			x := exchange{before: before, path: word[1], form: word[2], doc: strings.TrimSuffix(s.data, "\n")}
			x.contentType, x.body = wrap(x.form, x.doc)
			before = ""
			out = append(out, x)
		case word[0] == "answer" && len(out) > 0:
			out[len(out)-1].answer = s.data
		default:
			t.Fatalf("%s: section %q", file, s.name)
		}
	}
	return out
}

// section is one file of a txtar archive: a line "-- name --" and what follows it.
type section struct{ name, data string }

func readArchive(t testing.TB, file string) (comment string, sections []section) {
	t.Helper()
	a, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range a.Files {
		sections = append(sections, section{f.Name, string(f.Data)})
	}
	return string(a.Comment), sections
}

// wrap puts a document into a body.
func wrap(form, doc string) (contentType, body string) {
	switch form {
	case "encoded":
		return formType, "request=" + url.QueryEscape(doc)
	case "multipart":
		return "multipart/form-data; boundary=XyZ", "--XyZ\r\nContent-Disposition: form-data; name=\"request\"\r\n\r\n" + doc + "\r\n--XyZ--\r\n"
	}
	return formType, "request=" + doc
}

var (
	authWord  = regexp.MustCompile(`\{auth:([a-z]+)\}`)
	stampJSON = regexp.MustCompile(`("timestamp":)[0-9]+|("svTRID":)"[0-9.]+"`)
	stampXML  = regexp.MustCompile(`(<timestamp>)[0-9]+|(<svTRID>)[0-9.]+`)
)

// withHashes puts the hashes of the current hour into a document.
func withHashes(doc string) string {
	return authWord.ReplaceAllStringFunc(doc, func(m string) string { return authOf(authWord.FindStringSubmatch(m)[1], time.Now()) })
}

// authOf is the hash of an account of the test world, by the manual's formula.
func authOf(who string, now time.Time) string {
	password := dialecttest.WAPIPassword
	if who != "alpha" {
		password = who + "-" + password
	}
	return Hash("ops@"+who+".example", PasswordHash(password), hour(now))
}

func unstamp(answer string) string {
	return stampXML.ReplaceAllString(stampJSON.ReplaceAllString(answer, `$1$2"STAMP"`), "$1${2}STAMP")
}

// TestTranscripts plays every transcript against a world of its own.
func TestTranscripts(t *testing.T) {
	t.Parallel()
	for _, file := range transcriptFiles(t) {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			w := dialecttest.New(t)
			d := New(w.Deps())
			ex := readTranscript(t, file)
			for i := range ex {
				x := &ex[i]
				meanwhile(t, w, x.before)
				contentType, body := wrap(x.form, withHashes(x.doc))
				got := unstamp(bodyOf(t, post(d, x.path, contentType, body)))
				if !strings.HasSuffix(got, "\n") {
					got += "\n" // the archive's own; replies in JSON end with their brace
				}
				if *update {
					x.answer = got
				} else if diff := cmp.Diff(x.answer, got); diff != "" {
					t.Errorf("exchange %d, %s:\n%s", i+1, x.doc, diff)
				}
			}
			if *update {
				writeTranscript(t, file, ex)
			}
		})
	}
}

func writeTranscript(t *testing.T, file string, ex []exchange) {
	comment, _ := readArchive(t, file)
	for _, x := range ex {
		if x.before != "" {
			comment += "-- meanwhile --\n" + x.before
		}
		comment += fmt.Sprintf("-- request %s %s --\n%s\n-- answer --\n%s", x.path, x.form, x.doc, x.answer)
	}
	if err := os.WriteFile(file, []byte(comment), 0o644); err != nil {
		t.Fatal(err)
	}
}

// ask sends a command with JSON parameters as an account and gives the reply's body.
func ask(t testing.TB, d http.Handler, who, cmd, data string) string {
	t.Helper()
	return askAs(t, d, who, cmd, data, "")
}

// askAs is ask with more members of the envelope (`,"test":1`).
func askAs(t testing.TB, d http.Handler, who, cmd, data, more string) string {
	t.Helper()
	doc := fmt.Sprintf(`{"request":{"user":"ops@%s.example","auth":"%s","command":"%s","data":%s%s}}`, who, authOf(who, time.Now()), cmd, data, more)
	return bodyOf(t, post(d, jsonPath, formType, "request="+url.QueryEscape(doc)))
}
