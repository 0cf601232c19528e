package rst

import (
	"slices"
	"strconv"
	"time"

	"github.com/polyreg/polyreg/internal/wire/epp"
)

// renewDomains is epp-18.
func renewDomains(r *run) {
	s := r.login(clid01)
	for _, tld := range tlds {
		name := r.domainOf(s, tld, "1").name
		expires := r.renewed(s, name, time.Time{})
		for _, years := range []int{1, 2} {
			resp := s.do(renew(name, expires.Format(time.DateOnly), strconv.Itoa(years), "y"))
			r.check("EPP_RENEW_INFO_RESPONSE_UNEXPECTED_EXPIRY_DATE", done(resp), "%d: %s", resp.Code(), told(resp))
			expires = r.renewed(s, name, expires.AddDate(years, 0, 0))
		}
		for _, p := range [][2]string{{"7", "y"}, {"10", "y"}, {"99", "y"}, {"0", "y"}, {"-1", "y"}, {"1.5", "y"}, {"1", "x"}, {"1", "m"}} {
			resp := s.do(renew(name, expires.Format(time.DateOnly), p[0], p[1]))
			r.check("EPP_RENEW_SERVER_ACCEPTS_INVALID_PERIOD", !done(resp), "%v: %d", p, resp.Code())
		}
		for _, d := range []time.Time{expires.AddDate(0, 0, 1), expires.AddDate(-1, 0, 0)} {
			resp := s.do(renew(name, d.Format(time.DateOnly), "1", "y"))
			r.check("EPP_RENEW_SERVER_ACCEPTS_INVALID_CURRENT_EXPIRY_DATE", !done(resp), "%s: %d", d, resp.Code())
		}
		resp := s.do(renew(name, "tomorrow", "1", "y"))
		r.check("EPP_RENEW_SERVER_ACCEPTS_INVALID_CURRENT_EXPIRY_DATE", !done(resp), "%d", resp.Code())
		r.renewed(s, name, expires)
		resp = s.do(renew(name, expires.Format(time.DateOnly), "6", "y")) // ten years from now, and not a day more
		r.check("EPP_RENEW_INFO_RESPONSE_UNEXPECTED_EXPIRY_DATE", done(resp), "%d: %s", resp.Code(), told(resp))
		r.renewed(s, name, expires.AddDate(6, 0, 0))
	}
}

// renewed holds expiry and renewPeriod of a domain and gives the expiry; a zero time asks for the expiry alone.
func (r *run) renewed(s *session, name string, want time.Time) time.Time {
	r.t.Helper()
	got, ext := r.domainInfo(s, name)
	if want.IsZero() {
		return got.ExDate
	}
	r.check("EPP_RENEW_INFO_RESPONSE_UNEXPECTED_EXPIRY_DATE", sameDay(got.ExDate, want), "%s, wanted %s", got.ExDate, want)
	r.check("EPP_RENEW_INFO_RESPONSE_MISSING_OR_INVALID_RGP_STATUS", slices.Contains(ext.RGPInfo.Names(), "renewPeriod"), "%v", ext.RGPInfo.Names())
	return got.ExDate
}

// sameDay allows for the 29th of February.
func sameDay(a, b time.Time) bool { return a.Sub(b).Abs() <= 24*time.Hour }

const (
	insecureAuth = "password1"
	secureAuth   = "Zr3!kT9#mQ5%vX7&bN2*"
)

// forTransfer makes a domain with an authInfo that another registrar knows.
func (r *run) forTransfer(s *session, tld, years string) domainCreate {
	r.t.Helper()
	d := r.domainOf(s, tld, years)
	set := func(pw string) *epp.Response {
		return s.do(update("domain", d.name, "", el("domain:chg", authInfo("domain", pw))))
	}
	if r.rig.plan.secure && r.c.ID == "epp-19" {
		resp := set(insecureAuth)
		r.check("EPP_TRANSFER_SERVER_ACCEPTS_INSECURE_AUTHINFO", !done(resp), "%d", resp.Code())
	}
	resp := set(secureAuth)
	r.check("EPP_TRANSFER_SERVER_REJECTS_SECURE_AUTHINFO", done(resp), "%d: %s", resp.Code(), told(resp))
	return d
}

// pending holds whether a domain waits for a transfer.
func (r *run) pending(s *session, name string, want bool) *epp.DomainInfoData {
	r.t.Helper()
	got, _ := r.domainInfo(s, name)
	r.check("EPP_TRANSFER_INFO_RESPONSE_MISSING_OR_INVALID_STATUS_CODE", slices.Contains(statusNames(got.Statuses), "pendingTransfer") == want, "%v", statusNames(got.Statuses))
	return got
}

// transferDomains is epp-19.
func transferDomains(r *run) {
	a, b := r.login(clid01), r.login(clid02)
	for _, tld := range tlds {
		d := r.forTransfer(a, tld, "2")
		before := r.pending(a, d.name, false)
		for _, pw := range []string{"not the right one", secureAuth + "x"} {
			resp := b.do(transfer("request", d.name, "1", pw))
			r.check("EPP_TRANSFER_SERVER_ACCEPTS_INCORRECT_AUTHINFO", !done(resp), "%d", resp.Code())
		}
		resp := b.do(transfer("request", d.name, "1", ""))
		r.check("EPP_TRANSFER_SERVER_ACCEPTS_INCORRECT_AUTHINFO", !done(resp), "without one: %d", resp.Code())
		for _, years := range []string{"9", "11", "0", "-1"} {
			resp = b.do(transfer("request", d.name, years, secureAuth))
			r.check("EPP_TRANSFER_SERVER_ACCEPTS_INVALID_PERIOD", !done(resp), "%s: %d", years, resp.Code())
		}
		r.pending(a, d.name, false)
		resp = b.do(transfer("request", d.name, "1", secureAuth))
		r.check("EPP_DOMAIN_TRANSFER_REQUEST_FAILED", resp.Code() == 1000 || resp.Code() == 1001, "%d: %s", resp.Code(), told(resp))
		r.pending(a, d.name, true)
		r.must(a.do(transfer("approve", d.name, "", "")))
		r.transferred(b, d.name, before.ExDate.AddDate(1, 0, 0))
	}
}

// transferred holds a domain against what an approved transfer leads to.
func (r *run) transferred(s *session, name string, expires time.Time) {
	got := r.pending(s, name, false)
	_, ext := r.domainInfo(s, name)
	r.check("EPP_TRANSFER_NOT_PROCESSED", got.ClID == clid02, "clID %s", got.ClID)
	r.check("EPP_TRANSFER_INFO_RESPONSE_UNEXPECTED_EXPIRY_DATE", sameDay(got.ExDate, expires), "%s, wanted %s", got.ExDate, expires)
	r.check("EPP_TRANSFER_INFO_RESPONSE_MISSING_OR_INVALID_RGP_STATUS", slices.Contains(ext.RGPInfo.Names(), "transferPeriod"), "%v", ext.RGPInfo.Names())
	if !r.rig.plan.secure {
		return
	}
	r.check("EPP_TRANSFER_INFO_RESPONSE_AUTHINFO_NOT_RESET", got.AuthInfo == nil, "an authInfo is shown")
	resp := r.login(clid01).do(order("info", el("domain:info", txt("domain:name", name), authInfo("domain", secureAuth)), ""))
	r.check("EPP_TRANSFER_INFO_RESPONSE_AUTHINFO_NOT_RESET", resp.Code() == 2202, "the old authInfo: %d", resp.Code())
}

// rejectTransfers is epp-20.
func rejectTransfers(r *run) {
	a, b := r.login(clid01), r.login(clid02)
	for _, tld := range tlds {
		d := r.forTransfer(a, tld, "1")
		before := r.pending(a, d.name, false)
		resp := b.do(transfer("request", d.name, "1", "not the right one"))
		r.check("EPP_TRANSFER_SERVER_ACCEPTS_INCORRECT_AUTHINFO", !done(resp), "%d", resp.Code())
		r.must(b.do(transfer("request", d.name, "1", secureAuth)))
		r.pending(a, d.name, true)
		r.must(a.do(transfer("reject", d.name, "", "")))
		got := r.pending(a, d.name, false)
		r.check("EPP_TRANSFER_SERVER_PROCESSED_REJECTED_TRANSFER", got.ClID == clid01 && got.ExDate.Equal(before.ExDate), "clID %s, exDate %s", got.ClID, got.ExDate)
	}
}

// deleteDomains is epp-21: in both TLDs, where a delete is carried out at once and where it is not.
func deleteDomains(r *run) {
	s := r.login(clid01)
	for _, tld := range tlds {
		d := r.domainOf(s, tld, "1")
		resp := r.must(s.do(on("delete", "domain", d.name)))
		info := s.do(on("info", "domain", d.name))
		if resp.Code() == 1000 {
			r.check("EPP_DOMAIN_DELETE_INFO_RESPONSE_OBJECT_STILL_EXISTS", info.Code() == 2303, "%d", info.Code())
			for _, h := range d.hosts {
				r.gone(s, "host", h)
			}
			if d.registrant != nil {
				r.gone(s, "contact", *d.registrant)
			}
			continue
		}
		r.check("EPP_DOMAIN_DELETE_INFO_RESPONSE_OBJECT_NOT_PENDING_DELETE",
			info.Code() == 2303 || info.Code() == 1000 && slices.Contains(statusNames(info.Data.DomainInfo.Statuses), "pendingDelete"), "%d", info.Code())
	}
}

// gone deletes what a deleted domain leaves behind.
func (r *run) gone(s *session, object, name string) {
	r.t.Helper()
	r.must(s.do(on("delete", object, name)))
	resp := s.do(on("info", object, name))
	r.check("EPP_DOMAIN_DELETE_INFO_RESPONSE_OBJECT_STILL_EXISTS", resp.Code() == 2303, "%s: %d", name, resp.Code())
}
