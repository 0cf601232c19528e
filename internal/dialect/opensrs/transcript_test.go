package opensrs

import (
	"bytes"
	flags "flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"golang.org/x/tools/txtar"
)

var update = flags.Bool("update", false, "write the answers into testdata")

// section is one file of a transcript, in the txtar form: a line "-- name --" and what follows it. "request" and "request
// <account>" are bodies, signed with that account's key (alpha's without one); "answer" is what came back. In answers STAMP
// stands for a transaction id, TIME for how long a search took and COOKIE: for a registrant's cookie; in requests COOKIE: is the
// one given last, and ORDER the number of the order that was the last one at the section "order". What else may happen between
// requests is said at actor.
type section struct{ name, data string }

func transcriptFiles(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no transcripts", err)
	}
	return files
}

func readTranscript(t testing.TB, file string) []section {
	t.Helper()
	a, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var out []section
	for _, f := range a.Files {
		out = append(out, section{f.Name, string(f.Data)})
	}
	return out
}

var stamp = regexp.MustCompile(`(key="transaction_id">)[0-9 :-]+`)

// took is the time of a search.
var took = regexp.MustCompile(`(key="request_response_time">)[0-9.]+`)

// orderNumber is how SW_REGISTER tells the number of an order.
var orderNumber = regexp.MustCompile(`key="id">([0-9]+)<`)

// cookieForm is the recorded form: letters and digits, and two numbers.
var cookieForm = regexp.MustCompile(`(key="cookie">)([0-9A-Za-z]{16}:[0-9]{1,6}:[0-9]{1,5})`)

// TestTranscripts plays every transcript in a world of its own, octet by octet.
func TestTranscripts(t *testing.T) {
	t.Parallel()
	for _, file := range transcriptFiles(t) {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			w := dialecttest.New(t, idle, redirecting, dialecttest.Pending(func(_, name string) bool { return strings.HasPrefix(name, "pending") }))
			c := newClient(w)
			sections := readTranscript(t, file)
			var out bytes.Buffer
			last, number, noted := "none", "", ""
			for i, s := range sections {
				kind, who, _ := strings.Cut(s.name, " ")
				switch {
				case kind == "answer":
					continue
				case kind == "order": // the number that the last order got
					noted = number
				case kind != "request" && !(actor{w, t}).do(s.name):
					t.Fatalf("section %d is a %q", i, s.name)
				}
				if kind != "request" {
					out.WriteString("-- " + s.name + " --\n")
					continue
				}
				as := c
				if who != "" {
					as = c.as(who+"reseller", who+"-"+dialecttest.OpenSRSKey)
				}
				answer := as.send(t, []byte(strings.NewReplacer("COOKIE:", last, ">ORDER<", ">"+noted+"<").Replace(strings.TrimSuffix(s.data, "\n"))))
				if m := orderNumber.FindSubmatch(answer); m != nil {
					number = string(m[1])
				}
				if m := cookieForm.FindSubmatch(answer); m != nil {
					last = string(m[2])
				}
				answer = cookieForm.ReplaceAll(answer, []byte("${1}COOKIE:"))
				answer = took.ReplaceAll(answer, []byte("${1}TIME"))
				got := string(stamp.ReplaceAll(answer, []byte("${1}STAMP"))) + "\n"
				out.WriteString("-- " + s.name + " --\n" + s.data + "-- answer --\n" + got)
				if *update {
					continue
				}
				if i+1 >= len(sections) || sections[i+1].name != "answer" {
					t.Fatalf("section %d has no answer; run with -update", i)
				}
				if d := cmp.Diff(sections[i+1].data, got); d != "" {
					t.Errorf("section %d:\n%s\n%s", i, s.data, d)
				}
			}
			if *update {
				if err := os.WriteFile(file, out.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}
