package wapi

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/catalog"
	"github.com/polyreg/polyreg/internal/clock"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dialect"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
)

// bare is a dialect without a store: enough for everything before the log-in.
func bare() *Dialect {
	wall := func() time.Time { return time.Unix(1784030400, 41_200_000) }
	return New(dialect.Deps{Runner: command.NewRunner(command.Config{Clocks: clock.ForTest(wall, wall())}, catalog.New(nil, nil))})
}

// post sends a body to a path and gives the answer's body.
func post(d http.Handler, path, contentType, body string) *http.Response {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	r.Header.Set("Content-Type", contentType)
	r.RemoteAddr = "127.0.0.1:40000"
	return send(d, r)
}

func send(d http.Handler, r *http.Request) *http.Response {
	w := httptest.NewRecorder()
	d.ServeHTTP(w, r)
	return w.Result()
}

func bodyOf(t testing.TB, res *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// codeOf reads the code where clients read it: behind the first twenty bytes (JSON) or in its element (XML).
func codeOf(t testing.TB, body string) string {
	t.Helper()
	if _, rest, ok := strings.Cut(body, "<code>"); ok {
		c, _, _ := strings.Cut(rest, "<")
		return c
	}
	if !strings.HasPrefix(body, `{"response":{"code":`) || !strings.HasSuffix(body, "}") || len(body) < 24 {
		t.Fatalf("no reply: %q", body)
	}
	return body[20:24]
}

// value decodes JSON of a test.
func value(t testing.TB, doc string) jsonx.Value {
	t.Helper()
	v, err := jsonx.Decode([]byte(doc), jsonx.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

const (
	formType = "application/x-www-form-urlencoded"
	jsonPath = "/json"
	xmlPath  = "/xml"
)
