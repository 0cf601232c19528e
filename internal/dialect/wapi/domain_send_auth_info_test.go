package wapi

import (
	"strings"
	"testing"

	"github.com/polyreg/polyreg/internal/app/core"
	"github.com/polyreg/polyreg/internal/catalog"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/domain"
)

// mailsTo are the bodies of the mails about a name that went to its owner.
func mailsTo(t *testing.T, w *dialecttest.World, object string) []string {
	t.Helper()
	ms, err := w.Runner.Mails(t.Context(), command.MailQuery{Object: object, Limit: 50})
	must(t, err)
	var out []string
	for _, m := range ms {
		if m.Kind == "auth_info" && m.To == "jane@alpha.example" {
			out = append(out, m.Body)
		}
	}
	return out
}

// The code is mailed to the owner, not in a test and not to be read in any reply.
func TestSendAuthInfoByMail(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t)
	d := New(w.Deps())
	if got := codeOf(t, askAs(t, d, "alpha", "domain-send-auth-info", `{"name":"example.com"}`, `,"test":1`)); got != "1000" {
		t.Error("test:", got)
	}
	if got := mailsTo(t, w, "example.com"); len(got) != 0 {
		t.Errorf("a test sent %q", got)
	}
	reply := ask(t, d, "alpha", "domain-send-auth-info", `{"name":"example.com"}`)
	mails := mailsTo(t, w, "example.com")
	if codeOf(t, reply) != "1000" || len(mails) != 1 || !strings.Contains(mails[0], "ex-AuthInfo-1") || strings.Contains(reply, "ex-AuthInfo-1") {
		t.Error(reply, mails)
	}
}

// Where a code is drawn on request only, the command draws it; within the time in which no transfer is allowed, it is refused.
func TestSendAuthInfoDrawsACode(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t, func(o *core.Options) { o.Catalog = withPolicy(t, catalog.PolicyGTLDNext) })
	d := New(w.Deps())
	plant(t, w, "alpha", "example.com", func(d *domain.Domain) { d.AuthInfo = "" })
	reply := ask(t, d, "alpha", "domain-send-auth-info", `{"name":"example.com"}`)
	if got := mailsTo(t, w, "example.com"); codeOf(t, reply) != "1000" || len(got) != 1 {
		t.Error(reply, got)
	}
	ask(t, d, "alpha", "domain-create", strings.Replace(create, "%s", "young.com", 1))
	plant(t, w, "alpha", "young.com", func(d *domain.Domain) { d.AuthInfo = "" })
	reply = ask(t, d, "alpha", "domain-send-auth-info", `{"name":"young.com"}`)
	if got := mailsTo(t, w, "young.com"); codeOf(t, reply) != "3209" || len(got) != 0 {
		t.Error("a name that may not be transferred yet:", reply, got)
	}
}

// An owner without an address at hand cannot be written to.
func TestSendAuthInfoWithoutOwner(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t)
	d := New(w.Deps())
	plant(t, w, "alpha", "example.com", func(d *domain.Domain) { d.Contacts = nil })
	if got := codeOf(t, ask(t, d, "alpha", "domain-send-auth-info", `{"name":"example.com"}`)); got != "3209" {
		t.Error(got)
	}
	if got := ask(t, d, "alpha", "domain-info", `{"name":"example.com"}`); codeOf(t, got) != "1000" || !strings.Contains(got, `"owner_c":""`) {
		t.Error(got)
	}
}

// withPolicy is the tests' catalog with another policy for .com.
func withPolicy(t *testing.T, name string) *catalog.Catalog {
	t.Helper()
	p, ok := catalog.PolicyNamed(name)
	if !ok {
		t.Fatal(name)
	}
	var all []catalog.TLD
	for _, tld := range dialecttest.Catalog().TLDs() {
		copied := *tld
		if copied.Name == "com" {
			copied.Policies = []catalog.Policy{p}
		}
		all = append(all, copied)
	}
	return catalog.New(all, nil)
}
