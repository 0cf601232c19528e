package epp

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// fullInfo is an answer that needs four namespaces.
func fullInfo() *Response {
	r := extended(ResponseExt{RGPInfo: RGPStatuses(RGPAddPeriod), SecDNS: &SecDNSData{DS: []DSData{dsSample()}}, AllocationToken: Token("abc")})
	r.Data = &ResData{DomainInfo: &DomainInfoData{Name: "a.example", ROID: "D1-EX", Statuses: DomainStatuses(StatusOK), ClID: "reg-a"}}
	return r
}

func unhandledResponses() map[string]*Response {
	return map[string]*Response{
		"unhandled-ext":    fullInfo().Fit(services(NSDomain, NSUnhandled, NSSecDNS)),
		"unhandled-object": fullInfo().Fit(services(NSHost, NSUnhandled, NSRGP)),
	}
}

func services(uris ...string) *Services {
	return &Services{Objects: uris[:1], Extensions: &ExtURIs{URIs: uris[1:]}}
}

func TestFit(t *testing.T) {
	t.Parallel()
	all := services(NSDomain, NSRGP, NSSecDNS, NSAllocationToken)
	if d := cmp.Diff(fullInfo(), fullInfo().Fit(all)); d != "" {
		t.Errorf("announced data moved:\n%s", d)
	}
	old := fullInfo().Fit(&Services{Objects: []string{NSHost}})
	if d := cmp.Diff(Respond(CodeOK, "ABC-1", "SV-1"), old); d != "" {
		t.Errorf("a client that knows nothing gets more:\n%s", d)
	}
	if got := Respond(CodePolicy, "", "SV-1").Fit(all); got.Data != nil {
		t.Errorf("%+v", got)
	}

	shared := fullInfo()
	data := shared.Data
	shared.Fit(services(NSHost, NSUnhandled))
	if data.DomainInfo == nil {
		t.Error("the caller's data was changed")
	}

	frame, err := EncodeResponse(fullInfo().Fit(services(NSHost, NSUnhandled)))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(frame), `<reason>`+NSRGP+` not in login services</reason>`) || strings.Contains(string(frame), "abc") {
		t.Errorf("%s", frame)
	}
	got, err := DecodeResponse(frame)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]string{NSDomain, NSRGP, NSSecDNS}, got.Unhandled()); d != "" {
		t.Error(d)
	}
	got.TakeUnhandled()
	want := fullInfo()
	want.Ext.AllocationToken = nil // the secret is not shown to a session that did not ask for it
	got.Results = want.Results
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestTakeUnhandledLeavesWhatIsThere(t *testing.T) {
	t.Parallel()
	r := fullInfo().Fit(services(NSDomain, NSUnhandled))
	r.Ext.RGPInfo = RGPStatuses(RGPPendingDelete)
	r.Results[0].ExtValues = append(r.Results[0].ExtValues, ExtValue{Value: Value{Name: eppName("undef")}, Reason: Message{Text: "other"}},
		ExtValue{Value: Value{Name: Name{Space: NSSecDNS, Local: "infData"}, Object: "not data"}})
	r.TakeUnhandled()
	if r.Ext.RGPInfo.Names()[0] != RGPPendingDelete || r.Ext.SecDNS == nil || len(r.Unhandled()) != 2 {
		t.Errorf("%+v", r)
	}
	if _, err := EncodeResponse(r); err == nil {
		t.Error("foreign data encoded")
	}
}
