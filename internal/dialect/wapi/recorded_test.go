package wapi

import (
	"cmp"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/testkit"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
	"github.com/polyreg/polyreg/internal/zone"
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

// The recorded headers are sent, or the page of differences says why not.
func TestRecordedHeadersOrDivergence(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(testkit.Root() + "/docs/divergences/wapi.md")
	if err != nil {
		t.Fatal(err)
	}
	ex := readRecorded(t)[0]
	r := replayer{d: New(dialecttest.New(t).Deps())}
	got := r.send(ex.request).Header
	for k, vs := range ex.headers {
		own := got.Get(k)
		same := own == vs[0] || own != "" && (k == "Date" || k == "Expires" || k == "Content-Length")
		if !same && !strings.Contains(string(page), "header-"+strings.ToLower(k)) {
			t.Errorf("header %s: recorded %q, sent %q, and the page of differences is silent", k, vs[0], own)
		} else if !same {
			t.Logf("header %s: recorded %q, sent %q", k, vs[0], own)
		}
	}
}

// replayer sends recorded requests; rows have other numbers here.
type replayer struct {
	d    *Dialect
	rows map[string]string // what a recorded number stands for
	own  map[string]string // our number of it
}

var rowIDField = regexp.MustCompile(`"row_id": "?(\d+)"?`)

func (r *replayer) send(request string) *http.Response {
	docs := fromForm(request)
	doc := strings.NewReplacer(`"user": "username"`, `"user": "ops@alpha.example"`, `"auth": "password"`, `"auth": "`+authOf("alpha", time.Now())+`"`).Replace(docs[0])
	doc = rowIDField.ReplaceAllStringFunc(doc, func(field string) string {
		return `"row_id": "` + r.own[r.rows[rowIDField.FindStringSubmatch(field)[1]]] + `"`
	})
	return post(r.d, "/wapi/json", formType, "request="+url.QueryEscape(doc))
}

// rowsIn are the rows of an answer without numbers and dates, in order; into gets what each number stands for.
func rowsIn(answer jsonx.Value, into func(id, row string)) string {
	var out []string
	for _, x := range answer.Get("data").Get("row").Items {
		row := strings.Join([]string{x.Get("name").Text, x.Get("ttl").Text, x.Get("rdtype").Text, x.Get("rdata").Text, x.Get("author_comment").Text}, "|")
		into(x.Get("ID").Text, row)
		out = append(out, row)
	}
	return strings.Join(out, "\n")
}

// Every recorded exchange about a zone is answered as it was, row by row, from the state in which the recording began.
func TestRecordedZone(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t)
	r := replayer{d: New(w.Deps()), rows: map[string]string{}, own: map[string]string{}}
	all := readRecorded(t)
	add := command.CreateZone{Origin: "example-zone.com"}
	for _, row := range strings.Split(rowsIn(value(t, all[1].answer).Get("response"), func(string, string) {}), "\n") {
		add.Records = append(add.Records, recordOf(t, row))
	}
	if _, err := command.Do(t.Context(), w.Runner, w.Caller(t, "alpha"), add); err != nil {
		t.Fatal(err)
	}
	left := 0
	for i, ex := range all {
		was := value(t, ex.answer).Get("response")
		body := bodyOf(t, r.send(ex.request))
		now := value(t, body).Get("response")
		if shape(now) != shape(was) || now.Get("code").Text != was.Get("code").Text {
			t.Errorf("exchange %d: recorded %s, answered %s", i+1, ex.answer, body)
			continue
		}
		want := rowsIn(was, func(id, row string) { r.rows[id] = row })
		got := rowsIn(now, func(id, row string) { r.own[row] = id })
		if got == want {
			continue
		}
		left++ // the recording leaves out requests that repeat earlier ones: catch up with what it has not shown
		r.catchUp(t, w, got, want)
		now = value(t, bodyOf(t, r.send(ex.request))).Get("response")
		if got := rowsIn(now, func(id, row string) { r.own[row] = id }); got != want {
			t.Errorf("exchange %d: recorded rows\n%s\nanswered\n%s", i+1, want, got)
		}
	}
	if left > 9 { // of some thirty
		t.Errorf("%d lists differ from what was recorded", left)
	}
}

// catchUp brings the zone to a recorded state.
func (r *replayer) catchUp(t *testing.T, w *dialecttest.World, have, want string) {
	t.Helper()
	stage := func(change zone.Change) {
		if _, err := command.Do(t.Context(), w.Runner, w.Caller(t, "alpha"), command.StageZone{Origin: "example-zone.com", Change: change}); err != nil {
			t.Fatal(err)
		}
	}
	for _, row := range strings.Split(want, "\n") {
		if !strings.Contains("\n"+have+"\n", "\n"+row+"\n") {
			stage(zone.Change{Add: []zone.Record{recordOf(t, row)}})
		}
	}
	for _, row := range strings.Split(have, "\n") {
		if !strings.Contains("\n"+want+"\n", "\n"+row+"\n") {
			stage(zone.Change{Remove: []zone.Record{recordOf(t, row)}})
		}
	}
}

func recordOf(t *testing.T, row string) zone.Record {
	t.Helper()
	f := strings.Split(row, "|")
	ttl, err := strconv.Atoi(f[1])
	if err != nil {
		t.Fatal(err)
	}
	data, ok := readData(zone.Type(f[2]), f[3], "example-zone.com")
	if !ok {
		t.Fatalf("row %q", row)
	}
	return zone.Record{Name: cmp.Or(f[0], zone.Apex), Type: zone.Type(f[2]), TTL: ttl, Data: data}
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
