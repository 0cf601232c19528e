package opensrs

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func wrap(items string) string {
	return `<OPS_envelope><header><version>0.9</version></header><body><data_block><dt_assoc>` + items + `</dt_assoc></data_block></body></OPS_envelope>`
}

// What shipped clients send (opensrs.md §4.1, §10).
func TestDecodeTolerance(t *testing.T) {
	t.Parallel()
	look := `<item key='action'>lookup</item><item key='object'>domain</item><item key='attributes'><dt_assoc><item key='domain'> example.com </item></dt_assoc></item>`
	decl := `<?xml version='1.0' encoding="UTF-8" standalone="no" ?>` + "\n" + `<!DOCTYPE OPS_envelope SYSTEM "ops.dtd">` + "\n"
	for name, doc := range map[string]string{
		"plain":                 wrap(look),
		"declaration, doctype":  decl + wrap(look),
		"blanks before":         " \r\n\t" + decl + wrap(look),
		"blanks behind":         decl + wrap(look) + "\n\n  ",
		"byte order mark":       "\ufeff" + decl + wrap(look),
		"blanks after the decl": "<?xml version='1.0' encoding='UTF-8' standalone='no'?>      \n  " + wrap(look),
		"standalone yes":        "<?xml version='1.0' encoding='utf-8' standalone='yes'?>" + wrap(look),
		"latin 1":               "<?xml version='1.0' encoding='ISO-8859-1'?>" + wrap(look),
		"CRLF":                  strings.ReplaceAll(decl+wrap(look), "><", ">\r\n<"),
		"comment, instruction":  decl + "<!-- x --><?php x ?>" + wrap(look),
		"broken end tag":        decl + strings.Replace(wrap(look), "</OPS_envelope>", "</header>", 1),
		"no end":                decl + strings.TrimSuffix(wrap(look), "</body></OPS_envelope>"),
		"class attribute":       strings.ReplaceAll(wrap(look), "<item key", "<item class='x' key"),
		"dt_scalar":             wrap(strings.Replace(look, " example.com ", "<dt_scalar>example.com</dt_scalar>", 1)),
		"protocol":              wrap("<item key='protocol'>xcp</item>" + look),
		"twice":                 wrap("<item key='action'>x</item>" + look),
	} {
		q, err := decode([]byte(doc))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if d := q.named(); q.action != "LOOKUP" || q.object != "DOMAIN" || d != "example.com" {
			t.Errorf("%s: %q %q %q", name, q.action, q.object, d)
		}
	}
}

func TestDecodeRefusals(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat("<item key='a'><dt_assoc>", 60) + strings.Repeat("</dt_assoc></item>", 60)
	for name, c := range map[string]struct {
		doc  string
		want error
	}{
		"empty":            {"", errMalformed},
		"vector":           {"<OPS_envelope/>", errMalformed},
		"text":             {"hello", errMalformed},
		"other root":       {strings.ReplaceAll(wrap(""), "OPS_envelope", "envelope"), errMalformed},
		"truncated":        {wrap("")[:60], errMalformed},
		"list":             {strings.ReplaceAll(wrap("<item key='0'>x</item>"), "dt_assoc", "dt_array"), errMalformed},
		"other protocol":   {wrap("<item key='protocol'>TPP</item>"), errMalformed},
		"entity":           {`<!DOCTYPE OPS_envelope [<!ENTITY a "b">]>` + wrap("<item key='action'>&a;</item>"), errMalformed},
		"parameter entity": {`<!DOCTYPE x [<!ENTITY % d SYSTEM "http://127.0.0.1/x"> %d;]>` + wrap(""), errMalformed},
		"unknown entity":   {wrap("<item key='action'>&a;</item>"), errMalformed},
		"invalid UTF-8":    {wrap("<item key='action'>\xff</item>"), errMalformed},
		"too deep":         {wrap(deep), errComplex},
		"too many":         {wrap(strings.Repeat("<item key='a'/>", 60_001)), errComplex},
	} {
		if _, err := decode([]byte(c.doc)); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

func TestValues(t *testing.T) {
	t.Parallel()
	arrays := map[string]string{
		"dt_array":       "<dt_array><item key='0'>a</item><item key='1'>b</item></dt_array>",
		"out of order":   "<dt_array><item key='10'>b</item><item key='2'>a</item></dt_array>",
		"dt_assoc":       "<dt_assoc><item key='1'>b</item><item key='0'>a</item></dt_assoc>",
		"words for keys": "<dt_assoc><item key='x'>a</item><item key='0'>b</item></dt_assoc>",
		"text":           " a, b,",
	}
	for name, doc := range arrays {
		q, err := decode([]byte(wrap("<item key='l'>" + doc + "</item>")))
		if err != nil {
			t.Fatal(name, err)
		}
		if d := cmp.Diff([]string{"a", "b"}, q.top.get("l").words()); d != "" {
			t.Error(name, d)
		}
	}
	q, err := decode([]byte(wrap("<item key='e'><dt_assoc></dt_assoc></item><item key='s'/><item key='p'> pass </item>")))
	if err != nil || q.top.get("e").elements() != nil || q.top.get("s").elements() != nil || !q.top.get("e").empty() || q.top.raw("p") != " pass " || q.top.str("p") != "pass" {
		t.Error("empty values", err)
	}
	for _, s := range []string{"1", "Y", "y", "true", "True"} {
		if on, err := hash("f", s).on("f"); !on || err != nil {
			t.Error(s, err)
		}
	}
	for _, s := range []string{"0", "N", "n", "false", "False", "", " "} {
		if on, err := hash("f", s).on("f"); on || err != nil {
			t.Error(s, err)
		}
	}
	if _, err := hash("f", "maybe").on("f"); err == nil {
		t.Error("maybe")
	}
}

func FuzzDecode(f *testing.F) {
	for _, file := range transcriptFiles(f) {
		for _, s := range readTranscript(f, file) {
			f.Add([]byte(s.data))
		}
	}
	f.Add([]byte(vectorBody))
	f.Fuzz(func(_ *testing.T, body []byte) {
		q, err := decode(body)
		if err != nil {
			return
		}
		q.named()
		q.cookie()
		readServers(q.attrs.get("nameserver_list"))
		readContactSet(q.attrs)
		q.attrs.get("types").words()
		envelope(q.top)
	})
}
