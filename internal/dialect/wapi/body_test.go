package wapi

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

const plainJSON = `{"request":{"user":"a b+c@example.com","auth":"x","command":"ping","clTRID":"100% & <more>; ok","data":{"v":"1+1=2&3"}}}`

// Every variant that clients send gives the same document (wapi.md §1.2, §11.1).
func TestBodyVariants(t *testing.T) {
	t.Parallel()
	raw := strings.ReplaceAll(plainJSON, "+", " ") // an unencoded + arrives as a blank, as with the original
	multi := "multipart/form-data; boundary=\"b o\""
	part := "--b o\r\nContent-Disposition: form-data; name=\"request\"\r\n\r\n" + plainJSON + "\r\n--b o--\r\n"
	for name, c := range map[string]struct{ contentType, body, want string }{
		"encoded":              {formType, "request=" + url.QueryEscape(plainJSON), plainJSON},
		"no type":              {"", "request=" + url.QueryEscape(plainJSON), plainJSON},
		"odd type":             {"text/plain", "request=" + url.QueryEscape(plainJSON), plainJSON},
		"raw with &":           {formType, "request=" + plainJSON, raw},
		"more fields":          {formType, "x=1;y&request=" + url.QueryEscape(plainJSON) + "&z", plainJSON},
		"last wins":            {formType, "request=old&request=" + url.QueryEscape(plainJSON), plainJSON},
		"value encoded inside": {formType, `request={"request":{"user":"u","auth":"x","command":"ping","clTRID":"a%2Bb%26c+%zz"}}`, `{"request":{"user":"u","auth":"x","command":"ping","clTRID":"a+b&c %zz"}}`},
		"multipart":            {multi, part, plainJSON},
		"bare":                 {"application/json", " \n" + plainJSON, plainJSON},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequest(http.MethodPost, jsonPath, strings.NewReader(c.body))
			r.Header.Set("Content-Type", c.contentType)
			docs, bad := documents(r)
			if bad != 0 {
				t.Fatal(bad)
			}
			got, bad := parseDocuments(formatJSON, docs)
			want, wantBad := parse(formatJSON, []byte(c.want))
			if bad != 0 || wantBad != 0 {
				t.Fatal(bad, wantBad, docs)
			}
			if got.user != want.user || got.clientID() != want.clientID() || got.data.Get("v").Text != want.data.Get("v").Text {
				t.Errorf("got %q %q, want %q %q", got.user, got.clientID(), want.user, want.clientID())
			}
		})
	}
}

func TestUnusableBodies(t *testing.T) {
	t.Parallel()
	doc := func(n int) string { return `{"a":"` + strings.Repeat("x", n-8) + `"}` }
	nodes := func(n int) string { return `{"request":{"a":[` + strings.Repeat("1,", n-4) + `1]}}` }
	nest := func(n int) string { return strings.Repeat(`{"a":`, n-1) + "{}" + strings.Repeat("}", n-1) }
	for name, c := range map[string]struct{ path, contentType, body, code string }{
		"nothing":                {jsonPath, formType, "", "2009"},
		"other field":            {jsonPath, formType, "req=1", "2009"},
		"blank field":            {jsonPath, formType, "request=%20", "2009"},
		"xml nothing":            {"/wapi/xml/", "", "", "2009"},
		"no part":                {jsonPath, "multipart/form-data; boundary=b", "--b--\r\n", "2009"},
		"broken part":            {jsonPath, "multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"request\"\r\n\r\n{", "2000"},
		"no JSON":                {"/wapi/json", formType, "request=hello", "2000"},
		"cut off":                {jsonPath, formType, "request=%7B%22request%22%3A%7B%22user%22%3A", "2000"},
		"JSON list":              {jsonPath, formType, "request=[]", "2000"},
		"no request":             {jsonPath, formType, `request={"a":1}`, "2000"},
		"XML to JSON":            {jsonPath, formType, "request=<request/>", "2000"},
		"JSON to XML":            {xmlPath, formType, "request=" + plainJSON, "2000"},
		"other root":             {xmlPath, formType, "request=<response/>", "2000"},
		"doctype":                {xmlPath, formType, `request=<!DOCTYPE request SYSTEM "x"><request/>`, "2000"},
		"entities":               {xmlPath, formType, `request=<!DOCTYPE r [<!ENTITY a "b">]><request><user>%26a;</user></request>`, "2000"},
		"lone surrogate":         {jsonPath, formType, `request={"request":{"user":"\ud800"}}`, "2000"},
		"largest document":       {jsonPath, formType, "request=" + doc(maxDocument), "2000"},
		"one byte more":          {jsonPath, formType, "request=" + doc(maxDocument+1), "2007"},
		"one byte more, encoded": {jsonPath, formType, "request=" + url.QueryEscape(doc(maxDocument+1)), "2007"},
		"huge body":              {jsonPath, formType, "x=" + strings.Repeat("a", maxBody), "2007"},
		"deepest":                {jsonPath, formType, "request=" + nest(maxDepth), "2000"},
		"too deep":               {jsonPath, formType, "request=" + nest(maxDepth+1), "2008"},
		"too deep XML":           {xmlPath, formType, "request=" + strings.Repeat("<request>", 11) + strings.Repeat("</request>", 11), "2008"},
		"very deep":              {jsonPath, formType, "request=" + strings.Repeat("[", 60_000), "2008"},
		"most nodes":             {jsonPath, formType, "request=" + nodes(maxNodes), "2001"},
		"too many nodes":         {jsonPath, formType, "request=" + nodes(maxNodes+1), "2008"},
		"two data":               {xmlPath, formType, "request=<request><data/><data/></request>", "2004"},
		"no user":                {jsonPath, formType, `request={"request":{"user":" ","auth":"x","command":"ping"}}`, "2001"},
		"no auth":                {jsonPath, formType, `request={"request":{"user":"u","auth":null,"command":"ping"}}`, "2002"},
		"no command":             {xmlPath, formType, `request=<request><user>u</user><auth>x</auth></request>`, "2003"},
		"long clTRID":            {jsonPath, formType, `request={"request":{"user":"u","auth":"x","command":"ping","clTRID":"` + strings.Repeat("ř", maxClTRID+1) + `"}}`, "2005"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			res := post(bare(), c.path, c.contentType, c.body)
			if got := codeOf(t, bodyOf(t, res)); got != c.code || res.StatusCode != 200 {
				t.Errorf("code %s, status %d, want %s", got, res.StatusCode, c.code)
			}
		})
	}
	if res := send(bare(), httptest.NewRequest(http.MethodGet, "/wapi/json", nil)); codeOf(t, bodyOf(t, res)) != "2009" {
		t.Error("GET is no empty request")
	}
	if res := send(bare(), httptest.NewRequest(http.MethodPost, "/wapi/soap", nil)); res.StatusCode != 404 {
		t.Error("an unknown path is answered", res.StatusCode)
	}
}

// A body that breaks off is refused even if what has come is a whole document.
func TestBrokenConnection(t *testing.T) {
	t.Parallel()
	whole := "request=" + url.QueryEscape(plainJSON)
	r := httptest.NewRequest(http.MethodPost, jsonPath, io.MultiReader(strings.NewReader(whole), failing{}))
	if got := codeOf(t, bodyOf(t, send(bare(), r))); got != "2000" {
		t.Error(got)
	}
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("connection reset") }
