package obs

import (
	"bytes"
	"encoding/json"
	"net/url"
	"strings"
)

// MaskPairs gives a copy of a request or answer in which the values of secret fields are ***: those that Sensitive names, and
// those of the given names (compared like Sensitive's). It looks at the octets to tell JSON, XML, multipart, lines of
// "Name: value", and URL-encoded forms apart, and looks into documents inside form values. It never fails: where a document is
// broken, everything that may belong to a secret is masked.
func MaskPairs(data []byte, extra ...string) []byte {
	return mask(data, newNames(extra), 0)
}

// maxMaskDepth bounds documents within documents.
const maxMaskDepth = 4

func mask(data []byte, n names, depth int) []byte {
	if depth > maxMaskDepth {
		return []byte(Masked)
	}
	first := bytes.TrimLeft(data, "\ufeff \t\r\n")
	switch {
	case len(first) == 0:
		return bytes.Clone(data)
	case first[0] == '{' || first[0] == '[':
		return maskDocJSON(data, n)
	case first[0] == '<':
		return maskXML(data, n)
	case bytes.HasPrefix(first, []byte("--")) && bytes.Contains(first, []byte("name=")):
		return maskMultipart(data, n, depth)
	case isLines(first):
		return maskLines(data, n)
	}
	return maskForm(data, n, depth)
}

// maskDocJSON masks a JSON text, and once more loosely when it is none.
func maskDocJSON(data []byte, n names) []byte {
	out := maskJSON(data, n)
	if !json.Valid(bytes.TrimPrefix(data, []byte("\ufeff"))) {
		out = maskLoose(out, n)
	}
	return out
}

// isLines reports whether the first line looks like a header: a name, a colon.
func isLines(data []byte) bool {
	line, _, _ := bytes.Cut(data, []byte("\n"))
	name, _, ok := bytes.Cut(line, []byte(":"))
	return ok && len(name) > 0 && len(name) < 64 && !bytes.ContainsAny(name, "=&%+ \t\"'")
}

// maskLines masks the values of "Name: value" lines, and those of "name=value" lines.
func maskLines(data []byte, n names) []byte {
	var out []byte
	for len(data) > 0 {
		line, rest, found := bytes.Cut(data, []byte("\n"))
		data = rest
		if i := bytes.IndexAny(line, ":="); i > 0 && n.has(strings.TrimSpace(string(line[:i]))) && len(bytes.TrimSpace(line[i+1:])) > 0 {
			out = append(append(out, line[:i+1]...), ' ')
			out = append(out, Masked...)
			if bytes.HasSuffix(line, []byte("\r")) {
				out = append(out, '\r')
			}
		} else {
			out = append(out, line...)
		}
		if found {
			out = append(out, '\n')
		}
	}
	return out
}

// maskForm masks a URL-encoded form or query. A value that begins a JSON or XML document without encoding runs to the end of the
// body, because its own & is no separator then.
func maskForm(data []byte, n names, depth int) []byte {
	var out []byte
	for len(data) > 0 {
		piece, rest, found := bytes.Cut(data, []byte("&"))
		name, value, hasValue := bytes.Cut(piece, []byte("="))
		if raw := bytes.TrimLeft(value, "+ \t\r\n"); len(raw) > 0 && startsDocument(raw[0]) {
			out = append(append(out, name...), '=')
			return append(out, mask(data[len(name)+1:], n, depth+1)...)
		}
		data = rest
		switch {
		case !hasValue:
			out = append(out, piece...)
		case n.has(unescape(string(name))):
			out = append(append(out, name...), '=')
			if len(value) > 0 {
				out = append(out, Masked...)
			}
		default:
			out = append(append(out, name...), '=')
			out = append(out, maskValue(value, n, depth)...)
		}
		if found {
			out = append(out, '&')
		}
	}
	return out
}

func startsDocument(c byte) bool { return c == '{' || c == '[' || c == '<' }

// maskValue masks an encoded document inside a form value; any other value stays as it is.
func maskValue(value []byte, n names, depth int) []byte {
	text := unescape(string(value))
	trimmed := strings.TrimLeft(text, "\ufeff \t\r\n")
	if trimmed == "" || !startsDocument(trimmed[0]) {
		return value
	}
	return []byte(url.QueryEscape(string(mask([]byte(text), n, depth+1))))
}

// unescape decodes a form piece as far as it can be decoded.
func unescape(s string) string {
	if out, err := url.QueryUnescape(s); err == nil {
		return out
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if out, err := url.PathUnescape(s[i : i+3]); err == nil {
				b.WriteString(out)
				i += 2
				continue
			}
		}
		if s[i] == '+' {
			b.WriteByte(' ')
			continue
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// maskMultipart masks the parts of a multipart/form-data body; the first line is the boundary.
func maskMultipart(data []byte, n names, depth int) []byte {
	line, _, _ := bytes.Cut(bytes.TrimLeft(data, "\ufeff \t\r\n"), []byte("\n"))
	boundary := bytes.TrimRight(line, "\r")
	parts := bytes.Split(data, boundary)
	for i, part := range parts {
		head, body, sep := part, []byte(nil), []byte("\r\n\r\n")
		if h, b, ok := bytes.Cut(part, sep); ok {
			head, body = h, b
		} else if h, b, ok := bytes.Cut(part, []byte("\n\n")); ok {
			head, body, sep = h, b, []byte("\n\n")
		} else {
			continue
		}
		text := bytes.TrimRight(body, "\r\n")
		end := body[len(text):]
		switch trimmed := bytes.TrimLeft(text, " \t\r\n"); {
		case n.has(partName(string(head))):
			text = []byte(Masked)
		case len(trimmed) > 0 && startsDocument(trimmed[0]):
			text = mask(text, n, depth+1)
		}
		parts[i] = bytes.Join([][]byte{head, sep, text, end}, nil)
	}
	return bytes.Join(parts, boundary)
}

// partName is the name parameter of a part's Content-Disposition.
func partName(head string) string {
	_, rest, ok := strings.Cut(head, " name=")
	if !ok {
		if _, rest, ok = strings.Cut(head, ";name="); !ok {
			return ""
		}
	}
	if strings.HasPrefix(rest, `"`) {
		name, _, _ := strings.Cut(rest[1:], `"`)
		return name
	}
	if i := strings.IndexAny(rest, "; \r\n"); i >= 0 {
		rest = rest[:i]
	}
	return rest
}

// maskLoose is for text that is no document: after each secret word and a separator, it masks to the end of the value.
func maskLoose(data []byte, n names) []byte {
	var out []byte
	for i := 0; i < len(data); {
		if !wordByte(data[i]) {
			out = append(out, data[i])
			i++
			continue
		}
		j := i
		for j < len(data) && wordByte(data[j]) {
			j++
		}
		out = append(out, data[i:j]...)
		word := string(data[i:j])
		i = j
		for j < len(data) && strings.IndexByte(" \t\"'", data[j]) >= 0 {
			j++
		}
		if j >= len(data) || data[j] != ':' && data[j] != '=' || !n.has(word) {
			continue
		}
		out = append(append(out, data[i:j+1]...), Masked...)
		for i = j + 1; i < len(data) && strings.IndexByte("\n,}&;<>", data[i]) < 0; {
			i++
		}
	}
	return out
}

func wordByte(c byte) bool {
	return c == '-' || c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}
