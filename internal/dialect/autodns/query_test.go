package autodns

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
)

// names are the domains of a list answer.
func names(r reply) string {
	var out []string
	for _, d := range r.result().Path("data").ChildrenNamed("domain") {
		out = append(out, strings.TrimSuffix(d.ChildText("name"), ".com"))
	}
	return strings.Join(out, " ")
}

// TestWhere walks the grammar of autodns-xml.md §5.1 over four domains.
func TestWhere(t *testing.T) {
	t.Parallel()
	c := newClient(t, dialecttest.New(t))
	for _, n := range []string{"alpha", "beta", "gamma"} {
		c.want(c.task(create(n+".com", "")), "N0101", "")
	}
	c.want(c.task("<code>0102002</code><domain><name>beta.com</name><registry_status>LOCK</registry_status></domain>"), "N0102002", "")
	leaf := func(key, op, value string) string {
		return "<key>" + key + "</key><operator>" + op + "</operator><value>" + value + "</value>"
	}
	and := func(s string) string { return "<and>" + s + "</and>" }
	or := func(s string) string { return "<or>" + s + "</or>" }
	a, b := leaf("name", "eq", "alpha.com"), leaf("name", "eq", "beta.com")
	for where, want := range map[string]string{
		a:                   "alpha",
		or(a) + or(b):       "alpha beta",
		and(a) + and(b):     "",
		and(or(a) + or(b)):  "alpha beta",
		or(and(a) + and(b)): "",
		or(and(a)+and(leaf("tld", "eq", "com"))) + or(b): "alpha beta",
		and(leaf("tld", "eq", "com")) + and(or(a)+or(b)): "alpha beta",
		and(a) + and(leaf("tld", "eq", "com")) + or(b):   "alpha beta",
		a + or(b):                                                               "alpha beta",
		leaf("name", "like", "*A.com"):                                          "alpha beta gamma",
		leaf("name", "eq", "*a.com"):                                            "alpha beta gamma",
		leaf("name", "ne", "*a.com"):                                            "example",
		leaf("name", "NOT_LIKE", "*a.com"):                                      "example",
		leaf("name", "ne", "alpha.com"):                                         "beta example gamma",
		leaf("name", "in", "alpha.com, gamma.com"):                              "alpha gamma",
		leaf("name", "NOT_IN", "alpha.com,gamma.com"):                           "beta example",
		leaf("name", "gt", "beta.com"):                                          "example gamma",
		leaf("name", "like", "%a.com"):                                          "",
		leaf("sld", "eq", "beta"):                                               "beta",
		leaf("sld", "like", "*mm*"):                                             "gamma",
		leaf("created", "lt", "2026-11-22"):                                     "example",
		leaf("created", "ge", "2026-11-22 10:00:00"):                            "alpha beta gamma",
		leaf("created", "gt", "2026-11-22"):                                     "",
		leaf("created", "eq", "2026-11-*"):                                      "alpha beta gamma",
		leaf("created", "like", "2026-08*"):                                     "example",
		leaf("created", "ne", "2026"):                                           "",
		leaf("expire", "le", "2027-11-22"):                                      "alpha beta gamma",
		leaf("payable", "ge", "2028"):                                           "example",
		leaf("ownerc", "eq", "100101"):                                          "alpha beta example gamma",
		leaf("ownerc", "eq", "4711"):                                            "",
		leaf("ownerc", "ne", "4711"):                                            "alpha beta example gamma",
		leaf("nserver", "eq", "NS1.polyreg.test"):                               "alpha beta example gamma",
		leaf("nserver", "like", "*other*"):                                      "",
		leaf("autorenew", "eq", "TRUE"):                                         "alpha beta example gamma",
		leaf("autorenew", "eq", "maybe"):                                        "",
		leaf("registry_status", "eq", "lock"):                                   "beta",
		leaf("registry_status", "ne", "LOCK"):                                   "alpha example gamma",
		leaf("registry_status", "eq", "ACTIVE"):                                 "alpha example gamma",
		leaf("registry_status", "in", "LOCK,ACTIVE"):                            "alpha beta example gamma",
		leaf("domainsafe", "eq", "false"):                                       "alpha beta example gamma",
		leaf("use_privacy", "eq", "1"):                                          "",
		"<key>cancelation</key><operator>is_null</operator>":                    "alpha beta example gamma",
		"<key>cancelation</key><operator>IS_NOT_NULL</operator>":                "",
		"<key>comment</key><operator>is_null</operator>":                        "alpha beta example gamma",
		or(leaf("comment", "eq", "x")) + or(leaf("domainsafe", "eq", "0")):      "alpha beta example gamma",
		leaf("comment", "like", "100%*"):                                        "",
		"<key>name</key><value>alpha.com</value><value>beta.com</value>":        "alpha beta",
		strings.Repeat("<and>", 30) + a + strings.Repeat("</and>", 30):          "alpha",
		and(leaf("created", "ge", "2026-11-22")) + and(leaf("sld", "ne", "x*")): "alpha beta gamma",
	} {
		r := c.want(c.task("<code>0105</code><where>"+where+"</where><order><key>name</key></order>"), "S0105", "")
		if got := names(r); got != want {
			t.Errorf("%s\nfinds %q, want %q", where, got, want)
		}
	}
	for where, path := range map[string]string{
		leaf("colour", "eq", "x"):                       "request.task.where.key=colour",
		leaf("name", "near", "x"):                       "request.task.where.operator=near",
		leaf("created", "eq", "soon"):                   "request.task.where.value=soon",
		leaf("ownerc", "gt", "1"):                       "request.task.where.operator=",
		"<and></and>":                                   "request.task.where.key=",
		"<key>name</key><operator>eq</operator>":        "request.task.where.value=",
		"<and>" + leaf("nserver", "gt", "x") + "</and>": "request.task.where=",
	} {
		r := c.want(c.task("<code>0105</code><where>"+where+"</where>"), "E00000", "EF01000")
		if r.about() != path {
			t.Errorf("%s: %s", where, r.raw)
		}
	}
}

func TestViewAndOrder(t *testing.T) {
	t.Parallel()
	c := newClient(t, dialecttest.New(t))
	for _, n := range []string{"alpha", "beta", "gamma"} {
		c.want(c.task(create(n+".com", "")), "N0101", "")
	}
	for query, want := range map[string]string{
		"<order><key>name</key><mode>desc</mode></order>":                                               "gamma example beta alpha",
		"<order><key>created</key></order><order><key>name</key><mode>DESC</mode></order>":              "example gamma beta alpha",
		"<view><offset>1</offset><limit>2</limit></view><order><key>name</key><mode>asc</mode></order>": "beta example",
		"<view><offset>4</offset><limit>2</limit></view>":                                               "",
		"<view><limit>0</limit></view>":                                                                 "",
		"<order><key></key></order><view><limit>1</limit></view>":                                       "example",
	} {
		r := c.want(c.task("<code>0105</code>"+query), "S0105", "")
		if got := names(r); got != want || r.result().Path("data").ChildText("summary") != "4" {
			t.Errorf("%s: %q\n%s", query, got, r.raw)
		}
	}
	for query, path := range map[string]string{
		"<view><limit>x</limit></view>":                       "request.task.view.limit=x",
		"<view><offset>-1</offset></view>":                    "request.task.view.offset=-1",
		"<order><key>colour</key></order>":                    "request.task.order.key=colour",
		"<order><key>name</key><mode>sideways</mode></order>": "request.task.order.mode=sideways",
	} {
		if r := c.want(c.task("<code>0105</code>"+query), "E00000", "EF01000"); r.about() != path {
			t.Errorf("%s: %s", query, r.raw)
		}
	}
}

func TestSpans(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][2]string{
		"2026-11-22 10:00:00":          {"2026-11-22T09:00:00Z", "2026-11-22T09:00:01Z"},
		"2026-11-22":                   {"2026-11-21T23:00:00Z", "2026-11-22T23:00:00Z"},
		"2012-12-*":                    {"2012-11-30T23:00:00Z", "2012-12-31T23:00:00Z"},
		"2012*":                        {"2011-12-31T23:00:00Z", "2012-12-31T23:00:00Z"},
		"2026-07-01 12:30":             {"2026-07-01T10:30:00Z", "2026-07-01T10:31:00Z"},
		"2026-03-29":                   {"2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"}, // 23 hours long
		"2026-11-22T09:00:00Z":         {"2026-11-22T09:00:00Z", "2026-11-22T09:00:01Z"},
		"2026-11-22T10:00:00.000+0100": {"2026-11-22T09:00:00Z", "2026-11-22T09:00:01Z"},
	} {
		from, to, ok := span(text)
		if got := [2]string{from.Format(time.RFC3339), to.Format(time.RFC3339)}; !ok || got != want {
			t.Errorf("%s: %v %v", text, got, ok)
		}
	}
	for _, text := range []string{"", "*", "soon", "2026-13-01", "22.11.2026"} {
		if _, _, ok := span(text); ok {
			t.Error(text, "is a time")
		}
	}
	if s := stamp(time.Date(2026, 7, 1, 10, 30, 0, 0, time.UTC)); s != "2026-07-01 12:30:00" {
		t.Error(s)
	}
}

// The structure of a nested condition of autodns-xml.md §5.1: (A and B) or C.
func TestNesting(t *testing.T) {
	t.Parallel()
	n, err := parse([]byte(`<request><where><or><and><key>sld</key><value>a</value></and><and><key>tld</key><value>b</value></and></or>` +
		`<or><key>name</key><value>c</value></or></where></request>`))
	if err != nil {
		t.Fatal(err)
	}
	l := &listing{t: &task{}, columns: domainColumns}
	f, err := l.body(context.Background(), n.Child("where"))
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Any) != 2 || len(f.Any[0].All) != 2 || f.Any[1].Field != "name" {
		t.Error(cmp.Diff(nil, f))
	}
}
