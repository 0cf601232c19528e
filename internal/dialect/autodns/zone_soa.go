package autodns

import (
	"strconv"

	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/wire/internetx"
	"github.com/polyreg/polyreg/internal/wire/xmlx"
	"github.com/polyreg/polyreg/internal/zone"
)

// soaTTLs are the default TTLs of the presets; the other values are the same in all of them (autodns-xml.md §13.2).
var soaTTLs = map[string]int{"1": internetx.SOATTL, "2": 43_200, "3": 600}

// soaOrder is what a task wants of a zone's SOA. Zero is what it does not say.
type soaOrder struct {
	zone.SOA
	ttl int // of records without one of their own
}

// readSOA reads a soa element over what the zone has. A preset counts for all it has a value for.
func readSOA(n *xmlx.Node, was soaOrder, l *errs.List) soaOrder {
	out := was
	level := n.ChildTrim("level")
	if ttl, ok := soaTTLs[level]; ok {
		out.Refresh, out.Retry, out.Expire, out.ttl = internetx.SOARefresh, internetx.SOARetry, internetx.SOAExpire, ttl
	} else {
		if level != "" && level != "0" {
			l.Add(bad(errs.Invalid, "request.task.zone.soa.level", level, "must be 0 to 3"))
		}
		for _, f := range []struct {
			name string
			to   *int
		}{{"refresh", &out.Refresh}, {"retry", &out.Retry}, {"expire", &out.Expire}, {"ttl", &out.ttl}} {
			text := n.ChildTrim(f.name)
			if text == "" {
				continue
			}
			v, err := whole("request.task.zone.soa."+f.name, text)
			if err == nil && v <= 0 {
				err = bad(errs.Invalid, "request.task.zone.soa."+f.name, text, "is not a number of seconds")
			}
			l.Add(err)
			*f.to = v
		}
	}
	if out.ttl != was.ttl {
		out.TTL, out.Minimum = out.ttl, out.ttl // the vendor has one for all three
	}
	if email := n.ChildTrim("email"); email != "" {
		if out.RName = internetx.Mailbox(email); out.RName == "" {
			l.Add(bad(errs.Invalid, "request.task.zone.soa.email", email, "is not a mail address"))
		}
	}
	numbers := out
	if numbers.RName = was.RName; numbers != was && !truthy(n.ChildText("ignore")) {
		checkSOA(out, l)
	}
	return out
}

// checkSOA holds the relation of the values that the vendor asks for (autodns-xml.md §13.2).
func checkSOA(s soaOrder, l *errs.List) {
	if s.Retry >= s.Refresh {
		l.Add(bad(errs.Invalid, "request.task.zone.soa.retry", strconv.Itoa(s.Retry), "must be less than refresh"))
	}
	if s.Expire <= s.Refresh+s.Retry {
		l.Add(bad(errs.Invalid, "request.task.zone.soa.expire", strconv.Itoa(s.Expire), "must be more than refresh and retry together"))
	}
}

// firstSOA is what a new zone has: the first preset, with a mail address of the account.
func (t *task) firstSOA() soaOrder {
	return soaOrder{ttl: internetx.SOATTL, SOA: zone.SOA{Refresh: internetx.SOARefresh, Retry: internetx.SOARetry, Expire: internetx.SOAExpire,
		TTL: internetx.SOATTL, Minimum: internetx.SOATTL, RName: internetx.Mailbox(t.c.Account.Email)}}
}

// soaEl is the SOA in an answer; default repeats the TTL, which clients read as that of NS records.
func soaEl(z zone.Zone) el {
	n := strconv.Itoa
	return block("soa", leaf("refresh", n(z.SOA.Refresh)), leaf("retry", n(z.SOA.Retry)), leaf("expire", n(z.SOA.Expire)), leaf("ttl", n(z.TTL)),
		leaf("email", internetx.Email(z.SOA.RName)), leaf("default", n(z.TTL)))
}
