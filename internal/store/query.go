package store

import (
	"context"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/store/db"
)

// kind says how a field is stored and compared.
type kind int

const (
	number kind = iota // decimal text
	moment             // RFC 3339 text, stored as microseconds
	word               // compared as it is, by Like without regard to the case of ASCII letters
	folded             // stored in small letters, compared without regard to case
	words              // several names between blanks; a comparison is about any of them
	flag               // 0 or 1
)

// field is a column that callers may filter and sort by.
type field struct {
	column string
	kind   kind
}

// listing describes the lists of one kind of object.
type listing struct {
	table   string
	columns string
	key     string // column of the number
	scope   string // further condition of every list, may be empty
	fields  map[string]field
}

// Bounds of one query; a dialect has tighter ones of its own.
const (
	maxConditions = 500
	maxDepth      = 16
	maxValue      = 1024
)

// list runs a query over the accounts. scan reads the object's columns and the sort keys behind them.
func list[T any](ctx context.Context, t *tx, l *listing, accs []account.ID, q command.Query, scan func(db.Row, ...any) (T, error)) ([]T, command.Page, error) {
	where, args, err := l.where(accs, q.Where)
	if err != nil {
		return nil, command.Page{}, err
	}
	var page command.Page
	if q.Count || q.Limit == 0 {
		if err := t.q.QueryRow(ctx, "SELECT COUNT(*) FROM "+l.table+" WHERE "+where, args...).Scan(&page.Total); err != nil {
			return nil, page, err
		}
	}
	if q.Limit == 0 || len(accs) == 0 {
		return nil, page, nil
	}
	if q.Limit < 0 || q.Limit > command.MaxPage {
		q.Limit = command.MaxPage
	}
	keys, err := l.keys(q.Sort)
	if err != nil {
		return nil, page, err
	}
	b := &builder{args: args}
	if err := l.selectPage(b, where, keys, q); err != nil {
		return nil, page, err
	}
	var last []any // the sort keys of the page's last row
	seen := 0
	rows, err := t.q.Query(ctx, b.String(), b.args...)
	all, err := db.Collect(rows, err, func(r db.Rows) (T, error) {
		row := keyDests(keys)
		v, err := scan(r, row...)
		if seen++; seen == q.Limit {
			last = row
		}
		return v, err
	})
	if err != nil {
		return nil, page, err
	}
	if len(all) > q.Limit {
		all = all[:q.Limit]
		page.Next = writeCursor(keys, last)
	}
	return all, page, nil
}

// selectPage writes the statement of one page; it asks for one row more to know whether there is a next page.
func (l *listing) selectPage(b *builder, where string, keys []key, q command.Query) error {
	b.WriteString("SELECT " + l.columns)
	for _, k := range keys {
		b.WriteString(", " + k.expr)
	}
	b.WriteString(" FROM " + l.table + " WHERE " + where)
	if q.After != "" {
		values, err := readCursor(keys, q.After)
		if err != nil {
			return err
		}
		b.WriteString(" AND " + beyond(b, keys, values))
	}
	b.WriteString(" ORDER BY ")
	for i, k := range keys {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(k.expr)
		if k.desc {
			b.WriteString(" DESC")
		}
	}
	b.WriteString(" LIMIT " + b.arg(q.Limit+1))
	if q.After == "" && q.Offset > 0 {
		b.WriteString(" OFFSET " + b.arg(q.Offset))
	}
	return nil
}

// where is the scope and the filter as SQL.
func (l *listing) where(accs []account.ID, f command.Filter) (string, []any, error) {
	b := &builder{}
	parts := []string{in(b, "account_id", accs)}
	if l.scope != "" {
		parts = append(parts, l.scope)
	}
	left := maxConditions
	cond, err := l.filter(b, f, &left, maxDepth)
	if err != nil {
		return "", nil, err
	}
	if cond != "" {
		parts = append(parts, cond)
	}
	return strings.Join(parts, " AND "), b.args, nil
}

// filter translates a condition; the empty text is true.
func (l *listing) filter(b *builder, f command.Filter, left *int, depth int) (string, error) {
	if depth == 0 {
		return "", errs.F(errs.TooLarge, "filter", "the conditions are nested too deeply")
	}
	var parts []string
	if f.Field != "" {
		if *left -= max(len(f.Values), 1); *left < 0 {
			return "", errs.F(errs.TooLarge, "filter", "there are more than %d conditions", maxConditions)
		}
		c, err := l.compare(b, f)
		if err != nil {
			return "", err
		}
		parts = append(parts, c)
	}
	for _, g := range f.All {
		c, err := l.filter(b, g, left, depth-1)
		if err != nil {
			return "", err
		}
		if c != "" {
			parts = append(parts, c)
		}
	}
	if len(f.Any) > 0 {
		c, err := l.anyOf(b, f.Any, left, depth)
		if err != nil {
			return "", err
		}
		if c != "" {
			parts = append(parts, c)
		}
	}
	if len(parts) < 2 {
		return strings.Join(parts, ""), nil
	}
	return "(" + strings.Join(parts, " AND ") + ")", nil
}

// anyOf joins alternatives. One that is always true makes all of them true; what the others wrote is then dropped, for a
// place without a use has no type on PostgreSQL.
func (l *listing) anyOf(b *builder, fs []command.Filter, left *int, depth int) (string, error) {
	mark, free := len(b.args), false
	parts := make([]string, len(fs))
	for i, g := range fs {
		c, err := l.filter(b, g, left, depth-1)
		if err != nil {
			return "", err
		}
		free = free || c == ""
		parts[i] = c
	}
	if free {
		b.args = b.args[:mark]
		return "", nil
	}
	return "(" + strings.Join(parts, " OR ") + ")", nil
}

// compare translates one comparison.
func (l *listing) compare(b *builder, f command.Filter) (string, error) {
	fd, ok := l.fields[f.Field]
	if !ok {
		return "", errs.F(errs.Invalid, f.Field, "cannot be filtered by")
	}
	switch f.Op {
	case command.IsNull, command.NotNull:
		return fd.null(f.Op == command.IsNull), nil
	}
	if len(f.Values) == 0 {
		return "", errs.F(errs.Missing, f.Field, "no value to compare with")
	}
	for _, v := range f.Values {
		if len(v) > maxValue || strings.ContainsRune(v, 0) || !utf8.ValidString(v) {
			return "", errs.F(errs.Invalid, f.Field, "the value is too long or not text")
		}
	}
	switch f.Op {
	case command.Equal, command.In:
		return fd.each(b, f, fd.equal)
	case command.NotEqual, command.NotIn:
		s, err := fd.each(b, f, fd.equal)
		return "NOT (" + s + ")", err
	case command.Like:
		return fd.each(b, f, fd.like)
	case command.NotLike:
		s, err := fd.each(b, f, fd.like)
		return "NOT (" + s + ")", err
	}
	op, ok := map[command.Op]string{command.Less: "<", command.LessEq: "<=", command.Greater: ">", command.GreaterEq: ">="}[f.Op]
	if !ok || fd.kind == words || fd.kind == flag || len(f.Values) > 1 {
		return "", errs.F(errs.Invalid, f.Field, "cannot be compared by %q", string(f.Op))
	}
	v, err := fd.value(f.Field, f.Values[0])
	if err != nil {
		return "", err
	}
	return fd.column + " " + op + " " + b.arg(v), nil
}

func (fd field) each(b *builder, f command.Filter, one func(*builder, string, string) (string, error)) (string, error) {
	parts := make([]string, len(f.Values))
	for i, v := range f.Values {
		var err error
		if parts[i], err = one(b, f.Field, v); err != nil {
			return "", err
		}
	}
	if len(parts) == 1 {
		return parts[0], nil
	}
	return "(" + strings.Join(parts, " OR ") + ")", nil
}

func (fd field) equal(b *builder, name, text string) (string, error) {
	v, err := fd.value(name, text)
	if err != nil {
		return "", err
	}
	if fd.kind == words {
		return fd.column + " LIKE " + b.arg("% "+escapeLike(fold(text))+" %") + ` ESCAPE '\'`, nil
	}
	return fd.column + " = " + b.arg(v), nil
}

func (fd field) like(b *builder, name, text string) (string, error) {
	pattern := evenEscapes(fold(text))
	switch fd.kind {
	case word:
		return "LOWER(" + fd.column + ") LIKE " + b.arg(pattern) + ` ESCAPE '\'`, nil
	case folded:
		return fd.column + " LIKE " + b.arg(pattern) + ` ESCAPE '\'`, nil
	case words:
		return fd.column + " LIKE " + b.arg("% "+pattern+" %") + ` ESCAPE '\'`, nil
	case number:
		return "CAST(" + fd.column + " AS TEXT) LIKE " + b.arg(pattern) + ` ESCAPE '\'`, nil
	}
	return "", errs.F(errs.Invalid, name, "has no text to search in")
}

func (fd field) null(is bool) string {
	op := map[bool]string{true: " = ", false: " <> "}[is]
	switch fd.kind {
	case number, moment:
		return fd.column + op + "0"
	case flag:
		return map[bool]string{true: "1 = 0", false: "1 = 1"}[is]
	}
	return fd.column + op + "''"
}

// value reads a value of the field's kind.
func (fd field) value(name, text string) (any, error) {
	switch fd.kind {
	case number:
		n, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
		if err != nil {
			return nil, errs.F(errs.Invalid, name, "%q is not a number", text)
		}
		return n, nil
	case moment:
		at, err := time.Parse(time.RFC3339Nano, text)
		if err != nil {
			return nil, errs.F(errs.Invalid, name, "%q is not a time", text)
		}
		return db.Micros(at), nil
	case flag:
		if text != "0" && text != "1" {
			return nil, errs.F(errs.Invalid, name, "must be 0 or 1")
		}
		return text == "1", nil
	case folded, words:
		return fold(text), nil
	}
	return text, nil
}

// escapeLike takes the wildcards' meaning away.
func escapeLike(s string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(s)
}

// evenEscapes completes a lone backslash at the end of a pattern, which PostgreSQL refuses.
func evenEscapes(pattern string) string {
	if n := len(pattern) - len(strings.TrimRight(pattern, `\`)); n%2 == 1 {
		return pattern + `\`
	}
	return pattern
}
