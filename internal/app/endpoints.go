package app

import (
	"encoding/json"
	"errors"
	"net"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"

	"github.com/polyreg/polyreg/internal/dialect"
)

// Endpoints is what the endpoints file says. Base URLs have no slash at the end.
type Endpoints struct {
	HTTP       string     `json:"http"`
	HTTPS      string     `json:"https"`
	OpenSRS    string     `json:"opensrs"`
	EPP        string     `json:"epp"` // host:port
	DNS        string     `json:"dns"` // host:port, UDP and TCP
	Redirect   string     `json:"redirect"`
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
		e.HTTP = "http://" + reachable(a.opt.HTTP[0])
		e.Admin = e.HTTP + "/_polyreg"
	}
	if len(a.opt.HTTPS) > 0 {
		e.HTTPS = "https://" + reachable(a.opt.HTTPS[0])
	}
	if len(a.opt.OpenSRS) > 0 {
		e.OpenSRS = "https://" + reachable(a.opt.OpenSRS[0])
	}
	if a.names != nil && len(a.names.Addrs()) > 0 {
		e.DNS = a.names.Addrs()[0].String()
	}
	if len(a.opt.Redirect) > 0 {
		e.Redirect = "http://" + reachable(a.opt.Redirect[0])
	}
	if sb := a.opt.Sandbox; sb != nil {
		e.AdminToken, e.CA = sb.AdminToken, sb.ca.Path()
		e.EPP = reachable(a.opt.Core.Embedded.Listener)
		e.Accounts = sb.file.AccountsShown()
	}
	return e
}

// reachable is an address of a listener that this machine can connect to and that the certificate names: loopback in place of
// "all addresses".
func reachable(l net.Listener) string {
	a, ok := l.Addr().(*net.TCPAddr)
	if !ok || !a.IP.IsUnspecified() {
		return l.Addr().String()
	}
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(a.Port))
}

// WriteEndpoints writes the file in one step, readable by its owner alone, for it holds credentials.
func (a *App) WriteEndpoints(path string) error {
	b, err := json.MarshalIndent(a.Endpoints(), "", "  ")
	if err != nil {
		return err
	}
	return writePrivate(path, append(b, '\n'))
}

// writePrivate goes through a fresh file of mode 0600, so that nothing that lies there before lends its mode or leads elsewhere.
func writePrivate(path string, b []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		err = errors.Join(err, os.Remove(f.Name()))
	}
	return err
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
