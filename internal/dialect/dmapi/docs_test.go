package dmapi

import (
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/testkit"
)

var curlOption = regexp.MustCompile(`(-d|--data-urlencode) (\S*'[^']*'|\S+)`)

// docCommands are the curl commands of a page; one goes on in the next line while a quotation mark is open.
func docCommands(page string) []string {
	var out []string
	open := false
	for _, line := range strings.Split(page, "\n") {
		switch {
		case open:
			out[len(out)-1] += "\n" + line
		case strings.HasPrefix(line, "curl -s http://127.0.0.1:8700/"):
			out = append(out, line)
		default:
			continue
		}
		open = open != (strings.Count(line, "'")%2 == 1)
	}
	return out
}

// TestDocExamples runs every curl command of docs/dmapi.md, in order.
func TestDocExamples(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(filepath.Join(testkit.Root(), "docs", "dmapi.md"))
	if err != nil {
		t.Fatal(err)
	}
	c := &client{t: t, d: New(dialecttest.New(t).Deps())}
	proc, handle, n := "", "", 0
	for _, example := range docCommands(string(page)) {
		n++
		rest := strings.TrimPrefix(example, "curl -s http://127.0.0.1:8700")
		path, _, _ := strings.Cut(rest, " ")
		var form []string
		for _, m := range curlOption.FindAllStringSubmatch(rest, -1) {
			pair := strings.NewReplacer("'", "", "$SID", c.sid, "$PROC", proc, "$HANDLE", handle).Replace(m[2])
			if k, v, ok := strings.Cut(pair, "="); ok && m[1] == "--data-urlencode" {
				pair = k + "=" + url.QueryEscape(v)
			}
			form = append(form, pair)
		}
		r := httptest.NewRequest("POST", path, strings.NewReader(strings.Join(form, "&")))
		r.Header.Set("Content-Type", urlencoded)
		if strings.HasPrefix(path, "/nic/") {
			rec := httptest.NewRecorder()
			if c.d.ServeHTTP(rec, r); rec.Code != 200 || strings.HasPrefix(rec.Body.String(), "no") {
				t.Errorf("%s: %d %s", example, rec.Code, rec.Body)
			}
			continue
		}
		r.URL.Path = strings.TrimPrefix(path, "/dmapi")
		a := c.want(c.send(r), "0", "")
		if a.headers["Auth-Sid"] != "" {
			c.sid = a.headers["Auth-Sid"]
		}
		if a.headers["Proc-ID"] != "" {
			proc = a.headers["Proc-ID"]
		}
		if o := a.facts()["Object-Name"]; strings.HasPrefix(o, "CCOM-") {
			handle = o
		}
	}
	if n < 52 {
		t.Errorf("only %d examples", n)
	}
}

// TestContactsOfOtherDialects: a contact without a handle here gets one when it is shown.
func TestContactsOfOtherDialects(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t)
	c := newClient(t, w)
	caller, err := w.Runner.LoginKey(t.Context(), command.Login{Dialect: name, Login: dialecttest.DMAPIKey})
	if err != nil {
		t.Fatal(err)
	}
	data := dialecttest.Jane()
	data.FirstName = "Eve"
	if _, err := command.Do(t.Context(), w.Runner, caller, command.CreateContact{Data: data}); err != nil {
		t.Fatal(err)
	}
	if got := c.ok("query-contact-list").body; got != "CCOM-1001" {
		t.Errorf("without tld:\n%s", got)
	}
	got := c.ok("query-contact-list", "tld", "de").body
	if !strings.HasPrefix(got, "CODE-") || strings.Contains(got, "\n") {
		t.Errorf("with tld=de:\n%s", got)
	}
	if name := c.ok("query-whois", "contact", got).facts()["contact.name"]; name != "Eve Doe" {
		t.Errorf("%s is %q", got, name)
	}
	if again := c.ok("query-contact-list", "tld", "net").body; again != "" {
		t.Errorf("it has a handle already, and is listed for net as well:\n%s", again)
	}
}
