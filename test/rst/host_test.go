package rst

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/polyreg/polyreg/internal/wire/epp"
)

// above is the domain of a host of the tables, which end with it.
func above(host string) string {
	labels := strings.Split(host, ".")
	return strings.Join(labels[max(0, len(labels)-2):], ".")
}

// parent makes the domain above a host if it is not there; hosts of other registries have none.
func (r *run) parent(s *session, host string) {
	r.t.Helper()
	name := above(host)
	if !slices.ContainsFunc(tlds, func(tld string) bool { return strings.HasSuffix(name, "."+tld) }) {
		return
	}
	if domainAvail(s.do(check("domain", name))) {
		d := domainCreate{name: name, period: "1", unit: "y", registrant: r.registrant(s)}
		r.must(s.do(d.frame()))
	}
}

// createHosts is epp-11.
func createHosts(r *run) {
	s := r.login(clid01)
	table := readTable(r.t, "epp-11-data")
	for _, tld := range tlds {
		f := newFiller(r, tld)
		for i, cells := range table {
			h := f.fill(r.t, cells)
			if h["createParentFirst"] == "true" {
				r.parent(s, h["name"])
			}
			var addrs []string
			if h["ip"] != "" {
				addrs = []string{hostAddr(h["ip"], h["addr"])}
			}
			resp := s.do(createHost(h["name"], addrs...))
			r.check(h["errorCode"], done(resp) == cells.passes(), "row %d: %d, %s wanted: %s %s %q", i+1, resp.Code(), h["passOrFail"], h["name"], h["ip"], h["addr"])
			if done(resp) {
				r.hostShown(s, "CREATE", h["name"], h["addr"])
			}
		}
		// A host has both kinds at once, too.
		name := "ns1." + f.letters(18, "abcdefgh") + "." + tld
		r.parent(s, name)
		r.must(s.do(createHost(name, hostAddr("v4", "208.77.190.200"), hostAddr("v6", "2602:800:900e:1257::c8"))))
		r.hostShown(s, "CREATE", name, "208.77.190.200", "2602:800:900e:1257::c8")
		resp := s.do(createHost(name))
		r.check("EPP_UNEXPECTED_COMMAND_SUCCESS", resp.Code() == 2302, "a name in use: %d", resp.Code())
	}
}

// hostShown holds a host's info against its name and addresses; empty ones do not count.
func (r *run) hostShown(s *session, verb, name string, addrs ...string) {
	r.t.Helper()
	resp := s.do(on("info", "host", name))
	r.check("EPP_HOST_"+verb+"_INFO_RESPONSE_OBJECT_DOES_NOT_EXIST", resp.Code() == 1000, "%s: %d", name, resp.Code())
	if resp.Code() != 1000 {
		return
	}
	got := resp.Data.HostInfo
	want := sortedAddrs(slices.DeleteFunc(addrs, func(a string) bool { return a == "" }))
	r.check("EPP_HOST_"+verb+"_INFO_RESPONSE_MISSING_OBJECT_PROPERTIES", strings.EqualFold(got.Name, name), "sent %s, shown %s", name, got.Name)
	r.check("EPP_HOST_"+verb+"_INFO_RESPONSE_MISSING_OBJECT_PROPERTIES", slices.Equal(shownAddrs(got), want), "%s: shown %v, wanted %v", name, shownAddrs(got), want)
}

func shownAddrs(h *epp.HostInfoData) []string {
	var out []string
	for _, a := range h.Addresses {
		out = append(out, a.Text)
	}
	return sortedAddrs(out)
}

// sortedAddrs are addresses in one way of writing.
func sortedAddrs(list []string) []string {
	out := make([]string, 0, len(list))
	for _, a := range list {
		if ip, err := netip.ParseAddr(a); err == nil {
			a = ip.String()
		}
		out = append(out, a)
	}
	slices.Sort(out)
	return out
}

// ownHost makes a host below a domain of the session, without addresses.
func (r *run) ownHost(s *session, tld string) string {
	r.t.Helper()
	f := newFiller(r, tld)
	name := "ns1." + f.letters(18, "abcdefgh") + "." + tld
	r.parent(s, name)
	r.must(s.do(createHost(name)))
	return name
}

// foreignHosts is epp-12.
func foreignHosts(r *run) {
	a, b := r.login(clid01), r.login(clid02)
	for _, name := range []string{r.ownHost(a, graceTLD), r.externalHost(a, newFiller(r, graceTLD))} {
		for _, part := range []string{status("host", "add", "clientDeleteProhibited"), el("host:add", hostAddr("v4", "208.77.190.201")),
			el("host:chg", txt("host:name", "ns9."+name))} {
			resp := b.do(update("host", name, "", part))
			r.check("EPP_HOST_UPDATE_AUTHZ_ERROR", resp.Code() == 2201, "%s: %d", part, resp.Code())
		}
	}
}

// updateHosts is epp-13.
func updateHosts(r *run) {
	s := r.login(clid01)
	for _, tld := range tlds {
		name := r.ownHost(s, tld)
		r.statuses(s, statusTest{object: "host", name: name, table: "epp-13-status-data",
			shown: func() []string { return statusNames(r.hostInfo(s, name).Statuses) },
			wrong: func(string) string { return "EPP_HOST_UPDATE_INFO_RESPONSE_MISSING_OBJECT_PROPERTIES" }})
		var set []string
		for i, cells := range readTable(r.t, "epp-13-addr-data") {
			a := newFiller(r, tld).fill(r.t, cells)
			resp := s.do(update("host", name, "", el("host:"+a["action"], hostAddr(a["ip"], a["addr"]))))
			r.check(a["errorCode"], done(resp) == cells.passes(), "row %d: %d, %s wanted: %s %s %q", i+1, resp.Code(), a["passOrFail"], a["action"], a["ip"], a["addr"])
			if done(resp) && a["action"] == "add" {
				set = append(set, a["addr"])
			}
			r.hostShown(s, "UPDATE", name, slices.Clone(set)...)
		}
		for len(set) > 0 { // what was added can be removed
			ip := "v4"
			if strings.Contains(set[0], ":") {
				ip = "v6"
			}
			r.must(s.do(update("host", name, "", el("host:rem", hostAddr(ip, set[0])))))
			set = set[1:]
			r.hostShown(s, "UPDATE", name, slices.Clone(set)...)
		}
	}
}

// renameHosts is epp-23.
func renameHosts(r *run) {
	s := r.login(clid01)
	table := readTable(r.t, "epp-23-data")
	for _, tld := range tlds {
		r.check("EPP_HOST_RENAME_SERVER_ACCEPTS_RENAME_TO_ANOTHER_REGISTRARS_DOMAIN", !domainAvail(s.do(check("domain", registeredName(tld)))), "%s is free", registeredName(tld))
		f := newFiller(r, tld)
		f.vars["$RESERVEDNAME"] = registeredName(tld)
		name := r.externalHost(s, f)
		for i, cells := range table {
			h := f.fill(r.t, cells)
			if h["createParentFirst"] == "true" {
				r.parent(s, h["name"])
			}
			resp := s.do(update("host", name, "", el("host:chg", txt("host:name", h["name"]))))
			r.check(h["errorCode"], done(resp) == cells.passes(), "row %d: %d, %s wanted: %s to %s", i+1, resp.Code(), h["passOrFail"], name, h["name"])
			if !done(resp) {
				continue
			}
			gone := s.do(on("info", "host", name))
			r.check("EPP_HOST_RENAME_OBJECT_NOT_RENAMED", gone.Code() == 2303, "%s is still there: %d", name, gone.Code())
			name = h["name"]
			got := s.do(on("info", "host", name))
			r.check("EPP_HOST_RENAME_OBJECT_NOT_RENAMED", got.Code() == 1000 && strings.EqualFold(got.Data.HostInfo.Name, name), "%s: %d", name, got.Code())
		}
		r.linkedRename(s, tld)
	}
}

// linkedRename: an external host that another registrar's domain is delegated to keeps its name.
func (r *run) linkedRename(s *session, tld string) {
	f := newFiller(r, tld)
	host := r.externalHost(s, f)
	other := r.login(clid02)
	d := domainCreate{name: f.letters(18, "abcdefgh") + "." + tld, period: "1", unit: "y", registrant: r.registrant(other), hosts: []string{host}}
	r.must(other.do(d.frame()))
	resp := s.do(update("host", host, "", el("host:chg", txt("host:name", "ns2."+host))))
	r.check("EPP_HOST_RENAME_SERVER_INCORRECTLY_ACCEPTS_RENAME", resp.Code() == 2305, "%d", resp.Code())
}

// deleteHosts is epp-24.
func deleteHosts(r *run) {
	s := r.login(clid01)
	for _, tld := range tlds {
		for _, name := range []string{r.ownHost(s, tld), r.externalHost(s, newFiller(r, tld))} {
			resp := s.do(on("delete", "host", name))
			r.check("EPP_HOST_DELETE_RESPONSE_NOT_1000_OR_1001", done(resp), "%d: %s", resp.Code(), told(resp))
			if resp.Code() == 1000 {
				resp = s.do(on("info", "host", name))
				r.check("EPP_HOST_DELETE_INFO_RESPONSE_OBJECT_STILL_EXISTS", resp.Code() == 2303, "%d", resp.Code())
			}
		}
	}
}

// subordinateHosts is epp-25.
func subordinateHosts(r *run) {
	a, b := r.login(clid01), r.login(clid02)
	for _, tld := range tlds {
		d := r.domainOf(a, tld, "1")
		for _, addrs := range [][]string{{hostAddr("v4", "208.77.190.202")}, {hostAddr("v6", "2602:800:900e:1257::ca")},
			{hostAddr("v4", "208.77.190.202"), hostAddr("v6", "2602:800:900e:1257::ca")}} {
			resp := b.do(createHost("ns1."+d.name, addrs...))
			r.check("EPP_UNEXPECTED_HOST_CREATE_SUCCESS", !done(resp), "%d", resp.Code())
		}
		resp := b.do(createHost("ns2." + d.name))
		r.check("EPP_HOST_CREATE_INCORRECT_CLID", !done(resp) || r.hostInfo(b, "ns2."+d.name).ClID == clid01, "%d", resp.Code())
	}
}

// wideGlue is epp-26.
func wideGlue(r *run) {
	a, b := r.login(clid01), r.login(clid02)
	for _, tld := range tlds {
		d := r.domainOf(a, tld, "1")
		resp := b.do(createHost("glue."+d.name, hostAddr("v4", "208.77.190.203")))
		r.check("EPP_SERVER_ACCEPTS_INTERNAL_HOST_WITH_GLUE", !done(resp), "%d", resp.Code())
	}
}

// gluelessHosts is epp-27.
func gluelessHosts(r *run) {
	a, b := r.login(clid01), r.login(clid02)
	for _, tld := range tlds {
		d := r.domainOf(a, tld, "1")
		host := "glueless." + d.name
		resp := b.do(createHost(host))
		if done(resp) {
			resp = a.do(update("domain", d.name, "", el("domain:add", el("domain:ns", hostObjs(host)))))
		}
		r.check("EPP_SERVER_ALLOWS_DELEGATION_TO_GLUELESS_HOST", !done(resp), "%d", resp.Code())
	}
}
