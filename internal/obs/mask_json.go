package obs

import "encoding/json"

// maskJSON copies a JSON text and replaces the values of secret names. It scans rather than parses, so that a text which is cut
// off is masked as well: an open secret value is masked to the end.
func maskJSON(src []byte, n names) []byte {
	out := make([]byte, 0, len(src))
	for i := 0; i < len(src); {
		if src[i] != '"' {
			out = append(out, src[i])
			i++
			continue
		}
		end := stringEnd(src, i)
		out = append(out, src[i:end]...)
		name, colon := unquote(src[i:end]), skipBlanks(src, end)
		i = end
		if colon >= len(src) || src[colon] != ':' || !n.has(name) {
			continue
		}
		value := skipBlanks(src, colon+1)
		out = append(out, src[end:value]...)
		i = value
		if value < len(src) && src[value] == '{' && holder(name) {
			continue
		}
		i = valueEnd(src, value)
		out = append(out, maskedValue(src[value:i])...)
	}
	return out
}

// maskedValue keeps null and the empty string, which say something and give nothing away.
func maskedValue(v []byte) string {
	switch s := string(v); s {
	case "", "null", `""`:
		return s
	}
	return `"` + Masked + `"`
}

// stringEnd is the index after the string that begins at i; the end of src if it is not closed.
func stringEnd(src []byte, i int) int {
	for i++; i < len(src); i++ {
		switch src[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(src)
}

func skipBlanks(src []byte, i int) int {
	for i < len(src) && (src[i] == ' ' || src[i] == '\t' || src[i] == '\r' || src[i] == '\n') {
		i++
	}
	return i
}

// valueEnd is the index after the value that begins at i, whatever its kind.
func valueEnd(src []byte, i int) int {
	depth := 0
	for i < len(src) {
		switch src[i] {
		case '"':
			i = stringEnd(src, i)
			if depth == 0 {
				return i
			}
			continue
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 {
				return i
			}
			if depth--; depth == 0 {
				return i + 1
			}
		case ',':
			if depth == 0 {
				return i
			}
		}
		i++
	}
	return len(src)
}

func unquote(s []byte) string {
	var out string
	if json.Unmarshal(s, &out) != nil {
		return string(s)
	}
	return out
}
