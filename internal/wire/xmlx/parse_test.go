package xmlx

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestParseTree(t *testing.T) {
	t.Parallel()
	doc := `<?xml version="1.0" encoding="UTF-8" standalone="no"?><!-- a -->
<e:epp xmlns:e="urn:e" xmlns="urn:d"><cmd a="1" e:a="2">x<![CDATA[<&]]>y&amp;&#x41;<!-- c -->z</cmd><row/><row>2</row></e:epp>
<!-- b -->`
	got, err := Parse([]byte(doc), Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := &Node{Name: "epp", Space: "urn:e", Children: []*Node{
		{Name: "cmd", Space: "urn:d", Attrs: []Attr{{"", "a", "1"}, {"urn:e", "a", "2"}}, Text: "x<&y&Az"},
		{Name: "row", Space: "urn:d"},
		{Name: "row", Space: "urn:d", Text: "2"},
	}}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if got.Path("cmd", "none").Child("x").ChildTrim("y") != "" || len(got.ChildrenNamed("row")) != 2 || got.ChildText("cmd") != "x<&y&Az" {
		t.Error("helpers")
	}
	if v, ok := got.Child("cmd").Attr("a"); v != "1" || !ok {
		t.Error("attr", v)
	}
}

func TestParseRefusals(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		doc  string
		opt  Options
		want error
	}{
		"empty":            {"", Options{}, ErrSyntax},
		"truncated":        {"<a><b>x</b>", Options{}, ErrSyntax},
		"truncated tag":    {"<a><b", Options{}, ErrSyntax},
		"mismatch":         {"<a></b>", Options{}, ErrSyntax},
		"prefix mismatch":  {`<p:a xmlns:p="u" xmlns:q="u"></q:a>`, Options{}, ErrSyntax},
		"two roots":        {"<a/><b/>", Options{}, ErrSyntax},
		"text after":       {"<a/>x", Options{}, ErrSyntax},
		"cdata after":      {"<a/><![CDATA[ ]]>", Options{}, ErrSyntax},
		"reference after":  {"<a/>&#32;", Options{}, ErrSyntax},
		"text before":      {"x<a/>", Options{}, ErrSyntax},
		"blank before":     {"\n<?xml version='1.0'?><a/>", Options{}, ErrSyntax},
		"bom":              {"\ufeff<a/>", Options{}, ErrSyntax},
		"second xml decl":  {"<a><?xml version='1.0'?></a>", Options{}, ErrSyntax},
		"pi":               {"<?php echo 1?><a/>", Options{}, ErrSyntax},
		"doctype":          {"<!DOCTYPE a><a/>", Options{}, ErrDoctype},
		"external subset":  {`<!DOCTYPE a SYSTEM "http://x.example/a.dtd"><a/>`, Options{}, ErrDoctype},
		"internal subset":  {`<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>`, Options{AllowDoctype: true}, ErrDoctype},
		"empty subset":     {`<!DOCTYPE a []><a/>`, Options{AllowDoctype: true}, ErrDoctype},
		"two doctypes":     {`<!DOCTYPE a><!DOCTYPE a><a/>`, Options{AllowDoctype: true}, ErrDoctype},
		"late doctype":     {`<a><!DOCTYPE a></a>`, Options{AllowDoctype: true}, ErrDoctype},
		"entity alone":     {`<!ENTITY b "c"><a/>`, Options{AllowDoctype: true}, ErrDoctype},
		"unknown entity":   {"<a>&nbsp;</a>", Options{}, ErrSyntax},
		"bare ampersand":   {"<a>b & c</a>", Options{}, ErrSyntax},
		"nul reference":    {"<a>&#0;</a>", Options{}, ErrSyntax},
		"duplicate attr":   {`<a b="1" b="2"/>`, Options{}, ErrSyntax},
		"duplicate by uri": {`<a xmlns:p="u" xmlns:q="u" p:b="1" q:b="2"/>`, Options{}, ErrSyntax},
		"undeclared":       {"<p:a/>", Options{}, ErrSyntax},
		"undeclared attr":  {`<a p:b="1"/>`, Options{}, ErrSyntax},
		"out of scope":     {`<a><b xmlns:p="u"/><p:c/></a>`, Options{}, ErrSyntax},
		"bad utf-8":        {"<a>\xff</a>", Options{}, ErrEncoding},
		"utf-16":           {"\xff\xfe<\x00a\x00/\x00>\x00", Options{}, ErrEncoding},
		"unknown charset":  {"<?xml version='1.0' encoding='koi8-r'?><a/>", Options{}, ErrEncoding},
		"ascii":            {"<?xml version='1.0' encoding='us-ascii'?><a>é</a>", Options{}, ErrEncoding},
		"too large":        {"<a>12345</a>", Options{Limits: Limits{Bytes: 11}}, ErrTooLarge},
		"too deep":         {strings.Repeat("<a>", 65), Options{}, ErrTooDeep},
		"too many attrs":   {`<a b="1" c="2" d="3"/>`, Options{Limits: Limits{Attrs: 2}}, ErrTooComplex},
		"too many nodes":   {"<a><b/><b/></a>", Options{Limits: Limits{Nodes: 2}}, ErrTooComplex},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n, err := Parse([]byte(c.doc), c.opt)
			var e *Error
			if !errors.Is(err, c.want) || !errors.As(err, &e) || n != nil {
				t.Errorf("got %v, want %v", err, c.want)
			}
			if c.want == ErrEncoding && !errors.Is(err, ErrSyntax) {
				t.Error("an encoding fault is a syntax fault too")
			}
		})
	}
}

func TestParseTolerances(t *testing.T) {
	t.Parallel()
	latin := "<?xml version='1.0' encoding=\"ISO-8859-1\"?><a>M\xfcller</a>"
	win := "<?xml version='1.0' encoding='Windows-1252'?><a>\x80</a>"
	cases := map[string]struct {
		doc  string
		opt  Options
		want string
	}{
		"latin1":   {latin, Options{}, "Müller"},
		"win":      {win, Options{}, "€"},
		"doctype":  {"<?xml version='1.0'?>\n<!DOCTYPE a SYSTEM 'ops.dtd'>\n<a>x</a>", Options{AllowDoctype: true}, "x"},
		"bom":      {"\ufeff \r\n<?xml version='1.0'?><a>x</a>", Options{AllowLeadingBlank: true}, "x"},
		"pi":       {"<a>x<?php echo?></a>", Options{AllowPI: true}, "x"},
		"crlf":     {"<a>x\r\ny</a>\r\n", Options{}, "x\ny"},
		"at depth": {strings.Repeat("<a>", 64) + strings.Repeat("</a>", 64), Options{}, ""},
		"at bytes": {"<a>1</a>", Options{Limits: Limits{Bytes: 8}}, "1"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n, err := ParseReader(strings.NewReader(c.doc), c.opt)
			if err != nil || n.Text != c.want {
				t.Errorf("got %v %v", n, err)
			}
		})
	}
	n, err := Parse([]byte(`<p:a q:b="1"><p:c/></p:a>`), Options{LaxPrefix: true})
	if err != nil || n.Name != "p:a" || n.Attrs[0].Name != "q:b" || n.Child("p:c") == nil {
		t.Errorf("lax prefix: %v %v", n, err)
	}
}

// A limit must end the work where it is passed, and no construct may cost more than in proportion to its size.
func TestParseHostileIsQuick(t *testing.T) {
	t.Parallel()
	big := Options{Limits: Limits{Bytes: 8 << 20}}
	docs := map[string]string{
		"nesting":     strings.Repeat("<a>", 10_000),
		"wide":        "<a>" + strings.Repeat("<b/>", 1<<20) + "</a>",
		"split text":  "<a>" + strings.Repeat("x<!---->", 1<<18) + "</a>",
		"attributes":  "<a " + strings.Repeat(`b="" `, 1<<18) + "/>",
		"namespaces":  strings.Repeat(`<a xmlns:b="u">`, 1<<16),
		"open quotes": "<a b=\"" + strings.Repeat("x", 4<<20),
	}
	for name, doc := range docs {
		begin := time.Now()
		_, err := Parse([]byte(doc), big)
		if took := time.Since(begin); took > 5*time.Second {
			t.Errorf("%s took %v", name, took)
		}
		if name != "split text" && err == nil {
			t.Errorf("%s accepted", name)
		}
	}
	if _, err := ParseReader(strings.NewReader("<a>"+strings.Repeat("x", 1<<20)), Options{}); !errors.Is(err, ErrTooLarge) {
		t.Errorf("one megabyte and three: %v", err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(`<?xml version='1.0' encoding="UTF-8" standalone="no" ?><!DOCTYPE a SYSTEM "b"><a c="&lt;"><![CDATA[x]]></a>`))
	f.Add([]byte(`<e:a xmlns:e="u" xmlns="v"><b e:c="1">x</b></e:a>`))
	f.Add([]byte("<?xml version='1.0' encoding='iso-8859-1'?><a>\xfc</a>"))
	f.Fuzz(func(t *testing.T, data []byte) {
		opt := Options{AllowDoctype: true, AllowLeadingBlank: true, AllowPI: true, LaxPrefix: true}
		n, err := Parse(data, opt)
		if err != nil {
			var e *Error
			if !errors.As(err, &e) {
				t.Fatalf("untyped error %v", err)
			}
			return
		}
		// Writing the text back and reading it again gives the same text.
		var w Writer
		w.Start("a")
		w.Text(n.Text)
		back, err := Parse(w.Bytes(), Options{Limits: Limits{Bytes: 1 << 30}})
		if err != nil || back.Text != n.Text {
			t.Fatalf("%q came back as %v, %v", n.Text, back, err)
		}
	})
}

func BenchmarkParse(b *testing.B) {
	doc := []byte("<r>" + strings.Repeat(`<item key="domain">example.com</item>`, 50) + "</r>")
	b.SetBytes(int64(len(doc)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse(doc, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
