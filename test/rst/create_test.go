package rst

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/polyreg/polyreg/internal/wire/epp"
)

// creator drives epp-14 for one registrar and one TLD.
type creator struct {
	r    *run
	s    *session
	who  string
	tld  string
	f    *filler
	good string // a contact for rows with {AUTO}
}

// createDomains is epp-14.
func createDomains(r *run) {
	table := readTable(r.t, "epp-14-data")
	for _, who := range []string{clid01, clid02} {
		s := r.login(who)
		for _, tld := range tlds {
			f := newFiller(r, tld)
			f.vars["$PREFIX"] = "rst-epp-14-"
			c := &creator{r: r, s: s, who: who, tld: tld, f: f}
			if id := r.registrant(s); id != nil {
				c.good = *id
			}
			f.auto["registrant"] = func() string { return c.good }
			for i, cells := range table {
				if c.applies(cells) {
					c.row(i+1, cells)
				}
			}
			c.beyondTheTable()
		}
	}
}

// applies reports whether a row is for this registry. The table's rows with wrong DNSSEC data inherit the host model
// "attributes" from above, though all they say of name servers is that ns1 is empty: they are driven with host objects, too.
func (c *creator) applies(cells row) bool {
	p := c.r.rig.plan
	if cells["dataModel"] == "maximum" && !p.contacts || cells["dataModel"] == "minimum" && p.contacts {
		return false
	}
	if cells["hostModel"] == "attributes" && !p.attrs && cells["ns1"] != "{EMPTY}" {
		return false
	}
	return cells["secDNSInterface"] == "either" || cells["secDNSInterface"] == p.secDNS
}

// create makes the command of a row.
func (c *creator) create(v row) domainCreate {
	d := domainCreate{name: v["name"], period: v["period"], unit: v["periodUnit"], ext: c.signed(v)}
	if c.r.rig.plan.contacts {
		registrant := v["registrant"]
		d.registrant = &registrant
	}
	for _, column := range []string{"ns1", "ns2"} {
		ns := v[column]
		if ns == "" {
			continue
		}
		if c.r.rig.plan.attrs {
			d.attrs = append(d.attrs, rowAttribute(v, column))
			continue
		}
		if hostAvail(c.s.do(check("host", ns))) {
			c.r.must(c.s.do(createHost(ns)))
		}
		d.hosts = append(d.hosts, ns)
	}
	if !c.r.rig.plan.secure {
		d.pw = "rst-2-Secret-pw"
	}
	return d
}

// rowAttribute is a name server of a row with the addresses that the row gives it.
func rowAttribute(v row, column string) attribute {
	a := attribute{name: v[column]}
	for _, kind := range []string{"v4", "v6"} {
		if ip := v[column+"ip"+kind]; ip != "" {
			a.glue = append(a.glue, [2]string{kind, ip})
		}
	}
	return a
}

// signed is the DNSSEC data of a row in the form that the registry is tested with.
func (c *creator) signed(v row) string {
	if c.r.rig.plan.secDNS == "dsData" {
		return el("secDNS:create", dsData(v))
	}
	return el("secDNS:create", keyData(v))
}

func (c *creator) row(n int, cells row) {
	r := c.r
	v := c.f.fill(r.t, cells, "name")
	d := c.create(v)
	resp := c.s.do(d.frame())
	r.check(v["errorCode"], done(resp) == cells.passes(), "row %d: %d (%s), %s wanted\n%v", n, resp.Code(), told(resp), v["passOrFail"], v)
	if done(resp) && cells.passes() {
		c.shown(d, v)
	}
}

var roid = regexp.MustCompile(`^\w{1,80}-[0-9A-Za-z]{1,8}$`)

// shown holds a domain's info against what was sent.
func (c *creator) shown(d domainCreate, v row) {
	r := c.r
	got, ext := r.domainInfo(c.s, d.name)
	has := func(ok bool, format string, args ...any) {
		r.check("EPP_DOMAIN_CREATE_INFO_RESPONSE_MISSING_OBJECT_PROPERTIES", ok, format, args...)
	}
	r.check("EPP_DOMAIN_CREATE_INFO_RESPONSE_INVALID_ROID", roid.MatchString(got.ROID), "%q", got.ROID)
	years, _ := strconv.Atoi(d.period)
	has(strings.EqualFold(got.Name, d.name), "name %s", got.Name)
	has(time.Since(got.CrDate).Abs() < time.Minute, "crDate %s", got.CrDate)
	has(got.ExDate.Equal(got.CrDate.AddDate(years, 0, 0)) || got.ExDate.Sub(got.CrDate.AddDate(years, 0, 0)).Abs() <= 24*time.Hour, "exDate %s", got.ExDate)
	has(got.CrID == c.who && got.ClID == c.who, "crID %s, clID %s", got.CrID, got.ClID)
	if d.registrant != nil {
		has(got.Registrant == *d.registrant, "registrant %s", got.Registrant)
	}
	has(got.NS != nil && sameNames(got.NS.HostObj, d.hosts) && slices.Equal(shownAttributes(got.NS), sentAttributes(d.attrs)), "name servers %v", got.NS)
	if has(ext.SecDNS != nil, "no DNSSEC data"); ext.SecDNS == nil {
		return
	}
	if r.rig.plan.secDNS == "dsData" {
		has(len(ext.SecDNS.DS) == 1 && sameDS(ext.SecDNS.DS[0], v), "%+v", ext.SecDNS.DS)
	} else {
		has(len(ext.SecDNS.Keys) == 1 && sameKey(ext.SecDNS.Keys[0], v), "%+v", ext.SecDNS.Keys)
	}
	r.check("EPP_UNEXPECTED_COMMAND_FAILURE", slices.Contains(ext.RGPInfo.Names(), "addPeriod") == (c.tld == graceTLD), "%v", ext.RGPInfo.Names())
}

func sameNames(a, b []string) bool {
	fold := func(list []string) []string {
		out := make([]string, len(list))
		for i, n := range list {
			out[i] = strings.ToLower(n)
		}
		slices.Sort(out)
		return out
	}
	return slices.Equal(fold(a), fold(b))
}

func sameDS(d epp.DSData, v row) bool {
	return strconv.Itoa(d.KeyTag) == v["keyTag"] && strconv.Itoa(d.Alg) == v["dsDataAlg"] && strconv.Itoa(d.DigestType) == v["digestType"] &&
		strings.EqualFold(d.Digest, v["digest"])
}

func sameKey(k epp.KeyData, v row) bool {
	return strconv.Itoa(k.Flags) == v["flags"] && strconv.Itoa(k.Protocol) == v["protocol"] && strconv.Itoa(k.Alg) == v["keyDataAlg"] && k.PubKey == v["pubKey"]
}

// beyondTheTable is what the case asks for in words.
func (c *creator) beyondTheTable() {
	r, p := c.r, c.r.rig.plan
	base := func() domainCreate {
		d := domainCreate{name: "rst-epp-14-" + c.f.letters(18, "abcdefgh") + "." + c.tld, period: "1", unit: "y"}
		if p.contacts {
			d.registrant = &c.good
		}
		return d
	}
	refused := func(errorID string, change func(*domainCreate)) {
		r.t.Helper()
		d := base()
		change(&d)
		resp := c.s.do(d.frame())
		r.check(errorID, !done(resp), "%s: %d", d.name, resp.Code())
	}
	for _, label := range invalidLabels {
		refused("EPP_DOMAIN_CREATE_SERVER_ACCEPTS_INVALID_DOMAIN_NAME", func(d *domainCreate) { d.name = label + "." + c.tld })
	}
	refused("EPP_DOMAIN_CREATE_SERVER_ACCEPTS_INVALID_PERIOD", func(d *domainCreate) { d.period = "0" })
	refused("EPP_DOMAIN_CREATE_SERVER_ACCEPTS_INVALID_PERIOD", func(d *domainCreate) { d.period, d.unit = "121", "m" })
	refused("EPP_DOMAIN_CREATE_SERVER_ACCEPTS_INVALID_HOST_OBJECT", func(d *domainCreate) { d.hosts = []string{"!.rst.icann"} })
	refused("EPP_DOMAIN_CREATE_SERVER_ACCEPTS_INVALID_HOST_OBJECT", func(d *domainCreate) { d.hosts = []string{"single"} })
	refused("EPP_DOMAIN_CREATE_SERVER_ACCEPTS_NON_EXISTENT_HOST_OBJECT", func(d *domainCreate) { d.hosts = []string{"ns1." + c.f.letters(18, "abcdefgh") + ".icann"} })
	if p.attrs {
		refused("EPP_DOMAIN_CREATE_SERVER_INCORRECTLY_ACCEPTS_HOST_OBJECTS", func(d *domainCreate) { d.hosts = []string{"ns1.epp-14.rst.icann"} })
	} else {
		refused("EPP_DOMAIN_CREATE_SERVER_INCORRECTLY_ACCEPTS_HOST_ATTRIBUTES", func(d *domainCreate) { d.attrs = []attribute{{name: "ns1.attribute.icann"}} })
	}
	if p.contacts {
		none, empty := c.f.letters(16, alphanumeric), ""
		refused("EPP_DOMAIN_CREATE_SERVER_ACCEPTS_NON_EXISTENT_REGISTRANT", func(d *domainCreate) { d.registrant = &none })
		refused("EPP_DOMAIN_CREATE_SERVER_ACCEPTS_MISSING_REGISTRANT", func(d *domainCreate) { d.registrant = &empty })
		refused("EPP_DOMAIN_CREATE_SERVER_ACCEPTS_NO_REGISTRANT_FOR_THICK_REGISTRY", func(d *domainCreate) { d.registrant = nil })
	} else {
		held := registeredContacts[0]
		refused("EPP_DOMAIN_CREATE_SERVER_ACCEPTS_REGISTRANT_FOR_THIN_REGISTRY", func(d *domainCreate) { d.registrant = &held })
	}
	if p.secure {
		refused("EPP_DOMAIN_CREATE_SERVER_ACCEPTS_AUTHINFO", func(d *domainCreate) { d.pw = "aB3$aB3$aB3$aB3$aB3$" })
		r.must(c.s.do(base().frame())) // an empty authInfo
	} else {
		refused("EPP_DOMAIN_CREATE_SERVER_ACCEPTS_AUTHINFO", func(d *domainCreate) { d.pw = strings.Repeat("p", 256) })
	}
}

// linkedObjects is epp-15.
func linkedObjects(r *run) {
	s := r.login(clid01)
	for _, tld := range tlds {
		d := r.domainOf(s, tld, "1")
		if !r.rig.plan.attrs {
			r.linkedHosts(s, d)
		}
		if !r.rig.plan.contacts {
			continue
		}
		admin := r.contactOf(s)
		r.must(s.do(update("domain", d.name, "", el("domain:add", txt(`domain:contact type="admin"`, admin)))))
		for _, id := range []string{*d.registrant, admin} {
			resp := s.do(on("delete", "contact", id))
			r.check("EPP_INTEGRITY_SERVER_ACCEPTS_DELETE_FOR_LINKED_CONTACT_OBJECT", !done(resp), "%s: %d", id, resp.Code())
		}
	}
}

// linkedHosts: a host outside and one inside the registry, with a domain delegated to both.
func (r *run) linkedHosts(s *session, d domainCreate) {
	r.t.Helper()
	inside := "ns1." + d.name
	r.must(s.do(createHost(inside, hostAddr("v4", "208.77.190.204"))))
	r.must(s.do(update("domain", d.name, "", el("domain:add", el("domain:ns", hostObjs(inside))))))
	for _, h := range []string{d.hosts[0], inside} {
		resp := s.do(on("delete", "host", h))
		r.check("EPP_INTEGRITY_SERVER_ACCEPTS_DELETE_FOR_LINKED_HOST_OBJECT", !done(resp), "%s: %d", h, resp.Code())
		r.check("EPP_INTEGRITY_SERVER_ACCEPTS_DELETE_FOR_LINKED_HOST_OBJECT", slices.Contains(statusNames(r.hostInfo(s, h).Statuses), "linked"), "%s is not linked", h)
	}
}

// sentAttributes and shownAttributes are name servers in one form for comparing.
func sentAttributes(list []attribute) []string {
	var out []string
	for _, a := range list {
		var addrs []string
		for _, g := range a.glue {
			addrs = append(addrs, g[1])
		}
		out = append(out, fmt.Sprint(strings.ToLower(a.name), sortedAddrs(addrs)))
	}
	slices.Sort(out)
	return out
}

func shownAttributes(ns *epp.NameServers) []string {
	if ns == nil {
		return nil
	}
	var out []string
	for _, a := range ns.HostAttr {
		var addrs []string
		for _, ip := range a.Addresses {
			addrs = append(addrs, ip.Text)
		}
		out = append(out, fmt.Sprint(strings.ToLower(a.Name), sortedAddrs(addrs)))
	}
	slices.Sort(out)
	return out
}
