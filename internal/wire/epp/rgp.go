package epp

import "time"

// Statuses of the grace periods (RFC 3915 §3.1).
const (
	RGPAddPeriod        = "addPeriod"
	RGPAutoRenewPeriod  = "autoRenewPeriod"
	RGPRenewPeriod      = "renewPeriod"
	RGPTransferPeriod   = "transferPeriod"
	RGPRedemptionPeriod = "redemptionPeriod"
	RGPPendingRestore   = "pendingRestore"
	RGPPendingDelete    = "pendingDelete"
)

// Operations of a restore (RFC 3915 §4.2.5).
const (
	RestoreRequest = "request"
	RestoreReport  = "report"
)

// RGPUpdate extends a domain update that changes nothing else: it asks for a restore or reports on one.
type RGPUpdate struct {
	Restore Restore `epp:"restore"`
}

// Restore is the operation; a report is there exactly when Op is RestoreReport.
type Restore struct {
	Op     string             `epp:"@op,t=restoreop"`
	Report *RestoreReportData `epp:"report,opt"`
}

func (r *Restore) check(at Name) *Error {
	if r.Op == RestoreReport && r.Report == nil {
		return fault(CodeMissingParameter, Name{Space: at.Space, Local: "report"}, "element is missing")
	}
	if r.Op == RestoreRequest && r.Report != nil {
		return fault(CodeSyntax, Name{Space: at.Space, Local: "report"}, "a request has no report")
	}
	return nil
}

// RestoreReportData is what a registrar states about a restored domain (RFC 3915 §4.2.5): the data before and after, when it was
// deleted and restored, why, and the two statements that the RFC asks for.
type RestoreReportData struct {
	PreData    Mixed        `epp:"preData"`
	PostData   Mixed        `epp:"postData"`
	DelTime    time.Time    `epp:"delTime"`
	ResTime    time.Time    `epp:"resTime"`
	ResReason  ReportText   `epp:"resReason"`
	Statements []ReportText `epp:"statement,max=2"`
	Other      *Mixed       `epp:"other,opt"`
}

// Mixed is text; elements in it are read as their text.
type Mixed struct {
	Text string `epp:",text,mixed"`
}

// ReportText is text in a language, "en" when absent; elements in it are read as their text.
type ReportText struct {
	Lang string `epp:"@lang,t=lang,opt"`
	Text string `epp:",text,mixed"`
}

// RGPData tells the grace periods that a domain is in: after an info (infData) or a restore (upData).
type RGPData struct {
	Statuses []RGPStatus `epp:"rgpStatus"`
}

// RGPStatus is a status with an optional remark.
type RGPStatus struct {
	S    string `epp:"@s,t=rgpstatus"`
	Lang string `epp:"@lang,t=lang,opt"`
	Text string `epp:",text"`
}

// RGPStatuses makes grace period data without remarks, nil for none.
func RGPStatuses(names ...string) *RGPData {
	if len(names) == 0 {
		return nil
	}
	d := &RGPData{}
	for _, n := range names {
		d.Statuses = append(d.Statuses, RGPStatus{S: n})
	}
	return d
}

// Names are the statuses without their remarks; a nil RGPData has none.
func (d *RGPData) Names() []string {
	if d == nil {
		return nil
	}
	var out []string
	for _, s := range d.Statuses {
		out = append(out, s.S)
	}
	return out
}

// RestoreDomain is the command that asks for a restore.
func RestoreDomain(name string) *Command {
	return restoreCommand(name, Restore{Op: RestoreRequest})
}

// ReportRestore is the command that hands in the report on a restore.
func ReportRestore(name string, r *RestoreReportData) *Command {
	return restoreCommand(name, Restore{Op: RestoreReport, Report: r})
}

// restoreCommand wraps a restore into an update with an empty change, which the schema of the update needs not but RFC 3915
// §4.2.5 shows.
func restoreCommand(name string, r Restore) *Command {
	return &Command{UpdateDomain: &DomainUpdate{Name: name, Chg: &DomainChange{}}, Ext: CommandExt{RGP: &RGPUpdate{Restore: r}}}
}
