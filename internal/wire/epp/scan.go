package epp

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"unicode/utf8"
)

// Limits of one frame's XML.
const (
	maxDepth    = 64
	maxAttrs    = 64
	maxElements = 16384
	maxPrefixes = 64      // namespace declarations in scope at one place
	maxBytes    = 8 << 20 // whatever limit the framing was given
)

// node is an element of a frame with its namespace resolved.
type node struct {
	name  Name
	attrs []xml.Attr // without namespace declarations
	text  strings.Builder
	kids  []*node
	raw   Name   // as written: prefix and local name
	src   []byte // the element as it stands in the frame

	attrPrefixes []string          // prefixes of the attributes
	declared     []string          // prefixes declared here
	scope        map[string]string // prefix to namespace, shared with the parent unless something is declared here
}

// scan reads a frame into a tree. It refuses what a peer has no need to send: DOCTYPE, processing instructions, a second
// root, repeated attributes, undeclared prefixes, and whatever is over the limits.
func scan(frame []byte) (*node, error) {
	if len(frame) > maxBytes {
		return nil, errors.New("frame too long")
	}
	if !utf8.Valid(frame) {
		return nil, errors.New("not UTF-8")
	}
	frame = bytes.TrimPrefix(frame, []byte("\xef\xbb\xbf"))
	s := &scanner{dec: xml.NewDecoder(bytes.NewReader(frame)), frame: frame}
	for first := true; ; first = false {
		s.from = s.dec.InputOffset()
		tok, err := s.dec.RawToken()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, errors.New("not well-formed")
		}
		if err := s.token(tok, first); err != nil {
			return nil, err
		}
	}
	if s.root == nil || len(s.open) > 0 {
		return nil, errors.New("document is incomplete")
	}
	return s.root, nil
}

type scanner struct {
	dec   *xml.Decoder
	frame []byte
	from  int64 // where the token at hand begins
	root  *node
	open  []*node
	count int
}

func (s *scanner) token(tok xml.Token, first bool) error {
	switch t := tok.(type) {
	case xml.ProcInst:
		if !first || t.Target != "xml" {
			return errors.New("processing instruction not allowed")
		}
	case xml.Directive:
		return errors.New("DOCTYPE not allowed")
	case xml.CharData:
		if len(s.open) > 0 {
			s.open[len(s.open)-1].text.Write(t)
		} else if strings.Trim(string(t), space) != "" {
			return errors.New("text outside the root element")
		}
	case xml.StartElement:
		return s.start(t)
	case xml.EndElement:
		if len(s.open) == 0 || s.open[len(s.open)-1].raw != t.Name {
			return errors.New("end tag does not match")
		}
		n := s.open[len(s.open)-1]
		n.src = n.src[:int(s.dec.InputOffset())-(len(s.frame)-len(n.src))]
		s.open = s.open[:len(s.open)-1]
	}
	return nil
}

func (s *scanner) start(t xml.StartElement) error {
	s.count++
	switch {
	case len(s.open) == 0 && s.root != nil:
		return errors.New("more than one root element")
	case len(s.open) >= maxDepth:
		return errors.New("nested too deep")
	case s.count > maxElements:
		return errors.New("too many elements")
	case len(t.Attr) > maxAttrs:
		return errors.New("too many attributes")
	}
	n := &node{raw: t.Name, src: s.frame[s.from:]}
	if len(s.open) > 0 {
		n.scope = s.open[len(s.open)-1].scope
	}
	if err := n.declare(t.Attr); err != nil {
		return err
	}
	if err := n.resolve(t); err != nil {
		return err
	}
	if len(s.open) > 0 {
		up := s.open[len(s.open)-1]
		up.kids = append(up.kids, n)
	} else {
		s.root = n
	}
	s.open = append(s.open, n)
	return nil
}

// declare takes the namespace declarations out of an element's attributes.
func (n *node) declare(attrs []xml.Attr) error {
	copied := false
	seen := make(map[Name]bool, len(attrs))
	for _, a := range attrs {
		if seen[a.Name] {
			return errors.New("repeated attribute")
		}
		seen[a.Name] = true
		prefix, isDecl := "", a.Name.Space == "" && a.Name.Local == "xmlns"
		if a.Name.Space == "xmlns" {
			prefix, isDecl = a.Name.Local, true
			if a.Value == "" || prefix == "xml" || prefix == "xmlns" {
				return errors.New("namespace declaration not allowed")
			}
		}
		if !isDecl {
			continue
		}
		if !copied {
			fresh := make(map[string]string, len(n.scope)+1)
			for k, v := range n.scope {
				fresh[k] = v
			}
			n.scope, copied = fresh, true
		}
		n.scope[prefix] = a.Value
		n.declared = append(n.declared, prefix)
		if len(n.scope) > maxPrefixes {
			return errors.New("too many namespace declarations")
		}
	}
	return nil
}

// resolve turns the element's and its attributes' prefixes into namespaces.
func (n *node) resolve(t xml.StartElement) error {
	var err error
	if n.name, err = n.lookup(t.Name, false); err != nil {
		return err
	}
	seen := make(map[Name]bool, len(t.Attr))
	for _, a := range t.Attr {
		if a.Name.Space == "xmlns" || a.Name.Space == "" && a.Name.Local == "xmlns" {
			continue
		}
		if a.Name.Space != "" {
			n.attrPrefixes = append(n.attrPrefixes, a.Name.Space)
		}
		if a.Name, err = n.lookup(a.Name, true); err != nil {
			return err
		}
		if seen[a.Name] {
			return errors.New("repeated attribute")
		}
		seen[a.Name] = true
		n.attrs = append(n.attrs, a)
	}
	return nil
}

func (n *node) lookup(raw Name, attr bool) (Name, error) {
	if strings.Contains(raw.Local, ":") || strings.Contains(raw.Space, ":") {
		return Name{}, errors.New("malformed name")
	}
	if raw.Space == "" && attr {
		return raw, nil // an attribute without a prefix belongs to no namespace
	}
	if raw.Space == "xml" {
		return Name{Space: nsXML, Local: raw.Local}, nil
	}
	ns, ok := n.scope[raw.Space]
	if !ok && raw.Space != "" {
		return Name{}, errors.New("namespace prefix is not declared")
	}
	return Name{Space: ns, Local: raw.Local}, nil
}

// kid is the first child of a name.
func (n *node) kid(name Name) *node {
	for _, k := range n.kids {
		if k.name == name {
			return k
		}
	}
	return nil
}

// deepText is the text of the element and all below it.
func (n *node) deepText() string {
	if len(n.kids) == 0 {
		return n.text.String()
	}
	var b strings.Builder
	b.WriteString(n.text.String())
	for _, k := range n.kids {
		b.WriteString(k.deepText())
	}
	return b.String()
}
