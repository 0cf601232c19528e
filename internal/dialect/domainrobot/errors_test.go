package domainrobot

import (
	"encoding/json"
	"errors"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/errs"
)

func TestEveryKindHasAnAnswer(t *testing.T) {
	t.Parallel()
	d := New(dialecttest.New(t).Deps())
	form := regexp.MustCompile(`^EF[0-9]{5,7}$`)
	statuses := map[int]bool{400: true, 401: true, 403: true, 404: true, 429: true, 500: true}
	for _, k := range errs.Kinds() {
		c, ok := causes[k]
		if !ok || !form.MatchString(c.Code) || c.Text.EN == "" || c.Text.DE == "" || !statuses[c.status] {
			t.Errorf("%v: %+v", k, c)
		}
		var a struct {
			Status   struct{ Code, Type string }
			Messages []struct{ Code, Text, Status string }
		}
		body := d.ErrorAnswer(errs.F(k, "name", "some text"))
		if err := json.Unmarshal(body, &a); err != nil || a.Status.Type != "ERROR" || len(a.Messages) != 1 || a.Messages[0].Status != "ERROR" || a.Messages[0].Code == "" {
			t.Errorf("%v: %s %v", k, body, err)
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
	if strings.Contains(body, "hunter2") || strings.Contains(body, "database") || !strings.Contains(body, `"code":"E00000"`) || !strings.Contains(body, "EF00000") {
		t.Error(body)
	}
}

func TestSpecialCauses(t *testing.T) {
	t.Parallel()
	create, info := &route{pattern: "/domain", object: classDomain, code: "0101"}, &route{pattern: "/domain/{name}", object: classDomain, code: "0105"}
	renew, contact := &route{pattern: "/domain/{name}/_renew", object: classDomain, code: "0101003"}, &route{pattern: "/contact/{id}", object: classContact, code: "0304"}
	rejected := errs.E(errs.RegistryRejected, "")
	rejected.Code = 2102
	for name, c := range map[string]struct {
		rt     *route
		err    *errs.Error
		status int
		code   string
	}{
		"domain missing":          {info, errs.F(errs.NotFound, "name", ""), 404, "EF01012"},
		"domain foreign":          {info, errs.F(errs.NotOwned, "name", ""), 404, "EF01012"},
		"ending of no domain":     {info, errs.F(errs.UnsupportedTLD, "name", ""), 404, "EF01012"},
		"ending to be registered": {create, errs.F(errs.UnsupportedTLD, "name", ""), 400, "EF01901"},
		"contact missing":         {contact, errs.F(errs.NotFound, "contact", ""), 404, "EF03014"},
		"contact of a domain":     {create, errs.F(errs.NotFound, "admin", ""), 400, "EF03014"},
		"set of a domain":         {create, errs.F(errs.NotFound, "ns_set", ""), 400, "EF01000"},
		"second factor":           {nil, errs.F(errs.Auth, "totp", ""), 401, "EF00104"},
		"not to be renewed":       {renew, errs.E(errs.WrongState, ""), 400, "EF010871"},
		"other state":             {create, errs.E(errs.WrongState, ""), 400, "EF01902"},
		"expiry":                  {renew, errs.F(errs.Conflict, "expiry", ""), 400, "EF01084"},
		"idempotency key":         {create, errs.E(errs.Conflict, ""), 400, "EF01904"},
		"unimplemented":           {create, rejected, 400, "EF0072003"},
	} {
		if got := causeOf(c.rt, c.err); got.status != c.status || got.Code != c.code {
			t.Errorf("%s: %d %s", name, got.status, got.Code)
		}
	}
}

func TestFieldPaths(t *testing.T) {
	t.Parallel()
	q := &request{route: &route{object: classDomain}}
	for field, want := range map[string]string{
		"registrant": "domain.ownerc", "registrant.postal_code": "domain.ownerc.pcode", "billing.first_name": "domain.zonec.fname",
		"name_servers": "domain.nameServers", "name_servers[1].name": "domain.nameServers[1].name", "period": "domain.period",
		"expiry": "domain.payable", "contact.street": "contact.address", "admin.vat_id": "domain.adminc.extensions.general.vatNumber",
		"registrant.x-nominet-type": "domain.ownerc.extensions.uk.entityType", "totp": "request.auth.token",
	} {
		if got := q.jsonPath(field); got != want {
			t.Errorf("%s: %s, want %s", field, got, want)
		}
	}
}

func TestRateLimit(t *testing.T) {
	t.Parallel()
	c := newClient(t, dialecttest.New(t, dialecttest.Limits))
	last := reply{}
	for range 10 {
		if last = c.do("GET", "/v1/hello", ""); last.status == 429 {
			break
		}
	}
	c.want(last, 429, "E00000")
	if last.header.Get("Retry-After") != "1" || last.body.Messages[0].Text != "Too many requests." || last.body.Messages[0].Code != "EF00107" {
		t.Error(last.raw, last.header)
	}
}

func TestRetryAfterIsRoundedUp(t *testing.T) {
	t.Parallel()
	d := New(dialecttest.New(t).Deps())
	e := errs.E(errs.Blocked, "")
	e.RetryAfter = 1500 * time.Millisecond
	if a := d.failure(&request{}, e); a.header.Get("Retry-After") != "2" || a.status != 429 {
		t.Error(a)
	}
}
