package wapi

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/polyreg/polyreg/internal/wire/formx"
)

// Bounds of a request (wapi.md §2.8): the document itself, and the body, in which each octet of the document may have become three.
const (
	maxDocument = 64 << 10
	maxBody     = 4*maxDocument + 4096
)

// field is the form field that carries the document.
const field = "request"

// documents reads the body and gives the texts that may be the document, in the order in which they are to be tried
// (wapi.md §1.2). It does what PHP's $_POST does, not what net/http does, and ignores every declared type but multipart.
func documents(r *http.Request) ([]string, code) {
	if r.Method != http.MethodPost {
		return nil, empty
	}
	raw, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	switch {
	case len(raw) > maxBody:
		return nil, tooLarge
	case err != nil:
		return nil, parseError // broken off: what has come may look whole and must not run
	}
	var docs []string
	if ct := r.Header.Get("Content-Type"); formx.IsMultipart(ct) {
		pairs, err := formx.ParseMultipart(bytes.NewReader(raw), ct, formx.Options{Bytes: maxBody})
		switch {
		case errors.Is(err, formx.ErrTooComplex):
			return nil, tooComplex
		case err != nil:
			return nil, parseError
		}
		if doc, ok := pairs.Last(field); ok {
			docs = []string{doc}
		}
	} else {
		docs = fromForm(string(raw))
	}
	if len(docs) == 0 || strings.TrimSpace(docs[0]) == "" {
		return nil, empty
	}
	if len(docs[0]) > maxDocument {
		return nil, tooLarge
	}
	return docs, 0
}

// fromForm finds the document in a URL-encoded or raw body: the last field of that name, decoded; then, for raw documents that
// contain an &, everything after the first "request=", decoded and as it stands; without the field, a bare document.
func fromForm(raw string) []string {
	found, doc := false, ""
	for piece := range strings.SplitSeq(raw, "&") {
		key, value, _ := strings.Cut(piece, "=")
		if key == field || strings.ContainsAny(key, "%+") && formx.Unescape(key) == field {
			found, doc = true, value
		}
	}
	if !found {
		if body := strings.TrimLeft(raw, " \t\r\n\ufeff"); body != "" && (body[0] == '{' || body[0] == '<') {
			return []string{body}
		}
		return nil
	}
	docs := []string{formx.Unescape(doc)}
	if _, rest, ok := strings.Cut(raw, field+"="); ok && strings.Contains(rest, "&") {
		docs = append(docs, formx.Unescape(rest), rest)
	} else if ok && rest != docs[0] {
		docs = append(docs, rest)
	}
	return docs
}
