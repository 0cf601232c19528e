package opensrs

import (
	"sort"
	"strconv"
	"strings"

	"github.com/polyreg/polyreg/internal/errs"
)

// form tells the three notations of a value apart.
type form int

const (
	scalar form = iota
	assoc       // dt_assoc: a hash
	array       // dt_array: a list
)

// value is a node of the generic serialisation: text, hash or list (opensrs.md §4). A nil value is absent and every method
// may be called on it.
type value struct {
	form  form
	text  string
	items []item
}

// item is an entry of a hash or list; the keys of a list are "0", "1" ….
type item struct {
	key   string
	value *value
}

// text makes a scalar.
func text(s string) *value { return &value{text: s} }

// flag is the wire form of a boolean.
func flag(b bool) string {
	if b {
		return "1"
	}
	return "0"
}

// yesNo is the wire form of the flags that are Y or N.
func yesNo(b bool) string {
	if b {
		return "Y"
	}
	return "N"
}

// hash makes a hash of texts: key, text, key, text ….
func hash(pairs ...string) *value {
	return (&value{form: assoc}).with(pairs...)
}

// list makes a list.
func list(vs ...*value) *value {
	v := &value{form: array}
	for i, e := range vs {
		v.items = append(v.items, item{strconv.Itoa(i), e})
	}
	return v
}

// set adds an entry and gives the value back.
func (v *value) set(key string, e *value) *value {
	v.items = append(v.items, item{key, e})
	return v
}

// with adds texts: key, text, key, text ….
func (v *value) with(pairs ...string) *value {
	for i := 0; i+1 < len(pairs); i += 2 {
		v.set(pairs[i], text(pairs[i+1]))
	}
	return v
}

// get is the entry of that key, the last one where a client repeats it; nil when there is none.
func (v *value) get(key string) *value {
	if v == nil {
		return nil
	}
	for i := len(v.items) - 1; i >= 0; i-- {
		if v.items[i].key == key {
			return v.items[i].value
		}
	}
	return nil
}

// raw is the entry's text as sent; passwords and comments are read so.
func (v *value) raw(key string) string {
	if e := v.get(key); e != nil && e.form == scalar {
		return e.text
	}
	return ""
}

// str is the entry's text without blanks around it. An empty item counts as not given (§4.1).
func (v *value) str(key string) string { return strings.TrimSpace(v.raw(key)) }

// empty reports whether the value says nothing.
func (v *value) empty() bool {
	return v == nil || len(v.items) == 0 && strings.TrimSpace(v.text) == ""
}

// elements are a list's, in order: by number when all keys are numbers, else as sent. A hash with numbers for keys is a list
// too, and a text one of names between commas (§4.1).
func (v *value) elements() []*value {
	switch {
	case v.empty():
		return nil
	case v.form == scalar:
		var out []*value
		for _, part := range strings.Split(v.text, ",") {
			if part = strings.TrimSpace(part); part != "" {
				out = append(out, text(part))
			}
		}
		return out
	}
	type numbered struct {
		n int
		v *value
	}
	rows, all := make([]numbered, len(v.items)), true
	for i, it := range v.items {
		n, err := strconv.Atoi(it.key)
		all = all && err == nil
		rows[i] = numbered{n, it.value}
	}
	if all {
		sort.SliceStable(rows, func(i, j int) bool { return rows[i].n < rows[j].n })
	}
	out := make([]*value, len(rows))
	for i, r := range rows {
		out[i] = r.v
	}
	return out
}

// words are the texts of a list.
func (v *value) words() []string {
	var out []string
	for _, e := range v.elements() {
		if s := strings.TrimSpace(e.text); e.form == scalar && s != "" {
			out = append(out, s)
		}
	}
	return out
}

// on reads a boolean; an absent or empty one is false (§4.5).
func (v *value) on(key string) (bool, error) {
	switch strings.ToLower(v.str(key)) {
	case "", "0", "n", "no", "false":
		return false, nil
	case "1", "y", "yes", "true":
		return true, nil
	}
	return false, invalid(key, "is neither 1 nor 0")
}

// number reads a whole number that is not negative, def when absent.
func (v *value) number(key string, def int) (int, error) {
	s := v.str(key)
	if s == "" {
		return def, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		return 0, invalid(key, "is not a number")
	}
	return n, nil
}

// invalid is 465 about one parameter, by the client's word for it.
func invalid(key, why string) error {
	return refuse(errs.Invalid, 465, "Invalid value for "+key+": it "+why)
}

// missing is 460 about one parameter.
func missing(key string) error { return refuse(errs.Missing, 460, "Missing required field: "+key) }
