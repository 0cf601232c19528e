package program

import (
	"bufio"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	wire "github.com/polyreg/polyreg/internal/wire/epp"
)

// TestReady measures from the start of the process to the first 200 of /readyz. The bar is one second; a busy machine gets ten.
func TestReady(t *testing.T) {
	program(t)
	best := time.Hour
	for range 3 {
		port := freePorts(t, 7)
		begun := time.Now()
		p := start(t, nil, program(t), "sandbox", "--memory", "--port-base", strconv.Itoa(port))
		eventually(t, 10*time.Second, func() error {
			res, err := http.Get(fmt.Sprintf("http://127.0.0.1:%d/readyz", port))
			if err != nil {
				return err
			}
			res.Body.Close()
			if res.StatusCode != 200 {
				return errors.New(res.Status)
			}
			return nil
		})
		best = min(best, time.Since(begun))
		p.stop()
	}
	t.Logf("ready after %d ms (best of three)", best.Milliseconds())
}

// given are the port ranges that tests of this run have been given.
var given sync.Map

// freePorts finds n consecutive free ports below those that the kernel gives to others, so that they stay free.
func freePorts(t testing.TB, n int) int {
	t.Helper()
	for range 200 {
		base := 10000 + 10*rand.IntN(1000)
		if _, taken := given.LoadOrStore(base, true); taken {
			continue
		}
		free := true
		for i := range n {
			l, err := net.Listen("tcp", "127.0.0.1:"+strconv.Itoa(base+i))
			if err != nil {
				free = false
				break
			}
			l.Close()
		}
		if free {
			return base
		}
	}
	t.Fatal("no free ports")
	return 0
}

func TestEndpointsFile(t *testing.T) {
	t.Parallel()
	s := memory(t)
	text, err := os.ReadFile(s.file)
	if err != nil {
		t.Fatal(err)
	}
	var top map[string]json.RawMessage
	if err := json.Unmarshal(text, &top); err != nil {
		t.Fatal(err)
	}
	var keys []string
	for k := range top {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	want := []string{"accounts", "admin", "admin_token", "ca", "dns", "epp", "epp_login", "http", "https", "opensrs", "pid", "redirect"}
	if !slices.Equal(keys, want) {
		t.Errorf("keys are %v, want %v", keys, want)
	}
	page, err := os.ReadFile(filepath.Join(root(), "docs", "quickstart.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range keys {
		if !strings.Contains(string(page), "`"+k+"`") {
			t.Errorf("docs/quickstart.md does not tell of the key %s", k)
		}
	}
	if st, err := os.Stat(s.file); err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("it holds credentials and is open to others: %v %v", st.Mode(), err)
	}
	if s.PID != s.pid {
		t.Errorf("pid is %d, the process is %d", s.PID, s.pid)
	}
	if !strings.HasPrefix(s.Admin, s.HTTP+"/") || len(s.AdminToken) < 16 || len(s.Accounts) != 4 || !filepath.IsAbs(s.CA) {
		t.Errorf("unfit: %+v", s.endpoints)
	}
	for _, url := range []string{s.HTTP, s.HTTPS, s.OpenSRS, s.Admin} {
		if strings.HasSuffix(url, "/") {
			t.Errorf("%s ends in a slash", url)
		}
	}
}

// TestStaleEndpointsFile: whoever waits for the file must not read an earlier run's.
func TestStaleEndpointsFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := write(t, dir, "endpoints.json", `{"http":"http://127.0.0.1:1"}`)
	refused(t, []string{"seed", "nowhere.yaml"}, "sandbox", "--memory", "--port-base", "0", "--endpoints-file", file, "--seed", "nowhere.yaml")
	p := start(t, nil, program(t), "sandbox", "--memory", "--port-base", "0", "--endpoints-file", file)
	p.find("is ready")
	if text, err := os.ReadFile(file); err != nil || strings.Contains(string(text), "127.0.0.1:1\"") {
		t.Errorf("%v: %s", err, text)
	}
	p.stop()
}

// TestCertificates: the CA of the endpoints file is enough to trust every TLS port, under loopback's names and the vendors'.
func TestCertificates(t *testing.T) {
	t.Parallel()
	s := memory(t)
	for _, name := range []string{"", "localhost", "dmapi.joker.com", "api.wedos.com", "api.autodns.com", "gateway.autodns.com"} {
		status, _, body := request(t, trusting(t, s.CA, name), newRequest(t, "GET", s.HTTPS+"/healthz", ""))
		if status != 200 {
			t.Errorf("https as %q: %d %s", name, status, body)
		}
	}
	for _, name := range []string{"", "rr-n1-tor.opensrs.net"} {
		r := s.alpha().opensrsRequest(s.OpenSRS, s.account("alpha").OpenSRS.Keys.Live, "GET_BALANCE", "BALANCE")
		if status, _, body := request(t, trusting(t, s.CA, name), r); status != 200 || !strings.Contains(body, "1000.00") {
			t.Errorf("opensrs as %q: %d %s", name, status, body)
		}
	}
	if _, err := plain.Get(s.HTTPS + "/healthz"); err == nil {
		t.Error("the CA is trusted without having been told to")
	}
}

// TestRegistryLogin speaks EPP with the log-in of the endpoints file.
func TestRegistryLogin(t *testing.T) {
	t.Parallel()
	s := memory(t)
	c, err := tls.Dial("tcp", s.EPP, &tls.Config{RootCAs: pool(t, s.CA)})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	say := eppSession(t, c)
	wantWords(t, say(""), "<greeting>")
	wantWords(t, say(eppLoginFrame(s.EPPLogin)), `code="1000"`)
	wantWords(t, say(eppFrame(`<check><domain:check xmlns:domain="urn:ietf:params:xml:ns:domain-1.0"><domain:name>example.com</domain:name><domain:name>free.com</domain:name></domain:check></check>`)),
		`avail="0">example.com`, `avail="1">free.com`)
}

// eppSession sends frames and reads the answers; an empty frame only reads.
func eppSession(t testing.TB, c net.Conn) func(string) string {
	r := bufio.NewReader(c)
	return func(frame string) string {
		t.Helper()
		c.SetDeadline(time.Now().Add(patience))
		if frame != "" {
			if err := wire.WriteFrame(c, []byte(frame)); err != nil {
				t.Fatal(err)
			}
		}
		answer, err := wire.ReadFrame(r, 0)
		if err != nil {
			t.Fatal(err)
		}
		return string(answer)
	}
}

func eppFrame(command string) string {
	return `<?xml version="1.0" encoding="UTF-8"?><epp xmlns="urn:ietf:params:xml:ns:epp-1.0"><command>` + command + `<clTRID>program-` + strconv.FormatInt(time.Now().UnixNano(), 36) +
		`</clTRID></command></epp>`
}

func eppLoginFrame(l eppLogin) string {
	return eppFrame(`<login><clID>` + l.User + `</clID><pw>` + l.Password + `</pw><options><version>1.0</version><lang>en</lang></options><svcs>` +
		`<objURI>urn:ietf:params:xml:ns:domain-1.0</objURI><objURI>urn:ietf:params:xml:ns:contact-1.0</objURI><objURI>urn:ietf:params:xml:ns:host-1.0</objURI></svcs></login>`)
}

// TestPorts: a base gives consecutive ports, single addresses win over it, a port in use is named.
func TestPorts(t *testing.T) {
	t.Parallel()
	base, own := freePorts(t, 7), freePorts(t, 1)
	file := filepath.Join(t.TempDir(), "e.json")
	p := start(t, nil, program(t), "sandbox", "--memory", "--port-base", strconv.Itoa(base), "--listen-https", "127.0.0.1:"+strconv.Itoa(own), "--endpoints-file", file)
	p.find("is ready")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var e endpoints
	if err := json.Unmarshal(text, &e); err != nil {
		t.Fatal(err)
	}
	for _, d := range []struct {
		got  string
		want string
	}{{e.HTTP, fmt.Sprintf("http://127.0.0.1:%d", base)}, {e.HTTPS, fmt.Sprintf("https://127.0.0.1:%d", own)},
		{e.EPP, fmt.Sprintf("127.0.0.1:%d", base+2)}, {e.OpenSRS, fmt.Sprintf("https://127.0.0.1:%d", base+3)},
		{e.DNS, fmt.Sprintf("127.0.0.1:%d", base+4)}, {e.Redirect, fmt.Sprintf("http://127.0.0.1:%d", base+6)}} {
		if d.got != d.want {
			t.Errorf("%s, want %s", d.got, d.want)
		}
	}
	refused(t, []string{"http", fmt.Sprintf("127.0.0.1:%d", base), "address already in use", "--port-base"}, "sandbox", "--memory", "--port-base", strconv.Itoa(base))
	p.stop()
}

func TestBadFlags(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	mem := []string{"sandbox", "--memory", "--port-base", "0"}
	for _, d := range []struct {
		args  []string
		words []string
	}{
		{[]string{"sandbx"}, []string{`unknown command "sandbx"`}},
		{[]string{"sandbox", "--memroy"}, []string{"unknown flag: --memroy", "polyreg sandbox --help"}},
		{[]string{"sandbox", "here"}, []string{`"here"`}},
		{[]string{"sandbox", "--memory", "--data", dir}, []string{"--memory", "--data"}},
		{append(mem, "--limits", "maybe"), []string{"--limits", "real or off", "maybe"}},
		{append(mem, "--log-level", "loud"), []string{"--log-level", "loud"}},
		{append(mem, "--seed", dir+"/absent.yaml"), []string{"absent.yaml", "no such file"}},
		{append(mem, "--endpoints-file", dir+"/absent/e.json"), []string{"--endpoints-file", "absent"}},
		{append(mem, "--listen-http", "8700"), []string{"http cannot listen on 8700", "--listen-http"}},
		{append(mem, "--listen-opensrs", "127.0.0.1:99999"), []string{"opensrs cannot listen", "99999", "--listen-opensrs"}},
		{[]string{"sandbox", "--memory", "--port-base", "-7"}, []string{"--port-base"}},
		{[]string{"sandbox", "--memory", "--port-base", "many"}, []string{"--port-base", "many", "--help"}},
		{[]string{"sandbox", "--data", "/proc/nowhere", "--port-base", "0"}, []string{"data folder", "/proc/nowhere"}},
		{[]string{"serve"}, []string{`"config" not set`}},
		{[]string{"serve", "--config", dir + "/absent.yaml"}, []string{"configuration", "absent.yaml"}},
		{[]string{"registry"}, []string{`"data" not set`}},
		{[]string{"registry", "--data", dir + "/r1", "--registrar", "live"}, []string{"--registrar live", "NAMESPACE:USER=PASSWORDFILE"}},
		{[]string{"registry", "--data", dir + "/r", "--listen", "127.0.0.1:0", "--registrar", "live:x=" + dir + "/absent.pw"}, []string{"absent.pw"}},
	} {
		t.Run(strings.Join(d.args, " "), func(t *testing.T) { t.Parallel(); refused(t, d.words, d.args...) })
	}
}

// TestBadSeeds: every problem is told with line and column, by `seed check` and by the sandbox alike.
func TestBadSeeds(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, d := range map[string]struct {
		text  string
		words []string
	}{
		"keys.yaml":   {"version: 1\naccounts:\n  - name: x\n    currncy: EUR\n    balances: {EUR: 1}\n", []string{"keys.yaml:4:5:", "currncy", "keys.yaml:5:21:", "keys.yaml:3:5:"}},
		"syntax.yaml": {"version: 1\naccounts: [\n", []string{"syntax.yaml:2:"}},
		"empty.yaml":  {"", []string{"empty.yaml", "version"}},
		"twice.yaml":  {"version: 1\nversion: 1\n", []string{"twice.yaml:2:1:"}},
		"refs.yaml":   {"version: 1\ndomains:\n  - {name: example.com, account: nobody}\n", []string{"refs.yaml:3:", "nobody"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := write(t, dir, name, d.text)
			refused(t, d.words, "seed", "check", path)
			refused(t, d.words, "sandbox", "--memory", "--port-base", "0", "--seed", path)
		})
	}
	good := write(t, dir, "good.yaml", mustRun(t, "seed", "example"))
	wantWords(t, mustRun(t, "seed", "check", good), "is valid")
}

func TestHealthAndMetrics(t *testing.T) {
	t.Parallel()
	s := memory(t)
	s.alpha().robot("GET", "/hello", "")
	for path, want := range map[string]string{"/healthz": `"ok"`, "/readyz": `"ready"`, "/metrics": `dialect="domainrobot"`} {
		if status, body := get(t, s.HTTP+path); status != 200 || !strings.Contains(body, want) {
			t.Errorf("%s: %d, no %s in %.300s", path, status, want, body)
		}
	}
	if status, body := get(t, s.HTTP+"/nowhere"); status != 404 || !strings.Contains(body, "quickstart") {
		t.Errorf("an address of nobody: %d %s", status, body)
	}
}

// TestRealLimits: three Domainrobot requests a second, then 429. Slow machines get several tries to be quick.
func TestRealLimits(t *testing.T) {
	t.Parallel()
	c := memory(t, "--limits", "real").alpha()
	c.robot("GET", "/hello", "") // pays for the first look at the password
	for range 5 {
		time.Sleep(1500 * time.Millisecond)
		begun := time.Now()
		var codes []int
		var last http.Header
		for range 4 {
			status, head, _ := request(t, plain, c.robotRequest("GET", "/hello", ""))
			codes, last = append(codes, status), head
		}
		if took := time.Since(begun); took > 300*time.Millisecond {
			t.Logf("four requests took %v, too slow to say anything", took)
			continue
		}
		if !slices.Equal(codes, []int{200, 200, 200, 429}) || last.Get("Retry-After") == "" {
			t.Errorf("statuses %v, Retry-After %q", codes, last.Get("Retry-After"))
		}
		return
	}
	t.Error("this machine is too slow for four requests in 300 ms")
}

// TestNoLimitsByDefault: a test suite is not slowed down.
func TestNoLimitsByDefault(t *testing.T) {
	t.Parallel()
	c := memory(t).alpha()
	for i := range 20 {
		if status, body := c.robot("GET", "/hello", ""); status != 200 {
			t.Fatalf("request %d: %d %s", i, status, body)
		}
	}
}

// TestStopWhileStarting: SIGTERM ends it cleanly at any moment. Before the program runs, the signal's own way is clean enough.
func TestStopWhileStarting(t *testing.T) {
	t.Parallel()
	for _, after := range []time.Duration{40, 60, 80, 100, 120, 160, 250} {
		tmp := t.TempDir()
		p := start(t, []string{"TMPDIR=" + tmp}, program(t), "sandbox", "--memory", "--port-base", "0")
		time.Sleep(after * time.Millisecond)
		syscall.Kill(p.pid, syscall.SIGTERM)
		select {
		case <-p.done:
		case <-time.After(patience):
			t.Fatalf("after %d ms: still running %v after SIGTERM", int64(after), patience)
		}
		if p.err != nil && p.err.Error() != "signal: terminated" {
			t.Errorf("after %d ms: %v\n%s", int64(after), p.err, p.out.String())
		}
		if text := p.out.String(); strings.Contains(text, "WARN") || strings.Contains(text, "ERROR") {
			t.Errorf("after %d ms: %s", int64(after), text)
		}
		if left, err := os.ReadDir(tmp); err != nil || len(left) > 0 {
			t.Errorf("after %d ms: left behind: %v %v", int64(after), left, err)
		}
	}
}

// TestStopWithOpenConnections: a client that dawdles does not keep it from ending.
func TestStopWithOpenConnections(t *testing.T) {
	t.Parallel()
	s := memory(t)
	for _, addr := range []string{strings.TrimPrefix(s.HTTP, "http://"), strings.TrimPrefix(s.OpenSRS, "https://"), s.EPP} {
		c, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		io.WriteString(c, "POST /domainrobot/v1/domain HTTP/1.1\r\nHost: localhost\r\n")
	}
	begun := time.Now()
	s.stop()
	t.Logf("stopped within %v", time.Since(begun))
}
