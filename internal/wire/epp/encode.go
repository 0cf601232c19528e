package epp

import (
	"bytes"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// encoder writes elements with the package's fixed prefixes. A namespace other than EPP's is declared on the first element
// that uses it and holds for what lies below.
type encoder struct {
	buf      bytes.Buffer
	declared []string // namespaces in scope, innermost last
}

const xmlDecl = `<?xml version="1.0" encoding="UTF-8" standalone="no"?>` + "\n"

func newEncoder() *encoder {
	e := &encoder{}
	e.buf.WriteString(xmlDecl)
	e.buf.WriteString(`<epp xmlns="` + NSEPP + `">`)
	return e
}

func (e *encoder) finish() []byte {
	e.buf.WriteString("</epp>")
	return e.buf.Bytes()
}

var (
	escText = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\r", "&#13;")
	escAttr = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "\r", "&#13;", "\n", "&#10;", "\t", "&#9;")
)

// qualified is the element's written name; declare is the namespace declaration it needs, if any.
func (e *encoder) qualified(n Name) (written, declare string) {
	prefix, known := prefixes[n.Space]
	switch {
	case !known && n.Space == "":
		return n.Local, ` xmlns=""`
	case !known: // only names inside a result's value come here
		return "x:" + n.Local, ` xmlns:x="` + escAttr.Replace(n.Space) + `"`
	case prefix == "":
		return n.Local, ""
	case slices.Contains(e.declared, n.Space):
		return prefix + ":" + n.Local, ""
	}
	return prefix + ":" + n.Local, ` xmlns:` + prefix + `="` + n.Space + `"`
}

// element writes an element around what body writes. attrs is written as it stands, with a leading space.
func (e *encoder) element(n Name, attrs string, body func() *Error) *Error {
	written, declare := e.qualified(n)
	depth := len(e.declared)
	if declare != "" {
		e.declared = append(e.declared, n.Space)
	}
	e.buf.WriteString("<" + written + declare + attrs)
	mark := e.buf.Len()
	e.buf.WriteByte('>')
	if err := body(); err != nil {
		return err
	}
	e.declared = e.declared[:depth]
	if e.buf.Len() == mark+1 {
		e.buf.Truncate(mark)
		e.buf.WriteString("/>")
		return nil
	}
	e.buf.WriteString("</" + written + ">")
	return nil
}

// object writes a struct as an element.
func (e *encoder) object(n Name, v reflect.Value) *Error {
	p := planOf(v.Type())
	if v.CanAddr() {
		if c, ok := v.Addr().Interface().(checker); ok {
			if err := c.check(n); err != nil {
				return err
			}
		}
	}
	attrs, err := e.attributes(n, p, v)
	if err != nil {
		return err
	}
	return e.element(n, attrs, func() *Error {
		for i := range p.fields {
			f := &p.fields[i]
			if err := e.field(n, f, v.Field(f.index)); err != nil {
				return err
			}
		}
		return nil
	})
}

func (e *encoder) attributes(n Name, p *plan, v reflect.Value) (string, *Error) {
	var b strings.Builder
	for i := range p.fields {
		f := &p.fields[i]
		if f.kind != kindAttr {
			continue
		}
		fv := v.Field(f.index)
		if fv.IsZero() && f.opt {
			continue
		}
		s, err := format(n, f, fv)
		if err != nil {
			return "", err
		}
		if f.def != "" && s == "" {
			continue
		}
		fmt.Fprintf(&b, ` %s="%s"`, f.local, escAttr.Replace(s))
	}
	return b.String(), nil
}

func (e *encoder) field(n Name, f *planField, v reflect.Value) *Error {
	switch f.kind {
	case kindAttr:
		return nil
	case kindText:
		s, err := format(n, f, v)
		e.buf.WriteString(escText.Replace(s))
		return err
	}
	at := f.name(n.Space)
	if f.list {
		if v.Len() == 0 && !f.opt || f.max > 0 && v.Len() > f.max {
			return fault(CodeSyntax, at, "%d elements are too few or too many", v.Len())
		}
		for i := range v.Len() {
			if err := e.one(at, f, v.Index(i)); err != nil {
				return err
			}
		}
		return nil
	}
	if f.opt && v.IsZero() {
		return nil
	}
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return fault(CodeMissingParameter, at, "element is missing")
		}
		v = v.Elem()
	}
	return e.one(at, f, v)
}

func (e *encoder) one(at Name, f *planField, v reflect.Value) *Error {
	switch {
	case f.flag:
		return e.element(at, "", func() *Error { return nil })
	case f.names:
		return fault(CodeSyntax, at, "cannot be written")
	case f.choice != nil:
		if !slices.Contains(f.choice, v.String()) {
			return fault(CodeValueSyntax, at, "not one of the choices")
		}
		return e.element(at, "", func() *Error {
			return e.element(Name{Space: at.Space, Local: v.String()}, "", func() *Error { return nil })
		})
	case f.goType == valueType:
		return e.value(at, v.Interface().(Value))
	case f.goType == elementType:
		return e.verbatim(at, v.Interface().(Element))
	case f.isStruct:
		return e.object(at, v)
	}
	s, err := format(at, f, v)
	if err != nil {
		return err
	}
	return e.element(at, "", func() *Error { e.buf.WriteString(escText.Replace(s)); return nil })
}

// value writes the element that a failure names. The schema wants exactly one element inside.
func (e *encoder) value(at Name, v Value) *Error {
	if v.Name.Local == "" {
		v.Name = Name{Space: NSEPP, Local: "undef"}
	}
	if v.Object != nil {
		return e.element(at, "", func() *Error { return e.unhandled(v) })
	}
	if !nameLike(v.Name.Local) || !validChars(v.Text) || !validChars(v.Name.Space) {
		return fault(CodeValueSyntax, at, "value cannot be written")
	}
	return e.element(at, "", func() *Error {
		return e.element(v.Name, "", func() *Error { e.buf.WriteString(escText.Replace(v.Text)); return nil })
	})
}

// nameLike keeps to names that need no look at XML's tables.
func nameLike(s string) bool {
	for i, r := range s {
		letter := r == '_' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
		if !letter && (i == 0 || r != '-' && r != '.' && (r < '0' || r > '9')) {
			return false
		}
	}
	return s != ""
}

// format gives a value of a simple type as text, or says why the schema does not allow it.
func format(at Name, f *planField, v reflect.Value) (string, *Error) {
	var s string
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return "", nil
		}
		v = v.Elem()
	}
	switch {
	case f.goType == timeType:
		t := v.Interface().(time.Time)
		if t.IsZero() || t.UTC().Year() < 1 || t.UTC().Year() > 9999 {
			return "", fault(CodeMissingParameter, at, "no time")
		}
		s = t.UTC().Format("2006-01-02T15:04:05.999999Z")
		if f.date {
			s = t.UTC().Format(time.DateOnly)
		}
	case v.Kind() == reflect.String:
		s = f.simple.normal(v.String())
		if s == "" && f.def != "" {
			return "", nil
		}
	case v.Kind() == reflect.Bool:
		s = "0"
		if v.Bool() {
			s = "1"
		}
	case v.Kind() == reflect.Int:
		s = strconv.FormatInt(v.Int(), 10)
		if f.hi > 0 && (v.Int() < int64(f.lo) || v.Int() > int64(f.hi)) {
			return "", fault(CodeRange, at, "not between %d and %d", f.lo, f.hi)
		}
	case v.Kind() == reflect.Uint64:
		s = strconv.FormatUint(v.Uint(), 10)
	}
	if why := f.simple.fits(s); why != "" {
		return "", fault(CodeValueSyntax, at, "%s", why)
	}
	return s, nil
}
