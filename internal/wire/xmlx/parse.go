package xmlx

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
)

const xmlSpace = "http://www.w3.org/XML/1998/namespace"

// ParseReader reads at most Limits.Bytes from r and parses them. An error of r is returned as it is.
func ParseReader(r io.Reader, opt Options) (*Node, error) {
	limit := opt.Limits.withDefaults().Bytes
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, err
	}
	return Parse(data, opt)
}

// Parse reads one document. The tree holds no reference to data. Errors are *Error.
func Parse(data []byte, opt Options) (*Node, error) {
	lim := opt.Limits.withDefaults()
	if int64(len(data)) > lim.Bytes {
		return nil, &Error{Kind: ErrTooLarge, Offset: lim.Bytes}
	}
	if opt.AllowLeadingBlank {
		data = bytes.TrimLeft(bytes.TrimPrefix(data, bom), blanks)
	}
	data, err := toUTF8(data)
	if err != nil {
		return nil, err
	}
	p := &parser{data: data, opt: opt, lim: lim, dec: xml.NewDecoder(bytes.NewReader(data))}
	// The bytes are UTF-8 by now, whatever the declaration says.
	p.dec.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil }
	return p.run()
}

// frame is an element whose end tag is still to come.
type frame struct {
	node    *Node
	rawName xml.Name          // prefix and local name, for the end tag
	text    []byte            // character data so far
	spaces  map[string]string // declarations made here: prefix to URI; nil when none
}

type parser struct {
	data    []byte
	opt     Options
	lim     Limits
	dec     *xml.Decoder
	stack   []frame
	root    *Node
	nodes   int
	doctype bool
	started int64 // offset of the current token
}

func (p *parser) fail(kind error, msg string) error {
	return &Error{Kind: kind, Offset: p.started, Msg: msg}
}

func (p *parser) run() (*Node, error) {
	for {
		p.started = p.dec.InputOffset()
		tok, err := p.dec.RawToken()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, &Error{Kind: ErrSyntax, Offset: p.dec.InputOffset(), Msg: reason(err)}
		}
		if err := p.token(tok); err != nil {
			return nil, err
		}
	}
	switch {
	case len(p.stack) > 0:
		return nil, p.fail(ErrSyntax, "unexpected end of document")
	case p.root == nil:
		return nil, p.fail(ErrSyntax, "no root element")
	}
	return p.root, nil
}

// reason keeps the parser's words only where they cannot quote content.
func reason(err error) string {
	var se *xml.SyntaxError
	if !errors.As(err, &se) {
		return "unreadable"
	}
	for _, known := range []string{"unexpected EOF", "invalid character entity", "illegal character code", "invalid UTF-8",
		"unescaped < inside quoted string", "unescaped ]]> not in CDATA section", "unsupported version"} {
		if strings.HasPrefix(se.Msg, known) {
			return known
		}
	}
	return "syntax error"
}

func (p *parser) token(tok xml.Token) error {
	switch t := tok.(type) {
	case xml.StartElement:
		return p.start(t)
	case xml.EndElement:
		return p.end(t)
	case xml.CharData:
		return p.chars(t)
	case xml.Directive:
		return p.directive(t)
	case xml.ProcInst:
		return p.procInst(t)
	}
	return nil // comments
}

func (p *parser) procInst(t xml.ProcInst) error {
	if strings.EqualFold(t.Target, "xml") {
		if p.started != 0 || t.Target != "xml" {
			return p.fail(ErrSyntax, "XML declaration not at the start")
		}
		return nil
	}
	if !p.opt.AllowPI {
		return p.fail(ErrSyntax, "processing instruction refused")
	}
	return nil
}

func (p *parser) directive(t xml.Directive) error {
	rest, ok := bytes.CutPrefix(t, []byte("DOCTYPE"))
	switch {
	case !ok || len(rest) == 0 || strings.IndexByte(blanks, rest[0]) < 0:
		return p.fail(ErrDoctype, "markup declaration outside a document type")
	case !p.opt.AllowDoctype:
		return p.fail(ErrDoctype, "")
	case bytes.IndexByte(rest, '[') >= 0 || bytes.IndexByte(rest, '<') >= 0:
		return p.fail(ErrDoctype, "internal subset")
	case p.doctype || p.root != nil:
		return p.fail(ErrDoctype, "out of place")
	}
	p.doctype = true
	return nil
}

func (p *parser) chars(t xml.CharData) error {
	if len(p.stack) > 0 {
		top := &p.stack[len(p.stack)-1]
		top.text = append(top.text, t...)
		return nil
	}
	// The raw bytes count here: a character reference or CDATA section is not a blank.
	if raw := p.data[p.started:p.dec.InputOffset()]; len(bytes.Trim(raw, blanks)) > 0 {
		return p.fail(ErrSyntax, "text outside the root element")
	}
	return nil
}

func (p *parser) start(t xml.StartElement) error {
	switch {
	case len(p.stack) == 0 && p.root != nil:
		return p.fail(ErrSyntax, "more than one root element")
	case len(p.stack) >= p.lim.Depth:
		return p.fail(ErrTooDeep, "")
	case p.nodes >= p.lim.Nodes:
		return p.fail(ErrTooComplex, "too many elements")
	case len(t.Attr) > p.lim.Attrs:
		return p.fail(ErrTooComplex, "too many attributes")
	}
	p.nodes++
	f := frame{node: &Node{}, rawName: t.Name}
	if err := p.declare(&f, t.Attr); err != nil {
		return err
	}
	p.stack = append(p.stack, f)
	var err error
	if f.node.Space, f.node.Name, err = p.resolve(t.Name, true); err != nil {
		return err
	}
	if err := p.attrs(f.node, t.Attr); err != nil {
		return err
	}
	if len(p.stack) > 1 {
		parent := p.stack[len(p.stack)-2].node
		parent.Children = append(parent.Children, f.node)
	} else {
		p.root = f.node
	}
	return nil
}

// declare collects the namespace declarations of one start tag (Namespaces in XML 1.0 §3).
func (p *parser) declare(f *frame, attrs []xml.Attr) error {
	for _, a := range attrs {
		prefix, ok := declares(a.Name)
		if !ok {
			continue
		}
		if _, twice := f.spaces[prefix]; twice {
			return p.fail(ErrSyntax, "duplicate attribute")
		}
		if prefix != "" && a.Value == "" || prefix == "xmlns" || (prefix == "xml") != (a.Value == xmlSpace) {
			return p.fail(ErrSyntax, "illegal namespace declaration")
		}
		if f.spaces == nil {
			f.spaces = make(map[string]string, 2)
		}
		f.spaces[prefix] = a.Value
	}
	return nil
}

// declares reports whether an attribute name is a namespace declaration, and for which prefix ("" is the default one).
func declares(n xml.Name) (prefix string, ok bool) {
	if n.Space == "xmlns" {
		return n.Local, true
	}
	return "", n.Space == "" && n.Local == "xmlns"
}

// resolve turns a raw name into namespace URI and local name. Only elements take the default namespace.
func (p *parser) resolve(n xml.Name, element bool) (space, local string, err error) {
	if strings.IndexByte(n.Local, ':') >= 0 {
		return "", "", p.fail(ErrSyntax, "illegal name")
	}
	if n.Space == "" && !element {
		return "", n.Local, nil
	}
	for i := len(p.stack) - 1; i >= 0; i-- {
		if uri, ok := p.stack[i].spaces[n.Space]; ok {
			return uri, n.Local, nil
		}
	}
	switch {
	case n.Space == "":
		return "", n.Local, nil
	case n.Space == "xml":
		return xmlSpace, n.Local, nil
	case p.opt.LaxPrefix:
		return "", n.Space + ":" + n.Local, nil
	}
	return "", "", p.fail(ErrSyntax, "undeclared namespace prefix")
}

func (p *parser) attrs(node *Node, attrs []xml.Attr) error {
	for _, a := range attrs {
		if _, ok := declares(a.Name); ok {
			continue
		}
		space, local, err := p.resolve(a.Name, false)
		if err != nil {
			return err
		}
		for _, seen := range node.Attrs {
			if seen.Name == local && seen.Space == space {
				return p.fail(ErrSyntax, "duplicate attribute")
			}
		}
		node.Attrs = append(node.Attrs, Attr{Space: space, Name: local, Value: a.Value})
	}
	return nil
}

func (p *parser) end(t xml.EndElement) error {
	if len(p.stack) == 0 {
		return p.fail(ErrSyntax, "end tag without start tag")
	}
	top := &p.stack[len(p.stack)-1]
	if top.rawName != t.Name {
		return p.fail(ErrSyntax, "end tag does not match start tag")
	}
	top.node.Text = string(top.text)
	*top = frame{}
	p.stack = p.stack[:len(p.stack)-1]
	return nil
}
