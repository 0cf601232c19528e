package xmlx

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

var bom = []byte{0xEF, 0xBB, 0xBF}

// toUTF8 gives the document as UTF-8. The encoding is the declared one, UTF-8 without a declaration (XML 1.0 §4.3.3).
func toUTF8(data []byte) ([]byte, error) {
	if len(data) >= 2 && (data[0] == 0xFE && data[1] == 0xFF || data[0] == 0xFF && data[1] == 0xFE) {
		return nil, &Error{Kind: ErrEncoding, Msg: "UTF-16 is not supported"}
	}
	name := strings.ToLower(declaredEncoding(data))
	switch name {
	case "", "utf-8", "utf8":
		return data, checkUTF8(data)
	case "us-ascii", "ascii":
		if i := bytes.IndexFunc(data, func(r rune) bool { return r >= utf8.RuneSelf }); i >= 0 {
			return nil, &Error{Kind: ErrEncoding, Offset: int64(i), Msg: "byte outside US-ASCII"}
		}
		return data, nil
	case "iso-8859-1", "iso8859-1", "latin1", "latin-1":
		return decode(charmap.ISO8859_1, data)
	case "windows-1252", "cp1252":
		return decode(charmap.Windows1252, data)
	}
	return nil, &Error{Kind: ErrEncoding, Msg: "unsupported encoding declared"}
}

func decode(cm *charmap.Charmap, data []byte) ([]byte, error) {
	out, err := cm.NewDecoder().Bytes(data)
	if err != nil {
		return nil, &Error{Kind: ErrEncoding, Msg: "bytes do not fit the declared encoding"}
	}
	return out, nil
}

func checkUTF8(data []byte) error {
	for off := 0; off < len(data); {
		if data[off] < utf8.RuneSelf {
			off++
			continue
		}
		r, size := utf8.DecodeRune(data[off:])
		if r == utf8.RuneError && size == 1 {
			return &Error{Kind: ErrEncoding, Offset: int64(off), Msg: "invalid UTF-8"}
		}
		off += size
	}
	return nil
}

// declaredEncoding reads the encoding pseudo-attribute of an XML declaration at the very start; empty without one.
func declaredEncoding(data []byte) string {
	if !hasDeclaration(data) {
		return ""
	}
	end := bytes.Index(data, []byte("?>"))
	if end < 0 {
		return ""
	}
	decl := data[5:end]
	i := bytes.Index(decl, []byte("encoding"))
	if i < 0 {
		return ""
	}
	decl = bytes.TrimLeft(decl[i+len("encoding"):], blanks)
	if len(decl) == 0 || decl[0] != '=' {
		return ""
	}
	decl = bytes.TrimLeft(decl[1:], blanks)
	if len(decl) == 0 || decl[0] != '"' && decl[0] != '\'' {
		return ""
	}
	if j := bytes.IndexByte(decl[1:], decl[0]); j >= 0 {
		return string(decl[1 : 1+j])
	}
	return ""
}

const blanks = " \t\r\n"

func hasDeclaration(data []byte) bool {
	return len(data) > 5 && string(data[:5]) == "<?xml" && strings.IndexByte(blanks, data[5]) >= 0
}
