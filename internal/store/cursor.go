package store

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"strings"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
)

// key is one sort key of a page.
type key struct {
	name string
	expr string
	text bool // else a number
	desc bool
}

// keys are the sort keys; the object's number is the last and follows the direction of the one before it, so that among
// equal times the newest comes first where new ones come first.
func (l *listing) keys(sort []command.Sort) ([]key, error) {
	var keys []key
	desc := false
	for _, s := range sort {
		fd, ok := l.fields[s.Field]
		if !ok || fd.kind == words {
			return nil, errs.F(errs.Invalid, s.Field, "cannot be sorted by")
		}
		if has(keys, s.Field) {
			continue
		}
		k := key{s.Field, fd.column, fd.kind == word || fd.kind == folded, s.Desc}
		if fd.kind == flag {
			k.expr = "CAST(CASE WHEN " + fd.column + " THEN 1 ELSE 0 END AS BIGINT)"
		}
		keys = append(keys, k)
		if fd.column == l.key {
			return keys, nil
		}
		desc = s.Desc
	}
	return append(keys, key{"", l.key, false, desc}), nil
}

func has(keys []key, name string) bool {
	for _, k := range keys {
		if k.name == name {
			return true
		}
	}
	return false
}

// keyDests are places to read a row's sort keys into.
func keyDests(keys []key) []any {
	dests := make([]any, len(keys))
	for i, k := range keys {
		dests[i] = new(int64)
		if k.text {
			dests[i] = new(string)
		}
	}
	return dests
}

// beyond is the condition that a row comes after the given keys.
func beyond(b *builder, keys []key, values []any) string {
	var alternatives []string
	places := make([]string, len(keys))
	for i, k := range keys {
		places[i] = b.arg(values[i])
		op := " > "
		if k.desc {
			op = " < "
		}
		var parts []string
		for j := range i {
			parts = append(parts, keys[j].expr+" = "+places[j])
		}
		parts = append(parts, k.expr+op+places[i])
		alternatives = append(alternatives, "("+strings.Join(parts, " AND ")+")")
	}
	if len(keys) == 1 {
		return alternatives[0]
	}
	// The first key alone bounds the scan of an index; the alternatives say the rest.
	bound := " >= "
	if keys[0].desc {
		bound = " <= "
	}
	return keys[0].expr + bound + places[0] + " AND (" + strings.Join(alternatives, " OR ") + ")"
}

// cursor is the stored form of a page's end. Sort tells whether it fits the query it comes back with.
type cursor struct {
	Sort string `json:"s"`
	Keys []any  `json:"k"`
}

func sortText(keys []key) string {
	var b strings.Builder
	for _, k := range keys {
		b.WriteString(k.name)
		if k.desc {
			b.WriteByte('-')
		}
		b.WriteByte(',')
	}
	return b.String()
}

func writeCursor(keys []key, row []any) string {
	b, err := json.Marshal(cursor{sortText(keys), row})
	if err != nil { // numbers and text always encode
		panic(err)
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

func readCursor(keys []key, text string) ([]any, error) {
	bad := errs.F(errs.Invalid, "after", "the cursor does not belong to this list")
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(raw) > 16*maxValue {
		return nil, bad
	}
	var c cursor
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if d.Decode(&c) != nil || c.Sort != sortText(keys) || len(c.Keys) != len(keys) {
		return nil, bad
	}
	for i, k := range keys {
		switch v := c.Keys[i].(type) {
		case json.Number:
			n, err := v.Int64()
			if k.text || err != nil {
				return nil, bad
			}
			c.Keys[i] = n
		case string:
			if !k.text || strings.ContainsRune(v, 0) {
				return nil, bad
			}
		default:
			return nil, bad
		}
	}
	return c.Keys, nil
}
