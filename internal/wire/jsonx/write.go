package jsonx

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"unicode/utf8"
)

// Obj is an object to be written, in order: jsonx.Obj{{"code", 1000}, {"result", "OK"}}. The first element of each pair is the
// name; one that is not a string is written as fmt.Sprint gives it.
type Obj [][2]any

// Add appends a member.
func (o *Obj) Add(name string, v any) { *o = append(*o, [2]any{name, v}) }

// AddIf appends a member if cond holds.
func (o *Obj) AddIf(cond bool, name string, v any) {
	if cond {
		o.Add(name, v)
	}
}

// Style says how text is written. The zero value escapes only what JSON demands.
type Style struct {
	EscapeSlash   bool // "/" as "\/", as PHP does
	EscapeUnicode bool // everything outside ASCII as \uXXXX
}

// Marshal writes v compactly in the plain style; see Style.Append for the types.
func Marshal(v any) []byte { return Style{}.Append(nil, v) }

// Append writes a decoded value compactly, its members in order. Absent is written as null.
func Append(dst []byte, v Value) []byte { return Style{}.Append(dst, v) }

// Marshal writes v compactly.
func (s Style) Marshal(v any) []byte { return s.Append(nil, v) }

// Append writes v compactly to dst. It knows nil, bool, string, the integer types, json.Number, Obj, Value, slices of any,
// string, Obj and Value; a nil slice is [] and a nil Obj is {}. Anything else goes through encoding/json without HTML
// escaping, and is null if that fails. Text that is not UTF-8 gets U+FFFD for each bad byte.
func (s Style) Append(dst []byte, v any) []byte {
	switch t := v.(type) {
	case nil:
		return append(dst, "null"...)
	case bool:
		return strconv.AppendBool(dst, t)
	case string:
		return s.text(dst, t)
	case int:
		return strconv.AppendInt(dst, int64(t), 10)
	case int32:
		return strconv.AppendInt(dst, int64(t), 10)
	case int64:
		return strconv.AppendInt(dst, t, 10)
	case uint64:
		return strconv.AppendUint(dst, t, 10)
	case json.Number:
		return appendNumber(dst, string(t))
	case Obj:
		return s.object(dst, t)
	case Value:
		return s.value(dst, t)
	case []any:
		return list(s, dst, t)
	case []string:
		return list(s, dst, t)
	case []Obj:
		return list(s, dst, t)
	case []Value:
		return list(s, dst, t)
	}
	return s.other(dst, v)
}

func list[T any](s Style, dst []byte, items []T) []byte {
	dst = append(dst, '[')
	for i, it := range items {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = s.Append(dst, it)
	}
	return append(dst, ']')
}

func (s Style) object(dst []byte, o Obj) []byte {
	dst = append(dst, '{')
	for i, m := range o {
		if i > 0 {
			dst = append(dst, ',')
		}
		name, ok := m[0].(string)
		if !ok {
			name = fmt.Sprint(m[0])
		}
		dst = append(s.text(dst, name), ':')
		dst = s.Append(dst, m[1])
	}
	return append(dst, '}')
}

func (s Style) value(dst []byte, v Value) []byte {
	switch v.Kind {
	case Bool:
		return append(dst, v.Text...)
	case Number:
		return appendNumber(dst, v.Text)
	case String:
		return s.text(dst, v.Text)
	case Array:
		return list(s, dst, v.Items)
	case Object:
		dst = append(dst, '{')
		for i, m := range v.Members {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = append(s.text(dst, m.Name), ':')
			dst = s.value(dst, m.Value)
		}
		return append(dst, '}')
	}
	return append(dst, "null"...)
}

// appendNumber writes a number's text; what is no JSON number is null, so that the output stays well-formed.
func appendNumber(dst []byte, text string) []byte {
	if text == "" || text[0] != '-' && (text[0] < '0' || text[0] > '9') || !json.Valid([]byte(text)) {
		return append(dst, "null"...)
	}
	return append(dst, text...)
}

// other hands a value to encoding/json and brings the result into this style.
func (s Style) other(dst []byte, v any) []byte {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if enc.Encode(v) != nil {
		return append(dst, "null"...)
	}
	back, err := Decode(buf.Bytes(), Options{Limits: Limits{Bytes: int64(buf.Len()), Nodes: buf.Len() + 1}})
	if err != nil {
		return append(dst, "null"...)
	}
	return s.value(dst, back)
}

const hexDigits = "0123456789abcdef"

func (s Style) text(dst []byte, t string) []byte {
	dst = append(dst, '"')
	for _, r := range t {
		switch {
		case r == '"' || r == '\\' || r == '/' && s.EscapeSlash:
			dst = append(dst, '\\', byte(r))
		case r == '\n':
			dst = append(dst, '\\', 'n')
		case r == '\r':
			dst = append(dst, '\\', 'r')
		case r == '\t':
			dst = append(dst, '\\', 't')
		case r < ' ' || r == 0x7F && s.EscapeUnicode:
			dst = appendUnit(dst, r)
		case r < utf8.RuneSelf:
			dst = append(dst, byte(r))
		case !s.EscapeUnicode:
			dst = utf8.AppendRune(dst, r)
		case r > 0xFFFF:
			r -= 0x10000
			dst = appendUnit(dst, 0xD800+r>>10)
			dst = appendUnit(dst, 0xDC00+r&0x3FF)
		default:
			dst = appendUnit(dst, r)
		}
	}
	return append(dst, '"')
}

func appendUnit(dst []byte, u rune) []byte {
	return append(dst, '\\', 'u', hexDigits[u>>12&15], hexDigits[u>>8&15], hexDigits[u>>4&15], hexDigits[u&15])
}
