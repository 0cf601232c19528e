package program

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// endpoints is the endpoints file as a client reads it.
type endpoints struct {
	HTTP       string    `json:"http"`
	HTTPS      string    `json:"https"`
	OpenSRS    string    `json:"opensrs"`
	EPP        string    `json:"epp"`
	DNS        string    `json:"dns"`
	Redirect   string    `json:"redirect"`
	Admin      string    `json:"admin"`
	AdminToken string    `json:"admin_token"`
	PID        int       `json:"pid"`
	CA         string    `json:"ca"`
	EPPLogin   eppLogin  `json:"epp_login"`
	Accounts   []account `json:"accounts"`
}

type eppLogin struct {
	User     string `json:"user"`
	Password string `json:"password"`
}

// account is one account's log-ins, under the seed file's keys.
type account struct {
	Name     string            `json:"name"`
	Currency string            `json:"currency"`
	Balances map[string]string `json:"balances"`
	DMAPI    *struct {
		Users []struct{ Username, Password string }
		Keys  []struct{ Key, Access string } `json:"api_keys"`
	} `json:"dmapi"`
	OpenSRS *struct {
		Username string
		Keys     struct{ Live, Test string }
	} `json:"opensrs"`
	WAPI        *struct{ User, Password string } `json:"wapi"`
	Domainrobot *struct {
		Users []struct {
			User     string
			Context  int
			Password string
		}
		Apps []struct{ UUID, Password string } `json:"trusted_apps"`
	} `json:"domainrobot"`
}

// sandbox is a running `polyreg sandbox`.
type sandbox struct {
	*process
	endpoints
	file string // the endpoints file
}

// startSandbox starts one on free ports and waits until it is ready.
func startSandbox(t testing.TB, args ...string) *sandbox {
	t.Helper()
	s := &sandbox{file: filepath.Join(t.TempDir(), "endpoints.json")}
	s.process = start(t, nil, append([]string{program(t), "sandbox", "--port-base", "0", "--endpoints-file", s.file}, args...)...)
	eventually(t, patience, func() error {
		if !s.running() {
			t.Fatalf("ended before it was ready: %v\n%s", s.err, s.out.String())
		}
		text, err := os.ReadFile(s.file)
		if err == nil {
			err = json.Unmarshal(text, &s.endpoints)
		}
		return err
	})
	return s
}

// memory is a sandbox that keeps nothing.
func memory(t testing.TB, args ...string) *sandbox {
	t.Helper()
	return startSandbox(t, append([]string{"--memory"}, args...)...)
}

// account finds one by name.
func (s *sandbox) account(name string) account {
	s.t.Helper()
	for _, a := range s.Accounts {
		if a.Name == name {
			return a
		}
	}
	s.t.Fatalf("the endpoints file has no account %s", name)
	return account{}
}

// alpha is a client with the log-ins of the demo's main account.
func (s *sandbox) alpha() *client { return &client{t: s.t, base: s.HTTP, acc: s.account("alpha")} }

// pool trusts a certificate authority alone.
func pool(t testing.TB, path string) *x509.CertPool {
	t.Helper()
	pem, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	p := x509.NewCertPool()
	if !p.AppendCertsFromPEM(pem) {
		t.Fatalf("%s holds no certificate", path)
	}
	return p
}

// trusting is an HTTP client that trusts a certificate authority alone.
func trusting(t testing.TB, ca, serverName string) *http.Client {
	tr := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool(t, ca), ServerName: serverName}}
	t.Cleanup(tr.CloseIdleConnections)
	return &http.Client{Transport: tr, Timeout: patience}
}

var plain = &http.Client{Timeout: 2 * time.Minute}

// request sends a request and gives status, header and body.
func request(t testing.TB, hc *http.Client, r *http.Request) (int, http.Header, string) {
	t.Helper()
	res, err := hc.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, res.Header, string(body)
}

// newRequest makes a request; headers are "Name: value".
func newRequest(t testing.TB, method, url, body string, headers ...string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		if name == "Host" {
			r.Host = value
		}
		r.Header.Set(name, value)
	}
	return r
}

// get is a GET with its status.
func get(t testing.TB, url string, headers ...string) (int, string) {
	t.Helper()
	status, _, body := request(t, plain, newRequest(t, "GET", url, "", headers...))
	return status, body
}

// post is a POST with its status.
func post(t testing.TB, url, body string, headers ...string) (int, string) {
	t.Helper()
	status, _, answer := request(t, plain, newRequest(t, "POST", url, body, headers...))
	return status, answer
}
