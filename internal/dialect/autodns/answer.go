package autodns

import "github.com/polyreg/polyreg/internal/wire/xmlx"

// el is one element of an answer: text, or children.
type el struct {
	name string
	text string
	kids []el
}

func leaf(name, text string) el { return el{name: name, text: text} }

func block(name string, kids ...el) el { return el{name: name, kids: kids} }

// some are the elements that say anything: those with an empty text are left out.
func some(els ...el) []el {
	out := make([]el, 0, len(els))
	for _, e := range els {
		if e.text != "" || len(e.kids) > 0 {
			out = append(out, e)
		}
	}
	return out
}

// object is what a status or message is about; an empty kind is none.
type object struct{ kind, value string }

func (o object) els() []el {
	if o.kind == "" {
		return nil
	}
	return []el{block("object", leaf("type", o.kind), leaf("value", o.value))}
}

// message is a detail of a result. It has exactly one text and one code, which a client insists on (autodns-xml.md §3.1).
type message struct {
	text, code string
	kind       string // error, notice, success
	object     object
	help       string
}

func (m message) el() el {
	kids := append([]el{leaf("text", m.text), leaf("code", m.code), leaf("type", m.kind)}, m.object.els()...)
	return block("msg", append(kids, some(leaf("help", m.help))...)...)
}

// result is the answer to one task, or to one object of it.
type result struct {
	data   []el
	bare   bool // no data element at all: the form of validation errors (autodns-xml.md §3.4)
	msgs   []message
	letter byte   // S, N or E; 0 for S
	code   string // of the status, without its letter
	object object // of the status
	ctid   string
}

// statusTypes are the types that belong to a code's letter.
var statusTypes = map[byte]string{'S': "success", 'N': "notify", 'E': "error"}

func (r result) status(german bool) el {
	code := string(r.letter) + r.code
	kids := append([]el{leaf("code", code), leaf("text", statusText(code, german)), leaf("type", statusTypes[r.letter])}, r.object.els()...)
	return block("status", kids...)
}

// el is the result element: data, messages and status in the recorded order.
func (r result) el(german, withCtid bool) el {
	if r.letter == 0 {
		r.letter = 'S'
	}
	var kids []el
	if !r.bare {
		kids = append(kids, el{name: "data", kids: r.data})
	}
	for _, m := range r.msgs {
		kids = append(kids, m.el())
	}
	kids = append(kids, r.status(german))
	if withCtid && r.ctid != "" {
		kids = append(kids, leaf("ctid", r.ctid))
	}
	return block("result", kids...)
}

// document is the whole answer, on one line: shell clients search it for literal elements. One ctid stands at its end; several
// different ones stand in their results (autodns-xml.md §1, §3.1).
func (q *request) document(results []result) []byte {
	ctid, several := "", false
	for _, r := range results {
		switch {
		case r.ctid == "" || r.ctid == ctid:
		case ctid == "":
			ctid = r.ctid
		default:
			several = true
		}
	}
	w := xmlx.NewWriter(xmlx.Layout{})
	w.Head(`<?xml version="1.0" encoding="UTF-8" standalone="no"?>`)
	w.Start("response")
	german := q.german()
	for _, r := range results {
		write(w, r.el(german, several))
	}
	if ctid != "" && !several {
		w.Elem("ctid", ctid)
	}
	w.Elem("stid", q.stid)
	return w.Bytes()
}

func write(w *xmlx.Writer, e el) {
	if len(e.kids) == 0 {
		w.ElemShort(e.name, e.text)
		return
	}
	w.Start(e.name)
	for _, k := range e.kids {
		write(w, k)
	}
	w.End()
}
