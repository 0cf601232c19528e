package wapi

import (
	"fmt"
	"strconv"

	"github.com/polyreg/polyreg/internal/wire/jsonx"
	"github.com/polyreg/polyreg/internal/wire/xmlx"
)

// reply is the envelope of wapi.md §2.2.
type reply struct {
	code      code
	address   string // the caller's, shown with 2051
	stamp     stamp
	clTRID    *string
	command   string // as the client wrote it, "" when it could not be read
	canonical string // the command's own name, "" when it is none of ours
	data      jsonx.Obj
	test      jsonx.Value
}

func (f format) contentType() string {
	if f == formatXML {
		return "text/xml; charset=utf-8"
	}
	return "text/html; charset=UTF-8" // as recorded, although the body is JSON
}

func (c code) textFor(address string) string {
	if c == badAddress && address != "" {
		return c.text() + " (" + address + ")"
	}
	return c.text()
}

// tree is the reply in the fixed order of keys.
func (rep *reply) tree() jsonx.Obj {
	o := jsonx.Obj{{"code", int(rep.code)}, {"result", rep.code.textFor(rep.address)}, {"timestamp", rep.stamp.unix}}
	if rep.clTRID != nil {
		o.Add("clTRID", *rep.clTRID)
	}
	o.Add("svTRID", rep.stamp.svTRID)
	o.AddIf(rep.command != "", "command", rep.command)
	o.AddIf(rep.data != nil, "data", rep.data)
	o.AddIf(rep.test.Exists(), "test", rep.test)
	return o
}

func (rep *reply) encode(f format) []byte {
	if f == formatXML {
		return encodeXML("response", rep.tree())
	}
	return encodeJSON("response", rep.tree())
}

// encodeJSON writes a document by the rules of wapi.md §2.3: compact, every slash escaped, nothing before or after.
func encodeJSON(root string, o jsonx.Obj) []byte {
	return jsonx.Style{EscapeSlash: true}.Marshal(jsonx.Obj{{root, o}})
}

// encodeXML writes a document by the rules of wapi.md §2.4: one element per line, one blank of indent per level.
func encodeXML(root string, o jsonx.Obj) []byte {
	w := xmlx.NewWriter(xmlx.Layout{Indent: " ", Newline: "\n"})
	w.Head(`<?xml version="1.0" encoding="UTF-8"?>`)
	writeXML(w, root, o)
	return w.Bytes()
}

// writeXML writes a value as one element, a list as one per item. A list of texts is never without an element, so that the
// name is seen (wapi.md §6.2); an empty list of objects leaves its parent empty.
func writeXML(w *xmlx.Writer, name string, v any) {
	switch t := v.(type) {
	case nil:
		w.Elem(name, "")
	case string:
		w.Elem(name, t)
	case int:
		w.Elem(name, strconv.Itoa(t))
	case int64:
		w.Elem(name, strconv.FormatInt(t, 10))
	case jsonx.Value:
		w.Elem(name, scalar(t))
	case jsonx.Obj:
		w.Start(name)
		for _, m := range t {
			writeXML(w, m[0].(string), m[1])
		}
		w.End()
	case []jsonx.Obj:
		for _, it := range t {
			writeXML(w, name, it)
		}
	case []string:
		if len(t) == 0 {
			w.Elem(name, "")
		}
		for _, s := range t {
			w.Elem(name, s)
		}
	default:
		panic(fmt.Sprintf("wapi: no XML form for %T", v)) // a new type in a reply is a bug that every test of it shows
	}
}
