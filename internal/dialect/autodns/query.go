package autodns

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/wire/xmlx"
)

// column is a key of a list: the core's field, and how values are read. core is "" for a key that cannot be compared or sorted
// by, unless always or build say what it means.
type column struct {
	core  string
	dates bool // values are points in time, compared as spans
	// read brings a value into the core's form; ok is false for one that matches nothing. Such a column is compared for
	// equality only.
	read func(ctx context.Context, t *task, value string) (core string, ok bool, err error)
	// text brings a value or pattern into the core's form.
	text func(value string) string
	// build is the whole condition "equals value".
	build func(value string) command.Filter
	// always is the value that all objects have here, for columns whose concept this server does not have.
	always string
}

// listing is the query of a list task (autodns-xml.md §5).
type listing struct {
	t       *task
	columns map[string]column
	count   int // comparisons read so far
}

// maxConditions bounds the comparisons of one query; a client sends up to 50 (autodns-xml.md §21).
const maxConditions = 200

// maxListed bounds the objects of one answer. Without a limit all matches are asked for (autodns-xml.md §5).
const maxListed = 100_000

// page is what a list task asks for.
type page struct {
	query    command.Query
	limit    int
	children bool
}

// page reads view, where and order.
func (l *listing) page(ctx context.Context) (page, error) {
	p := page{limit: maxListed}
	view := l.t.node.Child("view")
	var problems errs.List
	for _, v := range []struct {
		name string
		to   *int
	}{{"limit", &p.limit}, {"offset", &p.query.Offset}} {
		text := view.ChildTrim(v.name)
		if text == "" {
			continue
		}
		n, err := whole("request.task.view."+v.name, text)
		if err == nil && n < 0 {
			err = bad(errs.Invalid, "request.task.view."+v.name, text, "must not be negative")
		}
		problems.Add(err)
		*v.to = n
	}
	p.limit = min(p.limit, maxListed)
	p.children = truthy(view.ChildText("children"))
	for _, o := range l.t.node.ChildrenNamed("order") {
		s, ok, err := l.sort(o)
		problems.Add(err)
		if ok {
			p.query.Sort = append(p.query.Sort, s)
		}
	}
	if err := problems.Err(); err != nil {
		return p, err
	}
	var err error
	if where := l.t.node.Child("where"); given(where) {
		p.query.Where, err = l.body(ctx, where)
	}
	return p, err
}

func (l *listing) sort(o *xmlx.Node) (s command.Sort, ok bool, problem *errs.Error) {
	key := lower(o.ChildTrim("key"))
	if key == "" {
		return s, false, nil
	}
	col, known := l.columns[key]
	if !known {
		return s, false, bad(errs.Invalid, "request.task.order.key", key, "there is no such key")
	}
	if col.core == "" {
		return s, false, nil // the same for all objects
	}
	switch mode := lower(o.ChildTrim("mode")); mode {
	case "", "asc":
	case "desc":
		s.Desc = true
	default:
		return s, false, bad(errs.Invalid, "request.task.order.mode", mode, "must be asc or desc")
	}
	s.Field = col.core
	return s, true, nil
}

// body reads the content of where or of a group: a comparison that stands there directly, and terms. The name of a group says how
// it is joined to its siblings: all "and" siblings form one conjunction, which is joined to each "or" sibling (autodns-xml.md
// §5.1).
func (l *listing) body(ctx context.Context, n *xmlx.Node) (command.Filter, error) {
	var all, either []command.Filter
	if given(n.Child("key")) || given(n.Child("operator")) || given(n.Child("value")) {
		f, err := l.comparison(ctx, n)
		if err != nil {
			return f, err
		}
		all = append(all, f)
	}
	terms := 0
	for _, k := range n.Children {
		if k.Name != "and" && k.Name != "or" {
			continue
		}
		terms++
		f, err := l.body(ctx, k)
		if err != nil {
			return f, err
		}
		if k.Name == "and" {
			all = append(all, f)
		} else {
			either = append(either, f)
		}
	}
	if len(all) == 0 && terms == 0 {
		return command.Filter{}, bad(errs.Missing, "request.task.where.key", "", "a condition has key, operator and value")
	}
	if len(all) > 0 {
		either = append(either, command.And(all...))
	}
	if len(either) == 1 {
		return either[0], nil
	}
	return command.Filter{Any: either}, nil
}

// operators by their words: those of the gateway, and the JSON interface's (autodns-xml.md §5.1).
var operators = map[string]command.Op{
	"eq": command.Equal, "ne": command.NotEqual, "like": command.Like, "gt": command.Greater, "ge": command.GreaterEq,
	"lt": command.Less, "le": command.LessEq,
	"equal": command.Equal, "not_equal": command.NotEqual, "not_like": command.NotLike, "ilike": command.Like,
	"greater": command.Greater, "greater_equal": command.GreaterEq, "less": command.Less, "less_equal": command.LessEq,
	"not_less": command.GreaterEq, "not_greater": command.LessEq, "not_less_equal": command.Greater, "not_greater_equal": command.Less,
	"in": command.In, "not_in": command.NotIn, "is_null": command.IsNull, "is_not_null": command.NotNull,
}

func (l *listing) comparison(ctx context.Context, n *xmlx.Node) (command.Filter, error) {
	if l.count++; l.count > maxConditions {
		return command.Filter{}, bad(errs.TooLarge, "request.task.where", "", "there are too many conditions")
	}
	key, word := lower(n.ChildTrim("key")), lower(n.ChildTrim("operator"))
	col, known := l.columns[key]
	if !known {
		return command.Filter{}, bad(errs.Invalid, "request.task.where.key", key, "there is no such key")
	}
	op, known := operators[word]
	if word == "" {
		op, known = command.Equal, true
	}
	if !known {
		return command.Filter{}, bad(errs.Invalid, "request.task.where.operator", word, "there is no such operator")
	}
	var values []string
	for _, v := range n.ChildrenNamed("value") {
		values = append(values, v.Trim())
	}
	if op == command.In || op == command.NotIn {
		values = slices.DeleteFunc(strings.Split(strings.Join(values, ","), ","), func(s string) bool { return strings.TrimSpace(s) == "" })
	}
	if l.count += len(values) - 1; len(values) == 0 && op != command.IsNull && op != command.NotNull {
		return command.Filter{}, bad(errs.Missing, "request.task.where.value", "", "is required")
	}
	return col.filter(ctx, l.t, op, values)
}

// negative tells operators that are the opposite of another one.
func negative(op command.Op) bool {
	return op == command.NotEqual || op == command.NotIn || op == command.NotLike
}

// filter is one comparison with the values. Several values are alternatives, or for a negative operator all excluded.
func (c column) filter(ctx context.Context, t *task, op command.Op, values []string) (command.Filter, error) {
	if op == command.IsNull || op == command.NotNull {
		if c.core == "" {
			return always((c.always == "") == (op == command.IsNull)), nil
		}
		return command.Where(c.core, op), nil
	}
	var parts []command.Filter
	for _, v := range values {
		f, err := c.one(ctx, t, op, strings.TrimSpace(v))
		if err != nil {
			return f, err
		}
		parts = append(parts, f)
	}
	switch {
	case len(parts) == 1:
		return parts[0], nil
	case negative(op):
		return command.Filter{All: parts}, nil
	}
	return command.Filter{Any: parts}, nil
}

func (c column) one(ctx context.Context, t *task, op command.Op, value string) (command.Filter, error) {
	wrong := func(why string) (command.Filter, error) {
		return command.Filter{}, bad(errs.Invalid, "request.task.where.value", value, why)
	}
	equal := slices.Contains([]command.Op{command.Equal, command.NotEqual, command.Like, command.NotLike, command.In, command.NotIn}, op)
	switch {
	case c.dates:
		from, to, ok := span(value)
		if !ok {
			return wrong("is not a date and time")
		}
		return spanFilter(c.core, op, from, to), nil
	case !equal && (c.core == "" || c.read != nil):
		return command.Filter{}, bad(errs.Invalid, "request.task.where.operator", "", "this key can be compared for equality only")
	case c.build != nil:
		if f := c.build(value); !negative(op) {
			return f, nil
		}
		return opposite(c.build(value)), nil
	case c.core == "":
		return always(sameConstant(c.always, value) != negative(op)), nil
	case c.read != nil:
		v, ok, err := c.read(ctx, t, value)
		if err != nil {
			return command.Filter{}, err
		}
		if !ok {
			return always(negative(op)), nil
		}
		if negative(op) {
			return command.Where(c.core, command.NotEqual, v), nil
		}
		return command.Where(c.core, command.Equal, v), nil
	}
	if c.text != nil {
		value = c.text(value)
	}
	return textFilter(c.core, op, value), nil
}

// textFilter compares text. An asterisk makes any test for equality one for a pattern: the vendor's own example does so.
func textFilter(field string, op command.Op, value string) command.Filter {
	pattern := strings.Contains(value, "*")
	switch {
	case op == command.Like || pattern && (op == command.Equal || op == command.In):
		return command.Where(field, command.Like, likePattern(value))
	case op == command.NotLike || pattern && negative(op):
		return command.Where(field, command.NotLike, likePattern(value))
	}
	return command.Where(field, op, value)
}

// likePattern turns a gateway's pattern into the core's, whose own wildcards lose their meaning.
func likePattern(value string) string {
	return strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`, "*", "%").Replace(value)
}

// always is a condition that every row meets, or none.
func always(all bool) command.Filter {
	if all {
		return command.Filter{}
	}
	return command.And(command.Where("created", command.IsNull), command.Where("created", command.NotNull))
}

// sameConstant compares a value with what all objects have; booleans in any spelling.
func sameConstant(constant, value string) bool {
	if constant == "false" {
		return !truthy(value)
	}
	return strings.EqualFold(constant, value)
}

// opposite turns a condition made of tests for equality around.
func opposite(f command.Filter) command.Filter {
	flip := map[command.Op]command.Op{command.Equal: command.NotEqual, command.NotEqual: command.Equal, command.IsNull: command.NotNull, command.NotNull: command.IsNull}
	each := func(fs []command.Filter) (out []command.Filter) {
		for _, c := range fs {
			out = append(out, opposite(c))
		}
		return out
	}
	if f.Field != "" {
		f.Op = flip[f.Op]
		return f
	}
	return command.Filter{Any: each(f.All), All: each(f.Any)}
}

// spanFilter compares times with the span that a value stands for.
func spanFilter(field string, op command.Op, from, to time.Time) command.Filter {
	at := func(op command.Op, t time.Time) command.Filter {
		return command.Where(field, op, t.UTC().Format(time.RFC3339Nano))
	}
	switch op {
	case command.Less:
		return at(command.Less, from)
	case command.LessEq:
		return at(command.Less, to)
	case command.Greater:
		return at(command.GreaterEq, to)
	case command.GreaterEq:
		return at(command.GreaterEq, from)
	case command.NotEqual, command.NotIn, command.NotLike:
		return command.Filter{Any: []command.Filter{at(command.Less, from), at(command.GreaterEq, to)}}
	}
	return command.And(at(command.GreaterEq, from), at(command.Less, to))
}
