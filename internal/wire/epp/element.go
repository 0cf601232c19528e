package epp

import (
	"maps"
	"strings"
)

// Element is an element that this package passes on as it stands: a trademark or a signed one (RFC 7848), whose signature
// would not survive being read and written again. XML declares every namespace prefix it uses and has neither a
// declaration nor a DOCTYPE.
type Element struct {
	Name Name
	XML  string
}

// ParseElement checks that text is one well-formed element within the limits of a frame.
func ParseElement(text string) (Element, error) {
	n, err := scan([]byte(text))
	if err != nil {
		return Element{}, asError(err)
	}
	return Element{Name: n.name, XML: n.source()}, nil
}

// source is the element as it stands in the frame, with the declarations added that it takes from around it. Exclusive
// canonical XML, which signed marks use, does not see such additions.
func (n *node) source() string {
	text := string(n.src)
	var add strings.Builder
	for _, prefix := range sortedKeys(n.freePrefixes()) {
		ns, known := n.scope[prefix]
		if !known {
			continue
		}
		name := " xmlns"
		if prefix != "" {
			name += ":" + prefix
		}
		add.WriteString(name + `="` + escAttr.Replace(ns) + `"`)
	}
	at := 1 + len(n.raw.Local)
	if n.raw.Space != "" {
		at += len(n.raw.Space) + 1
	}
	return text[:at] + add.String() + text[at:]
}

// freePrefixes are the prefixes that the element and what is below it use and do not declare.
func (n *node) freePrefixes() map[string]bool {
	free := map[string]bool{n.raw.Space: true}
	for _, p := range n.attrPrefixes {
		free[p] = true
	}
	for _, k := range n.kids {
		maps.Copy(free, k.freePrefixes())
	}
	for _, p := range n.declared {
		delete(free, p)
	}
	return free
}

// verbatim writes an element that the caller supplies. It has to be the expected one and well-formed by itself.
func (e *encoder) verbatim(at Name, el Element) *Error {
	text := strings.Trim(el.XML, space)
	n, err := scan([]byte(text))
	switch {
	case err != nil:
		return fault(CodeSyntax, at, "%s", err.Error())
	case n.name != at || el.Name != at:
		return fault(CodeSyntax, at, "another element than expected")
	case len(n.src) != len(text):
		return fault(CodeSyntax, at, "more than the element")
	}
	e.buf.WriteString(text)
	return nil
}
