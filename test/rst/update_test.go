package rst

import (
	"slices"
	"strings"
)

// updateDomains is epp-16.
func updateDomains(r *run) {
	s := r.login(clid01)
	for _, tld := range tlds {
		name := r.domainOf(s, tld, "1").name
		r.statuses(s, statusTest{object: "domain", name: name, table: "epp-16-status-data",
			shown: func() []string {
				got, _ := r.domainInfo(s, name)
				return statusNames(got.Statuses)
			},
			wrong: func(action string) string {
				if action == "add" {
					return "EPP_DOMAIN_UPDATE_INFO_RESPONSE_MISSING_STATUS_CODE"
				}
				return "EPP_DOMAIN_UPDATE_INFO_RESPONSE_UNEXPECTED_STATUS_CODE"
			}})
		if r.rig.plan.attrs {
			r.attributeRows(s, tld)
		} else {
			r.nameServerRows(s, tld)
		}
		r.dnssecRows(s, tld)
		if r.rig.plan.contacts {
			r.newRegistrant(s, tld)
		}
	}
	r.foreignDomain(s)
}

// updateAttribute is the name server of a row; a kind without an address is an empty address.
func updateAttribute(v row) attribute {
	a := attribute{name: v["hostname"]}
	if v["ipType"] != "" {
		a.glue = [][2]string{{v["ipType"], v["ip"]}}
	}
	return a
}

// attributeRows adds and removes host attributes; host objects are refused.
func (r *run) attributeRows(s *session, tld string) {
	d := r.domainOf(s, tld, "1")
	f := newFiller(r, tld)
	f.vars["$DOMAIN"] = d.name
	set := slices.Clone(d.attrs)
	for i, cells := range readTable(r.t, "epp-16-ns-data") {
		v := f.fill(r.t, cells)
		if cells["hostModel"] == "objects" {
			resp := s.do(update("domain", d.name, "", el("domain:"+v["action"], el("domain:ns", hostObjs(v["hostname"])))))
			r.check("EPP_DOMAIN_UPDATE_SERVER_INCORRECTLY_ACCEPTS_HOST_OBJECTS", !done(resp), "row %d: %d", i+1, resp.Code())
			continue
		}
		a := updateAttribute(v)
		resp := s.do(update("domain", d.name, "", el("domain:"+v["action"], el("domain:ns", hostAttrs(a)))))
		r.check(v["errorCode"], done(resp) == cells.passes(), "row %d: %d (%s), %s wanted: %s %+v", i+1, resp.Code(), told(resp), v["passOrFail"], v["action"], a)
		if done(resp) && v["action"] == "add" {
			set = append(set, a)
		} else if done(resp) {
			set = slices.DeleteFunc(set, func(x attribute) bool { return strings.EqualFold(x.name, a.name) })
		}
		got, _ := r.domainInfo(s, d.name)
		shown, want := shownAttributes(got.NS), sentAttributes(set)
		for _, n := range want {
			r.check("EPP_DOMAIN_UPDATE_INFO_RESPONSE_MISSING_HOST_ATTRIBUTE", slices.Contains(shown, n), "row %d: %s in %v", i+1, n, shown)
		}
		r.check("EPP_DOMAIN_UPDATE_INFO_RESPONSE_UNEXPECTED_HOST_ATTRIBUTE", len(shown) == len(want), "row %d: %v, wanted %v", i+1, shown, want)
	}
}

// nameServerRows adds and removes host objects; host attributes are refused.
func (r *run) nameServerRows(s *session, tld string) {
	d := r.domainOf(s, tld, "1")
	f := newFiller(r, tld)
	f.vars["$DOMAIN"] = d.name
	set := slices.Clone(d.hosts)
	for i, cells := range readTable(r.t, "epp-16-ns-data") {
		v := f.fill(r.t, cells)
		if cells["hostModel"] == "attributes" {
			// Rows of the other host model: not one of them may be accepted here.
			resp := s.do(update("domain", d.name, "", el("domain:"+v["action"], el("domain:ns", hostAttrs(updateAttribute(v))))))
			r.check("EPP_DOMAIN_UPDATE_SERVER_INCORRECTLY_ACCEPTS_HOST_ATTRIBUTES", !done(resp), "row %d: %d", i+1, resp.Code())
			continue
		}
		if v["createIfNeeded"] == "true" && hostAvail(s.do(check("host", v["hostname"]))) {
			r.must(s.do(createHost(v["hostname"])))
		}
		resp := s.do(update("domain", d.name, "", el("domain:"+v["action"], el("domain:ns", hostObjs(v["hostname"])))))
		r.check(v["errorCode"], done(resp) == cells.passes(), "row %d: %d, %s wanted: %s %s", i+1, resp.Code(), v["passOrFail"], v["action"], v["hostname"])
		if done(resp) && v["action"] == "add" {
			set = append(set, strings.ToLower(v["hostname"]))
		} else if done(resp) {
			set = slices.DeleteFunc(set, func(n string) bool { return strings.EqualFold(n, v["hostname"]) })
		}
		got, _ := r.domainInfo(s, d.name)
		var shown []string
		if got.NS != nil {
			shown = got.NS.HostObj
		}
		for _, n := range set {
			r.check("EPP_DOMAIN_UPDATE_INFO_RESPONSE_MISSING_HOST_OBJECT", slices.ContainsFunc(shown, func(x string) bool { return strings.EqualFold(x, n) }), "row %d: %s in %v", i+1, n, shown)
		}
		r.check("EPP_DOMAIN_UPDATE_INFO_RESPONSE_UNEXPECTED_HOST_OBJECT", len(shown) == len(set), "row %d: %v, wanted %v", i+1, shown, set)
	}
}

// dnssecRows adds and removes DNSSEC data. The table adds keys in no good row: that is done after it.
func (r *run) dnssecRows(s *session, tld string) {
	name := r.domainOf(s, tld, "1").name
	f := newFiller(r, tld)
	table := readTable(r.t, "epp-16-dnssec-data")
	record := func(v row) string {
		if r.rig.plan.secDNS == "dsData" {
			return dsData(v)
		}
		return keyData(v)
	}
	try := func(n int, v row, pass bool) {
		r.t.Helper()
		resp := s.do(update("domain", name, el("secDNS:update", el("secDNS:"+v["action"], record(v)))))
		r.check(v["errorCode"], done(resp) == pass, "row %d: %d (%s), pass is %t\n%v", n, resp.Code(), told(resp), pass, v)
		r.signedAs(s, name, v, done(resp) && v["action"] == "add")
	}
	for i, cells := range table {
		v := f.fill(r.t, cells)
		if v["secDNSInterface"] == r.rig.plan.secDNS {
			try(i+1, v, cells.passes())
		}
	}
	if r.rig.plan.secDNS == "keyData" {
		v := f.fill(r.t, table[len(table)-1])
		for i, step := range []struct {
			action string
			pass   bool
		}{{"add", true}, {"add", false}, {"rem", true}, {"rem", false}} {
			v["action"], v["errorCode"] = step.action, "EPP_UNEXPECTED_COMMAND_FAILURE"
			if !step.pass {
				v["errorCode"] = "EPP_UNEXPECTED_COMMAND_SUCCESS"
			}
			resp := s.do(update("domain", name, el("secDNS:update", el("secDNS:"+v["action"], record(v)))))
			r.check(v["errorCode"], done(resp) == step.pass, "key, step %d: %d", i+1, resp.Code())
			r.signedAs(s, name, v, i < 2)
		}
	}
}

// signedAs holds a domain's DNSSEC data against the one record that it has or has not.
func (r *run) signedAs(s *session, name string, v row, there bool) {
	r.t.Helper()
	_, ext := r.domainInfo(s, name)
	n, found := 0, false
	if ext.SecDNS != nil {
		n = len(ext.SecDNS.DS) + len(ext.SecDNS.Keys)
		for _, d := range ext.SecDNS.DS {
			found = found || sameDS(d, v)
		}
		for _, k := range ext.SecDNS.Keys {
			found = found || sameKey(k, v)
		}
	}
	if there {
		r.check("EPP_DOMAIN_UPDATE_INFO_RESPONSE_MISSING_DNSSEC_DATA", n == 1 && found, "%+v", ext.SecDNS)
	} else {
		r.check("EPP_DOMAIN_UPDATE_INFO_RESPONSE_UNEXPECTED_DNSSEC_DATA", n == 0, "%+v", ext.SecDNS)
	}
}

func (r *run) newRegistrant(s *session, tld string) {
	d := r.domainOf(s, tld, "1")
	next := r.contactOf(s)
	change := func(id string) bool {
		return done(s.do(update("domain", d.name, "", el("domain:chg", txt("domain:registrant", id)))))
	}
	r.check("EPP_UNEXPECTED_COMMAND_FAILURE", change(next), "a new registrant")
	got, _ := r.domainInfo(s, d.name)
	r.check("EPP_DOMAIN_UPDATE_INFO_RESPONSE_MISSING_REGISTRANT", got.Registrant != "", "no registrant")
	r.check("EPP_DOMAIN_UPDATE_INFO_RESPONSE_UNEXPECTED_REGISTRANT", got.Registrant == next, "%s, wanted %s", got.Registrant, next)
	none := newFiller(r, tld).letters(16, alphanumeric)
	r.check("EPP_DOMAIN_UPDATE_SERVER_ACCEPTS_NON_EXISTENT_CONTACT_OBJECT", !change(none), "registrant %s", none)
	resp := s.do(update("domain", d.name, "", el("domain:add", txt(`domain:contact type="tech"`, none))))
	r.check("EPP_DOMAIN_UPDATE_SERVER_ACCEPTS_NON_EXISTENT_CONTACT_OBJECT", !done(resp), "contact %s", none)
	got, _ = r.domainInfo(s, d.name)
	r.check("EPP_DOMAIN_UPDATE_INFO_RESPONSE_UNEXPECTED_REGISTRANT", got.Registrant == next, "%s, wanted %s", got.Registrant, next)
}

// foreignDomain: another registrar's domain cannot be updated, 2201.
func (r *run) foreignDomain(s *session) {
	other := r.login(clid02)
	d := r.domainOf(other, graceTLD, "1")
	for _, name := range []string{d.name, registeredName(graceTLD), registeredName(redeemTLD)} {
		resp := s.do(update("domain", name, "", status("domain", "add", "clientHold")))
		r.check("EPP_UNEXPECTED_COMMAND_SUCCESS", resp.Code() == 2201, "%s: %d", name, resp.Code())
	}
}
