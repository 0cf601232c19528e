package epp

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestExtensionsNotOfferedAreOnlyNamed(t *testing.T) {
	t.Parallel()
	frame := []byte(withExt(`<r:update xmlns:r="` + NSRGP + `"><r:restore op="request"/></r:update><f:nonsense xmlns:f="` + NSFee +
		`"/><f:update xmlns:f="urn:ietf:params:xml:ns:fee-0.11"/>`))
	offers := func(space string) bool { return space == NSRGP }
	c, err := DecodeCommandOf(frame, offers)
	if err != nil {
		t.Fatal(err)
	}
	want := []Name{{Space: NSRGP, Local: "update"}, {Space: NSFee, Local: "nonsense"}, {Space: "urn:ietf:params:xml:ns:fee-0.11", Local: "update"}}
	if d := cmp.Diff(want, c.Extensions); d != "" || c.Ext.RGP == nil {
		t.Error(d, c.Ext)
	}
	if n, ok := c.Unannounced(offers); !ok || n != want[1] {
		t.Errorf("%v %t", n, ok)
	}
	if n, ok := c.Unannounced(func(string) bool { return true }); ok {
		t.Error(n)
	}
	if _, err := EncodeCommand(c); err == nil {
		t.Error("an extension that was not read is lost silently")
	}
	if _, err := DecodeCommand(frame); asError(err).Code != CodeSyntax {
		t.Error(err)
	}
}

func TestExtensionsBelongToTheirCommands(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]*Command{
		"restore in an info":    {InfoDomain: &DomainInfo{Name: DomainInfoName{Name: "a.example"}}, Ext: RestoreDomain("x").Ext},
		"DS of a host":          {CreateHost: &HostCreate{Name: "a.example"}, Ext: CommandExt{SecDNSCreate: &SecDNSData{DS: []DSData{dsSample()}}}},
		"TTL of a contact":      {InfoContact: &ContactInfo{ID: "C-1"}, Ext: CommandExt{TTLInfo: &TTLInfo{}}},
		"passwords of a logout": {Logout: true, Ext: CommandExt{LoginSec: &LoginSec{}}},
		"fee of a delete":       {DeleteDomain: &DomainDelete{Name: "a.example"}, Ext: CommandExt{FeeUpdate: &FeeAgreed{Fees: []Fee{{Amount: "1"}}}}},
		"both kinds of data":    onDomain(CommandExt{SecDNSUpdate: &SecDNSUpdate{Add: &SecDNSData{DS: []DSData{dsSample()}, Keys: []KeyData{*dsSample().Key}}}}),
		"a mark of another name": {CreateDomain: &DomainCreate{Name: "a.example", AuthInfo: NoAuth()},
			Ext: CommandExt{LaunchCreate: &LaunchCreate{Phase: LaunchPhase{Phase: PhaseSunrise}, SignedMarks: []Element{element(markText)}}}},
	} {
		frame, err := EncodeCommand(c)
		var e *Error
		if !errors.As(err, &e) {
			t.Errorf("%s: encoded\n%s", name, frame)
		}
	}
}

func TestExtensionSpaces(t *testing.T) {
	t.Parallel()
	got := ExtensionSpaces()
	want := []string{NSAllocationToken, NSChangePoll, NSFee, NSLaunch, NSLoginSec, NSRGP, NSSecDNS, NSSecureAuthInfo, NSSets, NSTTL, NSUnhandled}
	slices.Sort(want)
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	s := Services{Objects: []string{NSDomain}}
	if !s.Has(NSDomain) || s.Has(NSRGP) {
		t.Error("Has")
	}
}

func TestLenientExtensions(t *testing.T) {
	t.Parallel()
	r, err := DecodeResponse([]byte(head + `<response><result code="1000"><msg>ok</msg></result><extension><x:y xmlns:x="urn:x"/><f:creData xmlns:f="` + NSFee +
		`"><f:fee new="1">5.00</f:fee><f:new/><f:currency>eur</f:currency></f:creData><f:new xmlns:f="` + NSFee + `"/></extension></response></epp>`))
	if err != nil {
		t.Fatal(err)
	}
	if f := r.Ext.FeeCreate; f == nil || f.Currency != "eur" || f.Fees[0].Amount != "5.00" || len(r.Extensions) != 3 {
		t.Errorf("%+v", r)
	}
}

func TestWireForm(t *testing.T) {
	t.Parallel()
	frame, err := EncodeCommand(&Command{ClTRID: "ABC-1", UpdateDomain: &DomainUpdate{Name: "a.example"},
		Ext: CommandExt{FeeUpdate: &FeeAgreed{Fees: []Fee{{Amount: "1"}}}, RGP: &RGPUpdate{Restore: Restore{Op: RestoreRequest}}}})
	if err != nil {
		t.Fatal(err)
	}
	want := `</update><extension><rgp:update xmlns:rgp="urn:ietf:params:xml:ns:rgp-1.0"><rgp:restore op="request"/></rgp:update>` +
		`<fee:update xmlns:fee="urn:ietf:params:xml:ns:epp:fee-1.0"><fee:fee>1</fee:fee></fee:update></extension><clTRID>`
	if !strings.Contains(string(frame), want) {
		t.Errorf("%s", frame)
	}
}
