package dmapi

import (
	"net/http"
	"net/netip"
	"strings"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/zone"
)

// maxHosts bounds the names of one update.
const maxHosts = 20

// nicUpdate is /nic/update, dyndns2 (§12.2): each name that has a DYNA or DYNAAAA line gets the address.
func nicUpdate(n *nicRequest) (nicAnswer, error) {
	user, password, err := n.login()
	if err != nil {
		return nicAnswer{}, err
	}
	addrs, err := n.addresses()
	if err != nil {
		return nicAnswer{}, err
	}
	hosts := strings.Split(n.first("hostname"), ",")
	if n.first("hostname") == "" || len(hosts) > maxHosts {
		return nicAnswer{}, param("hostname", "host names, at most 20")
	}
	var lines []string
	for _, h := range hosts {
		line, err := n.update(command.DynamicUpdate{Username: user, Password: password, Name: strings.TrimSpace(h), Who: name + " nic/update"}, addrs)
		if err != nil {
			return nicAnswer{}, err
		}
		lines = append(lines, line)
	}
	return nicAnswer{status: http.StatusOK, body: strings.Join(lines, "\n") + "\n"}, nil
}

// addresses are those of myip, or the caller's.
func (n *nicRequest) addresses() ([]netip.Addr, error) {
	text := n.first("myip")
	if text == "" {
		return []netip.Addr{n.ip()}, nil
	}
	var out []netip.Addr
	for _, t := range strings.Split(text, ",") {
		a, err := netip.ParseAddr(strings.TrimSpace(t))
		if err != nil || a.Zone() != "" {
			return nil, param("myip", "IP address")
		}
		out = append(out, a.Unmap())
	}
	return out, nil
}

// update changes one name and gives its line of the answer.
func (n *nicRequest) update(u command.DynamicUpdate, addrs []netip.Addr) (string, error) {
	ctx, run := n.http.Context(), n.d.deps.Runner
	if !strings.Contains(u.Name, ".") {
		return "notfqdn", nil
	}
	z, err := run.DynamicZone(ctx, u)
	switch {
	case errs.Is(err, errs.InvalidName):
		return "notfqdn", nil
	case errs.Is(err, errs.Auth) && errs.As(err).Field != "", errs.Is(err, errs.WrongState): // the log-in is right, the name is not its
		return "nohost", nil
	case err != nil:
		return "", err
	}
	text, err := n.d.noted(ctx, z)
	if err != nil {
		return "", err
	}
	owner, err := zone.CanonicalName(strings.TrimSuffix(u.Name, ".")+".", z.Origin)
	if err != nil {
		return "notfqdn", nil
	}
	changed, found := false, []string{}
	for _, a := range addrs {
		l := text.find(func(l *zoneLine) bool {
			return l.dynamic() && l.record.Name == owner && (l.record.Type == "A") == a.Is4()
		})
		if l == nil {
			continue
		}
		u.Type, u.Data, u.TTL = l.record.Type, []string{a.String()}, l.record.TTL
		out, err := run.DynamicUpdate(ctx, u)
		if err != nil {
			return "", err
		}
		changed = changed || out.Inserted > 0
		found = append(found, a.String())
	}
	switch {
	case len(found) == 0:
		return "nohost", nil
	case changed:
		return "good " + strings.Join(found, ","), nil
	}
	return "nochg " + strings.Join(found, ","), nil
}
