package epp

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// drawn makes random values of the package's types from their plans, so that each new member of a type is tried without a
// word about it. What a tag cannot say is left to chance: an encoder that refuses such a value is right.
type drawn struct{ t *rapid.T }

// object fills a struct; members that may be absent are so in half of the cases.
func (d drawn) object(v reflect.Value) {
	for _, f := range planOf(v.Type()).fields {
		if f.opt && !rapid.Bool().Draw(d.t, "present") {
			continue
		}
		d.member(f, v.Field(f.index))
	}
}

func (d drawn) member(f planField, v reflect.Value) {
	switch {
	case f.names:
	case f.list:
		for range rapid.IntRange(1, max(1, min(2, f.max))).Draw(d.t, "count") {
			item := reflect.New(f.goType).Elem()
			d.value(f, item)
			v.Set(reflect.Append(v, item))
		}
	case v.Kind() == reflect.Pointer:
		v.Set(reflect.New(f.goType))
		d.value(f, v.Elem())
	default:
		d.value(f, v)
	}
}

func (d drawn) value(f planField, v reflect.Value) {
	switch {
	case f.goType == elementType:
		text := fmt.Sprintf(`<x:%s xmlns:x="%s" a="&lt;">text<x:b/></x:%s>`, f.local, f.space, f.local)
		v.Set(reflect.ValueOf(Element{Name: f.name(""), XML: text}))
	case f.goType == valueType:
	case f.goType == timeType:
		at := time.Unix(rapid.Int64Range(0, 4e9).Draw(d.t, "time"), 0).UTC()
		if f.date {
			at = at.Truncate(24 * time.Hour)
		}
		v.Set(reflect.ValueOf(at))
	case f.isStruct:
		d.object(v)
	case f.choice != nil:
		v.SetString(rapid.SampledFrom(f.choice).Draw(d.t, "choice"))
	case v.Kind() == reflect.Bool:
		v.SetBool(f.flag || rapid.Bool().Draw(d.t, "bool"))
	case v.Kind() == reflect.Int:
		v.SetInt(int64(rapid.IntRange(f.lo, max(f.lo, f.hi)).Draw(d.t, "int")))
	case v.Kind() == reflect.Uint64:
		v.SetUint(rapid.Uint64().Draw(d.t, "uint"))
	default:
		v.SetString(f.simple.normal(d.text(f)))
	}
}

// forms are expressions for the types that a rule describes and not a pattern.
var forms = map[string]string{"duration": `P([1-9]D|[1-9]Y[0-9]M|T[0-9]{1,3}(H|M|S))`, "base64": `([A-Za-z0-9+/]{4}){1,9}`,
	"decimal": `-?[0-9]{1,9}(\.[0-9]{1,2})?`, "nonneg": `[0-9]{1,9}(\.[0-9]{1,2})?`, "nonpos": `-[0-9]{1,9}(\.[0-9]{1,2})?`,
	"roid": `[A-Z0-9_]{1,12}-[A-Z]{1,8}`, "ttlcustom": `[A-Z][A-Z0-9]{1,5}`}

func (d drawn) text(f planField) string {
	for name, form := range forms {
		if typeOf(name) == f.simple {
			return rapid.StringMatching(form).Draw(d.t, name)
		}
	}
	switch s := f.simple; {
	case s.enum != nil:
		return rapid.SampledFrom(s.enum).Draw(d.t, "enum")
	case s.pattern != nil:
		return rapid.StringMatching(s.pattern.String()).Draw(d.t, "pattern")
	default:
		top := 40
		if s.max > 0 {
			top = min(top, s.max)
		}
		r := rapid.SampledFrom([]rune(`abcXYZ019.-_<>&"'äß中` + "\u00a0"))
		return rapid.StringOfN(r, max(s.min, 1), max(top, s.min), -1).Draw(d.t, "text")
	}
}

// command draws a command with the extensions that belong to it.
func (d drawn) command() *Command {
	c := &Command{ClTRID: "ABC-1"}
	verb := rapid.SampledFrom(commandFields).Draw(d.t, "verb")
	v := reflect.ValueOf(c).Elem().Field(verb.index)
	v.Set(reflect.New(v.Type().Elem()))
	d.object(v.Elem())
	if c.Login != nil {
		c.Login.Options.Version = Version // read as any token, so that a server can answer 2100
	}
	if verb.verb == "transfer" {
		c.TransferOp = rapid.SampledFrom(transferOps).Draw(d.t, "op")
	}
	ext := reflect.ValueOf(&c.Ext).Elem()
	for _, f := range planOf(ext.Type()).fields {
		if commandExts[f.name("")].extends(verb.verb, verb.object) && rapid.Bool().Draw(d.t, "extended") {
			d.member(f, ext.Field(f.index))
		}
	}
	return c
}

// response draws a response with object data and extensions.
func (d drawn) response() *Response {
	r := Respond(CodeOK, "ABC-1", "SV-1")
	r.Data = &ResData{}
	data := reflect.ValueOf(r.Data).Elem()
	f := rapid.SampledFrom(planOf(data.Type()).fields).Draw(d.t, "data")
	d.member(f, data.Field(f.index))
	ext := reflect.ValueOf(&r.Ext).Elem()
	for _, f := range planOf(ext.Type()).fields {
		if rapid.IntRange(0, 3).Draw(d.t, "extended") == 0 {
			d.member(f, ext.Field(f.index))
		}
	}
	if rapid.IntRange(0, 3).Draw(d.t, "fit") == 0 {
		r.Fit(services(rapid.SampledFrom([]string{NSDomain, NSContact}).Draw(d.t, "object"), NSUnhandled, NSFee))
	}
	return r
}

// TestEveryValueReadsBack holds that what is written is valid and reads back as it was.
func TestEveryValueReadsBack(t *testing.T) {
	t.Parallel()
	dir, n := t.TempDir(), 0
	var tried, written int
	rapid.Check(t, func(t *rapid.T) {
		d := drawn{t}
		var want, got any
		var frame []byte
		var err error
		tried++
		if rapid.Bool().Draw(t, "command") {
			c := d.command()
			if frame, err = EncodeCommand(c); err != nil {
				return
			}
			back, err := DecodeCommand(frame)
			if err != nil {
				t.Fatalf("%v\n%s", err, frame)
			}
			back.Extensions = nil
			want, got = c, back
		} else {
			r := d.response()
			if frame, err = EncodeResponse(r); err != nil {
				return
			}
			back, err := DecodeResponse(frame)
			if err != nil {
				t.Fatalf("%v\n%s", err, frame)
			}
			back.Extensions = nil
			want, got = r, back
		}
		written++
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%s\n%s", diff, frame)
		}
		// The schema at hand has no months, and drawn marks are none.
		if n++; n <= 1000 && !strings.Contains(string(frame), `unit="m"`) && !strings.Contains(string(frame), "<x:") {
			if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%d.xml", n)), frame, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	})
	if written*3 < tried {
		t.Errorf("only %d of %d drawn values could be written", written, tried)
	}
	paths, _ := filepath.Glob(filepath.Join(dir, "*.xml"))
	validate(t, paths)
}
