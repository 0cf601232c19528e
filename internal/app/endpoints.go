package app

import (
	"encoding/json"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/polyreg/polyreg/internal/dialect"
)

// Endpoints is what the endpoints file says. Base URLs have no slash at the end.
type Endpoints struct {
	HTTP       string     `json:"http"`
	HTTPS      string     `json:"https"`
	OpenSRS    string     `json:"opensrs"`
	EPP        string     `json:"epp"` // host:port
	Admin      string     `json:"admin"`
	AdminToken string     `json:"admin_token"`
	PID        int        `json:"pid"`
	CA         string     `json:"ca"` // path
	EPPLogin   EPPLogin   `json:"epp_login"`
	Accounts   []Accounts `json:"accounts"` // with the keys of the seed file
}

// EPPLogin is a registrar's at the embedded registry.
type EPPLogin struct {
	User     string `json:"user"`
	Password string `json:"password"`
}

// Accounts is one account with its credentials, under the seed file's keys.
type Accounts = map[string]any

// Endpoints tells where the sandbox listens and who may log in.
func (a *App) Endpoints() Endpoints {
	e := Endpoints{PID: os.Getpid(), EPPLogin: EPPLogin{DemoRegistrar.User, DemoRegistrar.Password}, Accounts: []Accounts{}}
	if len(a.opt.HTTP) > 0 {
		e.HTTP = "http://" + a.opt.HTTP[0].Addr().String()
		e.Admin = e.HTTP + "/_polyreg"
	}
	if len(a.opt.HTTPS) > 0 {
		e.HTTPS = "https://" + a.opt.HTTPS[0].Addr().String()
	}
	if len(a.opt.OpenSRS) > 0 {
		e.OpenSRS = "https://" + a.opt.OpenSRS[0].Addr().String()
	}
	if sb := a.opt.Sandbox; sb != nil {
		e.AdminToken, e.CA = sb.AdminToken, sb.ca.Path()
		e.EPP = a.opt.Core.Embedded.Listener.Addr().String()
		e.Accounts = sb.file.AccountsShown()
	}
	return e
}

// WriteEndpoints writes the file in one step, readable by its owner alone, for it holds credentials.
func (a *App) WriteEndpoints(path string) error {
	b, err := json.MarshalIndent(a.Endpoints(), "", "  ")
	if err != nil {
		return err
	}
	tmp := filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+".new")
	if err := os.WriteFile(tmp, append(b, '\n'), 0o600); err != nil {
		return err
	}
	return os.Rename(tmp, path)
}

// VendorHosts are the host names of all vendors, sorted, for the certificate.
func VendorHosts() []string {
	var hosts []string
	for _, d := range doors(dialect.Deps{}) {
		for _, h := range d.Hosts() {
			hosts = append(hosts, strings.ToLower(h))
		}
	}
	sort.Strings(hosts)
	return hosts
}
