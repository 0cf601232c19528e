package jsonx

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestDecodeRoundTrip(t *testing.T) {
	t.Parallel()
	for _, doc := range []string{
		`{"b":1,"a":[null,true,false,"x\"\\\n/",1.50,-0,1e400],"c":{}}`, `[]`, `null`, `"é"`, `12345678901234567890`,
	} {
		v, err := Decode([]byte(" "+doc+"\r\n"), Options{})
		if err != nil {
			t.Errorf("%s: %v", doc, err)
		}
		if got := string(Append(nil, v)); got != doc {
			t.Errorf("%s came back as %s", doc, got)
		}
	}
	v, err := DecodeReader(strings.NewReader(`"\ud83d\ude00\u00e9"`), Options{})
	if err != nil || v.Text != "😀é" {
		t.Error(v, err)
	}
}

func TestDecodeRefusals(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		doc  string
		opt  Options
		want error
	}{
		"empty":            {"", Options{}, ErrSyntax},
		"blank":            {"  ", Options{}, ErrSyntax},
		"truncated":        {`{"a":[1,2`, Options{}, ErrSyntax},
		"truncated string": {`"abc`, Options{}, ErrSyntax},
		"trailing":         {`{} {}`, Options{}, ErrSyntax},
		"trailing close":   {`{}}`, Options{}, ErrSyntax},
		"trailing comma":   {`[1,]`, Options{}, ErrSyntax},
		"trailing comma o": {`{"a":1,}`, Options{}, ErrSyntax},
		"missing colon":    {`{"a" 1}`, Options{}, ErrSyntax},
		"missing comma":    {`[1 2]`, Options{}, ErrSyntax},
		"mixed":            {`[1}`, Options{}, ErrSyntax},
		"comment":          {`{"a":1 /* b */}`, Options{}, ErrSyntax},
		"single quotes":    {`{'a':1}`, Options{}, ErrSyntax},
		"bare name":        {`{a:1}`, Options{}, ErrSyntax},
		"leading zero":     {`01`, Options{}, ErrSyntax},
		"nan":              {`NaN`, Options{}, ErrSyntax},
		"raw control":      {"\"a\nb\"", Options{}, ErrSyntax},
		"bad escape":       {`"\x41"`, Options{}, ErrSyntax},
		"bom":              {"\ufeff{}", Options{}, ErrSyntax},
		"bad utf-8":        {"\"\xff\"", Options{}, ErrEncoding},
		"bad utf-8 name":   {"{\"\xc3\":1}", Options{}, ErrEncoding},
		"lone high":        {`"\ud800"`, Options{}, ErrEncoding},
		"lone low":         {`"\udc00"`, Options{}, ErrEncoding},
		"high and letter":  {`"\ud800x"`, Options{}, ErrEncoding},
		"two highs":        {`"\ud800\ud800"`, Options{}, ErrEncoding},
		"duplicate":        {`{"a":1,"b":2,"a":3}`, Options{}, ErrDuplicate},
		"duplicate escape": {`{"a":1,"\u0061":3}`, Options{}, ErrDuplicate},
		"too large":        {`[1234]`, Options{Limits: Limits{Bytes: 5}}, ErrTooLarge},
		"too deep":         {strings.Repeat("[", 10_000), Options{}, ErrTooDeep},
		"too deep objects": {strings.Repeat(`{"a":`, 10_000), Options{}, ErrTooDeep},
		"too complex":      {`[1,2,3]`, Options{Limits: Limits{Nodes: 3}}, ErrTooComplex},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v, err := Decode([]byte(c.doc), c.opt)
			var e *Error
			if !errors.Is(err, c.want) || !errors.As(err, &e) || v.Exists() {
				t.Errorf("got %v %v, want %v", v, err, c.want)
			}
		})
	}
}

func TestDuplicates(t *testing.T) {
	t.Parallel()
	doc := []byte(`{"a":1,"b":2,"a":3}`)
	last, err := Decode(doc, Options{Duplicates: LastWins})
	if err != nil || string(Append(nil, last)) != `{"a":3,"b":2}` {
		t.Errorf("%s %v", Append(nil, last), err)
	}
	all, err := Decode(doc, Options{Duplicates: KeepAll})
	if err != nil || all.Get("a").Text != "3" || all.First("a").Text != "1" || len(all.All("a")) != 2 {
		t.Error(all, err)
	}
	var b strings.Builder
	b.WriteString("{")
	for i := range 50_000 {
		b.WriteString(`"k` + strconv.Itoa(i) + `":0,`)
	}
	begin := time.Now()
	_, err = Decode([]byte(b.String()+`"k40000":0}`), Options{})
	if !errors.Is(err, ErrDuplicate) || time.Since(begin) > 3*time.Second {
		t.Error(err, time.Since(begin))
	}
}

func TestLenientGetters(t *testing.T) {
	t.Parallel()
	v, err := Decode([]byte(`{"n":12,"s":" 12 ","f":3.0,"h":3.5,"t":true,"z":null,"y":"True","o":"0","w":"x","e":{"k":"v"},"big":9007199254740993}`), Options{})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]int64{"n": 12, "s": 12, "f": 3, "big": 9007199254740993} {
		if n, ok := v.Get(name).AsInt(); !ok || n != want {
			t.Errorf("int %s = %d %v", name, n, ok)
		}
	}
	for _, name := range []string{"h", "t", "z", "w", "e", "absent"} {
		if _, ok := v.Get(name).AsInt(); ok {
			t.Errorf("int %s accepted", name)
		}
	}
	for name, want := range map[string][2]bool{"t": {true, true}, "z": {false, true}, "y": {true, true}, "o": {false, true}, "w": {}, "n": {}, "absent": {}} {
		if b, ok := v.Get(name).AsBool(); b != want[0] || ok != want[1] {
			t.Errorf("bool %s = %v %v", name, b, ok)
		}
	}
	if v.Get("n").Str() != "12" || v.Get("t").Str() != "true" || v.Path("e", "k").Str() != "v" || v.Path("n", "k").Exists() || v.Get("z").Given() {
		t.Error("strings")
	}
}

func TestMarshal(t *testing.T) {
	t.Parallel()
	o := Obj{{"code", 1000}, {"list", []any{int64(1), "a/b<&>é😀\x01\x7f\xff", nil, true, json.Number("12.50"), json.Number("x")}}, {7, []Obj{{}}}}
	o.Add("s", []string(nil))
	o.AddIf(false, "no", 1)
	o.Add("m", map[string]any{"b": "/", "a": 1.5})
	plain := `{"code":1000,"list":[1,"a/b<&>é😀\u0001` + "\x7f\ufffd" + `",null,true,12.50,null],"7":[{}],"s":[],"m":{"a":1.5,"b":"/"}}`
	if got := string(Marshal(o)); got != plain {
		t.Errorf("\n%s\n%s", got, plain)
	}
	php := `{"code":1000,"list":[1,"a\/b<&>\u00e9\ud83d\ude00\u0001\u007f\ufffd",null,true,12.50,null],"7":[{}],"s":[],"m":{"a":1.5,"b":"\/"}}`
	if got := string(Style{EscapeSlash: true, EscapeUnicode: true}.Marshal(o)); got != php {
		t.Errorf("\n%s\n%s", got, php)
	}
	if !json.Valid(Marshal(o)) {
		t.Error("not valid")
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"request":{"user":"a","auth":"b","command":"ping","data":[1,2.5,null,true,"\ud83d\ude00"]}}`))
	f.Add([]byte(`{"a":1,"a":[{}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := Decode(data, Options{Duplicates: LastWins})
		if err != nil {
			var e *Error
			if !errors.As(err, &e) {
				t.Fatalf("untyped error %v", err)
			}
			return
		}
		if !json.Valid(data) {
			t.Fatal("accepted what is no JSON")
		}
		out := Style{EscapeSlash: true, EscapeUnicode: true}.Append(nil, v)
		back, err := Decode(out, Options{Limits: Limits{Bytes: 1 << 30}})
		if err != nil || string(Append(nil, back)) != string(Append(nil, v)) {
			t.Fatalf("%s came back as %s, %v", data, out, err)
		}
	})
}
