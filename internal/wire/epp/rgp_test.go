package epp

import (
	"errors"
	"testing"
	"time"
)

func report() *RestoreReportData {
	return &RestoreReportData{PreData: Mixed{Text: "a.example <before>"}, PostData: Mixed{Text: "a.example after"}, DelTime: t0, ResTime: t1,
		ResReason: ReportText{Text: "Registrant error."}, Statements: []ReportText{{Lang: "en", Text: "Not for our own use."}, {Text: "True."}},
		Other: &Mixed{}}
}

func rgpCommands() map[string]*Command {
	return map[string]*Command{
		"domain-update-restore-request": RestoreDomain("a.example"),
		"domain-update-restore-report":  ReportRestore("a.example", report()),
	}
}

func rgpResponses() map[string]*Response {
	return map[string]*Response{
		"rgp-info":   extended(ResponseExt{RGPInfo: RGPStatuses(RGPAddPeriod, RGPRenewPeriod)}),
		"rgp-update": extended(ResponseExt{RGPUpdate: &RGPData{Statuses: []RGPStatus{{S: RGPPendingRestore, Lang: "en", Text: "report wanted"}}}}),
	}
}

// withExt is an update of a domain with the given extension in wire form.
func withExt(ext string) string {
	return head + `<command><update><domain:update` + dom + `><domain:name>a.example</domain:name></domain:update></update><extension>` +
		ext + `</extension><clTRID>ABC-1</clTRID></command></epp>`
}

// refuses tries frames that have to be refused with a code.
func refuses(t *testing.T, frames map[string]int) {
	t.Helper()
	for frame, code := range frames {
		_, err := DecodeCommand([]byte(frame))
		var e *Error
		if !errors.As(err, &e) || e.Code != code || e.ClTRID != "ABC-1" {
			t.Errorf("got %v, want code %d: %s", err, code, frame)
		}
	}
}

func TestRGPCommand(t *testing.T) {
	t.Parallel()
	const ns = ` xmlns:rgp="` + NSRGP + `"`
	refuses(t, map[string]int{
		withExt(`<rgp:update` + ns + `/>`):                                                                                     2003,
		withExt(`<rgp:update` + ns + `><rgp:restore/></rgp:update>`):                                                           2003,
		withExt(`<rgp:update` + ns + `><rgp:restore op="please"/></rgp:update>`):                                               2005,
		withExt(`<rgp:update` + ns + `><rgp:restore op="report"/></rgp:update>`):                                               2003,
		withExt(`<rgp:update` + ns + `><rgp:restore op="request"><rgp:report/></rgp:restore></rgp:update>`):                    2003,
		withExt(`<rgp:infData` + ns + `/>`):                                                                                    2001,
		withExt(`<rgp:update` + ns + `><rgp:restore op="request"/></rgp:update><x:y xmlns:x="urn:x"/><rgp:update` + ns + `/>`): 2001,
	})
	c, err := DecodeCommand([]byte(withExt(`<r:update xmlns:r="` + NSRGP + `"><r:restore op="report"><r:report><r:preData>was <x:b xmlns:x="urn:x">bold</x:b>` +
		`</r:preData><r:postData/><r:delTime>2025-01-01T00:00:00Z</r:delTime><r:resTime>2025-01-02T00:00:00Z</r:resTime><r:resReason>x</r:resReason>` +
		`<r:statement lang="de">s</r:statement></r:report></r:restore></r:update>`)))
	if err != nil {
		t.Fatal(err)
	}
	if r := c.Ext.RGP.Restore.Report; r.PreData.Text != "was bold" || r.Statements[0].Lang != "de" || !r.ResTime.Equal(time.Date(2025, 1, 2, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("%+v", r)
	}
}
