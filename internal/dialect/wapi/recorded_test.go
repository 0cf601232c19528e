package wapi

import (
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/testkit"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
)

// recorded is one exchange of the real service.
type recorded struct {
	request string
	headers http.Header
	answer  string
}

func readRecorded(t *testing.T) []recorded {
	t.Helper()
	text, err := os.ReadFile(testkit.Reference(t, "recorded", "wapi", "dns-lexicon.txt"))
	if err != nil {
		t.Fatal(err)
	}
	var out []recorded
	for _, part := range strings.Split(string(text), "\n-- exchange ")[1:] {
		ask, tell, _ := strings.Cut(part, "\n\n< ")
		_, ask, _ = strings.Cut(ask, "\n> POST ")
		_, ask, _ = strings.Cut(ask, "\n> ")
		head, body, _ := strings.Cut(tell, "\n\n")
		h := http.Header{}
		for _, line := range strings.Split(head, "\n")[1:] {
			k, v, _ := strings.Cut(line, ": ")
			h.Add(k, v)
		}
		// The recorder has encoded the body twice more.
		for i := 0; i < 3 && !strings.HasPrefix(ask, "request="); i++ {
			if ask, err = url.QueryUnescape(ask); err != nil {
				t.Fatal(err)
			}
		}
		out = append(out, recorded{ask, h, strings.TrimSpace(body)})
	}
	if len(out) < 50 {
		t.Fatalf("only %d exchanges", len(out))
	}
	return out
}

// Every recorded request is read, and every recorded reply comes out of the encoder as it was, byte for byte.
func TestRecordedExchanges(t *testing.T) {
	t.Parallel()
	form := regexp.MustCompile(`^[0-9]{10}\.[0-9]{4}\.[0-9]{4,5}\.1$`)
	for i, ex := range readRecorded(t) {
		docs := fromForm(ex.request)
		req, bad := parseDocuments(formatJSON, docs)
		if bad != 0 || req.check() != 0 {
			t.Fatalf("exchange %d: %v %q", i+1, bad, ex.request)
		}
		was := value(t, ex.answer).Get("response")
		if was.Get("command").Text != req.command || !form.MatchString(was.Get("svTRID").Text) {
			t.Errorf("exchange %d: command %q, svTRID %q", i+1, req.command, was.Get("svTRID").Text)
		}
		code64, _ := was.Get("code").AsInt()
		unix, _ := was.Get("timestamp").AsInt()
		rep := reply{code: code(code64), stamp: stamp{unix, was.Get("svTRID").Text}, command: req.command}
		if data := was.Get("data"); data.Exists() {
			rep.data = objectOf(data)
		}
		if got := string(rep.encode(formatJSON)); got != ex.answer {
			t.Errorf("exchange %d:\n got %s\nwant %s", i+1, got, ex.answer)
		}
	}
}

func objectOf(v jsonx.Value) jsonx.Obj {
	o := jsonx.Obj{}
	for _, m := range v.Members {
		o.Add(m.Name, m.Value)
	}
	return o
}

// The recorded headers are sent, or the page of differences says why not. The recorded commands are all DNS commands, which
// this dialect does not serve: the page says so too.
func TestRecordedHeadersAndCommandsOrDivergence(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(testkit.Root() + "/docs/divergences/wapi.md")
	if err != nil {
		t.Fatal(err)
	}
	d := New(dialecttest.New(t).Deps())
	replay := func(ex recorded) *http.Response {
		docs := fromForm(ex.request)
		doc := strings.NewReplacer(`"user": "username"`, `"user": "ops@alpha.example"`, `"auth": "password"`, `"auth": "`+authOf("alpha", time.Now())+`"`).Replace(docs[0])
		return post(d, "/wapi/json", formType, "request="+url.QueryEscape(doc))
	}
	ex := readRecorded(t)[0]
	got := replay(ex).Header
	for k, vs := range ex.headers {
		own := got.Get(k)
		same := own == vs[0] || own != "" && (k == "Date" || k == "Expires" || k == "Content-Length")
		if !same && !strings.Contains(string(page), "header-"+strings.ToLower(k)) {
			t.Errorf("header %s: recorded %q, sent %q, and the page of differences is silent", k, vs[0], own)
		} else if !same {
			t.Logf("header %s: recorded %q, sent %q", k, vs[0], own)
		}
	}
	for i, ex := range readRecorded(t) {
		was := value(t, ex.answer).Get("response")
		body := bodyOf(t, replay(ex))
		now := value(t, body).Get("response")
		if got, want := shape(now), shape(was); got == want && now.Get("code").Text == was.Get("code").Text {
			continue
		} else if cmd := was.Get("command").Text; now.Get("code").Text != "2010" || !strings.Contains(string(page), "`"+cmd+"`") {
			t.Errorf("exchange %d: recorded %s, answered %s, and the page of differences is silent", i+1, want, body)
		} else {
			t.Logf("exchange %d, %s: recorded %s, answered %s %s", i+1, cmd, want, now.Get("code").Text, now.Get("result").Text)
		}
	}
}

// shape is the names of an envelope in order.
func shape(v jsonx.Value) string {
	var names []string
	for _, m := range v.Members {
		names = append(names, m.Name)
	}
	return strings.Join(names, " ")
}

// Every command of the reference is served or stands on the page of differences, and none is served that the reference does not know.
func TestEveryCommandOfTheReference(t *testing.T) {
	t.Parallel()
	ref, err := os.ReadFile(testkit.Reference(t, "wapi.md"))
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(testkit.Root() + "/docs/divergences/wapi.md")
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, m := range regexp.MustCompile("(?m)^#### `([a-z-]+)`").FindAllStringSubmatch(string(ref), -1) {
		known[m[1]] = true
		if !strings.Contains(string(page), "| `"+m[1]+"` |") {
			t.Errorf("%s has no line on the page of differences", m[1])
		}
	}
	if len(known) != 43 {
		t.Errorf("the reference has %s commands", strconv.Itoa(len(known)))
	}
	for cmd := range commands {
		if !known[cmd] {
			t.Errorf("%s is served but no command of the reference", cmd)
		}
	}
}
