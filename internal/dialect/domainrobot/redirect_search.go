package domainrobot

import (
	"context"
	"slices"
	"strings"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
)

// redirectColumns are the keys of POST /redirect/_search (domainrobot-json.md §8.6).
var redirectColumns = map[string]column{
	"source": {core: "source"}, "target": {core: "target"}, "mode": {core: "mode", read: upperValue}, "type": {core: "type", read: upperValue},
	"domain": {core: "domain"}, "title": {core: "title"}, "created": {}, "updated": {},
}

// redirectSearch is POST /redirect/_search (0504).
func redirectSearch(ctx context.Context, d *Dialect, q *request) (answer, error) {
	found, total, err := d.findRedirects(ctx, q)
	if err != nil {
		return answer{}, err
	}
	data := make([]jsonx.Obj, len(found))
	for i, r := range found {
		data[i] = r.json(q, true)
	}
	return list(classRedirect, total, data), nil
}

// findRedirects finds redirects by the Query object of the body; total counts them all, not the page's alone.
func (d *Dialect) findRedirects(ctx context.Context, q *request) (page []redirect, total int, err error) {
	s := &search{d: d, q: q, columns: redirectColumns}
	v, err := s.query(ctx)
	if err != nil {
		return nil, 0, err
	}
	found, err := d.allRedirects(ctx, q, v.Where)
	if err != nil {
		return nil, 0, err
	}
	slices.SortStableFunc(found, func(a, b redirect) int {
		for _, k := range v.Sort {
			c := strings.Compare(a.value(k.Field), b.value(k.Field))
			if k.Desc {
				c = -c
			}
			if c != 0 {
				return c
			}
		}
		return int(a.ID - b.ID)
	})
	total = len(found)
	found = found[min(v.Offset, total):]
	if v.Limit >= 0 {
		found = found[:min(v.Limit, len(found))]
	}
	return found, total, nil
}

// allRedirects walks the caller's zones.
func (d *Dialect) allRedirects(ctx context.Context, q *request, where command.Filter) ([]redirect, error) {
	var out []redirect
	query := command.Query{Limit: command.MaxPage}
	for {
		page, err := command.Do(ctx, d.run, q.caller, command.ListZones{Query: query})
		if err != nil {
			return nil, err
		}
		for _, z := range page.Zones {
			list, err := command.Do(ctx, d.run, q.caller, command.Forwards{Origin: string(z.Origin)})
			if err != nil && !errs.Is(err, errs.NotFound, errs.NotOwned) { // it may have gone since
				return nil, err
			}
			for _, f := range list {
				if r := shownRedirect(f, z.Origin); r.meets(where) {
					out = append(out, r)
				}
			}
		}
		if page.Next == "" {
			return out, nil
		}
		query.After = page.Next
	}
}

// value is a redirect's value of a column.
func (r redirect) value(field string) string {
	switch field {
	case "source":
		return r.source
	case "target":
		return r.target
	case "mode":
		return r.mode
	case "type":
		return r.typ
	case "domain":
		return string(r.origin)
	case "title":
		return r.Title
	}
	return ""
}

// meets reports whether a redirect meets a condition. Texts are compared without regard to case.
func (r redirect) meets(f command.Filter) bool {
	switch {
	case len(f.All) > 0:
		return !slices.ContainsFunc(f.All, func(p command.Filter) bool { return !r.meets(p) })
	case len(f.Any) > 0:
		return slices.ContainsFunc(f.Any, r.meets)
	case f.Field == "":
		return true
	}
	have := strings.ToLower(r.value(f.Field))
	is := func(v string) bool { return strings.ToLower(v) == have }
	first := ""
	if len(f.Values) > 0 {
		first = strings.ToLower(f.Values[0])
	}
	switch f.Op {
	case command.Equal, command.In:
		return slices.ContainsFunc(f.Values, is)
	case command.NotEqual, command.NotIn:
		return !slices.ContainsFunc(f.Values, is)
	case command.Like:
		return like(have, first)
	case command.NotLike:
		return !like(have, first)
	case command.Greater:
		return have > first
	case command.GreaterEq:
		return have >= first
	case command.Less:
		return have < first
	case command.LessEq:
		return have <= first
	case command.IsNull:
		return have == ""
	case command.NotNull:
		return have != ""
	}
	return false
}

// like compares with a pattern as pattern makes it: % stands for anything, and \ takes the next sign as it is.
func like(text, pattern string) bool {
	var parts []string
	var b strings.Builder
	for i := 0; i < len(pattern); i++ {
		switch c := pattern[i]; {
		case c == '\\' && i+1 < len(pattern):
			i++
			b.WriteByte(pattern[i])
		case c == '%':
			parts = append(parts, b.String())
			b.Reset()
		default:
			b.WriteByte(c)
		}
	}
	last := b.String()
	if len(parts) == 0 {
		return text == last
	}
	rest, ok := strings.CutPrefix(text, parts[0])
	for _, p := range parts[1:] {
		i := strings.Index(rest, p)
		if !ok || i < 0 {
			return false
		}
		rest = rest[i+len(p):]
	}
	return ok && strings.HasSuffix(rest, last)
}
