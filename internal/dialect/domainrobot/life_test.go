package domainrobot

import (
	"strings"
	"testing"

	"github.com/polyreg/polyreg/internal/app/core"
	"github.com/polyreg/polyreg/internal/catalog"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/registry/sim/repo"
)

// change changes a domain for an account behind the door.
func change(t *testing.T, w *dialecttest.World, account string, cmd command.UpdateDomain) {
	t.Helper()
	if _, err := command.Do(t.Context(), w.Runner, w.Caller(t, account), cmd); err != nil {
		t.Fatal(err)
	}
}

// because fails unless the first message of a refusal has the code.
func because(t *testing.T, a reply, code string) {
	t.Helper()
	if len(a.body.Messages) == 0 || a.body.Messages[0].Code != code {
		t.Errorf("not for %s: %s", code, a.raw)
	}
}

const key = `{"algorithm":8,"flags":257,"protocol":3,"publicKey":"AwEAAcw5"}`

const newOwner = `{"type":"PERSON","fname":"Max","lname":"Mustermann","address":["Musterstr. 1"],"pcode":"93055","city":"Regensburg","country":"DE","email":"max@example.com","phone":"+49-941-12345"}`

func TestLockedDomains(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t)
	c := newClient(t, w)
	change(t, w, "alpha", command.UpdateDomain{Name: "example.com", Statuses: map[string]bool{domain.ClientDeleteProhibit: true, domain.ClientUpdateProhibit: true}})
	because(t, c.want(c.do("DELETE", "/v1/domain/example.com", ""), 400, "E0103"), "EF01903")
	because(t, c.want(c.do("POST", "/v1/domain/example.com/cancelation", `{"execution":"NOW"}`), 400, "E0103101"), "EF01903")
	because(t, c.want(c.do("PUT", "/v1/domain/example.com/_dnssec", `{"dnssecData":[`+key+`]}`), 400, "E0102007"), "EF01903")
	because(t, c.want(c.do("PUT", "/v1/domain/example.com/_ownerChange", `{"ownerc":`+newOwner+`,"confirmOwnerConsent":1}`), 400, "E0104010"), "EF01903")
	lock := true
	change(t, w, "beta", command.UpdateDomain{Name: "beta-owned.com", Lock: &lock})
	because(t, c.want(c.do("POST", "/v1/domain/_transfer", `{"name":"beta-owned.com","ownerc":{"id":100101},"authinfo":"ex-AuthInfo-1"}`), 400, "E0104"), "EF01903")
}

// TestPendingUpdate: the registry takes its time over changes. The job runs, the name is busy, and the end comes as a message.
func TestPendingUpdate(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t, dialecttest.Pending(func(op, _ string) bool { return op == "update" }))
	c := newClient(t, w)
	c.do("PUT", "/v1/poll/"+c.do("GET", "/v1/poll", "").body.Object.Value, "")
	a := c.want(c.do("PUT", "/v1/domain/example.com/_dnssec?ctid=keys", `{"dnssecData":[`+key+`]}`), 200, "N0102007")
	if a.body.Data[0]["status"] != "RUNNING" {
		t.Fatal(a.raw)
	}
	if d := c.do("GET", "/v1/domain/example.com", ""); d.body.Data[0]["registryStatus"] != "PENDING" {
		t.Error(d.raw)
	}
	for _, x := range [][3]string{{"DELETE", "/v1/domain/example.com", ""}, {"POST", "/v1/domain/example.com/cancelation", `{"execution":"NOW"}`},
		{"DELETE", "/v1/domain/example.com/_authinfo1", ""}} {
		because(t, c.do(x[0], x[1], x[2]), "EF01030")
	}
	if err := w.Sim.ResolvePending(t.Context(), "live", "example.com", true); err != nil {
		t.Fatal(err)
	}
	if m := waitForMessage(t, c); m["ctid"] != "keys" {
		t.Error(m)
	}
	if n := c.want(c.do("DELETE", "/v1/domain/example.com/_authinfo1", ""), 200, "N0113002"); n.body.Status.Type != "NOTIFY" {
		t.Error(n.raw)
	}
}

// TestTransferRefusedByPolicy: a name whose owner has just changed may not go; the platform refuses the transfer by itself.
func TestTransferRefusedByPolicy(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t)
	c := newClient(t, w)
	c.want(c.do("PUT", "/v1/domain/example.com/_ownerChange", `{"ownerc":`+newOwner+`,"confirmOwnerConsent":"true"}`), 200, "N0104010")
	if err := w.Sim.TakeByTransfer(t.Context(), repo.Live, "example.com", core.OtherRegistrar); err != nil {
		t.Fatal(err)
	}
	w.Wait(t, 0)
	var told []string
	for {
		a := c.do("GET", "/v1/poll", "")
		if len(a.body.Data) == 0 {
			break
		}
		if n, ok := a.body.Data[0]["notify"].(map[string]any); ok {
			told = append(told, n["type"].(string))
		}
		c.want(c.do("PUT", "/v1/poll/"+a.body.Object.Value, ""), 200, "S0906")
	}
	if got := strings.Join(told, ","); got != "transfer_start,transfer_autonack" {
		t.Error(got)
	}
}

// TestCodeOnRequest: under the rules with a code on request there is none until one is made.
func TestCodeOnRequest(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t)
	next, _ := catalog.PolicyNamed(catalog.PolicyGTLDNext)
	next.CreateLock = 0
	retail(w, func(tld *catalog.TLD) { tld.Policies = []catalog.Policy{next} })
	c := newClient(t, w)
	c.want(c.do("POST", "/v1/domain", shop), 200, "N0101")
	because(t, c.want(c.do("DELETE", "/v1/domain/shop.com/_authinfo1", ""), 404, "E0113002"), "EF01909")
	because(t, c.want(c.do("PUT", "/v1/domain/shop.com/_sendAuthinfoToOwnerc", ""), 404, "E0113005"), "EF01909")
	a := c.want(c.do("POST", "/v1/domain/shop.com/_authinfo1", ""), 200, "S0113001")
	code, _ := a.body.Data[0]["authinfo"].(string)
	if len(code) < 8 || a.body.Data[0]["authinfoExpire"] != stamp(dialecttest.Now.Add(next.AuthValid)) {
		t.Error(a.raw)
	}
	if d := c.do("GET", "/v1/domain/shop.com", ""); d.body.Data[0]["authinfo"] != code {
		t.Error(d.raw)
	}
	because(t, c.want(c.do("POST", "/v1/domain/shop.com/_authinfo1", ""), 400, "E0113001"), "EF011316")
}

// retail gives the world a catalog that differs from the usual one.
func retail(w *dialecttest.World, change func(*catalog.TLD)) {
	var tlds []catalog.TLD
	for _, tld := range dialecttest.Catalog().TLDs() {
		one := *tld
		change(&one)
		tlds = append(tlds, one)
	}
	w.Runner.SetCatalog(catalog.New(tlds, map[dname.Name]string{}))
}

// TestRenewalByTimeFails: a renewal that cannot be paid is told.
func TestRenewalByTimeFails(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t)
	c := newClient(t, w).with("Authorization", basicAuth("poor", "poor-s3cret-robot"))
	w.Deposit(t, "poor", 500)
	c.want(c.do("POST", "/v1/domain", strings.ReplaceAll(strings.Replace(shop, "shop.com", "shop.de", 1), `{"id":100101}`, newOwner)), 200, "N0101")
	c.do("PUT", "/v1/poll/"+c.do("GET", "/v1/poll", "").body.Object.Value, "")
	w.Wait(t, 359)
	a := c.do("GET", "/v1/poll", "")
	for _, part := range []string{`"action":"renew"`, `"status":"FAILED"`, `"code":"EF00901"`, `"value":"shop.de"`} {
		if !strings.Contains(a.raw, part) {
			t.Errorf("no %s in %s", part, a.raw)
		}
	}
}

// TestStatusWhileATransferWaits: while another registrar asks for a name it is PENDING, whatever its lock.
func TestStatusWhileATransferWaits(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t)
	c := newClient(t, w)
	hold := true
	change(t, w, "alpha", command.UpdateDomain{Name: "example.com", Hold: &hold})
	if err := w.Sim.TakeByTransfer(t.Context(), repo.Live, "example.com", core.OtherRegistrar); err != nil {
		t.Fatal(err)
	}
	w.Wait(t, 0)
	if d := c.do("GET", "/v1/domain/example.com", ""); d.body.Data[0]["registryStatus"] != "PENDING" {
		t.Error(d.raw)
	}
	for word, n := range map[string]int{"PENDING": 1, "HOLD": 0} {
		if a := c.do("POST", "/v1/domain/_search", `{"filters":[{"key":"status","value":"`+word+`"}]}`); a.body.Object.Summary != n {
			t.Error(word, a.raw)
		}
	}
}

// TestRecordsOfOtherInterfaces: delegation signer records are no keys that could be shown.
func TestRecordsOfOtherInterfaces(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t)
	c := newClient(t, w)
	c.want(c.do("PUT", "/v1/domain/example.com", `{"nameServers":[{"name":"ns1.alpha.example"},{"name":"ns2.alpha.example"}]}`), 200, "N0102")
	change(t, w, "alpha", command.UpdateDomain{Name: "example.com", DNSSEC: &domain.DNSSEC{DS: []domain.DS{{KeyTag: 12345, Alg: 8, DigestType: 2,
		Digest: strings.Repeat("3FB2C9A1", 8)}}}})
	if d := c.do("GET", "/v1/domain/example.com", ""); d.body.Data[0]["dnssec"] != true || d.body.Data[0]["dnssecData"] != nil {
		t.Error(d.raw)
	}
}

func TestSecretsOfTheLifeAreMasked(t *testing.T) {
	t.Parallel()
	d := New(dialecttest.New(t).Deps())
	for _, text := range []string{"PUT /v1/contact/verification/_confirm?reference=hunter2 HTTP/1.1\r\nHost: x\r\n\r\n", `{"name":"a.com","authinfo":"hunter2"}`} {
		if masked := string(d.Mask([]byte(text))); strings.Contains(masked, "hunter2") {
			t.Error(masked)
		}
	}
	c := newClient(t, dialecttest.New(t))
	if a := c.do("POST", "/v1/domain/_transfer", `{"name":"incoming.com","ownerc":{"id":100101},"authinfo":"`+strings.Repeat("hunter2", 50)+`"}`); strings.Contains(a.raw, "hunter2") {
		t.Error(a.raw)
	}
}
