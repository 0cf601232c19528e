package wapi

import (
	"testing"
)

func TestEnvelopeTolerance(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		f   format
		doc string
	}{
		"JSON":            {formatJSON, `{"request":{"auth":" x ","user":"u ","data":{"name":" n ","dns":[]},"command":"ping","clTRID":" id ","more":{}}}`},
		"unwrapped JSON":  {formatJSON, `{"auth":"x","user":"u","data":{"name":"n"},"command":"ping","clTRID":" id "}`},
		"repeated key":    {formatJSON, `{"request":{"auth":"y","auth":"x","user":"u","data":{"name":"m"},"data":{"name":"m","name":"n"},"command":"ping","clTRID":" id "}}`},
		"XML":             {formatXML, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<request>\n <user> u</user><auth>x</auth>\n<command>ping</command><data><name>\nn </name><!-- c --></data><clTRID> id </clTRID></request>\n"},
		"XML without all": {formatXML, "<request><clTRID> id </clTRID><user>u</user><auth>x</auth><command>ping</command><data><name><![CDATA[n]]></name></data></request>"},
	} {
		req, bad := parse(c.f, []byte(c.doc))
		if bad != 0 || req.check() != 0 {
			t.Errorf("%s: %v", name, bad)
			continue
		}
		if req.user != "u" || req.auth != "x" || req.command != "ping" || req.clientID() != " id " || scalar(req.data.Get("name")) != "n" {
			t.Errorf("%s: %+v", name, req)
		}
	}
	for _, data := range []string{`null`, `""`, `[]`, `{}`, `"text"`} {
		req, bad := parse(formatJSON, []byte(`{"request":{"user":"u","auth":"x","command":"ping","clTRID":null,"data":`+data+`}}`))
		if bad != 0 || len(req.data.Members) != 0 || req.clTRID != nil {
			t.Errorf("data %s: %v %+v", data, bad, req)
		}
	}
}

func TestTestFlag(t *testing.T) {
	t.Parallel()
	for doc, want := range map[string][2]bool{
		`1`: {true, true}, `"1"`: {true, true}, `true`: {true, true}, `"true"`: {true, true}, `0`: {false, true}, `"0"`: {false, true},
		`false`: {false, true}, `""`: {false, true}, `null`: {false, true}, `[]`: {false, true}, `"yes"`: {false, false}, `2`: {false, false}, `{"a":1}`: {false, false},
	} {
		req := newRequest(value(t, `{"test":`+doc+`}`))
		if test, sound := req.isTest(); test != want[0] || sound != want[1] {
			t.Errorf("%s: %v %v", doc, test, sound)
		}
		if req.echoTest().Exists() != want[0] {
			t.Errorf("%s: echo", doc)
		}
	}
}

// Octets that are no UTF-8 leave the envelope readable.
func TestBadText(t *testing.T) {
	t.Parallel()
	for f, doc := range map[format]string{
		formatJSON: "{\"request\":{\"user\":\"u\",\"auth\":\"x\",\"command\":\"ping\",\"data\":{\"name\":\"\xe9\"}}}",
		formatXML:  "<request><user>u</user><auth>x</auth><command>ping</command><data><name>\xe9</name></data></request>",
	} {
		req, bad := parse(f, []byte(doc))
		if bad != 0 || !req.badText || req.command != "ping" {
			t.Errorf("format %v: %v %+v", f, bad, req)
		}
	}
	req, bad := parse(formatXML, []byte("<?xml version='1.0' encoding='ISO-8859-1'?><request><user>\xe9</user></request>"))
	if bad != 0 || req.badText || req.user != "é" {
		t.Errorf("declared encoding: %v %+v", bad, req)
	}
}
