package epp

import (
	"reflect"
	"strconv"
	"strings"
	"sync"
	"time"
)

// plan is what a struct type says about its element, read once from the tags.
//
// A tag is "name,option…": "@name" is an attribute, an empty name with the option "text" is the element's own text,
// "prefix:name" belongs to another namespace than its parent. Options: t=simple type, opt (may be absent), max=n (for
// slices), def=value (of an absent attribute), range=a-b (of a number), date (a date without time), flag (a bool that is
// an empty element), names (keep only the names of the children), choice=a|b (a string that
// is an empty child element), mixed (text that may hold elements, of which only the text is kept).
type plan struct {
	fields []planField
	mixed  bool
}

type fieldKind int

const (
	kindElement fieldKind = iota
	kindAttr
	kindText
)

type planField struct {
	index    int
	kind     fieldKind
	space    string // "" = that of the parent
	local    string
	simple   *simple
	opt      bool
	list     bool
	max      int
	def      string
	lo, hi   int
	date     bool
	flag     bool
	names    bool
	choice   []string
	mixed    bool
	goType   reflect.Type // of one value, pointer and slice taken off
	isStruct bool
}

// name is the field's element name below a parent of the given namespace.
func (f *planField) name(parent string) Name {
	if f.space != "" {
		return Name{Space: f.space, Local: f.local}
	}
	return Name{Space: parent, Local: f.local}
}

// splitTag splits at commas and gives at least two parts.
func splitTag(tag string) []string { return append(strings.Split(tag, ","), "") }

var (
	plans       sync.Map // reflect.Type → *plan
	timeType    = reflect.TypeFor[time.Time]()
	valueType   = reflect.TypeFor[Value]()
	elementType = reflect.TypeFor[Element]()
)

func planOf(t reflect.Type) *plan {
	if p, ok := plans.Load(t); ok {
		return p.(*plan)
	}
	p := &plan{}
	for i := range t.NumField() {
		if tag := t.Field(i).Tag.Get("epp"); tag != "" {
			f := parseField(i, t.Field(i).Type, tag)
			p.fields = append(p.fields, f)
			p.mixed = p.mixed || f.mixed
		}
	}
	got, _ := plans.LoadOrStore(t, p)
	return got.(*plan)
}

func parseField(index int, t reflect.Type, tag string) planField {
	parts := strings.Split(tag, ",")
	f := planField{index: index, simple: simples[""], local: parts[0]}
	switch prefix, local, found := strings.Cut(parts[0], ":"); {
	case found:
		f.space, f.local = spaces[prefix], local
	case strings.HasPrefix(parts[0], "@"):
		f.kind, f.local = kindAttr, parts[0][1:]
	case parts[0] == "":
		f.kind = kindText
	}
	for _, o := range parts[1:] {
		f.option(o)
	}
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() == reflect.Slice && !f.names {
		f.list, t = true, t.Elem()
	}
	f.goType = t
	f.isStruct = t.Kind() == reflect.Struct && t != timeType && t != valueType && t != elementType
	if f.flag {
		f.opt = true
	}
	return f
}

func (f *planField) option(o string) {
	key, val, _ := strings.Cut(o, "=")
	switch key {
	case "t":
		f.simple = typeOf(val)
		if f.simple == nil {
			panic("epp: tag names an unknown simple type: " + val)
		}
	case "opt":
		f.opt = true
	case "max":
		f.max, _ = strconv.Atoi(val)
	case "def":
		f.def = val
	case "range":
		lo, hi, _ := strings.Cut(val, "-")
		f.lo, _ = strconv.Atoi(lo)
		f.hi, _ = strconv.Atoi(hi)
	case "date":
		f.date = true
	case "flag":
		f.flag = true
	case "mixed":
		f.mixed = true
	case "names":
		f.names = true
	case "choice":
		f.choice = strings.Split(val, "|")
	}
}

// checker is a type with a rule that a tag cannot say.
type checker interface {
	check(at Name) *Error
}
