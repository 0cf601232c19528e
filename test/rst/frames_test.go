package rst

import (
	"encoding/xml"
	"fmt"
	"strings"
)

// Namespaces as the cases write them.
const (
	nsEPP      = "urn:ietf:params:xml:ns:epp-1.0"
	nsDomain   = "urn:ietf:params:xml:ns:domain-1.0"
	nsContact  = "urn:ietf:params:xml:ns:contact-1.0"
	nsHost     = "urn:ietf:params:xml:ns:host-1.0"
	nsSecDNS   = "urn:ietf:params:xml:ns:secDNS-1.1"
	nsRGP      = "urn:ietf:params:xml:ns:rgp-1.0"
	nsLaunch   = "urn:ietf:params:xml:ns:launch-1.0"
	nsLoginSec = "urn:ietf:params:xml:ns:epp:loginSec-1.0"
)

// Frames are written here as text and not by the product's encoder, which does not write what a case wants to be refused.

// el is an element; name may carry attributes (`domain:period unit="y"`).
func el(name string, content ...string) string {
	tag, _, _ := strings.Cut(name, " ")
	return "<" + name + ">" + strings.Join(content, "") + "</" + tag + ">"
}

// txt is an element with text.
func txt(name, value string) string { return el(name, escape(value)) }

// some is an element with text, or nothing where there is none.
func some(name, value string) string {
	if value == "" {
		return ""
	}
	return txt(name, value)
}

func attr(name, value string) string { return " " + name + `="` + escape(value) + `"` }

func escape(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a Builder takes everything
	return b.String()
}

func eppFrame(content string) string {
	return `<?xml version="1.0" encoding="UTF-8"?>` + el("epp"+attr("xmlns", nsEPP)+attr("xmlns:domain", nsDomain)+attr("xmlns:contact", nsContact)+
		attr("xmlns:host", nsHost)+attr("xmlns:secDNS", nsSecDNS)+attr("xmlns:rgp", nsRGP)+attr("xmlns:loginSec", nsLoginSec), content)
}

// order is a command on an object: verb may carry attributes, ext may be empty.
func order(verb, object, ext string) string {
	if ext != "" {
		ext = el("extension", ext)
	}
	return eppFrame(el("command", el(verb, object), ext, txt("clTRID", "rst-client-trid")))
}

// on is a command that names one object and no more: info and delete.
func on(verb, object, name string) string {
	key := "name"
	if object == "contact" {
		key = "id"
	}
	return order(verb, el(object+":"+verb, txt(object+":"+key, name)), "")
}

func check(object string, names ...string) string {
	key := "name"
	if object == "contact" {
		key = "id"
	}
	var b strings.Builder
	for _, n := range names {
		b.WriteString(txt(object+":"+key, n))
	}
	return order("check", el(object+":check", b.String()), "")
}

// update is an update of an object: parts are its add, rem and chg.
func update(object, name, ext string, parts ...string) string {
	key := "name"
	if object == "contact" {
		key = "id"
	}
	return order("update", el(object+":update", txt(object+":"+key, name), strings.Join(parts, "")), ext)
}

// status is a part of an update that adds or removes a status.
func status(object, action, name string) string {
	return el(object+":"+action, el(object+":status"+attr("s", name)))
}

func authInfo(object, pw string) string {
	return el(object+":authInfo", txt(object+":pw", pw))
}

// postal is an address of a row of the contact tables; optional lines without content are left out.
func postal(r row) string {
	return el("contact:postalInfo"+attr("type", r["postalInfoType"]), txt("contact:name", r["name"]), txt("contact:org", r["org"]),
		el("contact:addr", some("contact:street", r["street1"]), some("contact:street", r["street2"]), some("contact:street", r["street3"]),
			txt("contact:city", r["city"]), txt("contact:sp", r["sp"]), txt("contact:pc", r["pc"]), txt("contact:cc", r["cc"])))
}

func phones(r row) string {
	return txt("contact:voice"+attr("x", r["voiceExt"]), r["voice"]) + txt("contact:fax"+attr("x", r["faxExt"]), r["fax"])
}

func createContact(r row) string {
	return order("create", el("contact:create", txt("contact:id", r["id"]), postal(r), phones(r), txt("contact:email", r["email"]),
		authInfo("contact", r["authInfo"])), "")
}

// domainCreate is a domain to be created; zero values are left out.
type domainCreate struct {
	name, period, unit string
	registrant         *string
	hosts              []string    // host objects
	attrs              []attribute // host attributes in their place
	pw                 string
	ext                string
}

func (d domainCreate) frame() string {
	var b strings.Builder
	b.WriteString(txt("domain:name", d.name))
	if d.unit != "" {
		b.WriteString(txt("domain:period"+attr("unit", d.unit), d.period))
	}
	switch {
	case len(d.attrs) > 0:
		b.WriteString(el("domain:ns", hostAttrs(d.attrs...)))
	case len(d.hosts) > 0:
		b.WriteString(el("domain:ns", hostObjs(d.hosts...)))
	}
	if d.registrant != nil {
		b.WriteString(txt("domain:registrant", *d.registrant))
	}
	b.WriteString(authInfo("domain", d.pw))
	return order("create", el("domain:create", b.String()), d.ext)
}

func hostObjs(names ...string) string {
	var b strings.Builder
	for _, n := range names {
		b.WriteString(txt("domain:hostObj", n))
	}
	return b.String()
}

// attribute is a name server as an attribute; glue are its addresses as pairs of kind and address.
type attribute struct {
	name string
	glue [][2]string
}

func hostAttrs(list ...attribute) string {
	var b strings.Builder
	for _, a := range list {
		var addrs strings.Builder
		for _, g := range a.glue {
			addrs.WriteString(txt("domain:hostAddr"+attr("ip", g[0]), g[1]))
		}
		b.WriteString(el("domain:hostAttr", txt("domain:hostName", a.name), addrs.String()))
	}
	return b.String()
}

// dsData and keyData are DNSSEC data of a row; the columns are those of epp-14 and epp-16.
func dsData(r row) string {
	return el("secDNS:dsData", txt("secDNS:keyTag", r["keyTag"]), txt("secDNS:alg", r["dsDataAlg"]), txt("secDNS:digestType", r["digestType"]),
		txt("secDNS:digest", r["digest"]))
}

func keyData(r row) string {
	return el("secDNS:keyData", txt("secDNS:flags", r["flags"]), txt("secDNS:protocol", r["protocol"]), txt("secDNS:alg", r["keyDataAlg"]),
		txt("secDNS:pubKey", r["pubKey"]))
}

func createHost(name string, addrs ...string) string {
	return order("create", el("host:create", txt("host:name", name), strings.Join(addrs, "")), "")
}

func hostAddr(ip, addr string) string {
	return txt("host:addr"+attr("ip", ip), addr)
}

func renew(name, current, period, unit string) string {
	return order("renew", el("domain:renew", txt("domain:name", name), txt("domain:curExpDate", current), txt("domain:period"+attr("unit", unit), period)), "")
}

// transfer is a request (with authInfo and perhaps a period) or a decision on one.
func transfer(op, name, years, pw string) string {
	period, auth := "", ""
	if years != "" {
		period = txt(`domain:period unit="y"`, years)
	}
	if pw != "" {
		auth = authInfo("domain", pw)
	}
	return order(fmt.Sprintf("transfer op=%q", op), el("domain:transfer", txt("domain:name", name), period, auth), "")
}

// loginFrame is a log-in with the services of a greeting; with loginSec the password stands in the extension (RFC 8807 §4.1).
func loginFrame(who, pw string, objects, extensions []string) string {
	var objs, exts strings.Builder
	loginSec := ""
	for _, o := range objects {
		objs.WriteString(txt("objURI", o))
	}
	for _, x := range extensions {
		exts.WriteString(txt("extURI", x))
		if x == nsLoginSec {
			loginSec = el("loginSec:loginSec", el("loginSec:userAgent", txt("loginSec:app", "RST driver")), txt("loginSec:pw", pw))
			pw = "[LOGIN-SECURITY]"
		}
	}
	return order("login", txt("clID", who)+txt("pw", pw)+el("options", txt("version", "1.0"), txt("lang", "en"))+
		el("svcs", objs.String(), el("svcExtension", exts.String())), loginSec)
}
