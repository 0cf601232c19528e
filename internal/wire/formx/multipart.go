package formx

import (
	"bytes"
	"io"
	"mime"
	"mime/multipart"
	"strings"
	"unicode/utf8"
)

// IsMultipart reports whether a Content-Type is multipart/form-data.
func IsMultipart(contentType string) bool {
	kind, _, _ := strings.Cut(contentType, ";")
	return strings.EqualFold(strings.TrimSpace(kind), "multipart/form-data")
}

// ParseMultipart reads a multipart/form-data body (RFC 7578) of at most Options.Bytes with the boundary of contentType, files
// included. A part without a name is ignored.
func ParseMultipart(r io.Reader, contentType string, opt Options) (Pairs, error) {
	opt = opt.withDefaults()
	_, params, err := mime.ParseMediaType(contentType)
	if err != nil || params["boundary"] == "" {
		return nil, &Error{Kind: ErrSyntax}
	}
	data, err := io.ReadAll(io.LimitReader(r, opt.Bytes+1))
	if err != nil {
		return nil, err
	}
	if int64(len(data)) > opt.Bytes {
		return nil, &Error{Kind: ErrTooLarge, Offset: opt.Bytes}
	}
	mr := multipart.NewReader(bytes.NewReader(data), params["boundary"])
	var out Pairs
	for n := int64(0); ; n++ {
		part, err := mr.NextRawPart()
		// The package also gives a plain io.EOF when the body breaks off after a boundary line.
		if err == io.EOF && bytes.Contains(data, []byte("--"+params["boundary"]+"--")) {
			return out, nil
		}
		if err != nil {
			return nil, &Error{Kind: ErrSyntax, Offset: n}
		}
		if n >= int64(opt.Pairs) {
			return nil, &Error{Kind: ErrTooComplex, Offset: n}
		}
		value, err := io.ReadAll(part)
		if err != nil {
			return nil, &Error{Kind: ErrSyntax, Offset: n}
		}
		p := Pair{Name: part.FormName(), Value: string(value), File: part.FileName()}
		if p.Name == "" {
			continue
		}
		if opt.UTF8 && !(utf8.ValidString(p.Name) && (p.File != "" || utf8.ValidString(p.Value))) {
			return nil, &Error{Kind: ErrEncoding, Offset: n, Name: safeName(p.Name)}
		}
		out = append(out, p)
	}
}
