package opensrs

import (
	"bytes"
	"errors"
	"strings"

	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/wire/xmlx"
)

// request is a decoded envelope.
type request struct {
	action string // in capitals
	object string // in capitals
	top    *value // the hash of top-level keys
	attrs  *value // may be nil
	msgID  string // the client's own id, from the header
}

// parsing are the reader's options: a DOCTYPE without internal subset and instructions are ignored (§4.1), blanks before
// the declaration are skipped.
var parsing = xmlx.Options{AllowDoctype: true, AllowLeadingBlank: true, AllowPI: true, Limits: xmlx.Limits{Bytes: MaxBody, Depth: 40, Nodes: 60_000}}

var (
	errNoDomain  = refuse(errs.Missing, 460, "No Domain Supplied")
	errNoCookie  = refuse(errs.Missing, 460, "No Cookie Supplied")
	errMalformed = refuse(errs.Malformed, 400, "Invalid Command")
	errNotPost   = refuse(errs.Malformed, 400, "Invalid Command: send a signed document with POST")
	errTooLarge  = refuse(errs.TooLarge, 465, "Invalid data: the request is larger than 1048576 octets")
	errComplex   = refuse(errs.TooLarge, 465, "Invalid data: the document is nested too deeply or has too many items")
)

// decode reads an envelope.
func decode(body []byte) (*request, error) {
	root, err := parse(body)
	if err != nil {
		return nil, err
	}
	block := root.Path("body", "data_block")
	if root.Name != "OPS_envelope" || block == nil || len(block.Children) == 0 {
		return nil, errMalformed
	}
	top := read(block)
	if top.form != assoc {
		return nil, errMalformed
	}
	q := &request{top: top, attrs: top.get("attributes"), action: strings.ToUpper(top.str("action")), object: strings.ToUpper(top.str("object")),
		msgID: root.Child("header").ChildTrim("msg_id")}
	if p := top.str("protocol"); p != "" && !strings.EqualFold(p, "XCP") {
		return q, errMalformed
	}
	return q, nil
}

// parse reads the document. One whose tail behind the data block is broken is read up to there, for there are clients that
// close it with a wrong tag (§4.1).
func parse(body []byte) (*xmlx.Node, error) {
	root, err := xmlx.Parse(body, parsing)
	if errors.Is(err, xmlx.ErrSyntax) && !errors.Is(err, xmlx.ErrEncoding) {
		end := []byte("</data_block>")
		if i := bytes.Index(body, end); i >= 0 {
			mended := append(bytes.Clone(body[:i+len(end)]), "</body></OPS_envelope>"...)
			root, err = xmlx.Parse(mended, parsing)
		}
	}
	switch {
	case err == nil:
		return root, nil
	case errors.Is(err, xmlx.ErrTooDeep) || errors.Is(err, xmlx.ErrTooComplex):
		return nil, errComplex
	case errors.Is(err, xmlx.ErrTooLarge):
		return nil, errTooLarge
	}
	return nil, errMalformed
}

// read turns an element that holds text or one dt_ element into a value.
func read(n *xmlx.Node) *value {
	for _, c := range n.Children {
		switch c.Name {
		case "dt_assoc":
			return readItems(c, assoc)
		case "dt_array":
			return readItems(c, array)
		case "dt_scalar", "dt_scalarref":
			return text(c.Text)
		}
	}
	return text(n.Text)
}

func readItems(n *xmlx.Node, f form) *value {
	v := &value{form: f}
	for _, c := range n.Children {
		if c.Name != "item" {
			continue
		}
		key, _ := c.Attr("key")
		v.items = append(v.items, item{key, read(c)})
	}
	return v
}

// named is the domain that a request names: at top level, in the attributes, or by the older word for it (§4.2). Empty when it
// names none. One client writes "1" at top level where it means the attributes.
func (q *request) named() string {
	first := ""
	for _, s := range []string{q.top.str("domain"), q.attrs.str("domain"), q.attrs.str("domain_name")} {
		if hasDot(s) {
			return s
		}
		if first == "" {
			first = s
		}
	}
	return first
}

// cookie is the registrant's session, at top level or in the attributes.
func (q *request) cookie() string {
	if s := q.top.str("cookie"); s != "" {
		return s
	}
	return q.attrs.str("cookie")
}
