// Package jsonx is the hardened JSON reader and the ordered JSON writer that the JSON-speaking adapters share. It knows
// nothing of any dialect or of the registrar core.
//
// The reader turns one text into an ordered tree and refuses what encoding/json lets pass: invalid UTF-8, lone surrogates,
// duplicate names (unless told otherwise), trailing data, and anything over its limits. Numbers stay text. encoding/json does
// the tokenising. The writer prints values in the order they were given, without HTML escaping.
package jsonx

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"unicode/utf8"
)

// The error kinds, for errors.Is. Every error of Decode is an *Error that wraps exactly one of them.
var (
	ErrTooLarge   = errors.New("json: text too large")
	ErrTooDeep    = errors.New("json: nested too deeply")
	ErrTooComplex = errors.New("json: too many values")
	ErrDuplicate  = errors.New("json: duplicate name in an object")
	ErrSyntax     = errors.New("json: not well-formed")
	// ErrEncoding is invalid UTF-8 or a lone surrogate; it is also an ErrSyntax.
	ErrEncoding = fmt.Errorf("%w: bad encoding", ErrSyntax)
)

// Error is a refusal of Decode. Its text never quotes the input, which may be secret.
type Error struct {
	Kind   error // one of the Err… values
	Offset int64 // byte offset near the fault
	Msg    string
}

// Error gives kind, reason and offset.
func (e *Error) Error() string {
	if e.Msg == "" {
		return fmt.Sprintf("%v at byte %d", e.Kind, e.Offset)
	}
	return fmt.Sprintf("%v at byte %d: %s", e.Kind, e.Offset, e.Msg)
}

// Unwrap gives the kind.
func (e *Error) Unwrap() error { return e.Kind }

// Limits bounds one text. A zero field takes the default.
type Limits struct {
	Bytes int64 // default 1 MiB
	Depth int   // nested arrays and objects, the outermost being 1; default 64
	Nodes int   // values of any kind; default 100,000
}

// The defaults of Limits.
const (
	DefaultBytes = 1 << 20
	DefaultDepth = 64
	DefaultNodes = 100_000
)

// Duplicates says what happens to a name that occurs twice in one object.
type Duplicates int

// The ways to treat duplicate names.
const (
	Refuse   Duplicates = iota // ErrDuplicate
	LastWins                   // one member stays, at the place of the first with the value of the last, as PHP does
	KeepAll                    // all members stay; see First, Get and All
)

// Options says what one interface tolerates. The zero value is strict.
type Options struct {
	Limits     Limits
	Duplicates Duplicates
}

func (l Limits) withDefaults() Limits {
	if l.Bytes <= 0 {
		l.Bytes = DefaultBytes
	}
	if l.Depth <= 0 {
		l.Depth = DefaultDepth
	}
	if l.Nodes <= 0 {
		l.Nodes = DefaultNodes
	}
	return l
}

// DecodeReader reads at most Limits.Bytes from r and decodes them. An error of r is returned as it is.
func DecodeReader(r io.Reader, opt Options) (Value, error) {
	data, err := io.ReadAll(io.LimitReader(r, opt.Limits.withDefaults().Bytes+1))
	if err != nil {
		return Value{}, err
	}
	return Decode(data, opt)
}

// Decode reads one JSON text (RFC 8259) with nothing but blanks around it. Errors are *Error.
func Decode(data []byte, opt Options) (Value, error) {
	d := &decoder{opt: opt, lim: opt.Limits.withDefaults()}
	if int64(len(data)) > d.lim.Bytes {
		return Value{}, &Error{Kind: ErrTooLarge, Offset: d.lim.Bytes}
	}
	if off := badEncoding(data); off >= 0 {
		return Value{}, &Error{Kind: ErrEncoding, Offset: int64(off)}
	}
	d.dec = json.NewDecoder(bytes.NewReader(data))
	d.dec.UseNumber()
	v, err := d.value(1)
	if err != nil {
		return Value{}, err
	}
	if off := d.dec.InputOffset(); len(bytes.Trim(data[off:], " \t\r\n")) > 0 {
		return Value{}, &Error{Kind: ErrSyntax, Offset: off, Msg: "data after the value"}
	}
	return v, nil
}

type decoder struct {
	opt   Options
	lim   Limits
	dec   *json.Decoder
	nodes int
}

func (d *decoder) fail(kind error, msg string) error {
	return &Error{Kind: kind, Offset: d.dec.InputOffset(), Msg: msg}
}

func (d *decoder) token() (json.Token, error) {
	tok, err := d.dec.Token()
	if err == nil {
		return tok, nil
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, d.fail(ErrSyntax, "unexpected end")
	}
	return nil, d.fail(ErrSyntax, "")
}

func (d *decoder) value(depth int) (Value, error) {
	tok, err := d.token()
	if err != nil {
		return Value{}, err
	}
	if d.nodes++; d.nodes > d.lim.Nodes {
		return Value{}, d.fail(ErrTooComplex, "")
	}
	switch t := tok.(type) {
	case json.Delim:
		if depth > d.lim.Depth {
			return Value{}, d.fail(ErrTooDeep, "")
		}
		if t == '{' {
			return d.object(depth)
		}
		return d.array(depth)
	case string:
		return Value{Kind: String, Text: t}, nil
	case json.Number:
		return Value{Kind: Number, Text: string(t)}, nil
	case bool:
		return Value{Kind: Bool, Text: strconv.FormatBool(t)}, nil
	}
	return Value{Kind: Null}, nil
}

func (d *decoder) array(depth int) (Value, error) {
	v := Value{Kind: Array}
	for d.dec.More() {
		item, err := d.value(depth + 1)
		if err != nil {
			return Value{}, err
		}
		v.Items = append(v.Items, item)
	}
	return v, d.closing(']')
}

// closing takes the delimiter that ends an array or object.
func (d *decoder) closing(want json.Delim) error {
	tok, err := d.token()
	if err == nil && tok != want {
		err = d.fail(ErrSyntax, "")
	}
	return err
}

func (d *decoder) object(depth int) (Value, error) {
	v := Value{Kind: Object}
	seen := names{}
	for d.dec.More() {
		tok, err := d.token()
		if err != nil {
			return Value{}, err
		}
		name, ok := tok.(string)
		if !ok {
			return Value{}, d.fail(ErrSyntax, "name expected")
		}
		at, twice := seen.find(v.Members, name)
		if twice && d.opt.Duplicates == Refuse {
			return Value{}, d.fail(ErrDuplicate, "")
		}
		val, err := d.value(depth + 1)
		if err != nil {
			return Value{}, err
		}
		if twice && d.opt.Duplicates == LastWins {
			v.Members[at].Value = val
			continue
		}
		seen.add(name, len(v.Members))
		v.Members = append(v.Members, Member{Name: name, Value: val})
	}
	return v, d.closing('}')
}

// names finds a name among the members: by walking while they are few, by a map afterwards.
type names struct{ index map[string]int }

const fewNames = 16

func (n *names) find(members []Member, name string) (int, bool) {
	if n.index != nil {
		i, ok := n.index[name]
		return i, ok
	}
	for i := range members {
		if members[i].Name == name {
			return i, true
		}
	}
	if len(members) >= fewNames {
		n.index = make(map[string]int, 2*fewNames)
		for i := range members {
			n.index[members[i].Name] = i
		}
	}
	return 0, false
}

func (n *names) add(name string, at int) {
	if n.index != nil {
		n.index[name] = at
	}
}

// badEncoding is the offset of the first byte that is not UTF-8, or of the first \u escape of a lone surrogate; -1 for none.
// A backslash stands only in strings of a well-formed text, so there is no need to know where strings begin.
func badEncoding(data []byte) int {
	for i := 0; i < len(data); {
		c := data[i]
		switch {
		case c == '\\':
			n, ok := escape(data[i:])
			if !ok {
				return i
			}
			i += n
		case c < utf8.RuneSelf:
			i++
		default:
			r, n := utf8.DecodeRune(data[i:])
			if r == utf8.RuneError && n == 1 {
				return i
			}
			i += n
		}
	}
	return -1
}

// escape measures the escape at the start of s and reports whether it is sound as far as surrogates go.
func escape(s []byte) (n int, ok bool) {
	u, isU := unit(s)
	switch {
	case !isU:
		return min(2, len(s)), true // not \uXXXX: the tokeniser judges it
	case u < 0xD800 || u > 0xDFFF:
		return 6, true
	case u >= 0xDC00:
		return 6, false
	}
	low, isU := unit(s[6:])
	return 12, isU && low >= 0xDC00 && low <= 0xDFFF
}

// unit reads \uXXXX at the start of s.
func unit(s []byte) (uint64, bool) {
	if len(s) < 6 || s[0] != '\\' || s[1] != 'u' {
		return 0, false
	}
	u, err := strconv.ParseUint(string(s[2:6]), 16, 16)
	return u, err == nil
}
