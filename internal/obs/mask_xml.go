package obs

import (
	"bytes"
	"html"
	"strings"
)

// maskXML copies an XML document and replaces the content of elements with a secret name, of elements whose attribute "key" or
// "name" says a secret name (<item key="reg_password">), and the values of secret attributes. Comments lose their text. It scans
// rather than parses: an element that is never closed is masked to the end.
func maskXML(src []byte, n names) []byte {
	out := make([]byte, 0, len(src))
	within := 0 // end of the holder last entered: one inside another is masked whole, which keeps the work linear
	for i := 0; i < len(src); {
		end, kind := nextXML(src, i)
		piece := src[i:end]
		i = end
		switch kind {
		case xmlComment:
			out = append(out, "<!---->"...)
		case xmlStart:
			tag := readTag(piece)
			out = append(out, tag.masked(n)...)
			if tag.empty || !tag.secret(n) {
				continue
			}
			stop := elementEnd(src, i, tag.name)
			content := src[i:stop]
			if i >= within && stop < len(src) && holder(local(tag.name)) && onlyChildren(content) {
				within = stop
				continue
			}
			i = stop
			if len(bytes.TrimSpace(content)) > 0 {
				content = []byte(Masked)
			}
			out = append(out, content...)
		default:
			out = append(out, piece...)
		}
	}
	return out
}

type xmlKind int

const (
	xmlText    xmlKind = iota
	xmlComment         // <!-- -->
	xmlCDATA           // <![CDATA[ ]]>
	xmlOther           // declaration, directive
	xmlEnd             // </a>
	xmlStart           // <a …> or <a …/>
)

// nextXML is the end and kind of the piece of markup or text that begins at i.
func nextXML(src []byte, i int) (int, xmlKind) {
	rest := src[i:]
	until := func(mark string) int {
		if j := bytes.Index(rest, []byte(mark)); j >= 0 {
			return i + j + len(mark)
		}
		return len(src)
	}
	switch {
	case rest[0] != '<':
		if j := bytes.IndexByte(rest, '<'); j >= 0 {
			return i + j, xmlText
		}
		return len(src), xmlText
	case bytes.HasPrefix(rest, []byte("<!--")):
		return until("-->"), xmlComment
	case bytes.HasPrefix(rest, []byte("<![CDATA[")):
		return until("]]>"), xmlCDATA
	case bytes.HasPrefix(rest, []byte("<?")):
		return until("?>"), xmlOther
	case bytes.HasPrefix(rest, []byte("<!")):
		return until(">"), xmlOther
	case bytes.HasPrefix(rest, []byte("</")):
		return until(">"), xmlEnd
	}
	var quote byte
	for j := i + 1; j < len(src); j++ {
		switch c := src[j]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '>':
			return j + 1, xmlStart
		}
	}
	return len(src), xmlStart
}

// elementEnd is the index of the end tag that closes an element whose content begins at i; the end of src without one.
func elementEnd(src []byte, i int, name string) int {
	for depth := 0; i < len(src); {
		end, kind := nextXML(src, i)
		switch kind {
		case xmlStart:
			if t := readTag(src[i:end]); t.name == name && !t.empty {
				depth++
			}
		case xmlEnd:
			if strings.Trim(string(src[i:end]), "</> \t\r\n") == name {
				if depth == 0 {
					return i
				}
				depth--
			}
		}
		i = end
	}
	return len(src)
}

// onlyChildren reports whether the content is child elements with nothing but blanks and comments between them.
func onlyChildren(content []byte) bool {
	found, depth := false, 0
	for i := 0; i < len(content); {
		end, kind := nextXML(content, i)
		piece := content[i:end]
		switch kind {
		case xmlStart:
			found = true
			if !readTag(piece).empty {
				depth++
			}
		case xmlEnd:
			depth--
		case xmlText, xmlCDATA:
			if depth <= 0 && len(bytes.TrimSpace(piece)) > 0 {
				return false
			}
		}
		i = end
	}
	return found
}

// xmlTag is a start tag, with the places of its attribute values.
type xmlTag struct {
	raw   []byte
	name  string
	empty bool
	attrs []xmlAttr
}

type xmlAttr struct {
	name       string
	start, end int // of the value in raw, without quotes
}

func readTag(raw []byte) xmlTag {
	t := xmlTag{raw: raw, empty: bytes.HasSuffix(raw, []byte("/>"))}
	i := 1
	for i < len(raw) && !strings.ContainsRune(" \t\r\n/>", rune(raw[i])) {
		i++
	}
	t.name = string(raw[1:i])
	for i < len(raw) {
		eq := bytes.IndexByte(raw[i:], '=')
		if eq < 0 {
			break
		}
		name := strings.TrimSpace(string(raw[i : i+eq]))
		i = skipBlanks(raw, i+eq+1)
		if i >= len(raw) || raw[i] != '"' && raw[i] != '\'' {
			t.attrs = append(t.attrs, xmlAttr{name: name, start: i, end: len(raw)}) // broken: it may run to the end
			break
		}
		length := bytes.IndexByte(raw[i+1:], raw[i])
		if length < 0 {
			length = len(raw) - i - 1
		}
		t.attrs = append(t.attrs, xmlAttr{name: name, start: i + 1, end: i + 1 + length})
		i = min(len(raw), i+1+length+1)
	}
	return t
}

// secret reports whether the element's content is one.
func (t xmlTag) secret(n names) bool {
	if n.has(local(t.name)) {
		return true
	}
	for _, a := range t.attrs {
		if (a.name == "key" || a.name == "name") && n.has(html.UnescapeString(string(t.raw[a.start:a.end]))) {
			return true
		}
	}
	return false
}

// masked is the tag with secret attribute values replaced.
func (t xmlTag) masked(n names) []byte {
	var out []byte
	from := 0
	for _, a := range t.attrs {
		if !n.has(local(a.name)) || a.start >= a.end {
			continue
		}
		out = append(append(out, t.raw[from:a.start]...), Masked...)
		from = a.end
	}
	return append(out, t.raw[from:]...)
}

func local(name string) string {
	if i := strings.LastIndexByte(name, ':'); i >= 0 {
		return name[i+1:]
	}
	return name
}
