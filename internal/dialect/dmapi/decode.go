package dmapi

import (
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/wire/formx"
)

// Size limits (§5.1).
const (
	maxBody = 1 << 20
	maxURL  = 64 << 10
)

// form holds the parameters of a request by name in small letters. A parameter with an empty value counts as not given; its
// name is kept in blank, for the one request that tells the two apart.
type form struct {
	values map[string]string
	blank  map[string]bool
	names  []string // of values, in the order they were sent
}

// readForm merges query string and body; the body wins, and inside one source the first of a repeated name (§2).
func (rq *request) readForm() error {
	opt := formx.Options{Bytes: maxBody, UTF8: true}
	var body formx.Pairs
	if rq.http.Method == http.MethodPost && rq.http.Body != nil {
		var err error
		limited := http.MaxBytesReader(nil, rq.http.Body, maxBody)
		if ct := rq.http.Header.Get("Content-Type"); formx.IsMultipart(ct) {
			body, err = formx.ParseMultipart(limited, ct, opt)
		} else {
			body, err = formx.ParseReader(limited, opt)
		}
		if err != nil {
			return formError(err)
		}
	}
	query, err := formx.Parse(rq.http.URL.RawQuery, opt)
	if err != nil {
		return formError(err)
	}
	rq.form = newForm(body, query)
	rq.form.mapNames()
	return nil
}

// nameParams are the parameters that hold names of domains and hosts, or patterns of them.
var nameParams = []string{"domain", "host", "ns-list", "pattern"}

// mapNames brings names in Unicode into the form that IDNA judges: small letters, composed (§2).
func (f form) mapNames() {
	for _, n := range nameParams {
		if v := f.values[n]; strings.IndexFunc(v, func(r rune) bool { return r >= utf8.RuneSelf }) >= 0 {
			f.values[n] = norm.NFC.String(strings.ToLower(v))
		}
	}
}

func newForm(sources ...formx.Pairs) form {
	f := form{values: map[string]string{}, blank: map[string]bool{}}
	for _, pairs := range sources {
		for _, p := range pairs {
			n := strings.ToLower(p.Name)
			if p.Value == "" {
				f.blank[n] = true
				continue
			}
			if _, ok := f.values[n]; !ok {
				f.values[n] = p.Value
				f.names = append(f.names, n)
			}
		}
	}
	return f
}

func formError(err error) error {
	var fe *formx.Error
	var big *http.MaxBytesError
	switch {
	case errors.As(err, &big), errors.Is(err, formx.ErrTooLarge):
		return tooLarge(http.StatusRequestEntityTooLarge, "body", maxBody)
	case errors.Is(err, formx.ErrTooComplex):
		return httpError{http.StatusRequestEntityTooLarge, errs.E(errs.TooLarge, "More than %d parameters", formx.DefaultPairs)}
	case errors.Is(err, formx.ErrEncoding) && errors.As(err, &fe):
		return param(strings.ToLower(clip(fe.Name)), "UTF-8 text")
	case errors.Is(err, io.ErrUnexpectedEOF):
		return errs.E(errs.Malformed, "The body ends too early")
	}
	return errs.E(errs.Malformed, "The form data cannot be read")
}

func tooLarge(status int, what string, limit int) error {
	return httpError{status, errs.E(errs.TooLarge, "The %s is longer than %d bytes", what, limit)}
}

// raw is a value as it was sent, "" when it was not given.
func (f form) raw(name string) string { return f.values[name] }

// get is a value without surrounding blanks.
func (f form) get(name string) string { return strings.TrimSpace(f.values[name]) }

// first is the first value given under one of the names.
func (f form) first(names ...string) string {
	for _, n := range names {
		if v := f.get(n); v != "" {
			return v
		}
	}
	return ""
}

// sent reports whether the name occurs at all, be it without value.
func (f form) sent(name string) bool { return f.values[name] != "" || f.blank[name] }

// truth reads a boolean: 1, Y, Yes and 0, N, No in any case; absent is def (§2).
func (f form) truth(name string, def bool) (bool, error) {
	switch strings.ToLower(f.get(name)) {
	case "":
		return def, nil
	case "1", "y", "yes":
		return true, nil
	case "0", "n", "no":
		return false, nil
	}
	return def, param(name, "1 or 0")
}

// number reads a decimal integer in [lo, hi]; absent is def.
func (f form) number(name string, lo, hi, def int) (int, error) {
	s := f.get(name)
	if s == "" {
		return def, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < lo || n > hi || s[0] == '+' {
		return def, param(name, "number from "+strconv.Itoa(lo)+" to "+strconv.Itoa(hi))
	}
	return n, nil
}

// list splits a colon list; commas and blanks separate too (§2).
func list(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ':' || r == ',' || r == ' ' || r == '\t' })
}

// require gives a value that must not be empty.
func (f form) require(name string) (string, error) {
	if v := f.get(name); v != "" {
		return v, nil
	}
	return "", missing(name)
}
