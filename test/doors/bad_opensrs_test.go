package doors

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

// TestBadInputOpenSRS: codes of opensrs.md §2.4, §3, §5.
func TestBadInputOpenSRS(t *testing.T) {
	onBoth(t, func(t *testing.T, s setup) {
		w := badWorld(t, s)
		c, poor := newOpenSRS(w, "alpha"), newOpenSRS(w, "poor")
		w.refuseAll(t, badOpenSRSLogins(w, c))
		w.refuseAll(t, badOpenSRSDocuments(c))
		w.refuseAll(t, badOrders(t, c, poor, orderCodes{tld: "701", name: "465", taken: "485", period: "465", funds: "440", busy: "437"}))
		must(t, c.register(goodOrder("first.com"))) // makes the registrant's profile
		w.refuseAll(t, badOpenSRSValues(c))
	})
}

// goodOrder is a registration that is fine but for what a test does to it.
func goodOrder(name string) order {
	return order{name: name, years: 1, servers: platformServers, owner: jane()}
}

func badOpenSRSLogins(w *world, c *opensrs) []bad {
	doc := envelope("SW_REGISTER", "DOMAIN", registration(goodOrder("stolen.com")))
	send := func(doc []byte, user, signature string) func() error {
		return func() error { return only(c.send(doc, user, signature, len(doc))) }
	}
	fenced, beta := newOpenSRS(w, "fenced"), newOpenSRS(w, "beta")
	return []bad{
		{"no user", "401", send(doc, "", sign(doc, c.key))},
		{"no signature", "401", send(doc, c.user, "")},
		{"nothing", "401", send(doc, "", "")},
		{"signature of no form", "401", send(doc, c.user, "xyz")},
		{"wrong key", "401", send(doc, c.user, sign(doc, c.key+"0"))},
		{"key of another reseller", "401", send(doc, c.user, sign(doc, beta.key))},
		{"signature of another document", "401", send(doc, c.user, sign(envelope("GET_BALANCE", "BALANCE", items{}), c.key))},
		{"changed document", "401", send(bytes.Replace(doc, []byte("stolen.com"), []byte("stolem.com"), 1), c.user, sign(doc, c.key))},
		{"half a signature", "401", send(doc, c.user, sign(doc, c.key)[:16])},
		{"unknown user", "401", send(doc, "nobody", sign(doc, c.key))},
		{"disallowed address", "400", func() error { return only(fenced.post(doc)) }},
		{"cookie of no session", "415", func() error {
			return only(c.post(bytes.Replace(envelope("GET", "DOMAIN", items{"type": "all_info"}), []byte(`<item key="object">`), []byte(`<item key="cookie">123:456</item><item key="object">`), 1)))
		}},
	}
}

func badOpenSRSDocuments(c *opensrs) []bad {
	doc := func(name string) []byte { return envelope("SW_REGISTER", "DOMAIN", registration(goodOrder(name))) }
	post := func(doc []byte) func() error { return func() error { return only(c.post(doc)) } }
	swap := func(name, from, to string) func() error {
		return post(bytes.Replace(doc(name), []byte(from), []byte(to), 1))
	}
	const dtd = `<!DOCTYPE OPS_envelope SYSTEM "ops.dtd">`
	const end = "</body></OPS_envelope>"
	cut := doc("cut-off.com")
	return []bad{
		{"largest document", "", post(pad(envelope("GET_BALANCE", "BALANCE", items{}), 1<<20, len(end)))},
		{"one byte over", "465", post(pad(doc("too-large.com"), 1<<20+1, len(end)))},
		{"body cut off", "401", func() error { return only(c.send(cut[:len(cut)-300], c.user, sign(cut, c.key), len(cut))) }},
		{"body cut off, signed so", "400", func() error {
			part := cut[:len(cut)-300]
			return only(c.send(part, c.user, sign(part, c.key), len(cut)))
		}},
		{"half a document", "400", post(cut[:len(cut)-300])},
		{"invalid UTF-8", "400", swap("utf8.com", "<item key=\"city\">Berlin", "<item key=\"city\">Berl\xff\xfen")},
		{"entity definitions", "400", swap("entity.com", dtd, laughs)},
		{"entity from a file", "400", post(bytes.Replace(bytes.Replace(doc("entity.com"), []byte(dtd), []byte(leak), 1), []byte("Berlin"), []byte("&c;"), 1))},
		{"parameter entity", "400", swap("entity.com", dtd, subset)},
		{"entity without definition", "400", swap("entity.com", "Berlin", "&c;")},
		{"external subset's entity", "400", post(bytes.Replace(bytes.Replace(doc("entity.com"), []byte(dtd), []byte(outer), 1), []byte("Berlin"), []byte("&c;"), 1))},
		{"deep nesting", "465", swap("deep.com", "Berlin", nested(100))},
		{"too many items", "465", swap("many.com", "Berlin", strings.Repeat("<x/>", 70_000))},
		{"empty body", "400", post([]byte(" "))},
		{"no envelope", "400", post([]byte("<x/>"))},
		{"no document", "400", post([]byte("{}"))},
		{"other protocol", "400", swap("other.com", ">XCP<", ">TPP<")},
		{"unknown command", "430", post(envelope("STEAL", "DOMAIN", items{"domain": "stolen.com"}))},
		{"command not offered", "430", post(envelope("TRADE_DOMAIN", "DOMAIN", items{"domain": "alpha-owned.com"}))},
	}
}

func badOpenSRSValues(c *opensrs) []bad {
	register := func(change func(items, items)) func() error {
		a := registration(goodOrder("values.com"))
		owner, _ := a["contact_set"].(items)["owner"].(items)
		change(a, owner)
		return func() error { return only(c.call("SW_REGISTER", "DOMAIN", a)) }
	}
	without := func(field string) func() error { return register(func(_, owner items) { delete(owner, field) }) }
	return []bad{
		{"contact without e-mail", "465", without("email")},
		{"contact without city", "465", without("city")},
		{"contact without country", "465", without("country")},
		{"contact without last name", "465", without("last_name")},
		{"contact without phone", "420", without("phone")},
		{"bad phone", "420", register(func(_, owner items) { owner["phone"] = "call me" })},
		{"no owner", "460", register(func(a, _ items) { a["contact_set"] = items{} })},
		{"no name", "460", register(func(a, _ items) { delete(a, "domain") })},
		{"kept for later", "465", register(func(a, _ items) { a["handle"] = "save" })},
		{"one name server", "465", register(func(a, _ items) { a["nameserver_list"] = []any{items{"name": "ns1.example.net", "sortorder": 1}} })},
		{"no password", "460", register(func(a, _ items) { a["reg_password"] = "" })},
		{"wrong password of a profile", "415", register(func(a, _ items) { a["reg_password"] = "Another123456" })},
		{"renewal of another year", "541", func() error { return c.renew("alpha-owned.com", 1, now.AddDate(9, 0, 0)) }},
		{"renewed already", "555", func() error { return c.renew("alpha-owned.com", 1, now) }},
		{"renewal too far", "465", func() error { return c.renew("alpha-owned.com", 10, now.AddDate(0, 0, 630)) }},
		{"renewal of another account's new name", "480", func() error { return c.renew("busy.com", 1, time.Now()) }},
		{"foreign name", "415", func() error { return only(c.info("beta-owned.com")) }},
	}
}
