package jsonx

import (
	"strconv"
	"strings"
)

// Kind is the kind of a Value.
type Kind int

// The kinds. Absent is the zero Value: what Get gives for a name that is not there.
const (
	Absent Kind = iota
	Null
	Bool
	Number
	String
	Array
	Object
)

// Value is one JSON value of a decoded tree.
type Value struct {
	Kind    Kind
	Text    string   // String: unescaped; Number: as written; Bool: "true" or "false"
	Items   []Value  // Array
	Members []Member // Object, in order
}

// Member is one name and value of an object.
type Member struct {
	Name  string
	Value Value
}

// Exists reports whether the value was there, null included.
func (v Value) Exists() bool { return v.Kind != Absent }

// Given reports whether the value was there and not null.
func (v Value) Given() bool { return v.Kind != Absent && v.Kind != Null }

// Get is the last member with the name; Absent when there is none or v is not an object, so that calls may be chained.
func (v Value) Get(name string) Value {
	for i := len(v.Members) - 1; i >= 0; i-- {
		if v.Members[i].Name == name {
			return v.Members[i].Value
		}
	}
	return Value{}
}

// First is the first member with the name.
func (v Value) First(name string) Value {
	for i := range v.Members {
		if v.Members[i].Name == name {
			return v.Members[i].Value
		}
	}
	return Value{}
}

// All are the values of every member with the name, in order; more than one only under KeepAll.
func (v Value) All(name string) []Value {
	var out []Value
	for i := range v.Members {
		if v.Members[i].Name == name {
			out = append(out, v.Members[i].Value)
		}
	}
	return out
}

// Path follows Get by several names.
func (v Value) Path(names ...string) Value {
	for _, n := range names {
		v = v.Get(n)
	}
	return v
}

// AsString reads a string, number or boolean as text, as lenient clients send them. Anything else is "", false.
func (v Value) AsString() (string, bool) {
	switch v.Kind {
	case String, Number, Bool:
		return v.Text, true
	}
	return "", false
}

// Str is AsString without the report: "" for anything that has no text.
func (v Value) Str() string { s, _ := v.AsString(); return s }

// AsInt reads a whole number, or a string that holds one (blanks around it are ignored). 3.0 and 3e2 are whole too.
func (v Value) AsInt() (int64, bool) {
	if v.Kind != Number && v.Kind != String {
		return 0, false
	}
	s := strings.TrimSpace(v.Text)
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return n, true
	}
	if v.Kind != Number {
		return 0, false
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || f != float64(int64(f)) || f > 1<<53 || f < -(1<<53) {
		return 0, false
	}
	return int64(f), true
}

// AsBool reads true, false, 0, 1 and the same as strings in any case; null is false.
func (v Value) AsBool() (value, ok bool) {
	switch v.Kind {
	case Null:
		return false, true
	case Bool, Number, String:
		switch strings.ToLower(strings.TrimSpace(v.Text)) {
		case "true", "1":
			return true, true
		case "false", "0":
			return false, true
		}
	}
	return false, false
}
