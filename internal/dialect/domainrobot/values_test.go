package domainrobot

import (
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
)

func TestTimeForms(t *testing.T) {
	t.Parallel()
	noon := time.Date(2019, 6, 1, 12, 0, 0, 0, time.UTC)
	for text, want := range map[string]struct {
		at   time.Time
		span time.Duration
	}{
		"2019-06-01T13:00:00.000+0100": {noon, time.Millisecond}, "2019-06-01T12:00:00+00:00": {noon, time.Second}, "2019-06-01T12:00:00Z": {noon, time.Second},
		"2019-06-01T12:00:00": {noon, time.Second}, "2019-06-01T12:00:00.6306444Z": {noon.Add(630644400), time.Millisecond},
		"2019-06-01 12:00:00": {noon, time.Second}, " 2019-06-01 ": {noon.Truncate(24 * time.Hour), 24 * time.Hour}, "2019-06-01T12:00": {noon, time.Minute},
	} {
		at, span, ok := parseTime(text)
		if !ok || !at.Equal(want.at) || span != want.span {
			t.Errorf("%s: %v %v %v", text, at, span, ok)
		}
	}
	for _, text := range []string{"", "soon", "2019-13-01", "01.06.2019"} {
		if _, _, ok := parseTime(text); ok {
			t.Errorf("%q was read", text)
		}
	}
	if got := stamp(noon.Add(5 * time.Millisecond)); got != "2019-06-01T12:00:00.005+0000" {
		t.Error(got)
	}
}

func TestLooseScalars(t *testing.T) {
	t.Parallel()
	r := &reader{v: decode(t, `{"t":"true","one":1,"s1":"1","zero":0,"f":false,"n":null,"e":"","id":"21642636","num":93055,"list":"x"}`), path: "x"}
	for item, want := range map[string]bool{"t": true, "one": true, "s1": true, "zero": false, "f": false} {
		if on, given := r.flag(item); on != want || !given {
			t.Errorf("%s: %v %v", item, on, given)
		}
	}
	for _, item := range []string{"n", "e", "absent"} {
		if _, given := r.flag(item); given {
			t.Errorf("%s counts as given", item)
		}
	}
	if n, ok := r.number("id"); !ok || n != 21642636 {
		t.Error(n)
	}
	if s, ok := r.text("num"); !ok || s != "93055" {
		t.Error(s)
	}
	if l, ok := r.texts("list"); !ok || len(l) != 1 {
		t.Error(l)
	}
	if err := r.Err(); err != nil {
		t.Error(err)
	}
}

func TestYears(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{`{}`: 0, `{"period":null}`: 0, `{"period":3}`: 3, `{"period":"2"}`: 2, `{"period":{"unit":"year","period":"2"}}`: 2,
		`{"period":{"period":1}}`: 1, `{"period":{"unit":"MONTH","period":24}}`: 2} {
		r := &reader{v: decode(t, text), path: "domain"}
		if got := readYears(r); got != want || r.Err() != nil {
			t.Errorf("%s: %d %v", text, got, r.Err())
		}
	}
	for _, text := range []string{`{"period":0}`, `{"period":{"unit":"MONTH","period":5}}`, `{"period":{"unit":"DAY","period":1}}`, `{"period":"x"}`, `{"period":9999999999}`} {
		r := &reader{v: decode(t, text), path: "domain"}
		if readYears(r); r.Err() == nil {
			t.Errorf("%s was read", text)
		}
	}
}

// TestExtensionsRoundTrip gives every extension a value of its type and reads it back out of the answer.
func TestExtensionsRoundTrip(t *testing.T) {
	t.Parallel()
	var in jsonx.Obj
	for _, x := range extensions {
		var v any = "text"
		switch {
		case x.kind == jsonx.Bool:
			v = true
		case x.kind == jsonx.Number:
			v = 7
		case x.words != "":
			v = "2"
			if !x.ordinal {
				v = x.words[:indexBlank(x.words)]
			}
		}
		in = plant(in, splitDots(x.path), v)
	}
	doc := jsonx.Marshal(jsonx.Obj{{"extensions", in}})
	r := &reader{v: decode(t, string(doc)), path: "contact"}
	var d contact.Data
	readExtensions(r, &d)
	if err := r.Err(); err != nil {
		t.Fatal(err)
	}
	out := jsonx.Marshal(jsonx.Obj{{"extensions", writeExtensions(d)}})
	back := &reader{v: decode(t, string(out)), path: "contact"}
	var again contact.Data
	readExtensions(back, &again)
	if err := back.Err(); err != nil || !d.Same(again) || len(d.Extra) != len(extensions) {
		t.Errorf("%v\n%s\n%s", err, doc, out)
	}
	if d.Extra["x-it-entity-type"] != "2" || d.Extra["extensions.nz.irpo"] != "true" {
		t.Error(d.Extra)
	}
	// An empty text takes an item away; one that is not given stays.
	readExtensions(&reader{v: decode(t, `{"extensions":{"it":{"entityType":""},"nz":null}}`), path: "contact"}, &d)
	if _, ok := d.Extra["x-it-entity-type"]; ok || d.Extra["extensions.nz.irpo"] != "true" {
		t.Error(d.Extra)
	}
}

func indexBlank(s string) int {
	for i := range s {
		if s[i] == ' ' {
			return i
		}
	}
	return len(s)
}

func splitDots(s string) (out []string) {
	for len(s) > 0 {
		i := 0
		for i < len(s) && s[i] != '.' {
			i++
		}
		out = append(out, s[:i])
		s = s[min(i+1, len(s)):]
	}
	return out
}

func TestPhonesReadBackEqual(t *testing.T) {
	t.Parallel()
	for stored, want := range map[string]string{"+49.30123456": "+49-30-123456", "+1.2125551234": "+1-212-5551234", "+420.777123456": "", "": "", "+49.12345": ""} {
		got := phoneOut(stored, "DE")
		if want != "" && got != want || contact.NormalizePhone(got, "DE") != stored {
			t.Errorf("%s: %s", stored, got)
		}
	}
}
