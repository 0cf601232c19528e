package opensrs

import (
	"strings"
	"testing"

	"github.com/polyreg/polyreg/internal/app/core"
	"github.com/polyreg/polyreg/internal/catalog"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
)

// The code goes to the registrant by mail and is not in the answer.
func TestAuthcodeByMail(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t, idle)
	c := newClient(w)
	doc := string(c.send(t, document("SEND_AUTHCODE", "DOMAIN", hash("domain_name", "example.com"))))
	if strings.Contains(doc, "ex-AuthInfo-1") || !strings.Contains(doc, ">Message sent<") {
		t.Error(doc)
	}
	mails, err := w.Runner.Mails(t.Context(), command.MailQuery{To: "jane@alpha.example"})
	if err != nil || len(mails) != 1 || !strings.Contains(mails[0].Body, "ex-AuthInfo-1") {
		t.Errorf("%d mails, %v", len(mails), err)
	}
}

// Under the rules with codes on request a name that has come has none until one is set, which these rules forbid for 720 hours.
func TestAuthcodeOnRequest(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t, idle, func(o *core.Options) {
		p, _ := catalog.PolicyNamed(catalog.PolicyGTLDNext)
		o.Catalog.TLD("com").Policies = []catalog.Policy{p}
	})
	c, act := newClient(w), actor{w, t}
	expect(t, c.do(t, "SW_REGISTER", "DOMAIN", newOrder("incoming.com").with("reg_type", "transfer", "auth_info", "in-AuthInfo-1")), "200", "Transfer request initiated")
	act.do("advance 144h")
	a := expect(t, c.do(t, "GET", "DOMAIN", hash("domain", "incoming.com", "type", "domain_auth_info")), "200", "")
	if got := a.get("domain_auth_info"); got == nil || got.text != "" {
		t.Error("a code is shown")
	}
	expect(t, c.do(t, "SEND_AUTHCODE", "DOMAIN", hash("domain", "incoming.com")), "480", "")
	wanted := hash("domain", "incoming.com", "data", "domain_auth_info", "domain_auth_info", "Wanted-Code-1")
	if r := c.do(t, "MODIFY", "DOMAIN", wanted); r.get("is_success").text != "0" {
		t.Error("a code within the 720 hours")
	}
	act.do("advance 744h")
	expect(t, c.do(t, "MODIFY", "DOMAIN", wanted), "200", "")
	expect(t, c.do(t, "SEND_AUTHCODE", "DOMAIN", hash("domain", "incoming.com")), "200", "Message sent")
}
