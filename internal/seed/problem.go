package seed

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Pos is a place in a file: line and column from 1. The zero value is no place: the value was not read from a file.
type Pos struct{ Line, Column int }

// Problem is one thing that is wrong with a file.
type Problem struct {
	File string
	Pos
	Path string // of the key: "accounts[0].opensrs.keys.test"
	Text string // never holds a secret
}

// String is "file:line:col: path: text", without what is not known.
func (p Problem) String() string {
	var b strings.Builder
	if p.File != "" {
		b.WriteString(p.File + ":")
	}
	if p.Line > 0 {
		fmt.Fprintf(&b, "%d:%d:", p.Line, p.Column)
	}
	if b.Len() > 0 {
		b.WriteByte(' ')
	}
	if p.Path != "" {
		b.WriteString(p.Path + ": ")
	}
	b.WriteString(p.Text)
	return b.String()
}

// Problems are all that is wrong with a file, in the order of their places. It is the error that Parse gives.
type Problems []Problem

// Error has one line for each.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// problems collects them while a file is read.
type problems struct {
	file string
	read bool           // from a file: absent keys were reported by the decoder
	at   map[string]Pos // places by path
	list Problems
	// broken are the paths whose values could not be read: what would follow from that is not told.
	broken map[string]bool
	closed bool // reading has ended
}

// add notes a problem at a known place.
func (ps *problems) add(at Pos, path, format string, args ...any) {
	if !ps.closed {
		if ps.broken == nil {
			ps.broken = map[string]bool{}
		}
		ps.broken[path] = true
	} else if ps.isBroken(path) {
		return
	}
	ps.list = append(ps.list, Problem{ps.file, at, path, fmt.Sprintf(format, args...)})
}

func (ps *problems) isBroken(path string) bool {
	for p := path; ; {
		if ps.broken[p] {
			return true
		}
		i := strings.LastIndexAny(p, ".[")
		if i < 0 {
			return ps.broken[""]
		}
		p = p[:i]
	}
}

// bad notes a problem of the value at a path, or of the nearest one around it that is in the file.
func (ps *problems) bad(path, format string, args ...any) {
	ps.add(ps.place(path), path, format, args...)
}

func (ps *problems) place(path string) Pos {
	for p := path; ; {
		if at, ok := ps.at[p]; ok {
			return at
		}
		i := strings.LastIndexAny(p, ".[")
		if i < 0 {
			return ps.at[""]
		}
		p = p[:i]
	}
}

func (ps *problems) err() error {
	if len(ps.list) == 0 {
		return nil
	}
	slices.SortStableFunc(ps.list, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return ps.list
}
