package rst

import (
	"slices"
	"time"
)

func restore(name, content string) string {
	return update("domain", name, el("rgp:update", content), el("domain:chg"))
}

// restoreReport is the report of RFC 3915 §4.2.5.
func restoreReport(deleted time.Time) string {
	at := func(t time.Time) string { return t.UTC().Format(time.RFC3339) }
	return el(`rgp:restore op="report"`, el("rgp:report", txt("rgp:preData", "as it was"), txt("rgp:postData", "as it was"),
		txt("rgp:delTime", at(deleted)), txt("rgp:resTime", at(time.Now())), txt("rgp:resReason", "Registrant error"),
		txt("rgp:statement", "The registrar has not restored the name in order to assume its rights."),
		txt("rgp:statement", "The information in this report is true.")))
}

// restoreDomains is epp-22, which renews first so that a delete leads to redemption. In the other TLD the young name would
// be gone at once.
func restoreDomains(r *run) {
	s := r.login(clid01)
	name := r.domainOf(s, redeemTLD, "1").name
	expires, _ := r.domainInfo(s, name)
	r.must(s.do(renew(name, expires.ExDate.Format(time.DateOnly), "1", "y")))
	_, ext := r.domainInfo(s, name)
	r.check("EPP_RESTORE_DOMAIN_NOT_RENEWPERIOD", slices.Contains(ext.RGPInfo.Names(), "renewPeriod"), "%v", ext.RGPInfo.Names())
	deleted := time.Now()
	resp := s.do(on("delete", "domain", name))
	r.check("EPP_RESTORE_DELETE_FAILED", resp.Code() == 1001, "%d: %s", resp.Code(), told(resp))
	got, ext := r.domainInfo(s, name)
	r.check("EPP_RESTORE_DELETE_FAILED", slices.Contains(statusNames(got.Statuses), "pendingDelete") && slices.Contains(ext.RGPInfo.Names(), "redemptionPeriod"),
		"%v %v", statusNames(got.Statuses), ext.RGPInfo.Names())
	r.must(s.do(restore(name, el(`rgp:restore op="request"`))))
	_, ext = r.domainInfo(s, name)
	r.check("EPP_RESTORE_DOMAIN_STILL_PENDINGDELETE", slices.Contains(ext.RGPInfo.Names(), "pendingRestore"), "%v", ext.RGPInfo.Names())
	r.must(s.do(restore(name, restoreReport(deleted))))
	got, ext = r.domainInfo(s, name)
	r.check("EPP_RESTORE_DOMAIN_STILL_PENDINGDELETE", !slices.Contains(statusNames(got.Statuses), "pendingDelete") &&
		!slices.Contains(ext.RGPInfo.Names(), "redemptionPeriod") && !slices.Contains(ext.RGPInfo.Names(), "pendingRestore"), "%v %v", statusNames(got.Statuses), ext.RGPInfo.Names())
}
