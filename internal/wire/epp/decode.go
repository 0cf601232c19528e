package epp

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// decoder fills structs from nodes. A strict one refuses what the schema does not allow; a lenient one takes what it
// knows, in any order, and leaves the rest.
type decoder struct {
	strict bool
}

// fill reads an element into a struct.
func (d decoder) fill(n *node, v reflect.Value) *Error {
	p := planOf(v.Type())
	if err := d.attrs(n, p, v); err != nil {
		return err
	}
	if err := d.kids(n, p, v); err != nil {
		return err
	}
	if c, ok := v.Addr().Interface().(checker); ok && d.strict {
		return c.check(n.name)
	}
	return nil
}

func (d decoder) attrs(n *node, p *plan, v reflect.Value) *Error {
	known := 0
	for i := range p.fields {
		f := &p.fields[i]
		if f.kind != kindAttr {
			continue
		}
		val, found := f.def, false
		for _, a := range n.attrs {
			if a.Name.Space == "" && a.Name.Local == f.local {
				val, found = a.Value, true
				known++
			}
		}
		if !found && val == "" {
			if d.strict && !f.opt {
				return fault(CodeMissingParameter, n.name, "attribute %s is missing", f.local)
			}
			continue
		}
		if err := d.text(n.name, f, val, v.Field(f.index)); err != nil {
			return err
		}
	}
	if d.strict && known < plainAttrs(n) {
		return fault(CodeSyntax, n.name, "unknown attribute")
	}
	return nil
}

// plainAttrs counts the attributes that are none of XML Schema's own (xsi:schemaLocation).
func plainAttrs(n *node) int {
	c := 0
	for _, a := range n.attrs {
		if a.Name.Space != nsXSI {
			c++
		}
	}
	return c
}

func (d decoder) kids(n *node, p *plan, v reflect.Value) *Error {
	if p.mixed {
		return d.rest(n, p, v, nil)
	}
	count := make([]int, len(p.fields))
	last := 0
	for _, k := range n.kids {
		i := slices.IndexFunc(p.fields, func(f planField) bool { return f.kind == kindElement && f.name(n.name.Space) == k.name })
		if i < 0 {
			if d.strict {
				return fault(CodeSyntax, k.name, "element not allowed here")
			}
			continue
		}
		f := &p.fields[i]
		if d.strict && (i < last || count[i] > 0 && !f.list || f.max > 0 && count[i] >= f.max) {
			return fault(CodeSyntax, k.name, "element out of order or too often")
		}
		if !f.list && count[i] > 0 {
			continue // lenient: the first one counts
		}
		last = i
		count[i]++
		if err := d.kid(k, f, v.Field(f.index)); err != nil {
			return err
		}
	}
	return d.rest(n, p, v, count)
}

// rest reads the element's own text and looks for what is missing.
func (d decoder) rest(n *node, p *plan, v reflect.Value, count []int) *Error {
	hasText := false
	for i := range p.fields {
		f := &p.fields[i]
		switch {
		case f.kind == kindText:
			hasText = true
			text := n.text.String()
			if f.mixed || !d.strict {
				text = n.deepText()
			}
			if err := d.text(n.name, f, text, v.Field(f.index)); err != nil {
				return err
			}
		case f.kind == kindElement && count[i] == 0 && !f.opt && d.strict:
			return fault(CodeMissingParameter, f.name(n.name.Space), "element is missing")
		}
	}
	if d.strict && !hasText && strings.Trim(n.text.String(), space) != "" {
		return fault(CodeSyntax, n.name, "text not allowed here")
	}
	return nil
}

// kid reads one child element into its field.
func (d decoder) kid(k *node, f *planField, v reflect.Value) *Error {
	if f.list {
		item := reflect.New(f.goType).Elem()
		if err := d.one(k, f, item); err != nil {
			return err
		}
		v.Set(reflect.Append(v, item))
		return nil
	}
	if v.Kind() == reflect.Pointer {
		v.Set(reflect.New(f.goType))
		v = v.Elem()
	}
	return d.one(k, f, v)
}

func (d decoder) one(k *node, f *planField, v reflect.Value) *Error {
	switch {
	case f.flag:
		v.SetBool(true)
		return d.empty(k)
	case f.names:
		return d.nameList(k, v)
	case f.choice != nil:
		return d.choice(k, f, v)
	case f.goType == valueType:
		v.Set(reflect.ValueOf(readValue(k)))
		return nil
	case f.goType == elementType:
		v.Set(reflect.ValueOf(Element{Name: k.name, XML: k.source()}))
		return nil
	case f.isStruct:
		return d.fill(k, v)
	}
	if d.strict && (len(k.kids) > 0 || plainAttrs(k) > 0) {
		return fault(CodeSyntax, k.name, "only text is allowed")
	}
	return d.text(k.name, f, k.text.String(), v)
}

func (d decoder) empty(k *node) *Error {
	if d.strict && len(k.kids) > 0 {
		return fault(CodeSyntax, k.name, "must be empty")
	}
	return nil
}

func (d decoder) nameList(k *node, v reflect.Value) *Error {
	if d.strict && len(k.kids) == 0 {
		return fault(CodeSyntax, k.name, "must not be empty")
	}
	var names []Name
	for _, c := range k.kids {
		names = append(names, c.name)
	}
	v.Set(reflect.ValueOf(names))
	return nil
}

func (d decoder) choice(k *node, f *planField, v reflect.Value) *Error {
	if len(k.kids) == 1 && slices.Contains(f.choice, k.kids[0].name.Local) {
		v.SetString(k.kids[0].name.Local)
	} else if d.strict {
		return fault(CodeSyntax, k.name, "exactly one choice expected")
	}
	return nil
}

func readValue(k *node) Value {
	if len(k.kids) == 0 {
		return Value{Text: strings.Trim(k.text.String(), space)}
	}
	if o := readUnhandled(k.kids[0]); o != nil {
		return Value{Name: k.kids[0].name, Object: o}
	}
	return Value{Name: k.kids[0].name, Text: collapse(k.kids[0].deepText())}
}

// text reads a value of a simple type. In a lenient decoder a value that cannot be read stays zero.
func (d decoder) text(at Name, f *planField, s string, v reflect.Value) *Error {
	s = f.simple.normal(s)
	if v.Kind() == reflect.Pointer {
		if s == "" && f.goType.Kind() != reflect.String {
			return nil
		}
		v.Set(reflect.New(f.goType))
		v = v.Elem()
	}
	if why := f.simple.fits(s); why != "" && d.strict {
		return fault(CodeValueSyntax, at, "%s", why)
	}
	ok := true
	switch {
	case f.goType == timeType:
		var t time.Time
		t, ok = parseTime(collapse(s), f.date)
		v.Set(reflect.ValueOf(t))
	case v.Kind() == reflect.String:
		v.SetString(s)
	case v.Kind() == reflect.Bool:
		s = collapse(s)
		ok = s == "1" || s == "0" || s == "true" || s == "false"
		v.SetBool(s == "1" || s == "true")
	case v.Kind() == reflect.Int:
		n, err := strconv.Atoi(collapse(s))
		ok = err == nil
		if ok && d.strict && f.hi > 0 && (n < f.lo || n > f.hi) {
			return fault(CodeRange, at, "not between %d and %d", f.lo, f.hi)
		}
		v.SetInt(int64(n))
	case v.Kind() == reflect.Uint64:
		n, err := strconv.ParseUint(collapse(s), 10, 64)
		ok = err == nil
		v.SetUint(n)
	}
	if !ok && d.strict {
		return fault(CodeValueSyntax, at, "malformed")
	}
	return nil
}

// parseTime reads xsd:dateTime or xsd:date. Without a zone it is UTC, which RFC 5730 §2.2 asks for.
func parseTime(s string, date bool) (time.Time, bool) {
	layouts := []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999"}
	if date {
		layouts = []string{time.DateOnly, "2006-01-02Z07:00"}
	}
	for _, l := range layouts {
		if t, err := time.Parse(l, s); err == nil {
			if date { // the date as written, whatever the zone
				return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC), true
			}
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}
