package program

import (
	"crypto/tls"
	"fmt"
	"io"
	"net/url"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// quick are order times under which a dead node's orders are taken over soon. The lease is the sum of the first three.
const quick = `order: {inline: 300ms, exchange: 1500ms, margin: 200ms, sweep: 100ms, poll: 500ms}
`

// TestKill: the core dies by SIGKILL in the middle of an order; once it is back the order ends by itself, exactly once.
func TestKill(t *testing.T) {
	t.Parallel()
	for _, database := range []string{"sqlite", "postgres"} {
		t.Run(database, func(t *testing.T) {
			t.Parallel()
			k := newKill(t, database)
			for i, when := range []moment{afterRegistry, beforeRegistry} {
				t.Run("create "+when.String(), func(t *testing.T) { k.at(t).create(fmt.Sprintf("kill-%d.com", i), when) })
				t.Run("renew "+when.String(), func(t *testing.T) { k.at(t).renew(fmt.Sprintf("kill-%d.com", i), when) })
			}
			t.Run("contact "+afterRegistry.String(), func(t *testing.T) { k.at(t).contact("kill-contact.com") })
			t.Run("DMAPI", func(t *testing.T) { k.at(t).dmapi("kill-dmapi.com") })
			t.Run("SIGTERM", func(t *testing.T) { k.at(t).term("kill-term.com") })
			t.Run("twice", func(t *testing.T) { k.at(t).twice("kill-twice.com") })
			k.node.stop()
			k.reg.stop()
		})
	}
}

// kill is a core and a registry with the proxy between them.
type kill struct {
	*production
	proxy  *proxy
	node   *process
	client *client // of the node that runs now
}

func newKill(t *testing.T, database string) *kill {
	p := setup(t, database)
	k := &kill{production: p, proxy: newProxy(t, p.epp, p.ca)}
	p.writeConfig(k.proxy.addr, k.proxy.ca, quick)
	p.plant()
	k.node, k.client = p.node()
	return k
}

// at lets a subtest speak for itself.
func (k *kill) at(t *testing.T) *kill {
	c := *k.client
	c.t = t
	k.client = &c
	return k
}

// state is what must have moved exactly once.
type state struct {
	balance string
	domains int
	orders  int // that are done
	charges int // ledger entries of orders
	notices int
}

func (k *kill) state() state {
	return state{balance: k.client.balance(), domains: k.count(k.client.t, `SELECT COUNT(*) FROM domain`), orders: k.count(k.client.t, `SELECT COUNT(*) FROM reg_order WHERE state = 'done'`),
		notices: k.count(k.client.t, `SELECT COUNT(*) FROM notice`),
		charges: k.count(k.client.t, `SELECT COUNT(*) FROM entry WHERE order_no <> 0`)}
}

// open is how many orders are not at their end.
func (k *kill) open() int {
	return k.count(k.client.t, `SELECT COUNT(*) FROM reg_order WHERE state IN ('sent', 'pending')`)
}

// crash sends an order in the background. At each cut it kills the core and starts it again; the order is sent once, what
// comes after the first cut is the core's own doing. It gives the time of the last restart.
func (k *kill) crash(word string, order func(), cuts ...moment) (back time.Time) {
	t, acc := k.client.t, k.client.acc
	t.Helper()
	hit := k.proxy.watch(word, cuts...)
	gone := make(chan struct{})
	go func() { defer close(gone); order() }()
	var ids []string
	for range cuts {
		select {
		case id := <-hit:
			ids = append(ids, id)
		case <-time.After(patience):
			t.Fatalf("no %s came by after %v", word, ids)
		}
		k.node.kill()
		<-gone
		back = time.Now()
		k.node, k.client = k.production.node()
		k.client.t, k.client.acc = t, acc
	}
	t.Logf("cut %v", ids)
	return back
}

// send gives an order whose answer never comes.
func (k *kill) send(method, path, body string) func() {
	c := *k.client
	r := c.robotRequest(method, path, body)
	return func() {
		res, err := plain.Do(r)
		if err == nil {
			res.Body.Close()
			if res.StatusCode == 200 {
				c.t.Errorf("the order was answered before the core died: %s", res.Status)
			}
		}
	}
}

// settled waits until no order is open and proves the books.
func (k *kill) settled(back time.Time) state {
	t := k.client.t
	t.Helper()
	eventually(t, patience, func() error {
		if n := k.open(); n > 0 {
			return fmt.Errorf("%d orders are open", n)
		}
		return nil
	})
	t.Logf("settled %v after the restart began", time.Since(back).Round(10*time.Millisecond))
	if err := k.proof(t); err != nil {
		t.Error(err)
	}
	return k.state()
}

func (k *kill) create(name string, when moment) {
	t := k.client.t
	before, creates := k.state(), k.proxy.successes("<domain:create")
	k.drainMessages()
	back := k.crash("<domain:create", k.send("POST", "/domain?ctid=kill-1", robotOrder(name)), when)
	after := k.settled(back)
	if n := k.proxy.successes("<domain:create") - creates; n != 1 {
		t.Errorf("%d creates were carried out", n)
	}
	k.once(before, after, once{domains: 1, notices: 1})
	if err := k.client.sees(name); err != nil {
		t.Error(err)
	}
	k.oneResult(name)
	k.atRegistry(name, "polyreg")
}

func (k *kill) renew(name string, when moment) {
	t := k.client.t
	before, renewals, expires := k.state(), k.proxy.successes("<domain:renew"), k.atRegistry(name, "polyreg")
	k.drainMessages()
	back := k.crash("<domain:renew", k.send("PUT", "/domain/"+name+"/_renew", `{"period":{"unit":"YEAR","period":1}}`), when)
	after := k.settled(back)
	if n := k.proxy.successes("<domain:renew") - renewals; n != 1 {
		t.Errorf("%d renewals were carried out", n)
	}
	k.once(before, after, once{notices: 1})
	if was, is := expires.AddDate(1, 0, 0), k.atRegistry(name, "polyreg"); !is.Equal(was) {
		t.Errorf("the registry says %v, want %v", is, was)
	}
	if got := k.client.wapi("domain-info", `{"name":"`+name+`"}`); !strings.Contains(string(got.Response.Data), expires.AddDate(1, 0, 0).Format("2006-01-02")) {
		t.Errorf("WAPI says %s, the registry had %v", got.Response.Data, expires)
	}
	k.oneResult(name)
}

// twice kills the core again while it takes up the order after the first crash.
func (k *kill) twice(name string) {
	t := k.client.t
	before, creates := k.state(), k.proxy.successes("<domain:create")
	k.drainMessages()
	back := k.crash("<domain:create", k.send("POST", "/domain", robotOrder(name)), beforeRegistry, afterRegistry)
	after := k.settled(back)
	if n := k.proxy.successes("<domain:create") - creates; n != 1 {
		t.Errorf("%d creates were carried out", n)
	}
	k.once(before, after, once{domains: 1, notices: 1})
	k.oneResult(name)
	k.atRegistry(name, "polyreg")
}

// contact cuts a step before the deciding one: the contact is there, and the registry says so when it is made again.
func (k *kill) contact(name string) {
	before, creates := k.state(), k.proxy.successes("<domain:create")
	k.drainMessages()
	order := strings.ReplaceAll(robotOrder(name), "Mustermann", "Neumann")
	back := k.crash("<contact:create", k.send("POST", "/domain", order), afterRegistry)
	after := k.settled(back)
	if n := k.proxy.successes("<domain:create") - creates; n != 1 {
		k.client.t.Errorf("%d creates were carried out", n)
	}
	k.once(before, after, once{domains: 1, notices: 1})
	k.oneResult(name)
	k.atRegistry(name, "polyreg")
}

// dmapi: the result of an order stands in the list of the door that it came through.
func (k *kill) dmapi(name string) {
	t := k.client.t
	before := k.state()
	c := *k.client
	form := url.Values{"api-key": {c.acc.DMAPI.Keys[0].Key}, "domain": {name}, "period": {"12"}, "status": {"production"}, "owner-c": {"CCOM-1001"}, "admin-c": {"CCOM-1001"},
		"tech-c": {"CCOM-1001"}, "billing-c": {"CCOM-1001"}, "ns-list": {"ns1.polyreg.test:ns2.polyreg.test"}}
	order := newRequest(t, "POST", c.base+"/dmapi/request/domain-register", form.Encode(), "Content-Type: application/x-www-form-urlencoded")
	back := k.crash("<domain:create", func() {
		if res, err := plain.Do(order); err == nil {
			res.Body.Close()
			t.Errorf("the order was answered before the core died: %s", res.Status)
		}
	}, afterRegistry)
	k.once(before, k.settled(back), once{domains: 1}) // its results are the orders themselves
	_, list, _ := strings.Cut(k.client.dmapi("result-list", "objid", name), "\n\n")
	if lines := strings.Split(strings.TrimSpace(list), "\n"); len(lines) != 1 || !strings.Contains(lines[0], "ack") {
		t.Errorf("the result list:\n%s", list)
	}
	k.atRegistry(name, "polyreg")
}

// term asks the core to end by SIGTERM in the middle of an order: it ends when the order has ended.
func (k *kill) term(name string) {
	t := k.client.t
	before := k.state()
	k.drainMessages()
	hit := k.proxy.watch("<domain:create", late)
	order, answer := k.client.robotRequest("POST", "/domain", robotOrder(name)), make(chan string, 1)
	go func() {
		res, err := plain.Do(order)
		if err != nil {
			answer <- err.Error()
			return
		}
		body, err := io.ReadAll(res.Body)
		res.Body.Close()
		answer <- fmt.Sprint(res.StatusCode, string(body), err)
	}()
	<-hit
	syscall.Kill(k.node.pid, syscall.SIGTERM)
	if got := <-answer; !strings.HasPrefix(got, "200") || strings.Contains(got, `"ERROR"`) {
		t.Errorf("the caller should be told that the order is under way: %s", got)
	}
	if !k.node.running() {
		t.Error("it has ended before the order has")
	}
	close(k.proxy.release)
	k.node.stop()
	if n := k.open(); n != 0 {
		t.Errorf("%d orders were left open", n)
	}
	k.node, k.client = k.production.node()
	k.client.t = t
	k.once(before, k.state(), once{domains: 1, notices: 1})
	k.oneResult(name)
}

// once is what one order brings beside one charge of 9.90.
type once struct{ domains, notices int }

// once compares before and after one order.
func (k *kill) once(before, after state, want once) {
	t := k.client.t
	t.Helper()
	if got := cents(t, before.balance) - cents(t, after.balance); got != 990 {
		t.Errorf("charged %d cents, want 990: from %s to %s", got, before.balance, after.balance)
	}
	if after.domains-before.domains != want.domains {
		t.Errorf("%d domains more, want %d", after.domains-before.domains, want.domains)
	}
	if after.orders-before.orders != 1 {
		t.Errorf("%d orders done, want 1", after.orders-before.orders)
	}
	if after.charges-before.charges != 1 {
		t.Errorf("%d charges, want 1", after.charges-before.charges)
	}
	if after.notices-before.notices != want.notices {
		t.Errorf("%d notices, want %d", after.notices-before.notices, want.notices)
	}
	if n := k.count(k.client.t, `SELECT COUNT(*) FROM reg_order WHERE state = 'failed'`); n != 0 {
		t.Errorf("%d orders failed", n)
	}
}

func cents(t testing.TB, amount string) int {
	t.Helper()
	var whole, part int
	if _, err := fmt.Sscanf(amount, "%d.%02d", &whole, &part); err != nil {
		t.Fatalf("%q: %v", amount, err)
	}
	return whole*100 + part
}

// drainMessages confirms all messages of Domainrobot's queue.
func (k *kill) drainMessages() {
	t := k.client.t
	t.Helper()
	for range 50 {
		id := messageID(k.poll())
		if id == "" {
			return
		}
		if status, body := k.client.robot("PUT", "/poll/"+id, ""); status != 200 {
			t.Fatalf("confirming %s: %d %s", id, status, body)
		}
	}
	t.Fatal("the queue does not end")
}

func (k *kill) poll() string {
	_, body := k.client.robot("GET", "/poll", "")
	return body
}

var reMessage = regexp.MustCompile(`"type":"Message","value":"(\d+)"`)

func messageID(body string) string {
	if m := reMessage.FindStringSubmatch(body); m != nil {
		return m[1]
	}
	return ""
}

// oneResult: the caller, who got no answer, finds one message and one successful job.
func (k *kill) oneResult(name string) {
	t := k.client.t
	t.Helper()
	body := k.poll()
	id := messageID(body)
	if id == "" || !strings.Contains(body, name) || !strings.Contains(body, `"SUCCESS"`) {
		t.Errorf("the message: %s", body)
	}
	k.client.robot("PUT", "/poll/"+id, "")
	if rest := k.poll(); messageID(rest) != "" {
		t.Errorf("a second message: %s", rest)
	}
	_, jobs := k.client.robot("POST", "/job/history/_search", `{"view":{"from":"2020-01-01","to":"2040-01-01"},"filters":[{"key":"object","value":"`+name+`"}],"orders":[{"key":"created","type":"DESC"}]}`)
	if !strings.Contains(jobs, `"SUCCESS"`) || strings.Contains(jobs, `"FAILED"`) || strings.Contains(jobs, `"RUNNING"`) {
		t.Errorf("the jobs: %s", jobs)
	}
}

// atRegistry asks the registry itself, past the core and the proxy, who holds a name and until when.
func (k *kill) atRegistry(name, sponsor string) time.Time {
	t := k.client.t
	t.Helper()
	c, err := tls.Dial("tcp", k.epp, &tls.Config{RootCAs: pool(t, k.ca)})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	say := eppSession(t, c)
	say("")
	wantWords(t, say(eppLoginFrame(eppLogin{"demo", "reg-Pass-77"})), `code="1000"`)
	info := say(eppFrame(`<info><domain:info xmlns:domain="urn:ietf:params:xml:ns:domain-1.0"><domain:name hosts="none">` + name + `</domain:name></domain:info></info>`))
	wantWords(t, info, `code="1000"`, "<domain:clID>"+sponsor+"</domain:clID>")
	m := regexp.MustCompile(`<domain:exDate>([^<]+)</domain:exDate>`).FindStringSubmatch(info)
	if m == nil {
		t.Fatalf("no expiry in %s", info)
	}
	at, err := time.Parse(time.RFC3339, m[1])
	if err != nil {
		t.Fatal(err)
	}
	return at
}
