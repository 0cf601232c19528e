package autodns

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/secret"
)

const poorAuth = `<auth><user>poor</user><password>poor-s3cret-robot</password><context>4</context></auth>`

func TestNoFunds(t *testing.T) {
	t.Parallel()
	c := newClient(t, dialecttest.New(t))
	order := `<task><code>0101</code><domain><name>dear.com</name><ownerc>` + contactFields + `</ownerc>` + servers + `</domain></task>`
	r := c.want(c.send(as(poorAuth, order)), "E0101", "EF00901")
	if strings.Contains(r.raw, "S0301") {
		t.Error(r.raw)
	}
	// Nothing is left of it.
	contains(t, c.send(as(poorAuth, "<task><code>0304</code></task>")), "<summary>0</summary>")
	contains(t, c.send(as(poorAuth, "<task><code>0984</code></task>")), "<current_account_balance>5.00</current_account_balance>", "<reserved>0.00</reserved>")
	contains(t, c.send(as(poorAuth, "<task><code>0905</code></task>")), "<summary>0</summary>")
}

// A registry that has not answered yet: the same N, and the result comes by message.
func TestPendingOrder(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t, dialecttest.Pending(func(op, name string) bool { return name == "slow.com" }))
	c := newClient(t, w)
	c.want(c.task("<code>0906</code><message><id>51000001</id></message>"), "S0906", "")
	c.want(c.task("<ctid>slow-1</ctid>"+create("slow.com", "")), "N0101", "")
	c.want(c.task(create("slow.com", "")), "E0101", "EF01030")
	contains(t, c.task("<code>300115</code>"), "<summary>1</summary>", "<status>RUNNING</status>")
	contains(t, c.task(`<code>0713</code><where><key>object</key><operator>eq</operator><value>slow.com</value></where>`), "<status>pending</status>")
	contains(t, c.task("<code>0905</code>"), "<summary>0</summary>")
	contains(t, c.task(`<code>0984</code>`), "<reserved>10.00</reserved>", "<running_total>990.00</running_total>")
}

// A contact that came along is one of its own right: it stays when the registry refuses the order, and a repeated order finds it.
func TestContactsThatCameAlong(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t, dialecttest.Pending(func(op, name string) bool { return op == "create" }))
	c := newClient(t, w)
	order := func(name string) string {
		return `<code>0101</code><domain><name>` + name + `</name><ownerc>` + contactFields + `</ownerc>` + servers + `</domain>`
	}
	c.want(c.task(order("slow.com")), "N0101", "S0301")
	if err := w.Sim.ResolvePending(t.Context(), "live", "slow.com", false); err != nil {
		t.Fatal(err)
	}
	const ended = "<code>300135</code><where><key>status</key><operator>eq</operator><value>FAILED</value></where>"
	for i := 0; i < 200 && strings.Contains(c.task(ended).raw, "<summary>0</summary>"); i++ {
		time.Sleep(25 * time.Millisecond)
	}
	contains(t, c.task(ended), "<summary>1</summary>")
	c.want(c.task(named("0105", "slow.com", "")), "E0105", "EF01012")
	contains(t, c.task("<code>0304</code><where><key>email</key><operator>eq</operator><value>ada@example.org</value></where>"), "<summary>1</summary>")
	c.header.Set("Idempotency-Key", "with a contact")
	contacts := strings.ReplaceAll(order("again.com"), "ada@", "eve@")
	c.want(c.task(contacts), "N0101", "S0301")
	c.want(c.task(contacts), "N0101", "MSG03003")
}

func TestOneMessageForEachOrder(t *testing.T) {
	t.Parallel()
	c := newClient(t, dialecttest.New(t))
	c.want(c.task("<code>0906</code><message><id>51000001</id></message>"), "S0906", "")
	// Answered S: no message follows.
	c.want(c.task("<code>0301</code><handle>"+contactFields+"</handle>"), "S0301", "")
	c.want(c.task("<code>0302</code><handle><id>100101</id><city>Potsdam</city></handle>"), "S0302", "")
	c.want(c.task("<code>0102004</code><domain><name>example.com</name><comment>c</comment></domain>"), "S0102004", "")
	c.want(c.task(create("incoming.com", "")), "E0101", "EF01021")
	contains(t, c.task("<code>0905</code>"), "<summary>0</summary>")
	// Answered N: exactly one, also when nothing differs.
	c.want(c.task("<code>0102</code><domain><name>example.com</name><autorenew>true</autorenew></domain>"), "N0102", "")
	again := c.task("<code>0905</code>")
	contains(t, again, "<summary>1</summary>", "<code>S0102</code>")
	c.want(c.task("<code>0906</code><message><id>"+again.result().Path("data", "message").ChildText("id")+"</id></message>"), "S0906", "")
	c.want(c.task("<ctid>dim-1</ctid><code>0102</code><domain><name>example.com</name><autorenew>false</autorenew></domain>"), "N0102", "")
	r := c.task("<code>0905</code>")
	contains(t, r, "<summary>1</summary>", "<code>S0102</code>", "<ctid>dim-1</ctid>")
	if job := r.result().Path("data", "message", "job"); job.Path("status").ChildText("type") != "success" || job.ChildText("ctid") != "dim-1" || job.ChildText("stid") == "" {
		t.Error(r.raw)
	}
}

func TestDemoChangesNothing(t *testing.T) {
	t.Parallel()
	c := newClient(t, dialecttest.New(t))
	state := func() string {
		var b strings.Builder
		for _, code := range []string{"0105", "0304", "0905", "0984", "300115", "300135"} {
			r := c.task("<code>" + code + "</code>")
			b.WriteString(r.raw[:strings.Index(r.raw, "<stid>")] + "\n")
		}
		return b.String()
	}
	before := state()
	const demo = "<demo>true</demo>"
	c.want(c.task(demo+create("trial.com", "")), "N0101", "")
	c.want(c.task(demo+create("incoming.com", "")), "E0101", "EF01021")
	c.want(c.task(demo+`<code>0101</code><domain><name>trial.com</name><ownerc>`+contactFields+`</ownerc>`+servers+`</domain>`), "N0101", "")
	c.want(c.task(demo+"<code>0301</code><handle>"+contactFields+"</handle>"), "S0301", "")
	c.want(c.task(demo+"<code>0302</code><handle><id>100101</id><city>Potsdam</city></handle>"), "S0302", "")
	c.want(c.task(demo+"<code>0101003</code><domain><name>example.com</name></domain>"), "N0101003", "")
	c.want(c.task(demo+"<code>0102002</code><domain><name>example.com</name><registry_status>lock</registry_status></domain>"), "N0102002", "")
	c.want(c.task(demo+"<code>0906</code><message><id>51000001</id></message>"), "S0906", "")
	c.want(c.task(demo+"<code>0906</code><message><id>9</id></message>"), "E0906", "EF01000")
	if after := state(); after != before {
		t.Errorf("before:\n%s\nafter:\n%s", before, after)
	}
}

func TestIdempotencyKey(t *testing.T) {
	t.Parallel()
	c := newClient(t, dialecttest.New(t))
	c.header.Set("Idempotency-Key", "once")
	two := as(alphaAuth, "<task>"+create("one.com", "")+"</task>", "<task>"+create("two.com", "")+"</task>")
	for range 2 {
		r := c.send(two)
		if len(r.results()) != 2 || strings.Count(r.raw, "<code>N0101</code>") != 2 {
			t.Error(r.raw)
		}
	}
	c.want(c.task(create("three.com", "")), "E0101", "EF01904")
	contains(t, c.task("<code>0984</code>"), "<current_account_balance>980.00</current_account_balance>")
}

func TestSixteenOrdersForOneName(t *testing.T) {
	t.Parallel()
	c := newClient(t, dialecttest.New(t))
	var wg sync.WaitGroup
	codes := make([]string, 16)
	for i := range codes {
		wg.Go(func() { r := c.task(create("hot.com", "")); codes[i] = r.code() + r.msg() })
	}
	wg.Wait()
	got := map[string]int{}
	for _, c := range codes {
		got[c]++
	}
	if got["N0101"] != 1 || got["N0101"]+got["E0101EF01021"]+got["E0101EF01030"] != 16 {
		t.Error(got)
	}
	contains(t, c.task("<code>0984</code>"), "<current_account_balance>990.00</current_account_balance>")
}

func TestSecondFactorAndSessionOfTheOtherInterface(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t)
	c := newClient(t, w)
	ctx := context.Background()
	auth := func(token string) string {
		return `<auth><user>alpha2fa</user><password>s3cret-robot2</password><context>4</context>` + token + `</auth>`
	}
	code, err := secret.CodeTOTP(dialecttest.Robot2FATOTP, w.Clocks.Wall())
	if err != nil {
		t.Fatal(err)
	}
	c.want(c.send(as(auth(""), "<task><code>0984</code></task>")), "E00000", "EF00104")
	c.want(c.send(as(auth("<token>"+code+"</token>"), "<task><code>0984</code></task>")), "S0984", "")
	c.want(c.send(as(auth("<token>"+code+"</token>"), "<task><code>0984</code></task>")), "E00000", "EF00104") // once only
	// A session of the JSON interface is stored under the shared name; it works here, and ours works there.
	caller, err := w.Runner.LoginPassword(ctx, command.Login{Dialect: shared, Login: "alpha", Context: 4, Password: "s3cret-robot"})
	if err != nil {
		t.Fatal(err)
	}
	const theirs = "0b6c1a52-6f5e-4f0e-9a53-0d5f6f0f2a11"
	if err := w.Runner.OpenSession(ctx, caller, theirs, time.Minute, 10); err != nil {
		t.Fatal(err)
	}
	session := func(hash string) string { return "<auth_session><hash>" + hash + "</hash></auth_session>" }
	c.want(c.send(as(session(theirs), "<task><code>0984</code></task>")), "S0984", "")
	r := c.want(c.task("<code>1321001</code>"), "S1321001", "")
	ours := r.result().Path("data", "auth_session").ChildText("hash")
	if _, _, err := w.Runner.Resume(ctx, command.Login{Dialect: shared}, ours); err != nil || len(ours) != 36 {
		t.Error(ours, err)
	}
	// Nobody ends another account's session.
	beta := `<auth><user>beta</user><password>beta-s3cret-robot</password></auth>`
	c.want(c.send(as(beta, "<task><code>1321003</code>"+session(ours)+"</task>")), "E1321003", "EF00105")
	c.want(c.send(as(session(ours), "<task><code>0984</code></task>")), "S0984", "")
	c.want(c.send(as(session(strings.ToUpper(ours)), "<task><code>1321003</code></task>")), "S1321003", "")
	c.want(c.send(as(session(ours), "<task><code>0984</code></task>")), "E00000", "EF00105")
}

func TestAccessOfCredentials(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t)
	hash, err := secret.NewPasswords(secret.MinParams).Hash(context.Background(), "look")
	if err != nil {
		t.Fatal(err)
	}
	err = w.Store.InTx(context.Background(), func(ctx context.Context, tx command.Tx) error {
		a, err := tx.AccountByName(ctx, account.Live, "alpha")
		if err != nil {
			return err
		}
		return tx.AddCredential(ctx, &account.Credential{Account: a.ID, Dialect: shared, Kind: account.Password, Login: "reader", Context: 33004, Secret: hash, Access: account.Read})
	})
	if err != nil {
		t.Fatal(err)
	}
	c := newClient(t, w)
	auth := `<auth><user>reader</user><password>look</password><context>33004</context></auth>`
	r := c.send(as(auth, "<task><code>0105</code></task>", "<task>"+create("x.com", "")+"</task>", "<task><code>0301</code><handle>"+contactFields+"</handle></task>",
		"<task><code>0346</code><verification><hash>x</hash></verification></task>"))
	contains(t, r, "<code>S0105</code>", "<code>E0101</code>", "<code>E0301</code>", "<code>E0346</code>", "<value>reader, 33004</value>")
	if strings.Count(r.raw, "<code>EF00106</code>") != 3 {
		t.Error(r.raw)
	}
}

func TestSubUsers(t *testing.T) {
	t.Parallel()
	c := newClient(t, dialecttest.New(t))
	kid := alphaAuth + "<owner><user>kid</user></owner>"
	id := c.want(c.send(as(kid, "<task><code>0301</code><handle>"+contactFields+"</handle></task>")), "S0301", "").result().Path("status", "object").ChildText("value")
	c.want(c.send(as(kid, "<task>"+strings.Replace(create("kid.com", ""), "100101", id, 1)+"</task>")), "N0101", "")
	r := c.send(as(kid, "<task><code>0105</code><domain><name>kid.com</name></domain></task>"))
	contains(t, c.want(r, "S0105", ""), "<owner><user>kid</user><context>4</context></owner>")
	c.want(c.task("<code>0105</code><domain><name>kid.com</name></domain>"), "E0105", "EF01012")
	contains(t, c.task("<code>0105</code>"), "<summary>1</summary>")
	contains(t, c.task("<code>0105</code><view><children>1</children></view>"), "<summary>2</summary>", "<name>kid.com</name>")
	contains(t, c.send(as(kid, "<task><code>0905</code></task>")), "<summary>1</summary>", "<code>S0101</code>")
	// Without a language, the profile of the account whose objects are meant decides.
	doc := `<request>` + kid + `<task><code>0984</code></task></request>`
	contains(t, c.send(doc), "Die Kontodaten wurden erfolgreich ermittelt.")
	// Not upwards, not sideways.
	for _, owner := range []string{"alpha", "beta", "nobody"} {
		auth := `<auth><user>kid</user><password>kid-s3cret-robot</password></auth><owner><user>` + owner + `</user></owner>`
		c.want(c.send(as(auth, "<task><code>0984</code></task>")), "E00000", "EF00106")
	}
}

func TestVendorHosts(t *testing.T) {
	t.Parallel()
	c := newClient(t, dialecttest.New(t))
	auth := func(context string) string {
		return `<auth><user>alpha</user><password>` + map[bool]string{true: "s3cret-robot", false: "s3cret-robot"}[context == ""] + `</password>` + context + `</auth>`
	}
	for _, q := range []struct{ host, context, code, user string }{
		{hostLive, "", "S1321001", "alpha, 4"}, {hostLabel, "", "S1321001", "alpha, 4"}, {hostDemo, "", "S1321001", "alpha, 1"},
		{hostDemo + ":443", "<context>1</context>", "S1321001", "alpha, 1"}, {"localhost:8700", "<context>1</context>", "S1321001", "alpha, 1"},
		{hostLive, "<context>1</context>", "E00000", ""}, {hostDemo, "<context>4</context>", "E00000", ""},
	} {
		c.url = "http://" + q.host + "/gateway/"
		r := c.send(as(auth(q.context), "<task><code>1321001</code></task>"))
		if r.code() != q.code || q.user != "" && r.result().Path("status", "object").ChildText("value") != q.user {
			t.Errorf("%+v: %s", q, r.raw)
		}
	}
}

func TestRateLimitDelays(t *testing.T) {
	t.Parallel()
	c := newClient(t, dialecttest.New(t, dialecttest.Limits))
	start := time.Now()
	for range 6 {
		c.want(c.task("<code>0984</code>"), "S0984", "")
	}
	if took := time.Since(start); took < 300*time.Millisecond || took > 9*time.Second {
		t.Error("six requests took", took)
	}
}

func TestManyTasksAreAnsweredInOrder(t *testing.T) {
	t.Parallel()
	c := newClient(t, dialecttest.New(t))
	var tasks []string
	for i := range 20 {
		code := []string{"0105", "0304", "0984", "0101"}[i%4]
		tasks = append(tasks, fmt.Sprintf(`<task serial="%d"><code>%s</code><ctid>t%d</ctid></task>`, i, code, i))
	}
	r := c.send(as(alphaAuth, tasks...))
	for i, res := range r.results() {
		want := []string{"S0105", "S0304", "S0984", "E00000"}[i%4]
		if res.Path("status").ChildText("code") != want || res.ChildText("ctid") != fmt.Sprintf("t%d", i) || len(res.ChildrenNamed("status")) != 1 {
			t.Errorf("%d: %s", i, r.raw)
		}
	}
	if len(r.results()) != 20 || r.root.Child("ctid") != nil {
		t.Error(r.raw)
	}
}
