package xmlx

import "strings"

// Attr is one attribute. Namespace declarations are not attributes; they show in Space.
type Attr struct {
	Space string // namespace URI, empty without prefix
	Name  string // local name
	Value string
}

// Node is one element. A nil *Node is an absent element: every method may be called on it and finds nothing.
type Node struct {
	Name     string // local name
	Space    string // namespace URI, empty when there is none
	Attrs    []Attr // in document order
	Text     string // character data directly inside, CDATA included, concatenated and not trimmed
	Children []*Node
}

// Child is the first child element with the local name, or nil.
func (n *Node) Child(name string) *Node {
	if n == nil {
		return nil
	}
	for _, c := range n.Children {
		if c.Name == name {
			return c
		}
	}
	return nil
}

// ChildrenNamed are all child elements with the local name, in order.
func (n *Node) ChildrenNamed(name string) []*Node {
	if n == nil {
		return nil
	}
	var out []*Node
	for _, c := range n.Children {
		if c.Name == name {
			out = append(out, c)
		}
	}
	return out
}

// Path follows first children by name: n.Path("body", "data_block"). It is nil when a step is missing.
func (n *Node) Path(names ...string) *Node {
	for _, name := range names {
		if n = n.Child(name); n == nil {
			return nil
		}
	}
	return n
}

// ChildText is the text of the first child with the name as sent; empty when there is none.
func (n *Node) ChildText(name string) string {
	if c := n.Child(name); c != nil {
		return c.Text
	}
	return ""
}

// ChildTrim is ChildText without blanks around it.
func (n *Node) ChildTrim(name string) string { return strings.TrimSpace(n.ChildText(name)) }

// Trim is the element's own text without blanks around it.
func (n *Node) Trim() string {
	if n == nil {
		return ""
	}
	return strings.TrimSpace(n.Text)
}

// Attr is the value of the first attribute with the local name, and whether there is one.
func (n *Node) Attr(name string) (string, bool) {
	if n == nil {
		return "", false
	}
	for _, a := range n.Attrs {
		if a.Name == name {
			return a.Value, true
		}
	}
	return "", false
}

// Is reports whether the element has the namespace and local name.
func (n *Node) Is(space, name string) bool { return n != nil && n.Name == name && n.Space == space }
