package xmlx

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWriterCompact(t *testing.T) {
	t.Parallel()
	w := NewWriter(Layout{})
	w.Head(`<?xml version="1.0" encoding="UTF-8" standalone="no"?>`)
	w.Start("response", "a", `"<'`+"\n", "odd")
	w.Empty("data")
	w.Elem("text", "a<b>&\"'\r\x01\xff")
	w.Start("x")
	w.EndShort()
	w.Start("y")
	w.End()
	w.ElemShort("z", "")
	w.Start("m")
	w.Text("t")
	want := `<?xml version="1.0" encoding="UTF-8" standalone="no"?><response a="&quot;&lt;'&#xA;"><data/>` +
		`<text>a&lt;b&gt;&amp;"'&#xD;` + "\ufffd" + `</text><x/><y></y><z/><m>t</m></response>`
	if d := cmp.Diff(want, string(w.Bytes())); d != "" {
		t.Error(d)
	}
}

func TestWriterIndented(t *testing.T) {
	t.Parallel()
	w := NewWriter(Layout{Indent: " ", Newline: "\n", EscapeQuotes: true, SplitEmpty: true})
	w.Head(`<?xml version='1.0' encoding="UTF-8" standalone="no" ?>`)
	w.Head(`<!DOCTYPE OPS_envelope SYSTEM "ops.dtd">`)
	w.Start("body")
	w.Start("dt_assoc")
	w.Elem("item", "it's", "key", "a b")
	w.Elem("item", "", "key", "x")
	w.Start("item", "key", "list")
	w.Start("dt_array")
	w.End()
	w.End()
	w.Start("t")
	w.Text("x")
	w.End()
	want := `<?xml version='1.0' encoding="UTF-8" standalone="no" ?>
<!DOCTYPE OPS_envelope SYSTEM "ops.dtd">
<body>
 <dt_assoc>
  <item key="a b">it&apos;s</item>
  <item key="x"></item>
  <item key="list">
   <dt_array>
   </dt_array>
  </item>
  <t>x</t>
 </dt_assoc>
</body>
`
	if d := cmp.Diff(want, string(w.Bytes())); d != "" {
		t.Error(d)
	}
}

func TestEscape(t *testing.T) {
	t.Parallel()
	if got := Escape("a & b\x00<c>"); got != "a &amp; b&lt;c&gt;" {
		t.Error(got)
	}
}
