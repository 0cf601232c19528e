package epp

import "testing"

const (
	markText = `<mark:mark xmlns:mark="urn:ietf:params:xml:ns:mark-1.0"><mark:trademark><mark:id>1234-2</mark:id><mark:markName>Example One</mark:markName>` +
		`<mark:holder entitlement="owner"><mark:org>Example Inc.</mark:org><mark:addr><mark:street>123 Example Dr.</mark:street><mark:city>Reston</mark:city>` +
		`<mark:cc>US</mark:cc></mark:addr></mark:holder><mark:jurisdiction>US</mark:jurisdiction><mark:class>35</mark:class><mark:label>example-one</mark:label>` +
		`<mark:goodsAndServices>Dirigendas &amp; et eiusmodi.</mark:goodsAndServices><mark:regNum>234235</mark:regNum><mark:regDate>2009-08-16T09:00:00.0Z` +
		`</mark:regDate></mark:trademark></mark:mark>`
	signedText = `<s:signedMark xmlns:s="urn:ietf:params:xml:ns:signedMark-1.0" id="sm1"><s:id>0000001751376056503931-65535</s:id><s:issuerInfo issuerID="65535">` +
		`<s:org>Validator</s:org><s:email>a@example.net</s:email></s:issuerInfo><s:notBefore>2012-08-16T09:00:00.0Z</s:notBefore><s:notAfter>` +
		`2032-08-16T09:00:00.0Z</s:notAfter>` + markText + `<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignedInfo>` +
		`<ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/><ds:SignatureMethod Algorithm="urn:x"/><ds:Reference URI="#sm1">` +
		`<ds:DigestMethod Algorithm="urn:y"/><ds:DigestValue>AAAA</ds:DigestValue></ds:Reference></ds:SignedInfo>` + "\n<!-- kept -->\n" +
		`<ds:SignatureValue>AAAA</ds:SignatureValue></ds:Signature></s:signedMark>`
)

func element(text string) Element {
	e, err := ParseElement(text)
	if err != nil {
		panic(err)
	}
	return e
}

func launchCommands() map[string]*Command {
	mark := element(markText)
	notice := &ClaimsNotice{ID: NoticeID{ValidatorID: "tmch", ID: "370d0b7c9223372036854775807"}, NotAfter: t1, Accepted: t0}
	check := func(l *LaunchCheck) *Command {
		return &Command{CheckDomain: &DomainCheck{Names: []string{"a.example"}}, Ext: CommandExt{LaunchCheck: l}}
	}
	create := func(l *LaunchCreate) *Command {
		return &Command{CreateDomain: &DomainCreate{Name: "a.example", AuthInfo: Auth("x")}, Ext: CommandExt{LaunchCreate: l}}
	}
	return map[string]*Command{
		"domain-check-claims": check(&LaunchCheck{Type: "claims", Phase: LaunchPhase{Phase: PhaseClaims}}),
		"domain-check-avail":  check(&LaunchCheck{Type: "avail", Phase: LaunchPhase{Name: "idn-release", Phase: PhaseCustom}}),
		"domain-create-sunrise-code": create(&LaunchCreate{Phase: LaunchPhase{Phase: PhaseSunrise}, CodeMarks: []CodeMark{
			{Code: &LaunchCode{ValidatorID: "sample1", Code: "49FD46E6"}}, {Mark: &mark}, {Code: &LaunchCode{Code: "x"}, Mark: &mark}}}),
		"domain-create-sunrise-signed": create(&LaunchCreate{Type: "application", Phase: LaunchPhase{Phase: PhaseSunrise},
			SignedMarks: []Element{element(signedText)}}),
		"domain-create-sunrise-encoded": create(&LaunchCreate{Type: "registration", Phase: LaunchPhase{Phase: PhaseSunrise},
			EncodedMarks: []EncodedMark{{Data: "PD94bWwgdmVyc2lvbj0iMS4wIj8+"}, {Encoding: "base64", Data: "PD94 bWw="}}, Notice: notice}),
		"domain-create-claims": create(&LaunchCreate{Phase: LaunchPhase{Phase: PhaseClaims}, Notice: notice}),
		"domain-info-launch": {InfoDomain: &DomainInfo{Name: DomainInfoName{Hosts: "all", Name: "a.example"}},
			Ext: CommandExt{LaunchInfo: &LaunchInfo{IncludeMark: true, Phase: LaunchPhase{Phase: PhaseSunrise}, ApplicationID: "abc123"}}},
		"domain-update-launch": onDomain(CommandExt{LaunchUpdate: &LaunchID{Phase: LaunchPhase{Phase: PhaseSunrise}, ApplicationID: "abc123"}}),
		"domain-delete-launch": {DeleteDomain: &DomainDelete{Name: "a.example"},
			Ext: CommandExt{LaunchDelete: &LaunchID{Phase: LaunchPhase{Phase: PhaseLandrush}, ApplicationID: "abc123"}}},
	}
}

func launchResponses() map[string]*Response {
	mark := element(markText)
	sunrise := LaunchPhase{Phase: PhaseSunrise}
	return map[string]*Response{
		"launch-check": extended(ResponseExt{LaunchCheck: &LaunchChecked{Phase: LaunchPhase{Phase: PhaseClaims}, Items: []LaunchClaim{
			{Name: ClaimedName{Name: "a.example"}}, {Name: ClaimedName{Exists: true, Name: "b.example"}, Keys: []LaunchKey{{ValidatorID: "tmch", Key: "2013041500/2/6/9"}}}}}}),
		"launch-create": extended(ResponseExt{LaunchCreate: &LaunchID{Phase: sunrise, ApplicationID: "2393-9323-E08C-03B1"}}),
		"launch-info": extended(ResponseExt{LaunchInfo: &LaunchData{Phase: sunrise, ApplicationID: "abc123",
			Status: &LaunchStatus{S: LaunchCustom, Lang: "en", Name: "queued", Text: "x"}, Marks: []Element{mark, mark}}}),
		"launch-info-short": extended(ResponseExt{LaunchInfo: &LaunchData{Phase: LaunchPhase{Phase: PhaseOpen}, Status: &LaunchStatus{S: LaunchAllocated}}}),
	}
}

func TestLaunchCommand(t *testing.T) {
	t.Parallel()
	update := func(inner string) string {
		return withExt(`<l:update xmlns:l="` + NSLaunch + `">` + inner + `</l:update>`)
	}
	refuses(t, map[string]int{
		update(`<l:phase>claims</l:phase>`):               2003,
		update(`<l:phase>dawn</l:phase>`):                 2005,
		update(`<l:applicationID>x</l:applicationID>`):    2003,
		withExt(`<l:create xmlns:l="` + NSLaunch + `"/>`): 2103,
		createWith(`<l:phase>sunrise</l:phase><l:codeMark/><s:encodedSignedMark xmlns:s="` + NSSignedMark + `">AA</s:encodedSignedMark>`): 2001,
		createWith(`<l:phase>claims</l:phase><l:notice><l:noticeID/></l:notice>`):                                                         2005,
		createWith(`<l:phase>claims</l:phase><l:notice><l:noticeID>x</l:noticeID><l:notAfter>soon</l:notAfter></l:notice>`):               2005,
		createWith(`<l:phase>sunrise</l:phase><l:signedMark/>`):                                                                           2001,
	})
}

// createWith is a domain create in a launch in wire form.
func createWith(inner string) string {
	return head + `<command><create><domain:create` + dom + `><domain:name>a.example</domain:name><domain:authInfo><domain:pw/></domain:authInfo>` +
		`</domain:create></create><extension><l:create xmlns:l="` + NSLaunch + `">` + inner + `</l:create></extension><clTRID>ABC-1</clTRID></command></epp>`
}

func TestElementKeepsItsBytes(t *testing.T) {
	t.Parallel()
	// The mark takes two prefixes from around it, one of them for an attribute, and has a default namespace of its own.
	inner := `<m:mark q:a="1" ><m:trademark xmlns:u="urn:u"><plain xmlns='urn:p'/>&#x41;<u:b/></m:trademark ></m:mark>`
	c, err := DecodeCommand([]byte(createWith(`<l:phase>sunrise</l:phase><l:codeMark xmlns:m="` + NSMark +
		`" xmlns:q="urn:q&amp;" xmlns:z="urn:z">` + inner + `</l:codeMark>`)))
	if err != nil {
		t.Fatal(err)
	}
	got := *c.Ext.LaunchCreate.CodeMarks[0].Mark
	want := Element{Name: Name{Space: NSMark, Local: "mark"}, XML: `<m:mark xmlns:m="` + NSMark + `" xmlns:q="urn:q&amp;"` + inner[len("<m:mark"):]}
	if got != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if again := element(got.XML); again != got {
		t.Errorf("not stable: %+v", again)
	}
	for _, bad := range []string{"", "x", "<mark/>", want.XML + "x", want.XML + want.XML, "<?xml version=\"1.0\"?>" + want.XML, "<!DOCTYPE a>" + want.XML,
		want.XML + "<!-- -->", `<m:mark xmlns:m="` + NSMark + `"/></launch:codeMark><launch:codeMark>`} {
		c.Ext.LaunchCreate.CodeMarks[0].Mark.XML = bad
		if frame, err := EncodeCommand(c); err == nil {
			t.Errorf("encoded %s", frame)
		}
	}
}
