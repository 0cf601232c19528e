package opensrs

import (
	"errors"
	"strings"
	"testing"

	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/errs"
)

// Every kind of the core has a code of the reference, and only refusals come out.
func TestEveryKind(t *testing.T) {
	t.Parallel()
	d := New(dialecttest.New(t).Deps())
	for _, k := range errs.Kinds() {
		if _, ok := kinds[k]; !ok {
			t.Errorf("%s has no rule", k)
		}
		top := parsed(t, d.ErrorAnswer(errs.E(k, "words")))
		if top.str("is_success") != "0" || len(top.str("response_code")) != 3 || top.str("response_text") == "" || top.str("object") != "DOMAIN" || top.str("action") != "REPLY" {
			t.Errorf("%s: %v", k, top)
		}
	}
	if doc := string(d.ErrorAnswer(errors.New("secret words"))); strings.Contains(doc, "secret") || !strings.Contains(doc, `<item key="response_code">400</item>`) {
		t.Error(doc)
	}
	if string(d.ErrorAnswer(errs.E(errs.NotFound, "a"))) != string(d.ErrorAnswer(errs.E(errs.NotOwned, "b"))) {
		t.Error("a foreign object must look missing")
	}
}

// A fault of ours shows no text, whatever field it names and whatever stands beside it.
func TestFaultsHideTheirText(t *testing.T) {
	t.Parallel()
	var l errs.List
	l.Add(errs.F(errs.Missing, "registrant.city", "is required"))
	l.Add(errs.E(errs.Internal, "secret words"))
	for _, err := range []error{l.Err(), errs.F(errs.Internal, "registrant.email", "secret words")} {
		if r := translate("SW_REGISTER", err); r.code != 400 || strings.Contains(r.text+r.detail, "secret") {
			t.Errorf("%v: %d %q %q", err, r.code, r.text, r.detail)
		}
	}
}

func TestProblems(t *testing.T) {
	t.Parallel()
	var l errs.List
	l.Add(errs.F(errs.Missing, "registrant.city", "is required"))
	l.Add(errs.F(errs.Invalid, "registrant.organisation", "is too long"))
	l.Add(errs.F(errs.Missing, "admin.city", "is required"))
	l.Add(errs.F(errs.InvalidPeriod, "period", "com is sold for 1 to 10 years"))
	r := translate("SW_REGISTER", l.Err())
	want := "Invalid owner contact: city is required, org_name is too long\nInvalid admin contact: city is required\nInvalid value for period: com is sold for 1 to 10 years"
	if r.code != 465 || r.detail != want || !strings.HasPrefix(r.text, "Registration Failed: Invalid data, error=") {
		t.Errorf("%d %q %q", r.code, r.text, r.detail)
	}
	for _, c := range []struct {
		action string
		err    *errs.Error
		code   int
	}{
		{"RENEW", errs.F(errs.NotFound, "name", "x"), 480}, {"MODIFY", errs.F(errs.NotOwned, "name", "x"), 415}, {"MODIFY", errs.F(errs.UnsupportedTLD, "name", "x"), 415},
		{"SW_REGISTER", errs.F(errs.UnsupportedTLD, "name", "x"), 701}, {"SW_REGISTER", errs.F(errs.Auth, "profile", "x"), 415}, {"SW_REGISTER", errs.E(errs.NoFunds, "x"), 440},
		{"SW_REGISTER", errs.F(errs.Invalid, "registrant.phone", "x"), 420}, {"RENEW", errs.F(errs.Conflict, "expiry", "x"), 541}, {"MODIFY", errs.E(errs.Conflict, "x"), 486},
		{"MODIFY", errs.E(errs.Busy, "x"), 437}, {"SW_REGISTER", errs.E(errs.RegistryDown, "x"), 705}, {"MODIFY", &errs.Error{Kind: errs.NotFound, Code: 2303, Text: "x"}, 405},
	} {
		if r := translate(c.action, c.err); r.code != c.code {
			t.Errorf("%s %v: %d, want %d", c.action, c.err, r.code, c.code)
		}
	}
}

func TestMask(t *testing.T) {
	t.Parallel()
	d := New(dialecttest.New(t).Deps())
	body := string(document("SW_REGISTER", "DOMAIN", newOrder("x.com").with("auth_info", "s3cret-1", "domain_auth_info", "s3cret-2", "sub_password", "s3cret-3").set("cookie", text("s3cret-4"))))
	for _, in := range []string{body, head("POST / HTTP/1.0", body) + body} {
		out := string(d.Mask([]byte(in)))
		for _, secret := range []string{"Abcdef123456", "s3cret", signature(body)} {
			if strings.Contains(out, secret) {
				t.Errorf("%s shows in %s", secret, out)
			}
		}
		if !strings.Contains(out, "x.com") || !strings.Contains(out, "exampleuser") {
			t.Error("too much masked:", out)
		}
	}
	for _, in := range []string{
		`<item key='cookie'>s3cret</item>`,
		`<item key="action">CHANGE</item><item key="object">OWNERSHIP</item><item key="password">s3cret</item>`,
		`<item key="reg&#95;&#x70;assword">s3cret</item>`,
		`<item key="reg_password"><dt_scalar>s3cret</dt_scalar></item>`,
		`<item class="x" key = "reg_password"><![CDATA[s3cret]]></item>`,
		`<item key="contact_set"><dt_assoc><item key="reg_password">s3cret`,
		"POST / HTTP/1.0\r\nX-Signature: s3cret\r\n\r\n\r\n  <item key='cookie'>s3cret</item>",
		"POST / HTTP/1.0\r\nX-Signature:\r\n s3cret\r\n\ts3cret\r\nX-Username: u\r\n\r\n<a/>",
		"POST / HTTP/1.0\nX-Note: <a\nX-Signature: s3cret\n\n<item key='cookie'>s3cret</item>",
		"POST / HTTP/1.0\nX-Note: <a\nX-Signature: s3cret",
	} {
		if out := string(d.Mask([]byte(in))); strings.Contains(out, "s3cret") {
			t.Errorf("%q shows in %q", in, out)
		}
	}
}
