package seed

import (
	"encoding/json"

	"github.com/goccy/go-yaml/ast"
)

// Handles are a contact's public handles in one dialect, by handle group. In the file it is a mapping, or one handle alone
// (key "" here), whose group follows from the dialect.
type Handles map[string]string

func (h *Handles) decodeNode(d decoder, n ast.Node, path string) {
	*h = Handles{}
	if _, ok := entries(n); !ok {
		if s, ok := d.handle(n, path); ok {
			(*h)[""] = s
		}
		return
	}
	d.each(n, path, func(key string, _ Pos, value ast.Node) {
		at := join(path, key)
		d.at[at] = start(value)
		if s, ok := d.handle(value, at); ok {
			(*h)[key] = s
		}
	})
}

// handle reads text or a number, for some dialects' handles are numbers.
func (d decoder) handle(n ast.Node, path string) (string, bool) {
	if s, ok := text(n); ok && s != "" {
		return s, true
	}
	if i, ok := n.(*ast.IntegerNode); ok {
		return i.Token.Value, true
	}
	d.bad(path, "must be a handle")
	return "", false
}

// MarshalJSON has the form of the file.
func (h Handles) MarshalJSON() ([]byte, error) {
	if one, ok := h[""]; ok && len(h) == 1 {
		return json.Marshal(one)
	}
	return json.Marshal(map[string]string(h))
}

// Privacy is "" (none), "true", or the time until which a domain's privacy subscription runs. In the file it is true,
// false or a time.
type Privacy string

func (p *Privacy) decodeNode(d decoder, n ast.Node, path string) {
	if b, ok := n.(*ast.BoolNode); ok {
		if *p = ""; b.Value {
			*p = "true"
		}
		return
	}
	s, ok := text(n)
	if !ok {
		d.bad(path, "must be true, false or a time")
		return
	}
	*p = Privacy(s)
}
