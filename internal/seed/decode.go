package seed

import (
	"errors"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// maxFile bounds a file; a hundred thousand domains fit.
const maxFile = 64 << 20

// decode reads YAML into dst, a pointer to a struct of this package. It is strict and goes on after a problem, so that all
// of them are told: unknown and repeated keys, values of another type, required keys that are missing. Anchors, aliases,
// tags and merge keys are no part of the format.
func decode(data []byte, dst any, ps *problems) {
	switch {
	case len(data) > maxFile:
		ps.add(Pos{1, 1}, "", "the file is larger than %d MiB", maxFile>>20)
		return
	case !utf8.Valid(data):
		ps.add(placeOf(data, firstInvalid(data)), "", "the file is not valid UTF-8")
		return
	}
	ps.at[""] = Pos{1, 1}
	file, err := parse(data)
	if err != nil {
		at, text := Pos{1, 1}, err.Error()
		var syntax *yaml.SyntaxError
		if errors.As(err, &syntax) {
			text = syntax.Message
			if t := syntax.Token; t != nil && t.Position != nil {
				at = Pos{t.Position.Line, t.Position.Column}
			}
		}
		ps.add(at, "", "%s", text)
		return
	}
	var body ast.Node
	for _, doc := range file.Docs {
		if doc.Body == nil {
			continue
		}
		if body != nil {
			ps.add(start(doc.Body), "", "the file holds more than one document")
			return
		}
		body = doc.Body
	}
	d := decoder{ps}
	v := reflect.ValueOf(dst).Elem()
	if body == nil || body.Type() == ast.NullType || body.Type() == ast.CommentType {
		d.missing(v.Type(), map[string]bool{}, Pos{1, 1}, "")
		return
	}
	ps.at[""] = start(body)
	d.value(body, v, "")
}

// parse calls the YAML parser. A fault of its own on odd input becomes an error.
func parse(data []byte) (file *ast.File, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = errors.New("this is no YAML that can be read")
		}
	}()
	return parser.ParseBytes(data, 0, parser.AllowDuplicateMapKey())
}

func firstInvalid(data []byte) int {
	for i := 0; i < len(data); {
		r, n := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return len(data)
}

func placeOf(data []byte, offset int) Pos {
	line := strings.Count(string(data[:offset]), "\n")
	head := data[strings.LastIndexByte(string(data[:offset]), '\n')+1 : offset]
	return Pos{line + 1, utf8.RuneCount(head) + 1}
}

type decoder struct{ *problems }

// noder is a type that reads a node of more than one kind.
type noder interface {
	decodeNode(d decoder, n ast.Node, path string)
}

// value reads a node into v. An empty value ("key:") leaves v as it is.
func (d decoder) value(n ast.Node, v reflect.Value, path string) {
	d.at[path] = start(n)
	switch n.Type() {
	case ast.NullType:
		return
	case ast.AnchorType, ast.AliasType, ast.TagType, ast.MergeKeyType, ast.MappingKeyType:
		d.bad(path, "anchors, aliases, tags and complex keys are not part of this format")
		return
	}
	if own, ok := v.Addr().Interface().(noder); ok {
		own.decodeNode(d, n, path)
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		d.value(n, v.Elem(), path)
	case reflect.Struct:
		d.structure(n, v, path)
	case reflect.Map:
		d.mapping(n, v, path)
	case reflect.Slice:
		d.list(n, v, path)
	default:
		d.scalar(n, v, path)
	}
}

func (d decoder) scalar(n ast.Node, v reflect.Value, path string) {
	switch v.Kind() {
	case reflect.String:
		if s, ok := text(n); ok {
			v.SetString(s)
		} else if _, scalar := n.(ast.ScalarNode); scalar {
			d.bad(path, "must be text: put it in quotes")
		} else {
			d.bad(path, "must be text")
		}
	case reflect.Bool:
		if b, ok := n.(*ast.BoolNode); ok {
			v.SetBool(b.Value)
		} else {
			d.bad(path, "must be true or false")
		}
	case reflect.Int:
		i, ok := n.(*ast.IntegerNode)
		if !ok {
			d.bad(path, "must be a whole number")
			return
		}
		k, err := strconv.ParseInt(i.Token.Value, 10, 32)
		if err != nil {
			d.bad(path, "must be a whole number, in decimal digits and not too large")
			return
		}
		v.SetInt(k)
	default:
		panic("seed: no decoding for " + v.Type().String())
	}
}

// text is the text of a node that YAML itself takes for text.
func text(n ast.Node) (string, bool) {
	switch s := n.(type) {
	case *ast.StringNode:
		return s.Value, true
	case *ast.LiteralNode:
		return s.Value.Value, true
	}
	return "", false
}

// entries gives the key-value pairs of a mapping; ok is false when it is none.
func entries(n ast.Node) ([]*ast.MappingValueNode, bool) {
	switch m := n.(type) {
	case *ast.MappingNode:
		return m.Values, true
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{m}, true
	}
	return nil, false
}

// each calls fn for every key of a mapping, and reports repeated ones and such that are no text.
func (d decoder) each(n ast.Node, path string, fn func(key string, at Pos, value ast.Node)) bool {
	list, ok := entries(n)
	if !ok {
		d.bad(path, "must be a mapping of keys to values")
		return false
	}
	seen := map[string]bool{}
	for _, e := range list {
		at := start(e.Key)
		key, ok := text(e.Key)
		switch {
		case !ok:
			d.add(at, path, "a key must be text")
		case seen[key]:
			d.add(at, join(path, key), "the key is given twice")
		default:
			seen[key] = true
			fn(key, at, e.Value)
		}
	}
	return true
}

func (d decoder) structure(n ast.Node, v reflect.Value, path string) {
	fields := fieldsOf(v.Type())
	seen := map[string]bool{}
	ok := d.each(n, path, func(key string, at Pos, value ast.Node) {
		i, known := fields[key]
		if !known {
			d.add(at, join(path, key), "there is no such key")
			return
		}
		seen[key] = value.Type() != ast.NullType
		d.value(value, v.Field(i), join(path, key))
	})
	if ok {
		d.missing(v.Type(), seen, start(n), path)
	}
}

// missing reports required keys that are absent or empty.
func (d decoder) missing(t reflect.Type, seen map[string]bool, at Pos, path string) {
	for i := range t.NumField() {
		if f := t.Field(i); f.Tag.Get("seed") == "required" && !seen[f.Tag.Get("yaml")] {
			d.add(at, join(path, f.Tag.Get("yaml")), "is required")
		}
	}
}

// fieldsOf gives the fields of a struct by their keys.
func fieldsOf(t reflect.Type) map[string]int {
	m := make(map[string]int, t.NumField())
	for i := range t.NumField() {
		m[t.Field(i).Tag.Get("yaml")] = i
	}
	return m
}

func (d decoder) mapping(n ast.Node, v reflect.Value, path string) {
	m := reflect.MakeMap(v.Type())
	d.each(n, path, func(key string, _ Pos, value ast.Node) {
		e := reflect.New(v.Type().Elem()).Elem()
		d.value(value, e, join(path, key))
		m.SetMapIndex(reflect.ValueOf(key), e)
	})
	v.Set(m)
}

func (d decoder) list(n ast.Node, v reflect.Value, path string) {
	seq, ok := n.(*ast.SequenceNode)
	if !ok {
		d.bad(path, "must be a list")
		return
	}
	out := reflect.MakeSlice(v.Type(), len(seq.Values), len(seq.Values))
	for i, e := range seq.Values {
		at := path + "[" + strconv.Itoa(i) + "]"
		if e.Type() == ast.NullType {
			d.at[at] = start(e)
			d.bad(at, "is empty")
			continue
		}
		d.value(e, out.Index(i), at)
	}
	v.Set(out)
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// start is where a node begins.
func start(n ast.Node) Pos {
	switch m := n.(type) {
	case *ast.MappingNode:
		if !m.IsFlowStyle && len(m.Values) > 0 {
			return start(m.Values[0].Key)
		}
	case *ast.MappingValueNode:
		return start(m.Key)
	}
	t := n.GetToken()
	if t == nil || t.Position == nil {
		return Pos{}
	}
	return Pos{t.Position.Line, t.Position.Column}
}
