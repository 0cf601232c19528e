package dmapi

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/testkit"
)

// recorded is one exchange with the real service.
type recorded struct {
	number  string
	request string // name
	form    map[string]any
	status  string
	http    map[string]string
	names   []string // of the envelope's headers, in order
	headers map[string]string
	body    string
}

var exchangeLine = regexp.MustCompile(`(?m)^-- exchange (\d+) --\n`)

func readRecording(t *testing.T) []recorded {
	t.Helper()
	data, err := os.ReadFile(testkit.Reference(t, "recorded", "dmapi", "dns-lexicon.txt"))
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	at := exchangeLine.FindAllStringSubmatchIndex(text, -1)
	var out []recorded
	for i, m := range at {
		end := len(text)
		if i+1 < len(at) {
			end = at[i+1][0]
		}
		out = append(out, readExchange(t, text[m[2]:m[3]], text[m[1]:end]))
	}
	return out
}

func readExchange(t *testing.T, number, text string) recorded {
	t.Helper()
	x := recorded{number: number, http: map[string]string{}, headers: map[string]string{}}
	ask, answer, ok := strings.Cut(text, "\n\n< ")
	first, form, ok2 := strings.Cut(ask, "\n> ")
	if !ok || !ok2 {
		t.Fatalf("exchange %s cannot be read", number)
	}
	x.request = first[strings.LastIndexByte(first, '/')+1:]
	if err := json.Unmarshal([]byte(form), &x.form); err != nil { // a zone's text stands in it with raw quotation marks
		before, zone, ok := strings.Cut(form, `, "zone": "`)
		if err := json.Unmarshal([]byte(before+"}"), &x.form); err != nil || !ok {
			t.Fatalf("exchange %s: %v", number, err)
		}
		x.form["zone"] = strings.ReplaceAll(strings.TrimSuffix(strings.TrimSpace(zone), `"}`), `\n`, "\n")
	}
	head, rest, _ := strings.Cut(answer, "\n\n")
	lines := strings.Split(head, "\n")
	x.status = lines[0]
	for _, l := range lines[1:] {
		n, v, _ := strings.Cut(l, ": ")
		x.http[n] = v
	}
	rest = strings.TrimSuffix(rest, "\n\n") // between exchanges
	envelope, body, _ := strings.Cut(rest, "\n\n")
	x.body = body
	for _, l := range strings.Split(strings.TrimRight(envelope, "\n"), "\n") {
		n, v, _ := strings.Cut(l, ":")
		x.names = append(x.names, n)
		x.headers[n] = strings.TrimPrefix(v, " ")
	}
	return x
}

// TestReplayOfRecordedExchanges plays what the real service was asked and compares header names, their order where it is
// fixed, the form of every value, and the body's form. A difference passes only if docs/divergences/dmapi.md has its mark.
func TestReplayOfRecordedExchanges(t *testing.T) {
	t.Parallel()
	all := readRecording(t)
	page, err := os.ReadFile(filepath.Join(testkit.Root(), "docs", "divergences", "dmapi.md"))
	if err != nil {
		t.Fatal(err)
	}
	c := newClient(t, dialecttest.New(t))
	found := map[string][]string{}
	for _, x := range all {
		for mark, what := range c.replay(x) {
			found[mark] = append(found[mark], "exchange "+x.number+": "+what)
		}
	}
	if len(all) < 80 {
		t.Errorf("only %d exchanges", len(all))
	}
	for _, mark := range slices.Sorted(maps.Keys(found)) {
		t.Logf("%s: %d times, as in %s", mark, len(found[mark]), found[mark][0])
		if !strings.Contains(string(page), "`"+mark+"`") {
			t.Errorf("difference %s is not on the page of divergences", mark)
		}
	}
}

// replay gives the differences of one exchange by their marks.
func (c *client) replay(x recorded) map[string]string {
	c.t.Helper()
	v := url.Values{}
	for n, value := range x.form {
		text := fmt.Sprint(value)
		switch {
		case n == "api-key":
			text = dialecttest.DMAPIKey
		case n == "auth-sid":
			text = c.sid
		case text == "example-zone.de":
			text = "example.com"
		}
		v.Set(n, text)
	}
	r := httptest.NewRequest("POST", "/request/"+x.request, strings.NewReader(v.Encode()))
	r.Header.Set("Content-Type", urlencoded)
	a := c.send(r)
	diffs := map[string]string{}
	compareHTTP(x, a, diffs)
	compareHeaders(x, a, diffs)
	compareBody(x, a, diffs)
	return diffs
}

func compareHTTP(x recorded, a answer, diffs map[string]string) {
	if x.status != "200 OK" || a.status != 200 {
		diffs["http-status"] = fmt.Sprint(x.status, " ", a.status)
	}
	for n, v := range x.http {
		got := a.http.Get(n)
		switch n {
		case "Connection", "Date", "Content-Length": // of the server around the dialect, or of the content
		case "Set-Cookie":
			if typeOf(got) != typeOf(v) {
				diffs["cookie-attributes"] = got
			}
		case "Content-Type", "Server":
			if got != v {
				diffs["http-"+n] = got
			}
		default:
			if got == "" {
				diffs["http-"+n] = "missing"
			}
		}
	}
}

func compareHeaders(x recorded, a answer, diffs map[string]string) {
	var common, want []string
	for _, n := range a.names {
		if _, ok := x.headers[n]; ok {
			common = append(common, n)
		} else {
			diffs["header-"+n] = "sent, not recorded on " + x.request
		}
	}
	for _, n := range x.names {
		if _, ok := a.headers[n]; ok {
			want = append(want, n)
		} else {
			diffs["header-"+n] = "recorded on " + x.request + ", not sent"
		}
	}
	if x.request == "login" && !slices.Equal(common, want) { // elsewhere the real order changes from reply to reply
		diffs["header-order"] = strings.Join(common, " ")
	}
	for _, n := range want {
		got, was := a.headers[n], x.headers[n]
		switch n {
		case "User-Login", "User-Access", "Account-currency", "Auth-Sid": // free text; the recording's sid is scrubbed
		case "Stats-last-login", "Stats-last-ip", "Stats-last-error", "Stats-last-error-ip": // empty until it happens
			if got != "" && was != "" && typeOf(got) != typeOf(was) {
				diffs["value-"+n] = got
			}
		case "Version", "Status-Code", "Status-Text", "Columns", "Session-Timeout":
			if got != was {
				diffs["value-"+n] = got
			}
		default:
			if typeOf(got) != typeOf(was) {
				diffs["value-"+n] = got
			}
		}
	}
}

// compareBody compares line by line what forms they have, and whether the last one ends in a line feed.
func compareBody(x recorded, a answer, diffs map[string]string) {
	if strings.HasSuffix(x.body, "\n") != strings.HasSuffix(a.body, "\n") {
		diffs["body-end"] = fmt.Sprintf("%q", a.body)
	}
	if (x.body == "") != (a.body == "") {
		diffs["body-empty"] = fmt.Sprintf("%q", a.body)
	}
	if x.request == "dns-zone-get" && legacyTXT.ReplaceAllString(x.body, `TXT 0 "$1" `) != a.body {
		diffs["zone-body"] = x.number + fmt.Sprintf("recorded %q, answered %q", x.body, a.body)
	}
	tld := regexp.MustCompile(`^[a-z0-9.-]+$`)
	row := regexp.MustCompile(`^[a-z0-9.-]+ \d{4}-\d\d-\d\d (production|lock)(,autorenew)?$`)
	for _, text := range []string{x.body, a.body} {
		lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
		for _, l := range lines {
			if l != "" && x.request == "login" && !tld.MatchString(l) || l != "" && x.request == "query-domain-list" && !row.MatchString(l) {
				diffs["body-line"] = l
			}
		}
		if x.request == "login" && !slices.IsSorted(lines) {
			diffs["body-order"] = "not sorted bytewise"
		}
	}
}

// legacyTXT is how texts were shown when the exchanges were recorded.
var legacyTXT = regexp.MustCompile(`TXT 0  "([^"]*) " `)

var (
	hexForm    = regexp.MustCompile(`[0-9a-f]{32,40}`)
	digitsForm = regexp.MustCompile(`\d+`)
)

// typeOf is a value with its hex words and numbers taken out: what type it has.
func typeOf(v string) string {
	v = hexForm.ReplaceAllStringFunc(v, func(s string) string { return fmt.Sprintf("<hex%d>", len(s)) })
	return digitsForm.ReplaceAllString(v, "9")
}
