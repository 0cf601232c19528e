package domainrobot

import (
	"bufio"
	"bytes"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "write the answers of the transcripts anew")

// shownHeaders are the headers of an answer that transcripts hold.
var shownHeaders = []string{"Content-Type", "Retry-After", headerSession, "Set-Cookie"}

var varying = []struct {
	find *regexp.Regexp
	put  string
}{
	{regexp.MustCompile(`[0-9]{8}-app[0-9a-f]{6}-[0-9]+`), "STID"},
	{regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}`), "SESSION"},
	{regexp.MustCompile(`"authinfo":"[^"]{20,}"`), `"authinfo":"AUTHINFO"`},
}

// exchange sends a request as a transcript has it and gives the answer in its form. {words} in braces stand for what earlier parts kept.
func exchange(s *dialecttest.Stage, h http.Handler, raw []byte) []byte {
	t := s.T
	t.Helper()
	raw = []byte(s.Fill(string(raw)))
	head, body, _ := bytes.Cut(raw, []byte("\n\n"))
	body = bytes.TrimSuffix(body, []byte("\n"))
	text := strings.ReplaceAll(string(head), "\n", "\r\n") + fmt.Sprintf("\r\nContent-Length: %d\r\n\r\n", len(body))
	r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(text + string(body))))
	if err != nil {
		t.Fatalf("%s: %v", head, err)
	}
	r.RemoteAddr = "127.0.0.1:40000"
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if id := w.Header().Get(headerSession); id != "" {
		s.Keep("session", id)
	}
	s.Note(w.Body.String(), noted)
	var out bytes.Buffer
	fmt.Fprintf(&out, "HTTP/1.1 %d %s\n", w.Code, http.StatusText(w.Code))
	for _, name := range shownHeaders {
		if v := w.Header().Get(name); v != "" {
			fmt.Fprintf(&out, "%s: %s\n", name, v)
		}
	}
	out.WriteString("\n")
	out.Write(w.Body.Bytes())
	if w.Header().Get("Content-Length") != fmt.Sprint(w.Body.Len()) {
		t.Errorf("%s: Content-Length %s of %d octets", head, w.Header().Get("Content-Length"), w.Body.Len())
	}
	if w.Header().Get("X-Domainrobot-Stid") == "" {
		t.Errorf("%s: no stid", head)
	}
	text = out.String()
	for _, v := range varying {
		text = v.find.ReplaceAllString(text, v.put)
	}
	return []byte(strings.TrimSuffix(text, "\n") + "\n")
}

func TestTranscripts(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no transcripts", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			a := readArchive(t, file)
			s := &dialecttest.Stage{T: t, World: dialecttest.New(t)}
			h := New(s.Deps())
			var kept []txtar.File
			for i, f := range a.Files {
				if strings.HasSuffix(f.Name, ".response") {
					continue
				}
				if !strings.HasSuffix(f.Name, ".request") {
					s.Happen(f.Name, strings.TrimSpace(string(f.Data)))
					kept = append(kept, f)
					continue
				}
				name := strings.TrimSuffix(f.Name, ".request") + ".response"
				got := exchange(s, h, f.Data)
				kept = append(kept, f, txtar.File{Name: name, Data: got})
				if *update {
					continue
				}
				if i+1 >= len(a.Files) || a.Files[i+1].Name != name {
					t.Errorf("%s has no answer", f.Name)
				} else if diff := cmp.Diff(string(a.Files[i+1].Data), string(got)); diff != "" {
					t.Errorf("%s:\n%s", f.Name, diff)
				}
			}
			if *update {
				a.Files = kept
				writeArchive(t, a, file)
			}
		})
	}
}
