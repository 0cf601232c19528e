package domainrobot

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
)

// column is a key of a search: the core's field and how values are read. core is "" for a key that may be asked for but neither
// filtered nor sorted by here.
type column struct {
	core  string
	read  valueReader
	dates bool // values are points in time, compared as spans
	exact bool // only equality and lists can be asked for
	// always is what every object of the list has for an exact key.
	always string
	// build makes the condition for one value of an exact key that is no field of the core; ok is false for no such value.
	build func(value string) (f command.Filter, ok bool)
}

// valueReader brings a filter's value into the core's form; ok is false for one that matches nothing.
type valueReader func(ctx context.Context, s *search, value string) (core string, ok bool, err error)

// search translates a Query object (domainrobot-json.md §4).
type search struct {
	d       *Dialect
	q       *request
	columns map[string]column // by key in small letters
	count   int               // filters read so far
}

// maxFilters bounds the filters of one search.
const maxFilters = 200

// view is what a Query says besides its conditions.
type view struct {
	command.Query
	children bool
	from, to time.Time
}

// query reads the whole Query object. Without one, everything is found.
func (s *search) query(ctx context.Context) (view, error) {
	v, err := s.view()
	if err != nil {
		return v, err
	}
	if v.Sort, err = s.orders(); err != nil {
		return v, err
	}
	r := &reader{v: s.q.body, path: "query"}
	filters, _ := r.objects("filters")
	if err := r.Err(); err != nil {
		return v, err
	}
	v.Where, err = s.all(ctx, filters)
	return v, err
}

func (s *search) view() (view, error) {
	r := &reader{v: s.q.body.Get("view"), path: "view"}
	v := view{Query: command.Query{Limit: -1, Count: true}}
	if n, given := r.number("limit"); given {
		v.Limit = int(min(max(n, 0), command.MaxPage))
	}
	if n, given := r.number("offset"); given {
		v.Offset = int(min(max(n, 0), 1<<31-1))
	}
	v.children, _ = r.flag("children")
	v.from, v.to = r.date("from"), r.date("to")
	return v, r.Err()
}

func (s *search) orders() ([]command.Sort, error) {
	r := &reader{v: s.q.body, path: "query"}
	list, _ := r.objects("orders")
	var out []command.Sort
	for _, o := range list {
		one := &reader{v: o, path: "orders"}
		key, _ := one.text("key")
		desc := one.word("type", "ASC", "DESC") == "DESC"
		if err := one.Err(); err != nil {
			return nil, err
		}
		col, err := s.column("orders.key", key)
		if err != nil {
			return nil, err
		}
		out = append(out, command.Sort{Field: col.core, Desc: desc})
	}
	return out, r.Err()
}

func (s *search) column(path, key string) (column, error) {
	col, ok := s.columns[strings.ToLower(strings.TrimSpace(key))]
	switch {
	case !ok:
		return col, bad(errs.Invalid, path, key, "there is no such key")
	case col.core == "":
		return col, bad(errs.Invalid, path, key, "this key can be shown, but neither filtered nor sorted by")
	}
	return col, nil
}

// all joins a list of filters: each link says how a filter is joined to the following one, and AND binds stronger than OR.
func (s *search) all(ctx context.Context, filters []jsonx.Value) (command.Filter, error) {
	var any []command.Filter
	var group []command.Filter
	for i, f := range filters {
		if s.count++; s.count > maxFilters {
			return command.Filter{}, bad(errs.TooLarge, "filters", "", "more than %d filters", maxFilters)
		}
		one, err := s.filter(ctx, f)
		if err != nil {
			return command.Filter{}, err
		}
		group = append(group, one)
		r := &reader{v: f, path: "filters"}
		link := r.word("link", "AND", "OR")
		if err := r.Err(); err != nil {
			return command.Filter{}, err
		}
		if link == "OR" || i == len(filters)-1 {
			any = append(any, command.And(group...))
			group = nil
		}
	}
	if len(any) == 1 {
		return any[0], nil
	}
	return command.Filter{Any: any}, nil
}

// filter reads one comparison, a nested group, or both joined.
func (s *search) filter(ctx context.Context, f jsonx.Value) (command.Filter, error) {
	r := &reader{v: f, path: "filters"}
	nested, _ := r.objects("filters")
	key, hasKey := r.text("key")
	if err := r.Err(); err != nil {
		return command.Filter{}, err
	}
	var group command.Filter
	if len(nested) > 0 {
		var err error
		if group, err = s.all(ctx, nested); err != nil || !hasKey {
			return group, err
		}
	}
	if !hasKey {
		if len(f.Members) == 0 {
			return command.Filter{}, nil
		}
		return command.Filter{}, bad(errs.Missing, "filters.key", "", "is required")
	}
	one, err := s.comparison(ctx, key, r)
	return command.And(group, one), err
}

// operators by their words; those of the NOT_LESS family are the opposite comparison.
var operators = map[string]command.Op{
	"EQUAL": command.Equal, "NOT_EQUAL": command.NotEqual, "LIKE": command.Like, "ILIKE": command.Like, "NOT_LIKE": command.NotLike,
	"GREATER": command.Greater, "GREATER_EQUAL": command.GreaterEq, "LESS": command.Less, "LESS_EQUAL": command.LessEq,
	"NOT_LESS": command.GreaterEq, "NOT_GREATER": command.LessEq, "NOT_LESS_EQUAL": command.Greater, "NOT_GREATER_EQUAL": command.Less,
	"IS_NULL": command.IsNull, "IS_NOT_NULL": command.NotNull, "IN": command.In, "NOT_IN": command.NotIn,
}

var operatorWords = sortedKeys(operators)

func (s *search) comparison(ctx context.Context, key string, r *reader) (command.Filter, error) {
	col, err := s.column("filters.key", key)
	if err != nil {
		return command.Filter{}, err
	}
	op := command.Equal
	if word := r.word("operator", operatorWords...); word != "" {
		op = operators[word]
	}
	value, given := r.text("value")
	values, many := r.texts("values")
	if err := r.Err(); err != nil {
		return command.Filter{}, err
	}
	if !many && given {
		values = []string{value}
	}
	switch {
	case op == command.IsNull || op == command.NotNull:
		return command.Where(col.core, op), nil
	case len(values) == 0:
		return command.Filter{}, bad(errs.Missing, "filters.value", "", "is required")
	case op != command.In && op != command.NotIn:
		values = values[:1]
	}
	switch {
	case (col.exact || col.always != "") && op != command.Equal && op != command.NotEqual && op != command.In && op != command.NotIn:
		return command.Filter{}, bad(errs.Invalid, "filters.operator", r.v.Get("operator").Str(), "the key %s can only be compared for equality", key)
	case col.dates:
		return datesFilter(col.core, op, values)
	case op == command.Like || op == command.NotLike:
		return command.Where(col.core, op, pattern(values[0])), nil
	}
	return s.values(ctx, col, op, values)
}

// values reads the values of a plain comparison. Values that match nothing drop out of a list.
func (s *search) values(ctx context.Context, col column, op command.Op, values []string) (command.Filter, error) {
	negative := op == command.NotEqual || op == command.NotIn
	if col.always != "" {
		return fixed(col, values, negative), nil
	}
	if col.build != nil {
		return built(col, values, negative), nil
	}
	if col.read == nil {
		return command.Where(col.core, op, values...), nil
	}
	var out []string
	for _, v := range values {
		core, ok, err := col.read(ctx, s, v)
		if err != nil {
			return command.Filter{}, err
		}
		if ok {
			out = append(out, core)
		}
	}
	switch {
	case len(out) > 0:
		return command.Where(col.core, op, out...), nil
	case negative:
		return command.Filter{}, nil
	}
	return nothing(col.core), nil
}

// built joins the conditions that a key makes of its values: one of them holds, or none does.
func built(col column, values []string, negative bool) command.Filter {
	var any, all []command.Filter
	for _, v := range values {
		f, ok := col.build(v)
		switch {
		case !ok:
		case negative:
			all = append(all, opposite(f))
		default:
			any = append(any, f)
		}
	}
	switch {
	case negative:
		return command.And(all...)
	case len(any) == 0:
		return nothing(col.core)
	}
	return command.Filter{Any: any}
}

// opposites are the operators that hold where others do not.
var opposites = map[command.Op]command.Op{command.Equal: command.NotEqual, command.NotEqual: command.Equal, command.IsNull: command.NotNull,
	command.NotNull: command.IsNull}

// opposite is the contrary of a condition made of such operators.
func opposite(f command.Filter) command.Filter {
	turned := func(parts []command.Filter) []command.Filter {
		var out []command.Filter
		for _, p := range parts {
			out = append(out, opposite(p))
		}
		return out
	}
	switch {
	case len(f.All) > 0:
		return command.Filter{Any: turned(f.All)}
	case len(f.Any) > 0:
		return command.Filter{All: turned(f.Any)}
	}
	return command.Where(f.Field, opposites[f.Op], f.Values...)
}

// fixed compares a list of values with the only one that there is.
func fixed(col column, values []string, negative bool) command.Filter {
	same := slices.ContainsFunc(values, func(v string) bool { return strings.EqualFold(strings.TrimSpace(v), col.always) })
	if same == negative {
		return nothing(col.core)
	}
	return command.Filter{}
}

// nothing is a condition that no row meets.
func nothing(field string) command.Filter {
	return command.And(command.Where(field, command.IsNull), command.Where(field, command.NotNull))
}

// pattern brings a LIKE value into the core's form: * is a wildcard too, and without any wildcard the text is looked for
// anywhere. Other signs have no meaning of their own.
func pattern(value string) string {
	value = strings.NewReplacer(`\`, `\\`, "_", `\_`, "*", "%").Replace(strings.TrimSuffix(value, "."))
	if !strings.Contains(value, "%") {
		value = "%" + value + "%"
	}
	return value
}

// datesFilter compares points in time: a value stands for a span, a bare date for its whole day.
func datesFilter(field string, op command.Op, values []string) (command.Filter, error) {
	var any []command.Filter
	for _, text := range values {
		t, span, ok := parseTime(strings.TrimRight(text, "%*"))
		if !ok {
			return command.Filter{}, bad(errs.Invalid, "filters.value", text, "is not a date and time")
		}
		any = append(any, spanFilter(field, op, t, t.Add(span)))
	}
	switch {
	case len(any) == 1:
		return any[0], nil
	case op == command.NotIn:
		return command.And(any...), nil
	}
	return command.Filter{Any: any}, nil
}

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
