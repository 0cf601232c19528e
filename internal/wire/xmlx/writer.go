package xmlx

import (
	"strings"
	"unicode/utf8"
)

// Layout says how a Writer sets out its document. The zero value is compact: everything on one line.
type Layout struct {
	Indent  string // per level; used only with Newline
	Newline string // "\n" or "\r\n" puts each element on its own line; empty is compact
	// EscapeQuotes writes ' and " in text as &apos; and &quot; (OpenSRS).
	EscapeQuotes bool
	// SplitEmpty sets an element begun with Start and closed by End without content on two lines (OpenSRS: <dt_array>, then
	// </dt_array>); otherwise it is <a></a> on one line.
	SplitEmpty bool
}

// Writer builds one XML document in memory. Element and attribute names are the caller's constants and are written as they
// are; text and attribute values are escaped, and characters that XML 1.0 cannot carry are left out. There is no way to write
// raw markup after Head. The zero Writer is compact and ready for use. It is not safe for concurrent use.
type Writer struct {
	layout Layout
	buf    []byte
	open   []openElem
}

type openElem struct {
	name    string
	content bool // has child elements
	text    bool // has text: the end tag follows directly
	tagOpen bool // the > of the start tag is still to be written
}

// NewWriter gives an empty writer with a layout.
func NewWriter(l Layout) *Writer { return &Writer{layout: l, buf: make([]byte, 0, 1024)} }

// Head writes one line of the prologue as it is: the XML declaration or a DOCTYPE. It must come before the root.
func (w *Writer) Head(line string) {
	w.buf = append(w.buf, line...)
	w.buf = append(w.buf, w.layout.Newline...)
}

// Start begins an element; attrs are name, value, name, value …
func (w *Writer) Start(name string, attrs ...string) {
	w.openTag(name, attrs)
	w.open = append(w.open, openElem{name: name, tagOpen: true})
}

// End closes the innermost open element with an end tag. Without one it does nothing.
func (w *Writer) End() { w.end(false) }

// EndShort is End, but an element without content becomes <a/>.
func (w *Writer) EndShort() { w.end(true) }

func (w *Writer) end(short bool) {
	if len(w.open) == 0 {
		return
	}
	e := w.open[len(w.open)-1]
	if e.tagOpen && short {
		w.open = w.open[:len(w.open)-1]
		w.buf = append(w.buf, "/>"...)
		w.newline()
		return
	}
	w.closeStartTag(!e.text && (e.content || w.layout.SplitEmpty))
	w.open = w.open[:len(w.open)-1]
	if !e.text && (e.content || w.layout.SplitEmpty) {
		w.indent()
	}
	w.endTag(e.name)
}

// Text writes character data inside the open element. In an indented layout use it only for elements without children.
func (w *Writer) Text(s string) {
	if len(w.open) == 0 {
		return
	}
	w.closeStartTag(false)
	w.open[len(w.open)-1].text = true
	w.escape(s, w.layout.EscapeQuotes, false)
}

// Elem writes a whole element with text; empty text gives <a></a>.
func (w *Writer) Elem(name, text string, attrs ...string) {
	w.openTag(name, attrs)
	w.buf = append(w.buf, '>')
	w.escape(text, w.layout.EscapeQuotes, false)
	w.endTag(name)
}

// ElemShort is Elem, but empty text gives <a/>.
func (w *Writer) ElemShort(name, text string, attrs ...string) {
	if text == "" {
		w.Empty(name, attrs...)
		return
	}
	w.Elem(name, text, attrs...)
}

// Empty writes <a/>.
func (w *Writer) Empty(name string, attrs ...string) {
	w.openTag(name, attrs)
	w.buf = append(w.buf, "/>"...)
	w.newline()
}

// Bytes closes what is still open and gives the document. The slice is the writer's own.
func (w *Writer) Bytes() []byte {
	for len(w.open) > 0 {
		w.End()
	}
	return w.buf
}

func (w *Writer) openTag(name string, attrs []string) {
	if n := len(w.open); n > 0 {
		w.closeStartTag(true)
		w.open[n-1].content = true
	}
	w.indent()
	w.buf = append(w.buf, '<')
	w.buf = append(w.buf, name...)
	for i := 0; i+1 < len(attrs); i += 2 {
		w.buf = append(w.buf, ' ')
		w.buf = append(w.buf, attrs[i]...)
		w.buf = append(w.buf, '=', '"')
		w.escape(attrs[i+1], true, true)
		w.buf = append(w.buf, '"')
	}
}

// closeStartTag writes the > that Start left open.
func (w *Writer) closeStartTag(newline bool) {
	e := &w.open[len(w.open)-1]
	if !e.tagOpen {
		return
	}
	e.tagOpen = false
	w.buf = append(w.buf, '>')
	if newline {
		w.newline()
	}
}

func (w *Writer) endTag(name string) {
	w.buf = append(w.buf, '<', '/')
	w.buf = append(w.buf, name...)
	w.buf = append(w.buf, '>')
	w.newline()
}

// newline ends a line, but not inside an element that holds text.
func (w *Writer) newline() {
	if n := len(w.open); n > 0 && w.open[n-1].text {
		return
	}
	w.buf = append(w.buf, w.layout.Newline...)
}

func (w *Writer) indent() {
	n := len(w.open)
	if w.layout.Newline == "" || w.layout.Indent == "" || n > 0 && w.open[n-1].text {
		return
	}
	for range n {
		w.buf = append(w.buf, w.layout.Indent...)
	}
}

// Escape gives s as XML text with & < > escaped and characters that XML 1.0 cannot carry left out.
func Escape(s string) string {
	var w Writer
	w.escape(s, false, false)
	return string(w.buf)
}

func (w *Writer) escape(s string, quotes, attr bool) {
	if strings.IndexFunc(s, special) < 0 && utf8.ValidString(s) {
		w.buf = append(w.buf, s...)
		return
	}
	for _, r := range s {
		switch {
		case r == '&':
			w.buf = append(w.buf, "&amp;"...)
		case r == '<':
			w.buf = append(w.buf, "&lt;"...)
		case r == '>':
			w.buf = append(w.buf, "&gt;"...)
		case r == '"' && quotes:
			w.buf = append(w.buf, "&quot;"...)
		case r == '\'' && quotes && !attr:
			w.buf = append(w.buf, "&apos;"...)
		case r == '\r':
			w.buf = append(w.buf, "&#xD;"...) // a bare one would be read back as a line feed
		case r == '\n' && attr:
			w.buf = append(w.buf, "&#xA;"...)
		case r == '\t' && attr:
			w.buf = append(w.buf, "&#x9;"...)
		case legal(r):
			w.buf = utf8.AppendRune(w.buf, r)
		}
	}
}

// special are the characters that need a closer look.
func special(r rune) bool {
	return r < ' ' || r == '&' || r == '<' || r == '>' || r == '"' || r == '\'' || !legal(r)
}

// legal reports whether XML 1.0 (§2.2) can carry the character.
func legal(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' || r >= 0x20 && r <= 0xD7FF || r >= 0xE000 && r <= 0xFFFD || r >= 0x10000 && r <= 0x10FFFF
}
