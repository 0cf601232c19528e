package autodns

import (
	"strings"
	"testing"

	"github.com/polyreg/polyreg/internal/app/core"
	"github.com/polyreg/polyreg/internal/catalog"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
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

func named(code, name, more string) string {
	return "<code>" + code + "</code><domain><name>" + name + "</name>" + more + "</domain>"
}

func TestLockedDomains(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t)
	c := newClient(t, w)
	change(t, w, "alpha", command.UpdateDomain{Name: "example.com", Statuses: map[string]bool{domain.ClientDeleteProhibit: true, domain.ClientUpdateProhibit: true}})
	c.want(c.task(named("0103", "example.com", "")), "E0103", "EF01903")
	c.want(c.task(`<code>0103101</code><cancelation><domain>example.com</domain><type>delete</type><execdate>now</execdate></cancelation>`), "E0103101", "EF01903")
	c.want(c.task(named("0102007", "example.com", `<dnssec><flags>257</flags><protocol>3</protocol><algorithm>8</algorithm><publickey>AwEAAcw5</publickey></dnssec>`)), "E0102007", "EF01903")
	c.want(c.task(named("0104010", "example.com", `<ownerc>`+contactFields+`</ownerc><confirm_owner_consent>1</confirm_owner_consent>`)), "E0104010", "EF01903")
	lock := true
	change(t, w, "beta", command.UpdateDomain{Name: "beta-owned.com", Lock: &lock})
	r := c.want(c.task(named("0104", "beta-owned.com", "<ownerc>100101</ownerc><authinfo>ex-AuthInfo-1</authinfo>")), "E0104", "EF01903")
	if strings.Contains(r.raw, "<help>") {
		t.Error("whose customer holds the name is told:", r.raw)
	}
}

func TestNoFundsForTransferAndRestore(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t)
	c := newClient(t, w)
	poor := func(inner string) reply { return c.send(as(poorAuth, "<task>"+inner+"</task>")) }
	c.want(poor(named("0104", "incoming.com", "<ownerc>"+contactFields+"</ownerc><authinfo>in-AuthInfo-1</authinfo>")), "E0104", "EF00901")
	w.Deposit(t, "poor", 500)
	c.want(poor(`<code>0101</code><domain><name>last.com</name><ownerc>`+contactFields+`</ownerc>`+servers+`</domain>`), "N0101", "S0301")
	w.Wait(t, 10)
	c.want(poor(named("0103", "last.com", "")), "N0103", "")
	c.want(poor(named("0101005", "last.com", "")), "E0101005", "EF00901")
	contains(t, poor("<code>0105005</code>"), "<name>last.com</name>")
}

// A renewal that time places and that cannot be paid is told like any other that failed.
func TestRenewalByTimeFails(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t)
	c := newClient(t, w)
	w.Deposit(t, "poor", 500)
	poor := func(inner string) reply { return c.send(as(poorAuth, "<task>"+inner+"</task>")) }
	c.want(poor(`<code>0101</code><domain><name>short.de</name><ownerc>`+contactFields+`</ownerc>`+servers+`</domain>`), "N0101", "S0301")
	r := poor("<code>0905</code>")
	c.want(poor("<code>0906</code><message><id>"+r.result().Path("data", "message").ChildText("id")+"</id></message>"), "S0906", "")
	w.Wait(t, 359)
	contains(t, poor("<code>0905</code>"), "<summary>1</summary>", "<name>short.de</name>", "<code>E0101003</code>", "<code>EF00901</code>")
}

// A name whose owner has just changed may not go: the platform refuses the transfer by itself.
func TestTransferRefusedByPolicy(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t)
	c := newClient(t, w)
	c.want(c.task(named("0104010", "example.com", "<ownerc>"+contactFields+"</ownerc><confirm_owner_consent>1</confirm_owner_consent>")), "N0104010", "S0301")
	if err := w.Sim.TakeByTransfer(t.Context(), repo.Live, "example.com", core.OtherRegistrar); err != nil {
		t.Fatal(err)
	}
	w.Wait(t, 0)
	var told []string
	for {
		r := c.task("<code>0905</code>")
		m := r.result().Path("data", "message")
		if m == nil {
			break
		}
		told = append(told, m.Path("notify").ChildText("type"))
		c.want(c.task("<code>0906</code><message><id>"+m.ChildText("id")+"</id></message>"), "S0906", "")
	}
	if got := strings.Join(told, ","); !strings.Contains(got, "transfer_start,transfer_autonack") {
		t.Error(got)
	}
	contains(t, c.task(named("0105", "example.com", "")), "<registry_status>ACTIVE</registry_status>")
}

// Under the rules with a code on request there is none until one is made.
func TestCodeOnRequest(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t)
	next, _ := catalog.PolicyNamed(catalog.PolicyGTLDNext)
	next.CreateLock = 0
	var tlds []catalog.TLD
	for _, tld := range dialecttest.Catalog().TLDs() {
		one := *tld
		one.Policies = []catalog.Policy{next}
		tlds = append(tlds, one)
	}
	w.Runner.SetCatalog(catalog.New(tlds, nil))
	c := newClient(t, w)
	c.want(c.task(create("code.com", "")), "N0101", "")
	c.want(c.task(named("0113002", "code.com", "")), "E0113002", "EF01909")
	r := c.want(c.task(named("0113001", "code.com", "")), "S0113001", "")
	o := r.result().Path("status", "object")
	if o.ChildText("type") != "authinfo" || len(o.ChildText("value")) < 8 {
		t.Error(r.raw)
	}
	contains(t, c.task(named("0105", "code.com", "")), "<authinfo>"+o.ChildText("value")+"</authinfo>")
	c.want(c.task(named("0113001", "code.com", "")), "E0113001", "EF011316")
}

func TestShownCodesAreMasked(t *testing.T) {
	t.Parallel()
	d := New(dialecttest.New(t).Deps())
	masked := string(d.Mask([]byte(`<response><result><data/><status><object><type>authinfo</type><value>ex-AuthInfo-1</value></object></status></result></response>`)))
	if strings.Contains(masked, "ex-AuthInfo-1") || !strings.Contains(masked, "<type>authinfo</type>") {
		t.Error(masked)
	}
}

// Nothing that a demo task says is done.
func TestDemoEndsNothing(t *testing.T) {
	t.Parallel()
	c := newClient(t, dialecttest.New(t))
	const demo = "<demo>1</demo>"
	before := c.task(named("0105", "example.com", ""))
	for inner, code := range map[string]string{
		named("0103", "example.com", ""): "N0103",
		`<code>0103101</code><cancelation><domain>example.com</domain><type>delete</type></cancelation>`:                         "S0103101",
		`<code>0103101</code><cancelation><domain>example.com</domain><type>delete</type><execdate>now</execdate></cancelation>`: "S0103101",
		named("0104", "incoming.com", "<ownerc>100101</ownerc><authinfo>in-AuthInfo-1</authinfo>"):                               "N0104",
		named("0104010", "example.com", "<ownerc>"+contactFields+"</ownerc><confirm_owner_consent>1</confirm_owner_consent>"):    "N0104010",
		named("0113002", "example.com", ""): "S0113002",
		named("0113005", "example.com", ""): "S0113005",
		named("0102007", "example.com", ""): "N0102007",
	} {
		c.want(c.task(demo+inner), code, map[bool]string{true: "MSG010315"}[strings.HasSuffix(inner, "<type>delete</type></cancelation>")])
	}
	after := c.task(named("0105", "example.com", ""))
	cut := func(r reply) string { return r.raw[:strings.Index(r.raw, "<stid>")] }
	if cut(before) != cut(after) {
		t.Errorf("before %s\nafter %s", before.raw, after.raw)
	}
	contains(t, c.task("<code>0905</code>"), "<summary>1</summary>", "<type>test</type>")
	contains(t, c.task("<code>300115</code>"), "<summary>0</summary>")
}

// While another registrar asks for a name it is PENDING, whatever its lock.
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
	contains(t, c.task(named("0105", "example.com", "")), "<registry_status>PENDING</registry_status>")
	for word, n := range map[string]string{"PENDING": "1", "HOLD": "0"} {
		contains(t, c.task("<code>0105</code><where><key>registry_status</key><operator>eq</operator><value>"+word+"</value></where>"), "<summary>"+n+"</summary>")
	}
}
