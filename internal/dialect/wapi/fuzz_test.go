package wapi

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// FuzzRequest feeds bodies to the reader. Whatever comes, the answer is well-formed and of status 200.
func FuzzRequest(f *testing.F) {
	f.Add([]byte("request="+url.QueryEscape(plainJSON)), formType, false)
	f.Add([]byte("request="+plainJSON), "", false)
	f.Add([]byte("request=<request><user>u</user><auth>x</auth><command>ping</command></request>"), formType, true)
	f.Add([]byte("--b\r\nContent-Disposition: form-data; name=\"request\"\r\n\r\n{}\r\n--b--\r\n"), "multipart/form-data; boundary=b", false)
	for _, file := range transcriptFiles(f) {
		for _, x := range readTranscript(f, file) {
			f.Add([]byte(x.body), x.contentType, strings.Contains(x.path, "xml"))
		}
	}
	d := bare()
	f.Fuzz(func(t *testing.T, body []byte, contentType string, asXML bool) {
		path := jsonPath
		if asXML {
			path = xmlPath
		}
		r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(string(body)))
		r.Header.Set("Content-Type", contentType)
		docs, bad := documents(r)
		if bad != 0 {
			return
		}
		fm, _ := formatOf(path)
		req, bad := parseDocuments(fm, docs)
		if bad != 0 || req.check() == 0 {
			return // what passes needs a store
		}
		r = httptest.NewRequest(http.MethodPost, path, strings.NewReader(string(body)))
		r.Header.Set("Content-Type", contentType)
		wellFormed(t, bodyOf(t, send(d, r)), asXML)
	})
}

func wellFormed(t *testing.T, answer string, asXML bool) {
	t.Helper()
	if !asXML {
		if !json.Valid([]byte(answer)) || !strings.HasPrefix(answer, `{"response":{"code":`) {
			t.Fatalf("no JSON reply: %q", answer)
		}
		return
	}
	dec := xml.NewDecoder(strings.NewReader(answer))
	for {
		_, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("no XML: %v: %q", err, answer)
		}
	}
}
