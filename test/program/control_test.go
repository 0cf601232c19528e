package program

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"
)

// ctl runs a command that controls the sandbox and gives what it prints.
func (s *sandbox) ctl(args ...string) string {
	s.t.Helper()
	return mustRun(s.t, append(args, "--sandbox", s.HTTP)...)
}

// ctlJSON is ctl with --json, decoded.
func ctlJSON[T any](s *sandbox, args ...string) T {
	s.t.Helper()
	var v T
	text := s.ctl(append(args, "--json")...)
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		s.t.Fatalf("%v: %v in %s", args, err, text)
	}
	return v
}

// faultMarks are the journal's entries of injected faults.
func (s *sandbox) faultMarks() []string {
	s.t.Helper()
	_, body := get(s.t, s.Admin+"/journal?limit=1000")
	var j struct {
		Entries []struct {
			ID      string
			Account string
			Fault   *struct{ Kind, Exchange, Object string }
		}
	}
	if err := json.Unmarshal([]byte(body), &j); err != nil {
		s.t.Fatal(err)
	}
	var out []string
	for _, e := range j.Entries {
		if f := e.Fault; f != nil {
			if e.ID == "" || e.Account == "" {
				s.t.Errorf("a fault of no request or account: %+v", e)
			}
			out = append(out, f.Kind+" "+f.Exchange+" "+f.Object)
		}
	}
	return out
}

// register orders a name by Domainrobot and gives the number of its job and the job's state.
func (c *client) register(name string) (job, state string) {
	c.t.Helper()
	status, body := c.robot("POST", "/domain", robotOrder(name))
	if status != 200 {
		return "", body
	}
	return number(c.t, body), jobState(c.t, body)
}

func jobState(t testing.TB, body string) string {
	t.Helper()
	var a struct{ Data []struct{ Status string } }
	if err := json.Unmarshal([]byte(body), &a); err != nil || len(a.Data) != 1 {
		t.Fatalf("no job in %s (%v)", body, err)
	}
	return a.Data[0].Status
}

// job asks for a job's state.
func (c *client) job(n string) string {
	c.t.Helper()
	_, body := c.robot("GET", "/job/"+n, "")
	var a struct{ Data []map[string]any }
	if err := json.Unmarshal([]byte(body), &a); err != nil || len(a.Data) != 1 {
		c.t.Fatalf("no job in %s (%v)", body, err)
	}
	if job, ok := a.Data[0]["job"].(map[string]any); ok {
		return fmt.Sprint(job["status"])
	}
	return fmt.Sprint(a.Data[0]["status"])
}

// TestFaults: whatever happens to the deciding command of a registration, it is done once and paid once, or not at all.
func TestFaults(t *testing.T) {
	t.Parallel()
	s := memory(t)
	other := s.fresh()
	for i, d := range []struct {
		add   []string
		state string // after the order
		marks int    // of the fault
	}{
		{[]string{"drop-after"}, "SUCCESS", 1},
		{[]string{"drop-before"}, "SUCCESS", 1},
		{[]string{"2400"}, "SUCCESS", 1},
		{[]string{"drop-before", "--first", "3"}, "SUCCESS", 3},
		{[]string{"latency", "--latency", "300ms"}, "SUCCESS", 1},
		{[]string{"1001"}, "RUNNING", 1},
		{[]string{"down"}, "", 1},
	} {
		c, name := s.fresh(), fmt.Sprintf("fault-%d.com", i)
		word := strings.Join(d.add, " ")
		s.ctl(append([]string{"fault", "add", "--account", c.acc.Name, "--command", "register", "--object", "fault-*.com"}, d.add...)...)
		if job, state := other.register("other-" + name); state != "SUCCESS" {
			t.Errorf("%s: another account's order is hit: %s %s", word, job, state)
		}
		begun := time.Now()
		job, state := c.register(name)
		took := time.Since(begun)
		switch d.add[0] {
		case "down":
			if job != "" || !strings.Contains(state, "EF01906") || c.balance() != "1000.00" {
				t.Errorf("%s: %s %s, balance %s", word, job, state, c.balance())
			}
			job, state = c.register(name) // the fault is spent
			d.state = "SUCCESS"
		case "latency":
			if took < 300*time.Millisecond {
				t.Errorf("%s: answered after %v", word, took)
			}
		}
		if state != d.state {
			t.Errorf("%s: job %s is %s, want %s", word, job, state, d.state)
		}
		if d.state == "RUNNING" {
			wantWords(t, s.ctl("order", "list", "--account", c.acc.Name), name, "pending", "registry")
			wantWords(t, s.ctl("order", "complete", job), "is done")
		}
		if state := c.job(job); state != "SUCCESS" {
			t.Errorf("%s: job %s is %s in the end", word, job, state)
		}
		if err := c.sees(name); err != nil || c.balance() != "990.10" {
			t.Errorf("%s: %v, balance %s", word, err, c.balance())
		}
		if n := strings.Count(strings.Join(s.faultMarks(), "\n")+"\n", d.add[0]+" domain:create "+name+"\n"); n != d.marks {
			t.Errorf("%s: %d marks in the journal, want %d: %v", word, n, d.marks, s.faultMarks())
		}
	}
	list := ctlJSON[struct{ Faults []struct{ Spent bool } }](s, "fault", "list")
	for _, f := range list.Faults {
		if !f.Spent {
			t.Errorf("not spent: %+v", list)
		}
	}
	_, figures := get(t, s.HTTP+"/metrics")
	wantWords(t, figures, `polyreg_faults_injected_total{kind="drop-after",operation="register"} 1`, `{kind="drop-before",operation="register"} 4`)
	wantWords(t, s.ctl("fault", "clear"), fmt.Sprintf("%d removed", len(list.Faults)))
	wantWords(t, s.ctl("fault"), "there are no faults")
}

// TestFaultsOnRenewals: addressed by the dialect's own word, the nth alone.
func TestFaultsOnRenewals(t *testing.T) {
	t.Parallel()
	s := memory(t)
	c := s.alpha()
	s.ctl("fault", "add", "drop-after", "--command", "domain-renew", "--nth", "2")
	for i, want := range []string{"990.10", "980.20", "970.30"} {
		if got := c.wapi("domain-renew", `{"name":"example.com","period":1}`); got.Response.Code != 1000 || c.balance() != want {
			t.Errorf("renewal %d: %+v, balance %s", i+1, got.Response, c.balance())
		}
	}
	if marks := s.faultMarks(); len(marks) != 1 || marks[0] != "drop-after domain:renew example.com" {
		t.Errorf("marks %v", marks)
	}
	s.reset()
	wantWords(t, s.ctl("fault", "list"), "there are no faults")
}

// TestOrdersAreDecided: completed, failed, after some polls, never.
func TestOrdersAreDecided(t *testing.T) {
	t.Parallel()
	s := memory(t)
	c := s.fresh()
	s.ctl("fault", "add", "1001", "--command", "register", "--every")
	pending := func(name string) string {
		t.Helper()
		job, state := c.register(name)
		if state != "RUNNING" {
			t.Fatalf("%s: %s %s", name, job, state)
		}
		return job
	}
	polls := func(job string, want ...string) {
		t.Helper()
		for i, w := range want {
			if got := c.job(job); got != w {
				t.Errorf("job %s, poll %d: %s, want %s", job, i+1, got, w)
			}
		}
	}
	job := pending("fails.com")
	wantWords(t, s.ctl("order", "fail", "fails.com"), "is failed")
	polls(job, "FAILED")
	if got := c.balance(); got != "1000.00" {
		t.Errorf("balance %s after a failed order", got)
	}
	job = pending("later.com")
	wantWords(t, s.ctl("order", "after", job, "3"), "complete after 3 polls")
	wantWords(t, s.ctl("order", "list"), "complete after 3 polls")
	polls(job, "RUNNING", "RUNNING", "RUNNING", "SUCCESS")
	if err := c.sees("later.com"); err != nil {
		t.Error(err)
	}
	s.ctl("fault", "add", "1001", "--command", "delete")
	if body := c.dmapi("domain-delete", "domain", "later.com"); !strings.Contains(body, "Status-Code: 0") {
		t.Errorf("domain-delete: %s", body)
	}
	wantWords(t, s.ctl("order", "list"), "delete     later.com", "registry")
	wantWords(t, s.ctl("order", "complete", "later.com"), "(delete later.com) is done")
	job = pending("later-not.com")
	s.ctl("order", "after", job, "1", "--fail")
	polls(job, "RUNNING", "FAILED")
	job = pending("never.com")
	wantWords(t, s.ctl("order", "never", job), "is pending", "never")
	polls(job, "RUNNING", "RUNNING", "RUNNING")
	wantWords(t, s.ctl("order", "complete", job), "is done") // one may think better of it
	for words, args := range map[string][]string{
		"is done already":       {"order", "complete", job},
		"there is no order 7":   {"order", "fail", "7"},
		"neither the number":    {"order", "fail", "no_name"},
		"holds no such name":    {"order", "fail", "nowhere.com"},
		"no order for":          {"order", "fail", "example.com"},
		"POLLS must be":         {"order", "after", job, "many"},
		"has no command \"do\"": {"order", "do"},
	} {
		refused(t, []string{words}, append(args, "--sandbox", s.HTTP)...)
	}
}

// TestOtherRegistrar: transfers in and away, with the other side driven from here.
func TestOtherRegistrar(t *testing.T) {
	t.Parallel()
	s := memory(t)
	c := s.alpha()
	transfer := func(name, auth string) int {
		t.Helper()
		return c.wapi("domain-transfer", fmt.Sprintf(`{"name":%q,"auth_info":%q,"owner_c":"WEDOS-ALP-1","rules":{"fname":"Jane","lname":"Doe"},"period":1}`, name, auth)).Response.Code
	}
	type offer struct {
		AuthInfo string `json:"auth_info"`
	}
	for _, name := range []string{"incoming.com", "brand-new.com"} {
		given := ctlJSON[offer](s, "registrar", "give", name)
		if code := transfer(name, given.AuthInfo); code != 1001 {
			t.Fatalf("transfer of %s: %d", name, code)
		}
		wantWords(t, s.ctl("order", "list"), "losing registrar", name, "other-registrar")
		wantWords(t, s.ctl("registrar", "reject", name), "rejected", "is failed")
		if code := transfer(name, given.AuthInfo); code != 1001 {
			t.Fatalf("transfer of %s: %d", name, code)
		}
		wantWords(t, s.ctl("registrar", "approve", name), "approved", "is done")
		if err := c.sees(name); err != nil {
			t.Error(err)
		}
	}
	if got := c.balance(); got != "980.20" {
		t.Errorf("balance %s after two transfers", got)
	}
	away := []string{"registrar", "take", "example.com", "--sandbox", s.HTTP}
	refused(t, []string{"2202"}, append(away, "--auth-info", "wrong-AuthInfo-9")...)
	wantWords(t, s.ctl("registrar", "take", "example.com", "--auth-info", "ex-AuthInfo-1"), "requested", "polyreg")
	refused(t, []string{"2300"}, away...)
	refused(t, []string{"order complete|fail"}, "registrar", "approve", "example.com", "--sandbox", s.HTTP)
	wantWords(t, s.ctl("order", "fail", "example.com"), "fail")
	wantWords(t, s.ctl(away[:3]...), "requested")
	wantWords(t, s.ctl("order", "never", "example.com"), "never")
	s.ctl("clock", "advance", "6d", "--quiet")
	if err := c.sees("example.com"); err != nil {
		t.Errorf("time approved what is never to be: %v", err)
	}
	s.ctl("order", "complete", "example.com")
	if err := c.sees("example.com"); err == nil {
		t.Error("the name went away and is still seen")
	}
	wantWords(t, s.ctl("registrar", "list"), "example.com")
	for words, args := range map[string][]string{
		"2201":                       {"give", "example.org"}, // ours
		"no transfer of example.org": {"approve", "example.org"},
		"holds no such name":         {"take", "nowhere.com"},
		"is no domain name":          {"take", "..."},
		"must be live or test":       {"take", "example.com", "--environment", "staging"},
		"2304":                       {"take", "example.org"}, // locked
	} {
		refused(t, []string{words}, append(append([]string{"registrar"}, args...), "--sandbox", s.HTTP)...)
	}
}

// TestClockAndMails: a year passes; mails can be read; equal runs write equal event logs.
func TestClockAndMails(t *testing.T) {
	t.Parallel()
	seed := write(t, t.TempDir(), "seed.yaml", strings.Replace(mustRun(t, "seed", "example"), "version: 1\n", "version: 1\nnow: 2026-11-22T09:00:00Z\n", 1))
	s := memory(t, "--seed", seed)
	wantWords(t, s.ctl("clock"), "2026-11-22T09:00:00Z", "stands")
	var logs [2]string
	for i := range logs {
		out := s.ctl("clock", "advance", "1y")
		wantWords(t, out, "registrar time was 2026-11-22T09:00:00Z and is 2027-11-22T09:00:00Z", "domain_expiring", "example.org", "notices", "charged")
		mails := s.ctl("mail", "list", "--domain", "example.org")
		wantWords(t, mails, "expiry_notice", "hostmaster@alpha.example")
		id := strings.Fields(strings.Split(mails, "\n")[1])[0]
		first := s.ctl("mail", "list", "--limit", "1")
		more := regexp.MustCompile(`There are more: --after (\d+) lists`).FindStringSubmatch(first)
		if more == nil || strings.Count(first, "\n") != 4 {
			t.Fatalf("a page of one mail:\n%s", first)
		}
		if rest := s.ctl("mail", "list", "--after", more[1]); strings.Contains(rest, "There are more") ||
			strings.Count(rest, "\n")+1 != strings.Count(s.ctl("mail", "list"), "\n") {
			t.Errorf("the mails after %s:\n%s", more[1], rest)
		}
		wantWords(t, s.ctl("mail", "show", id), "To: hostmaster@alpha.example", "example.org", "X-Kind: expiry_notice")
		_, logs[i] = get(t, s.Admin+"/events")
		s.reset()
		wantWords(t, s.ctl("clock", "show"), "2026-11-22T09:00:00Z")
	}
	if logs[0] != logs[1] || len(logs[0]) < 1000 {
		t.Errorf("equal runs, other events:\n%s\nbut\n%s", logs[0], logs[1])
	}
	wantWords(t, s.ctl("clock", "set", "2027-01-01", "--json"), `{"report":{"from":"2026-11-22T09:00:00Z","to":"2027-01-01T00:00:00Z"`)
	for words, args := range map[string][]string{
		"never goes back":    {"set", "2020-01-01"},
		"write 75d":          {"advance", "soon"},
		"is no time":         {"set", "soon"},
		"accepts 1 arg":      {"advance"},
		`unknown flag: --by`: {"advance", "--by", "1d"},
	} {
		refused(t, []string{words}, append(append([]string{"clock"}, args...), "--sandbox", s.HTTP)...)
	}
	refused(t, []string{"there is no mail 999"}, "mail", "show", "999", "--sandbox", s.HTTP)
	refused(t, []string{"--limit must be from 1 to 1000"}, "mail", "list", "--limit", "0", "--sandbox", s.HTTP)
	status, body := get(t, s.Admin+"/notices?account=alpha")
	if status != 200 || !strings.Contains(body, "Welcome to the polyreg sandbox") || !strings.Contains(body, `"waiting_in"`) {
		t.Errorf("notices: %d %s", status, body)
	}
}

// TestRunningClockIsReset: a clock that runs and was moved does not go back; the seed counts from where it is.
func TestRunningClockIsReset(t *testing.T) {
	t.Parallel()
	s := memory(t)
	s.ctl("clock", "advance", "700d", "--quiet")
	if got := s.alpha().wapi("domain-info", `{"name":"example.com"}`); got.Response.Code != 1000 && got.Response.Code != 3222 {
		t.Errorf("%+v", got.Response)
	}
	s.reset()
	got := s.alpha().wapi("domain-info", `{"name":"example.com"}`)
	year := fmt.Sprint(time.Now().AddDate(0, 0, 700+630).Year())
	if got.Response.Code != 1000 || !strings.Contains(string(got.Response.Data), year) {
		t.Errorf("after the reset: %+v %s, want an expiry in %s", got.Response, got.Response.Data, year)
	}
}

// TestNoSandbox: the controls say what to do when there is nothing to control.
func TestNoSandbox(t *testing.T) {
	t.Parallel()
	base := fmt.Sprintf("http://127.0.0.1:%d", freePorts(t, 1))
	for _, args := range [][]string{{"clock"}, {"order", "list"}, {"fault", "add", "down"}, {"mail", "list"}, {"registrar", "give", "a.com"}} {
		code, out, complaints := run(t, append(args, "--sandbox", base)...)
		if code != 3 || out != "" {
			t.Errorf("%v: exit code %d, %s", args, code, out)
		}
		wantWords(t, complaints, "no sandbox answers at "+base, "connection refused", "polyreg sandbox", "--sandbox URL")
	}
	refused(t, []string{"--sandbox must be an address"}, "clock", "--sandbox", "127.0.0.1:8700")
	refused(t, []string{"drop-after"}, "fault", "add", "explode", "--sandbox", memory(t).HTTP)
}
