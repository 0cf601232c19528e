package wapi

import (
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/polyreg/polyreg/internal/wire/jsonx"
	"github.com/polyreg/polyreg/internal/wire/xmlx"
)

// format is that of the URL; the reply has the same.
type format int

const (
	formatJSON format = iota
	formatXML
)

// Bounds on the structure of a document, and on the client's id (wapi.md §2.5, §2.8).
const (
	maxDepth  = 10
	maxNodes  = 1000
	maxClTRID = 128 // characters
)

// request is the envelope of wapi.md §2.1. XML and JSON become the same tree: an element with children is an object that keeps
// repeated names, one without is a string.
type request struct {
	user, auth, command string
	clTRID              *string // nil when there was none
	test                jsonx.Value
	data                jsonx.Value // an object, or Absent when there are no parameters
	twoData             bool
	badText             bool // the document was not UTF-8; the bad octets are replaced
}

// parseDocuments parses the first text that is well-formed.
func parseDocuments(f format, docs []string) (*request, code) {
	for _, doc := range docs {
		if len(doc) > maxDocument {
			return nil, tooLarge
		}
		req, bad := parse(f, []byte(doc))
		if bad != parseError {
			return req, bad
		}
	}
	return nil, parseError
}

// parse reads one document. Octets that are no UTF-8 do not spoil the envelope: the request is answered with 2102 when its
// turn comes (wapi.md §2.8).
func parse(f format, doc []byte) (*request, code) {
	read := parseJSON
	if f == formatXML {
		read = parseXML
	}
	if utf8.Valid(doc) {
		return read(doc)
	}
	if req, bad := read(doc); bad == 0 {
		return req, 0 // XML that declares another encoding
	}
	req, bad := read([]byte(strings.ToValidUTF8(string(doc), "\ufffd")))
	if req != nil {
		req.badText = true
	}
	return req, bad
}

func parseJSON(doc []byte) (*request, code) {
	v, err := jsonx.Decode(doc, jsonx.Options{Limits: jsonx.Limits{Bytes: 3 * maxDocument, Depth: maxDepth, Nodes: maxNodes}, Duplicates: jsonx.LastWins})
	switch {
	case errors.Is(err, jsonx.ErrTooDeep) || errors.Is(err, jsonx.ErrTooComplex):
		return nil, tooComplex
	case err != nil || v.Kind != jsonx.Object:
		return nil, parseError
	}
	root := v.Get("request")
	if !root.Exists() && v.Get("command").Exists() {
		root = v // one client leaves the outer object out
	}
	if root.Kind == jsonx.Array && len(root.Items) == 0 {
		root.Kind = jsonx.Object
	}
	if root.Kind != jsonx.Object {
		return nil, parseError
	}
	return newRequest(root), 0
}

func parseXML(doc []byte) (*request, code) {
	n, err := xmlx.Parse(doc, xmlx.Options{Limits: xmlx.Limits{Bytes: 3 * maxDocument, Depth: maxDepth, Nodes: maxNodes}, AllowLeadingBlank: true})
	switch {
	case errors.Is(err, xmlx.ErrTooDeep) || errors.Is(err, xmlx.ErrTooComplex):
		return nil, tooComplex
	case err != nil || n.Name != "request":
		return nil, parseError
	}
	req := newRequest(fromXML(n))
	req.twoData = len(n.ChildrenNamed("data")) > 1
	return req, 0
}

func fromXML(n *xmlx.Node) jsonx.Value {
	if len(n.Children) == 0 {
		return jsonx.Value{Kind: jsonx.String, Text: n.Text}
	}
	v := jsonx.Value{Kind: jsonx.Object}
	for _, c := range n.Children {
		v.Members = append(v.Members, jsonx.Member{Name: c.Name, Value: fromXML(c)})
	}
	return v
}

func newRequest(root jsonx.Value) *request {
	req := &request{user: scalar(root.Get("user")), auth: scalar(root.Get("auth")), command: scalar(root.Get("command")), test: root.Get("test")}
	if id, ok := root.Get("clTRID").AsString(); ok {
		req.clTRID = &id
	}
	if data := root.Get("data"); data.Kind == jsonx.Object {
		req.data = data
	}
	return req
}

// scalar is a value's text without blanks around it; "" for what has none.
func scalar(v jsonx.Value) string { return strings.TrimSpace(v.Str()) }

// check makes the checks between parsing and authentication.
func (req *request) check() code {
	switch {
	case req.twoData:
		return twoData
	case req.user == "":
		return noUser
	case req.auth == "":
		return noAuth
	case req.command == "":
		return noCommand
	case utf8.RuneCountInString(req.clientID()) > maxClTRID:
		return clTRIDTooLong
	}
	return 0
}

func (req *request) clientID() string {
	if req.clTRID == nil {
		return ""
	}
	return *req.clTRID
}

// isTest reads the test flag (wapi.md §2.7). Anything but its known forms is unsound: a request that may have been meant as a
// test must not be carried out.
func (req *request) isTest() (test, sound bool) {
	switch req.test.Kind {
	case jsonx.Absent, jsonx.Null:
		return false, true
	}
	switch scalar(req.test) {
	case "1", "true":
		return true, true
	case "0", "false":
		return false, true
	case "":
		return false, isEmpty(req.test)
	}
	return false, false
}

// echoTest is the flag as it was sent, Absent unless it is true.
func (req *request) echoTest() jsonx.Value {
	if test, _ := req.isTest(); test {
		return req.test
	}
	return jsonx.Value{}
}

// soundParams reports whether the named parameters are scalars, where they are given.
func (req *request) soundParams(names []string) bool {
	for _, n := range names {
		if _, ok := plain(req.data.Get(n)); !ok {
			return false
		}
	}
	return true
}

// isEmpty reports whether a value is one of the forms of nothing: null, "", blanks, [], {}.
func isEmpty(v jsonx.Value) bool {
	switch v.Kind {
	case jsonx.Absent, jsonx.Null:
		return true
	case jsonx.Array:
		return len(v.Items) == 0
	case jsonx.Object:
		return len(v.Members) == 0
	}
	return scalar(v) == ""
}
