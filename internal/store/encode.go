package store

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/host"
)

// pack writes a list as JSON text, nothing as the empty text.
func pack[T any](list []T) string {
	if len(list) == 0 {
		return ""
	}
	return encoded(list)
}

// packMap writes a map as JSON text, nothing as the empty text.
func packMap(m map[string]string) string {
	if len(m) == 0 {
		return ""
	}
	return encoded(m)
}

func encoded(v any) string {
	b, err := json.Marshal(v)
	if err != nil { // strings, prefixes and addresses always encode
		panic(err)
	}
	return string(b)
}

// unpack reads what pack wrote; the empty text leaves dst alone.
func unpack(text string, dst any, what string) error {
	if text == "" {
		return nil
	}
	if err := json.Unmarshal([]byte(text), dst); err != nil {
		return fmt.Errorf("store: stored %s cannot be read: %w", what, err)
	}
	return nil
}

// octets keeps a column from being NULL.
func octets(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

// content is a stored octet string; the empty one is nil.
func content(b []byte) []byte {
	if len(b) == 0 {
		return nil
	}
	return b
}

// fold is the form in which text is compared without regard to case.
func fold(s string) string { return strings.ToLower(s) }

// between puts names between blanks, so that one of them can be found as " name ".
func between(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return " " + fold(strings.Join(names, " ")) + " "
}

type storedServer struct {
	Name      dname.Name   `json:"name"`
	Addresses []netip.Addr `json:"addresses,omitempty"`
}

func packServers(servers []host.Server) string {
	list := make([]storedServer, len(servers))
	for i, s := range servers {
		list[i] = storedServer{s.Name, s.Addresses}
	}
	return pack(list)
}

func unpackServers(text string) ([]host.Server, error) {
	var list []storedServer
	if err := unpack(text, &list, "name servers"); err != nil || len(list) == 0 {
		return nil, err
	}
	servers := make([]host.Server, len(list))
	for i, s := range list {
		servers[i] = host.Server{Name: s.Name, Addresses: s.Addresses}
	}
	return servers, nil
}

// storedError is an outcome's error; kinds are stored by name, for their numbers may move.
type storedError struct {
	Kind       string        `json:"kind"`
	Text       string        `json:"text,omitempty"`
	Field      string        `json:"field,omitempty"`
	Object     string        `json:"object,omitempty"`
	RetryAfter time.Duration `json:"retry_after,omitempty"`
	Code       int           `json:"code,omitempty"`
	More       []storedError `json:"more,omitempty"`
}

func fromError(e *errs.Error) storedError {
	s := storedError{Kind: e.Kind.String(), Text: e.Text, Field: e.Field, Object: e.Object, RetryAfter: e.RetryAfter, Code: e.Code}
	for _, m := range e.More {
		s.More = append(s.More, fromError(m))
	}
	return s
}

func (s storedError) toError() *errs.Error {
	e := &errs.Error{Kind: errs.ParseKind(s.Kind), Text: s.Text, Field: s.Field, Object: s.Object, RetryAfter: s.RetryAfter, Code: s.Code}
	for _, m := range s.More {
		e.More = append(e.More, m.toError())
	}
	return e
}

func packError(e *errs.Error) (string, error) {
	if e == nil {
		return "", nil
	}
	b, err := json.Marshal(fromError(e))
	return string(b), err
}

func unpackError(text string) (*errs.Error, error) {
	if text == "" {
		return nil, nil
	}
	var s storedError
	if err := unpack(text, &s, "error"); err != nil {
		return nil, err
	}
	return s.toError(), nil
}

// lowerASCII is LOWER of both engines: on PostgreSQL the columns have the collation "C".
func lowerASCII(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}
