package formx

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestParse(t *testing.T) {
	t.Parallel()
	got, err := Parse("&a=1+2%203&&Auth-Sid=x;y=z&bare&empty=&p=50%&q=%zz%41&a=2%C3%A9&=v&", Options{UTF8: true})
	if err != nil {
		t.Fatal(err)
	}
	want := Pairs{
		{Name: "a", Value: "1 2 3"}, {Name: "Auth-Sid", Value: "x;y=z"}, {Name: "bare", Bare: true}, {Name: "empty"},
		{Name: "p", Value: "50%"}, {Name: "q", Value: "%zzA"}, {Name: "a", Value: "2é"}, {Value: "v"},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	first, _ := got.First("a")
	last, _ := got.Last("a")
	fold, ok := got.FirstFold("AUTH-SID")
	lastFold, _ := got.LastFold("A")
	if first != "1 2 3" || last != "2é" || fold != "x;y=z" || !ok || lastFold != "2é" || len(got.All("a")) != 2 {
		t.Error("lookups", first, last, fold)
	}
	if _, ok := got.First("auth-sid"); ok {
		t.Error("First must mind case")
	}
}

func TestParseRefusals(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		doc  string
		opt  Options
		want error
		at   int64
	}{
		"too large":    {"a=1234", Options{Bytes: 5}, ErrTooLarge, 5},
		"too many":     {"a=1&&b=2&c=3", Options{Pairs: 2}, ErrTooComplex, 9},
		"percent":      {"a=1&b=50%", Options{RefusePercent: true}, ErrPercent, 4},
		"percent name": {"%x=1", Options{RefusePercent: true}, ErrPercent, 0},
		"utf-8":        {"a=1&b=%ff", Options{UTF8: true}, ErrEncoding, 4},
		"utf-8 raw":    {"a\xff=1", Options{UTF8: true}, ErrEncoding, 0},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := ParseReader(strings.NewReader(c.doc), c.opt)
			var e *Error
			if !errors.Is(err, c.want) || !errors.As(err, &e) || e.Offset != c.at {
				t.Errorf("got %v", err)
			}
		})
	}
	if p, err := Parse("a=%ff", Options{}); err != nil || p[0].Value != "\xff" {
		t.Error(p, err)
	}
}

const multi = "--x y\r\nContent-Disposition: form-data; name=\"request\"\r\n\r\n{\"a\":\"1&2;3%\"}\r\n" +
	"--x y\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\n\xff\r\n" +
	"--x y\r\nX-Other: 1\r\n\r\nignored\r\n--x y--\r\n"

func TestParseMultipart(t *testing.T) {
	t.Parallel()
	ct := `Multipart/Form-Data; charset=utf-8; boundary="x y"`
	if !IsMultipart(ct) || IsMultipart("multipart/form-data-x") || IsMultipart("") {
		t.Error("IsMultipart")
	}
	got, err := ParseMultipart(strings.NewReader(multi), ct, Options{UTF8: true})
	if err != nil {
		t.Fatal(err)
	}
	want := Pairs{{Name: "request", Value: `{"a":"1&2;3%"}`}, {Name: "file", Value: "\xff", File: "a.png"}}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	refused := func(body, ct string, opt Options, want error) {
		t.Helper()
		if _, err := ParseMultipart(strings.NewReader(body), ct, opt); !errors.Is(err, want) {
			t.Errorf("got %v, want %v", err, want)
		}
	}
	refused(multi, "multipart/form-data", Options{}, ErrSyntax)
	refused(multi[:80], ct, Options{}, ErrSyntax)
	refused("nothing", ct, Options{}, ErrSyntax)
	refused(multi[:len(multi)-10], ct, Options{}, ErrSyntax)
	refused(multi, ct, Options{Bytes: int64(len(multi)) - 1}, ErrTooLarge)
	refused(multi, ct, Options{Pairs: 1}, ErrTooComplex)
	refused(strings.Replace(multi, "1&2", "\xfe", 1), ct, Options{UTF8: true}, ErrEncoding)
}

func FuzzParse(f *testing.F) {
	f.Add("a=1+2%203&&Auth-Sid=x;y=z&bare&empty=&p=50%&q=%zz%41")
	f.Add(`request={"request":{"user":"a"}}`)
	f.Add(multi)
	f.Fuzz(func(t *testing.T, data string) {
		p, err := Parse(data, Options{UTF8: true})
		if err == nil {
			for _, it := range p {
				if !utf8.ValidString(it.Name) || !utf8.ValidString(it.Value) {
					t.Fatalf("bad UTF-8 passed: %+v", it)
				}
			}
			// What was read comes back equal when it is written and read again.
			back, err := Parse(Encode(p), Options{RefusePercent: true, UTF8: true, Bytes: 1 << 30})
			if err != nil || !cmp.Equal(p, back) {
				t.Fatalf("%+v came back as %+v, %v", p, back, err)
			}
		}
		if _, err := ParseMultipart(strings.NewReader(data), `multipart/form-data; boundary="x y"`, Options{}); err != nil {
			var e *Error
			if !errors.As(err, &e) {
				t.Fatalf("untyped error %v", err)
			}
		}
	})
}
