package domainrobot

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
)

// reply is an answer, read loosely.
type reply struct {
	status int
	header http.Header
	raw    string
	body   struct {
		Stid, Ctid string
		Status     struct{ Code, Text, Type string }
		Object     struct {
			Type, Value string
			Summary     int
		}
		Messages []struct {
			Code, Text, Notice, Status string
			Objects                    []struct{ Type, Value string }
		}
		Data []map[string]any
	}
}

// client sends requests to a door in memory.
type client struct {
	t      *testing.T
	h      http.Handler
	header http.Header
}

func newClient(t *testing.T, w *dialecttest.World) *client {
	t.Helper()
	return &client{t, New(w.Deps()), http.Header{"Authorization": {basicAuth("alpha", "s3cret-robot")}, headerContext: {"4"}}}
}

func basicAuth(user, password string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+password))
}

// with gives the client with other headers; an empty value takes a header away.
func (c *client) with(pairs ...string) *client {
	h := c.header.Clone()
	for i := 0; i < len(pairs); i += 2 {
		if h.Set(pairs[i], pairs[i+1]); pairs[i+1] == "" {
			h.Del(pairs[i])
		}
	}
	return &client{c.t, c.h, h}
}

func (c *client) do(method, target, body string) reply {
	c.t.Helper()
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.Header = c.header.Clone()
	w := httptest.NewRecorder()
	c.h.ServeHTTP(w, r)
	a := reply{status: w.Code, header: w.Header(), raw: w.Body.String()}
	if err := json.Unmarshal(w.Body.Bytes(), &a.body); err != nil {
		c.t.Fatalf("%s %s: %v in %s", method, target, err, w.Body)
	}
	if a.body.Status.Type == "ERROR" && len(a.body.Messages) == 0 {
		c.t.Errorf("%s %s: an error without a message: %s", method, target, w.Body)
	}
	return a
}

// want fails unless the answer has the status and code.
func (c *client) want(a reply, status int, code string) reply {
	c.t.Helper()
	if a.status != status || a.body.Status.Code != code {
		c.t.Errorf("got %d %s, want %d %s: %s", a.status, a.body.Status.Code, status, code, a.raw)
	}
	return a
}

const shop = `{"name":"shop.com","ownerc":{"id":100101},"adminc":{"id":100101},"techc":{"id":100101},"nameServers":[{"name":"ns1.polyreg.test"},{"name":"ns2.polyreg.test"}]}`
