package autodns

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
)

// redirectColumns are the keys of the redirect list (autodns-xml.md §5.2). When a forward was made or changed is not kept.
var redirectColumns = map[string]column{
	"source": {core: "source", text: nameValue}, "target": {core: "target"}, "type": {core: "type"}, "mode": {core: "mode"},
	"domain": {core: "domain", text: nameValue}, "title": {core: "title"},
}

// maxForwardZones bounds the zones that a list of redirects looks through.
const maxForwardZones = command.MaxPage - 1

// redirectList is task 0504 without a source.
func redirectList(ctx context.Context, t *task) (result, error) {
	l := &listing{t: t, columns: redirectColumns}
	p, err := l.page(ctx)
	if err != nil {
		return result{}, err
	}
	all, err := t.redirects(ctx)
	if err != nil {
		return result{}, err
	}
	all = slices.DeleteFunc(all, func(r redirect) bool { return !matches(p.query.Where, r) })
	slices.SortFunc(all, func(a, b redirect) int {
		for _, s := range p.query.Sort {
			c := strings.Compare(lower(a.field(s.Field)), lower(b.field(s.Field)))
			if s.Desc {
				c = -c
			}
			if c != 0 {
				return c
			}
		}
		return cmp.Compare(a.source, b.source)
	})
	total := len(all)
	all = all[min(p.query.Offset, total):]
	all = all[:min(p.limit, len(all))]
	title := t.keys()["title"]
	out := make([]el, len(all))
	for i, r := range all {
		if !title {
			r.title = ""
		}
		out[i] = block("redirect", t.q.redirectEls(r, true)...)
	}
	return listed(total, out), nil
}

// redirects are all of the account's.
func (t *task) redirects(ctx context.Context) ([]redirect, error) {
	zones, err := do(ctx, t, command.ListZones{Query: command.Query{Limit: maxForwardZones + 1}})
	if err != nil {
		return nil, err
	}
	if len(zones.Zones) > maxForwardZones {
		return nil, errs.F(errs.QuotaExceeded, "", "redirects of more than %d zones cannot be listed", maxForwardZones)
	}
	var out []redirect
	for _, z := range zones.Zones {
		fs, err := do(ctx, t, command.Forwards{Origin: string(z.Origin)})
		if missing(err) { // it has gone meanwhile
			continue
		}
		if err != nil {
			return nil, err
		}
		out = append(out, redirectsOf(z.Origin, fs)...)
	}
	return out, nil
}

// field is a key's value.
func (r redirect) field(key string) string {
	switch key {
	case "source":
		return r.source
	case "target":
		return r.target
	case "type":
		return r.kind
	case "mode":
		return r.mode
	case "domain":
		return string(r.domain)
	case "title":
		return r.title
	}
	return ""
}

// matches reports whether a redirect meets a condition.
func matches(f command.Filter, r redirect) bool {
	for _, g := range f.All {
		if !matches(g, r) {
			return false
		}
	}
	if len(f.Any) > 0 && !slices.ContainsFunc(f.Any, func(g command.Filter) bool { return matches(g, r) }) {
		return false
	}
	if f.Field == "" {
		return true
	}
	have, want := lower(r.field(f.Field)), ""
	if len(f.Values) > 0 {
		want = lower(f.Values[0])
	}
	c := strings.Compare(have, want)
	switch f.Op {
	case command.NotEqual:
		return c != 0
	case command.Like:
		return like(have, want)
	case command.NotLike:
		return !like(have, want)
	case command.Less:
		return c < 0
	case command.LessEq:
		return c <= 0
	case command.Greater:
		return c > 0
	case command.GreaterEq:
		return c >= 0
	case command.IsNull:
		return have == ""
	case command.NotNull:
		return have != ""
	case command.In, command.NotIn:
		return slices.ContainsFunc(f.Values, func(v string) bool { return lower(v) == have }) == (f.Op == command.In)
	}
	return c == 0
}

// like compares with a pattern of likePattern.
func like(text, pattern string) bool {
	parts := []string{""}
	for i := 0; i < len(pattern); i++ {
		switch c := pattern[i]; {
		case c == '\\' && i+1 < len(pattern):
			i++
			parts[len(parts)-1] += pattern[i : i+1]
		case c == '%':
			parts = append(parts, "")
		default:
			parts[len(parts)-1] += pattern[i : i+1]
		}
	}
	last := len(parts) - 1
	if last == 0 {
		return text == parts[0]
	}
	rest, ok := strings.CutPrefix(text, parts[0])
	if !ok || !strings.HasSuffix(rest, parts[last]) {
		return false
	}
	rest = rest[:len(rest)-len(parts[last])]
	for _, p := range parts[1:last] {
		_, after, found := strings.Cut(rest, p)
		if !found {
			return false
		}
		rest = after
	}
	return true
}
