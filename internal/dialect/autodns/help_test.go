package autodns

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/wire/xmlx"
	"golang.org/x/tools/txtar"
)

// client sends documents to a door in memory.
type client struct {
	t      testing.TB
	h      http.Handler
	url    string
	header http.Header
	from   string
}

func newClient(t testing.TB, w *dialecttest.World) *client {
	t.Helper()
	return &client{t: t, h: New(w.Deps()), url: "http://localhost:8700/", header: http.Header{}, from: "127.0.0.1:4711"}
}

// reply is an answer and its tree.
type reply struct {
	raw  string
	root *xmlx.Node
	head http.Header
}

// send posts octets; the answer must be 200, XML, of the length it says, and well-formed.
func (c *client) send(body string) reply {
	c.t.Helper()
	r := httptest.NewRequest("POST", c.url, strings.NewReader(body))
	r.RemoteAddr = c.from
	for k, v := range c.header {
		r.Header[k] = v
	}
	return c.serve(r)
}

func (c *client) serve(r *http.Request) reply {
	c.t.Helper()
	w := httptest.NewRecorder()
	c.h.ServeHTTP(w, r)
	raw := w.Body.String()
	root, err := xmlx.Parse([]byte(raw), xmlx.Options{})
	if err != nil || w.Code != 200 || w.Header().Get("Content-Type") != "text/xml" {
		c.t.Fatalf("%d %v %v: %s", w.Code, w.Header(), err, raw)
	}
	if !strings.HasPrefix(raw, `<?xml version="1.0" encoding="UTF-8" standalone="no"?><response><result>`) || strings.ContainsAny(raw, "\n\r\t") {
		c.t.Errorf("not the recorded form: %s", raw)
	}
	return reply{raw, root, w.Header()}
}

const alphaAuth = `<auth><user>alpha</user><password>s3cret-robot</password><context>4</context></auth>`

// as is a request of one user with tasks.
func as(auth string, tasks ...string) string {
	return `<?xml version="1.0" encoding="utf-8"?><request>` + auth + `<language>en</language>` + strings.Join(tasks, "") + `</request>`
}

// task sends one task as alpha.
func (c *client) task(inner string) reply {
	c.t.Helper()
	return c.send(as(alphaAuth, "<task>"+inner+"</task>"))
}

// results are the result elements.
func (r reply) results() []*xmlx.Node { return r.root.ChildrenNamed("result") }

func (r reply) result() *xmlx.Node { return r.root.Child("result") }

// code is the first result's status code.
func (r reply) code() string { return r.result().Path("status").ChildText("code") }

// msg is the code of the first result's first message.
func (r reply) msg() string { return r.result().Path("msg").ChildText("code") }

// about is the object of the first result's first message.
func (r reply) about() string {
	o := r.result().Path("msg", "object")
	return o.ChildText("type") + "=" + o.ChildText("value")
}

// want checks status code and, unless empty, the first message's code.
func (c *client) want(r reply, code, msg string) reply {
	c.t.Helper()
	if r.code() != code || r.msg() != msg {
		c.t.Errorf("want %s %q, got %s", code, msg, r.raw)
	}
	if st := r.result().Child("status"); st.ChildText("type") != map[byte]string{'S': "success", 'N': "notify", 'E': "error"}[code[0]] || st.ChildText("text") == "" {
		c.t.Errorf("status: %s", r.raw)
	}
	for _, m := range r.result().ChildrenNamed("msg") {
		if len(m.ChildrenNamed("code")) != 1 || len(m.ChildrenNamed("text")) != 1 || m.ChildText("text") == "" {
			c.t.Errorf("message: %s", r.raw)
		}
	}
	return r
}

// contactFields are those of a new contact.
const contactFields = `<type>PERSON</type><fname>Ada</fname><lname>Sample</lname><organization></organization><address>1 Test Street</address>` +
	`<pcode>12345</pcode><city>Testville</city><country>DE</country><phone>+49-30-5550100</phone><email>ada@example.org</email><protection>B</protection>`

const servers = `<nserver><name>ns1.polyreg.test</name></nserver><nserver><name>ns2.polyreg.test</name></nserver>`

// create is an order of a name with alpha's contact.
func create(name, more string) string {
	return `<code>0101</code><domain><name>` + name + `</name><ownerc>100101</ownerc>` + servers + more + `</domain>`
}

func contains(t *testing.T, r reply, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if !strings.Contains(r.raw, p) {
			t.Errorf("%s\nlacks %s", r.raw, p)
		}
	}
}

// archiveFiles are the files of an archive by name, each without its last line end.
func archiveFiles(data []byte) (files [][2]string) {
	for _, f := range txtar.Parse(data).Files {
		files = append(files, [2]string{f.Name, strings.TrimSuffix(string(f.Data), "\n")})
	}
	return files
}
