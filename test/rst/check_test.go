package rst

import (
	"slices"
	"strings"

	"github.com/polyreg/polyreg/internal/wire/epp"
)

// invalidLabels are names that RFC 1123 does not allow, without their TLD.
var invalidLabels = []string{"-begins", "ends-", "under_score", "exclamation!", "sp ace", strings.Repeat("x", 64), "a..b", "_srv"}

// refusedOr reports whether an answer to a check of something invalid is right: refused as a whole, or not available.
func refusedOr(resp *epp.Response, avail func() bool) bool {
	if resp.Code() == 1000 {
		return !avail()
	}
	return slices.Contains([]int{2001, 2004, 2005}, resp.Code())
}

func domainAvail(resp *epp.Response) bool {
	return resp.Data != nil && resp.Data.DomainCheck != nil && len(resp.Data.DomainCheck.Items) == 1 && resp.Data.DomainCheck.Items[0].Name.Avail
}

// checkDomains is epp-04.
func checkDomains(r *run) {
	s := r.login(clid01)
	for _, tld := range tlds {
		f := newFiller(r, tld)
		for _, l := range invalidLabels {
			resp := s.do(check("domain", l+"."+tld))
			r.check("EPP_DOMAIN_CHECK_INVALID_DOMAIN_INCORRECT_AVAIL", refusedOr(resp, func() bool { return domainAvail(resp) }), "%s.%s: %d", l, tld, resp.Code())
		}
		resp := r.must(s.do(check("domain", registeredName(tld))))
		r.check("EPP_DOMAIN_CHECK_REGISTERED_DOMAIN_INCORRECT_AVAIL", len(resp.Data.DomainCheck.Items) == 1 && !domainAvail(resp), "%s", registeredName(tld))
		free := []string{f.letters(18, alphanumeric) + "." + tld, f.letters(3, "abcdefgh") + "-" + f.letters(3, "123456789") + "." + tld,
			f.letters(63, "abcdefgh") + "." + tld}
		for _, n := range free {
			resp = r.must(s.do(check("domain", n)))
			r.check("EPP_DOMAIN_CHECK_VALID_DOMAIN_INCORRECT_AVAIL", domainAvail(resp), "%s", n)
			r.check("EPP_DOMAIN_CHECK_VALID_DOMAIN_INCORRECT_AVAIL", strings.EqualFold(resp.Data.DomainCheck.Items[0].Name.Name, n), "%s", n)
		}
		resp = r.must(s.do(check("domain", append(free, registeredName(tld))...)))
		for i, item := range resp.Data.DomainCheck.Items {
			r.check("EPP_DOMAIN_CHECK_VALID_DOMAIN_INCORRECT_AVAIL", item.Name.Avail == (i < len(free)), "several in one check: %s", item.Name.Name)
		}
	}
}

func hostAvail(resp *epp.Response) bool {
	return resp.Data != nil && resp.Data.HostCheck != nil && len(resp.Data.HostCheck.Items) == 1 && resp.Data.HostCheck.Items[0].Name.Avail
}

// checkHosts is epp-05.
func checkHosts(r *run) {
	s := r.login(clid01)
	for _, tld := range tlds {
		f := newFiller(r, tld)
		for _, l := range invalidLabels {
			name := l + "." + f.letters(18, alphanumeric) + "." + tld
			resp := s.do(check("host", name))
			r.check("EPP_HOST_CHECK_INVALID_HOST_INCORRECT_AVAIL", refusedOr(resp, func() bool { return hostAvail(resp) }), "%s: %d", name, resp.Code())
		}
		resp := r.must(s.do(check("host", registeredNameserver(tld))))
		r.check("EPP_HOST_CHECK_REGISTERED_HOST_INCORRECT_AVAIL", len(resp.Data.HostCheck.Items) == 1 && !hostAvail(resp), "%s", registeredNameserver(tld))
		for _, n := range []string{"ns1." + f.letters(18, alphanumeric) + "." + tld, "ns9." + registeredName(tld), "ns1." + f.letters(18, alphanumeric) + ".icann"} {
			resp = r.must(s.do(check("host", n)))
			r.check("EPP_HOST_CHECK_VALID_HOST_INCORRECT_AVAIL", hostAvail(resp), "%s", n)
		}
	}
}

func contactAvail(resp *epp.Response) bool {
	return resp.Data != nil && resp.Data.ContactCheck != nil && len(resp.Data.ContactCheck.Items) == 1 && resp.Data.ContactCheck.Items[0].ID.Avail
}

// checkContacts is epp-06.
func checkContacts(r *run) {
	s := r.login(clid01)
	f := newFiller(r, graceTLD)
	for _, id := range []string{"", "ab", f.letters(17, alphanumeric), "with blank", "ümlaut"} {
		resp := s.do(check("contact", id))
		r.check("EPP_CONTACT_CHECK_INVALID_CONTACT_ID_INCORRECT_AVAIL", refusedOr(resp, func() bool { return contactAvail(resp) }), "%q: %d", id, resp.Code())
	}
	for _, id := range registeredContacts {
		resp := r.must(s.do(check("contact", id)))
		r.check("EPP_CONTACT_CHECK_REGISTERED_CONTACT_ID_INCORRECT_AVAIL", len(resp.Data.ContactCheck.Items) == 1 && !contactAvail(resp), "%s", id)
	}
	for range 3 {
		id := f.letters(16, alphanumeric)
		resp := r.must(s.do(check("contact", id)))
		r.check("EPP_CONTACT_CHECK_VALID_CONTACT_ID_INCORRECT_AVAIL", contactAvail(resp), "%s", id)
	}
}
