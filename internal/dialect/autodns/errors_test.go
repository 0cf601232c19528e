package autodns

import (
	"errors"
	"regexp"
	"strings"
	"testing"

	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/wire/internetx"
	"github.com/polyreg/polyreg/internal/wire/xmlx"
)

func TestEveryKindHasAnAnswer(t *testing.T) {
	t.Parallel()
	d := New(dialecttest.New(t).Deps())
	form := regexp.MustCompile(`^EF[0-9]{5,7}$`)
	for _, k := range errs.Kinds() {
		c, ok := causes[k]
		if !ok || !form.MatchString(c.Code) || c.Text.EN == "" || c.Text.DE == "" {
			t.Errorf("%v: %+v", k, c)
		}
		body := d.ErrorAnswer(errs.F(k, "name", "some text"))
		root, err := xmlx.Parse(body, xmlx.Options{})
		r := root.Child("result")
		code := r.Path("status").ChildText("code")
		if err != nil || r.Path("status").ChildText("type") != "error" || len(r.ChildrenNamed("msg")) != 1 ||
			r.Path("msg").ChildText("type") != "error" || code != "E0105" && code != "E00000" {
			t.Errorf("%v: %s %v", k, body, err)
		}
		if (code == "E0105") != (r.Child("data") != nil) {
			t.Errorf("%v: data belongs to business errors alone: %s", k, body)
		}
	}
}

func TestInternalErrorsAreNotShown(t *testing.T) {
	t.Parallel()
	d := New(dialecttest.New(t).Deps())
	several := errs.F(errs.Invalid, "name", "is wrong")
	several.More = []*errs.Error{errs.E(errs.Internal, "hunter2")}
	if body := string(d.ErrorAnswer(several)); strings.Contains(body, "hunter2") || strings.Contains(body, "is wrong") || !strings.Contains(body, "EF00000") {
		t.Error(body)
	}
	body := string(d.ErrorAnswer(errors.New("password of the database is hunter2")))
	if strings.Contains(body, "hunter2") || strings.Contains(body, "database") || !strings.Contains(body, `<code>E00000</code>`) || !strings.Contains(body, "EF00000") {
		t.Error(body)
	}
}

func TestForeignObjectsLookMissing(t *testing.T) {
	t.Parallel()
	d := New(dialecttest.New(t).Deps())
	answer := func(k errs.Kind, text string) string {
		d.stid.last.Store(1)
		return string(d.ErrorAnswer(errs.F(k, "name", "%s", text).On("domain", "x.com")))
	}
	if a, b := answer(errs.NotFound, "does not exist"), answer(errs.NotOwned, "is held by another account"); a != b {
		t.Errorf("told apart:\n%s\n%s", a, b)
	}
}

func TestSpecialCauses(t *testing.T) {
	t.Parallel()
	rejected := errs.E(errs.RegistryRejected, "")
	rejected.Code = 2102
	for name, c := range map[string]struct {
		task, kind string
		err        *errs.Error
		code       string
	}{
		"domain missing":          {"0105", "domain", errs.F(errs.NotFound, "name", ""), "EF01012"},
		"domain foreign":          {"0105", "domain", errs.F(errs.NotOwned, "name", ""), "EF01012"},
		"ending of no domain":     {"0105", "domain", errs.F(errs.UnsupportedTLD, "name", ""), "EF01012"},
		"ending to be registered": {"0101", "domain", errs.F(errs.UnsupportedTLD, "name", ""), "EF01901"},
		"contact missing":         {"0304", "handle", errs.F(errs.NotFound, "contact", ""), "EF03014"},
		"contact of a domain":     {"0101", "domain", errs.F(errs.NotFound, "admin", ""), "EF03014"},
		"set of a domain":         {"0101", "domain", errs.F(errs.NotFound, "ns_set", ""), "EF01000"},
		"server named twice":      {"0101", "domain", errs.F(errs.Exists, "name_servers", ""), "EF01000"},
		"taken":                   {"0101", "domain", errs.F(errs.NotAvailable, "name", ""), "EF01021"},
		"second factor":           {"", "", errs.F(errs.Auth, "totp", ""), "EF00104"},
		"not to be renewed":       {"0101003", "domain", errs.E(errs.WrongState, ""), "EF010871"},
		"other state":             {"0102", "domain", errs.E(errs.WrongState, ""), "EF01902"},
		"expiry":                  {"0101003", "domain", errs.F(errs.Conflict, "expiry", ""), "EF01084"},
		"unimplemented":           {"0101", "domain", rejected, "EF0072003"},
		"second order":            {"0101", "domain", errs.E(errs.Busy, ""), "EF01030"},
	} {
		if got := causeOf(c.task, c.kind, c.err); got.Code != c.code {
			t.Errorf("%s: %s", name, got.Code)
		}
	}
}

func TestFieldPaths(t *testing.T) {
	t.Parallel()
	node, err := parse([]byte(`<request><domain><ownerc><pcode>1</pcode></ownerc><authinfo>secret</authinfo></domain></request>`))
	if err != nil {
		t.Fatal(err)
	}
	tk := &task{offer: offer{element: "domain"}, node: node, object: node.Child("domain")}
	for field, want := range map[string]string{
		"registrant": "request.task.domain.ownerc", "registrant.postal_code": "request.task.domain.ownerc.pcode",
		"billing.first_name": "request.task.domain.zonec.fname", "name_servers": "request.task.domain.nserver",
		"period": "request.task.domain.period", "expiry": "request.task.domain.payable", "contact.street": "request.task.handle.address",
		"admin.vat_id": "request.task.domain.adminc.extension.vatnumber", "totp": "request.auth.token",
		"auth_info": "request.task.domain.authinfo", "ns_set": "request.task.domain.ns_group",
	} {
		if got := tk.path(field); got != want {
			t.Errorf("%s: %s, want %s", field, got, want)
		}
	}
	if v := tk.valueAt("request.task.domain.ownerc.pcode"); v != "1" {
		t.Error(v)
	}
	if v := tk.valueAt("request.task.domain.authinfo"); v != "" {
		t.Error("a secret is repeated:", v)
	}
}

func TestEveryTextHasTwoLanguages(t *testing.T) {
	t.Parallel()
	for code, text := range statusTexts {
		if text.EN == "" || text.DE == "" {
			t.Error(code)
		}
		if code[1:] != "00000" && knownTasks[code[1:]] == "" {
			t.Error(code, "belongs to no task")
		}
	}
	for code := range knownTasks {
		if _, ok := offered(code); !ok {
			continue
		}
		for _, letter := range []string{"S", "E"} {
			if _, ok := internetx.Status(statusTexts, letter+code); !ok {
				t.Error("no text for", letter+code)
			}
		}
	}
}
