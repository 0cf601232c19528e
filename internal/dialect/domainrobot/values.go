package domainrobot

import (
	"strings"
	"time"

	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
)

// reader reads items of a body as leniently as the original (domainrobot-json.md §1.3) and gathers what is wrong with them.
// null counts as not given everywhere.
type reader struct {
	errs.List
	v    jsonx.Value
	path string // of v, for messages
}

func (r *reader) at(name string) string { return r.path + "." + name }

// text reads a string; numbers and booleans count as their text. given is false for null and absent items.
func (r *reader) text(name string) (s string, given bool) {
	v := r.v.Get(name)
	if !v.Given() {
		return "", false
	}
	s, ok := v.AsString()
	if !ok {
		r.Add(bad(errs.Invalid, r.at(name), "", "is not a text"))
		return "", false
	}
	return s, true
}

// word reads an enumerated value in any case; one that is not among the words is an error.
func (r *reader) word(name string, words ...string) string {
	s, given := r.text(name)
	s = strings.TrimSpace(s)
	if !given || s == "" {
		return ""
	}
	for _, w := range words {
		if strings.EqualFold(w, s) {
			return w
		}
	}
	r.Add(bad(errs.Invalid, r.at(name), s, "must be one of %s", strings.Join(words, ", ")))
	return ""
}

// flag reads a boolean: true, false, 0, 1, also as text.
func (r *reader) flag(name string) (on, given bool) {
	v := r.v.Get(name)
	if !v.Given() || v.Kind == jsonx.String && strings.TrimSpace(v.Text) == "" {
		return false, false
	}
	on, ok := v.AsBool()
	if !ok {
		r.Add(bad(errs.Invalid, r.at(name), v.Str(), "is not a boolean"))
	}
	return on, ok
}

// number reads a whole number, also as text.
func (r *reader) number(name string) (n int64, given bool) {
	v := r.v.Get(name)
	if !v.Given() || v.Kind == jsonx.String && strings.TrimSpace(v.Text) == "" {
		return 0, false
	}
	n, ok := v.AsInt()
	if !ok {
		r.Add(bad(errs.Invalid, r.at(name), v.Str(), "is not a whole number"))
	}
	return n, ok
}

// date reads a point in time in any of the forms of parseTime.
func (r *reader) date(name string) time.Time {
	s, given := r.text(name)
	if !given || strings.TrimSpace(s) == "" {
		return time.Time{}
	}
	t, _, ok := parseTime(s)
	if !ok {
		r.Add(bad(errs.Invalid, r.at(name), s, "is not a date and time"))
	}
	return t
}

// texts reads a list of texts; a single text counts as a list of one.
func (r *reader) texts(name string) (out []string, given bool) {
	v := r.v.Get(name)
	if !v.Given() {
		return nil, false
	}
	if s, ok := v.AsString(); ok {
		return []string{s}, true
	}
	if v.Kind != jsonx.Array {
		r.Add(bad(errs.Invalid, r.at(name), "", "is not a list"))
		return nil, false
	}
	for _, item := range v.Items {
		s, ok := item.AsString()
		if !ok && item.Given() {
			r.Add(bad(errs.Invalid, r.at(name), "", "is not a list of texts"))
		}
		if ok {
			out = append(out, s)
		}
	}
	return out, true
}

// objects reads a list of objects; a single object counts as a list of one.
func (r *reader) objects(name string) (out []jsonx.Value, given bool) {
	v := r.v.Get(name)
	switch v.Kind {
	case jsonx.Absent, jsonx.Null:
		return nil, false
	case jsonx.Object:
		return []jsonx.Value{v}, true
	case jsonx.Array:
		for _, item := range v.Items {
			if item.Given() {
				out = append(out, item)
			}
		}
		return out, true
	}
	r.Add(bad(errs.Invalid, r.at(name), v.Str(), "is not a list"))
	return nil, false
}

// timeForms are the forms of timestamps that clients send, each with how much of time it names. Fractions of a second of any
// length are taken where there are seconds. A time without zone is in the zone of our answers.
var timeForms = []struct {
	layout string
	span   time.Duration
}{
	{"2006-01-02T15:04:05Z0700", time.Second}, {"2006-01-02T15:04:05Z07:00", time.Second}, {"2006-01-02T15:04:05", time.Second},
	{"2006-01-02 15:04:05Z0700", time.Second}, {"2006-01-02 15:04:05Z07:00", time.Second}, {"2006-01-02 15:04:05", time.Second},
	{"2006-01-02T15:04Z0700", time.Minute}, {"2006-01-02T15:04", time.Minute}, {"2006-01-02 15:04", time.Minute},
	{"2006-01-02", 24 * time.Hour},
}

// parseTime reads a timestamp and tells the span that it stands for: a day for a bare date, a millisecond where there is a
// fraction, for answers are cut there.
func parseTime(text string) (t time.Time, span time.Duration, ok bool) {
	text = strings.TrimSpace(text)
	for _, f := range timeForms {
		t, err := time.Parse(f.layout, text)
		if err != nil {
			continue
		}
		if f.span == time.Second && strings.Contains(text, ".") {
			return t.UTC(), time.Millisecond, true
		}
		return t.UTC(), f.span, true
	}
	return time.Time{}, 0, false
}
