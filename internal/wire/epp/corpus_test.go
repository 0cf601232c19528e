package epp

import (
	"maps"
	"net/netip"
	"time"
)

func ptr[T any](v T) *T { return &v }

var (
	t0 = time.Date(2025, 3, 1, 12, 0, 0, 123456000, time.UTC)
	t1 = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
)

var addrs = HostAddrs(netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("2001:db8::1"))

func postal(kind string) PostalInfo {
	return PostalInfo{Type: kind, Name: `Ann "A" <O'Neil> & Söhne`, Org: "Org",
		Addr: Address{Street: []string{"1 Main St", "Floor 2"}, City: "Praha", SP: "CZ-10", PC: "110 00", CC: "CZ"}}
}

// moreCommands and moreResponses are the samples of the extensions; each stands in the test file of its extension.
var (
	moreCommands = []func() map[string]*Command{rgpCommands, secDNSCommands, feeCommands,
		allocationTokenCommands, launchCommands, loginSecCommands, secureAuthCommands, maintenanceCommands, ttlCommands, setCommands}

	moreResponses = []func() map[string]*Response{rgpResponses, secDNSResponses, feeResponses,
		allocationTokenResponses, changePollResponses, launchResponses, loginSecResponses, maintenanceResponses, ttlResponses, unhandledResponses, setResponses}
)

// extended is a success with an extension.
func extended(x ResponseExt) *Response {
	r := Respond(CodeOK, "ABC-1", "SV-1")
	r.Ext = x
	return r
}

// onDomain gives an update of a domain with an extension.
func onDomain(x CommandExt) *Command {
	return &Command{UpdateDomain: &DomainUpdate{Name: "a.example"}, Ext: x}
}

func sampleCommands() map[string]*Command {
	auth := Auth("p<w>&]]>\"'")
	contacts := []DomainContact{{Type: "admin", ID: "C-1"}, {Type: "tech", ID: "C-2"}, {Type: "billing", ID: "C-2"}}
	disclose := &Disclose{Name: []DiscloseRef{{Type: "int"}, {Type: "loc"}}, Org: []DiscloseRef{{Type: "int"}},
		Addr: []DiscloseRef{{Type: "loc"}}, Voice: true, Fax: true, Email: true}
	m := map[string]*Command{
		"hello":  {Hello: true},
		"logout": {Logout: true},
		"login": {Login: &Login{ClID: "registrar", Password: "secret-12", NewPassword: "secret-34",
			Options:  LoginOptions{Version: Version, Lang: Lang},
			Services: Services{Objects: []string{NSDomain, NSContact, NSHost}, Extensions: &ExtURIs{URIs: []string{"urn:x:y-1.0"}}}}},
		"poll-req":      {Poll: &Poll{Op: "req"}},
		"poll-ack":      {Poll: &Poll{Op: "ack", MsgID: "12345"}},
		"domain-check":  {CheckDomain: &DomainCheck{Names: []string{"a.example", "xn--bcher-kva.example"}}},
		"domain-delete": {DeleteDomain: &DomainDelete{Name: "a.example"}},
		"domain-info":   {InfoDomain: &DomainInfo{Name: DomainInfoName{Hosts: "sub", Name: "a.example"}, AuthInfo: &auth}},
		"domain-renew":  {RenewDomain: &DomainRenew{Name: "a.example", CurExpDate: t1.Truncate(24 * time.Hour), Period: Years(2)}},
		"domain-create": {CreateDomain: &DomainCreate{Name: "a.example", Period: Years(1),
			NS: HostObjects("ns1.a.example", "ns2.b.example"), Registrant: "C-1", Contacts: contacts, AuthInfo: auth}},
		"domain-create-attr": {CreateDomain: &DomainCreate{Name: "a.example", AuthInfo: auth,
			NS: &NameServers{HostAttr: []HostAttr{{Name: "ns1.a.example", Addresses: addrs}, {Name: "ns2.b.example"}}}}},
		"domain-transfer": {TransferOp: "request", TransferDomain: &DomainTransfer{Name: "a.example", Period: Years(1),
			AuthInfo: &AuthInfo{PW: &Password{ROID: "C1-EX", Text: "x"}}}},
		"domain-update": {UpdateDomain: &DomainUpdate{Name: "a.example",
			Add: &DomainAddRem{NS: HostObjects("ns3.a.example"), Contacts: contacts[:1],
				Statuses: []DomainStatus{{S: StatusClientHold, Lang: "en", Text: "unpaid"}, {S: StatusClientUpdateProhibited}}},
			Rem: &DomainAddRem{Statuses: DomainStatuses(StatusClientTransferProhibited)},
			Chg: &DomainChange{Registrant: ptr("C-9"), AuthInfo: &AuthInfoChange{PW: &Password{Text: "new"}}}}},
		"domain-update-null": {UpdateDomain: &DomainUpdate{Name: "a.example",
			Chg: &DomainChange{Registrant: ptr(""), AuthInfo: &AuthInfoChange{Null: true}}}},
		"contact-check":  {CheckContact: &ContactCheck{IDs: []string{"C-1", "C-2"}}},
		"contact-delete": {DeleteContact: &ContactDelete{ID: "C-1"}},
		"contact-info":   {InfoContact: &ContactInfo{ID: "C-1", AuthInfo: &auth}},
		"contact-create": {CreateContact: &ContactCreate{ID: "C-1", Postal: []PostalInfo{postal("int"), postal("loc")},
			Voice: &Phone{X: "12", Number: "+420.123456"}, Fax: &Phone{Number: "+420.1"}, Email: "a@a.example",
			AuthInfo: auth, Disclose: disclose}},
		"contact-transfer": {TransferOp: "query", TransferContact: &ContactTransfer{ID: "C-1"}},
		"contact-update": {UpdateContact: &ContactUpdate{ID: "C-1",
			Add: &ContactAddRem{Statuses: ContactStatuses(StatusClientDeleteProhibited)},
			Rem: &ContactAddRem{Statuses: ContactStatuses(StatusClientUpdateProhibited)},
			Chg: &ContactChange{Postal: []PostalChange{{Type: "int", Name: ptr("Bob"), Org: ptr(""), Addr: ptr(postal("int").Addr)}},
				Voice: &Phone{}, Email: "b@a.example", AuthInfo: &auth, Disclose: disclose}}},
		"host-check":  {CheckHost: &HostCheck{Names: []string{"ns1.a.example"}}},
		"host-create": {CreateHost: &HostCreate{Name: "ns1.a.example", Addresses: addrs}},
		"host-delete": {DeleteHost: &HostDelete{Name: "ns1.a.example"}},
		"host-info":   {InfoHost: &HostInfo{Name: "ns1.a.example"}},
		"host-update": {UpdateHost: &HostUpdate{Name: "ns1.a.example",
			Add: &HostAddRem{Addresses: addrs[:1], Statuses: HostStatuses(StatusClientUpdateProhibited)},
			Rem: &HostAddRem{Addresses: addrs[1:]}, Chg: &HostChange{Name: "ns2.a.example"}}},
	}
	for _, more := range moreCommands {
		maps.Copy(m, more())
	}
	for name, c := range m {
		if !c.Hello {
			c.ClTRID = "1000-1-" + name
		}
	}
	return m
}

func sampleResponses() map[string]*Response {
	auth := Auth("pw")
	trid := TRID{ClTRID: "ABC-1", SvTRID: "SV-1"}
	data := map[string]*ResData{
		"domain-check": {DomainCheck: &DomainCheckData{Items: []DomainChecked{
			{Name: CheckedName{Avail: true, Name: "a.example"}}, {Name: CheckedName{Name: "b.example"}, Reason: Because("In use")}}}},
		"domain-create":  {DomainCreate: &DomainCreateData{Name: "a.example", CrDate: t0, ExDate: t1}},
		"domain-pending": {DomainPending: &DomainPendingData{Name: PendingName{Result: true, Name: "a.example"}, PaTRID: trid, PaDate: t0}},
		"domain-renew":   {DomainRenew: &DomainRenewData{Name: "a.example", ExDate: t1}},
		"domain-transfer": {DomainTransfer: &DomainTransferData{Name: "a.example", TrStatus: "pending", ReID: "reg-a", ReDate: t0,
			AcID: "reg-b", AcDate: t1, ExDate: t1}},
		"domain-info": {DomainInfo: &DomainInfoData{Name: "a.example", ROID: "D1_2-EX", Statuses: DomainStatuses(StatusOK),
			Registrant: "C-1", Contacts: []DomainContact{{Type: "tech", ID: "C-2"}}, NS: HostObjects("ns1.a.example"),
			Hosts: []string{"ns1.a.example"}, ClID: "reg-a", CrID: "reg-b", CrDate: t0, UpID: "reg-a", UpDate: t0, ExDate: t1,
			TrDate: t0, AuthInfo: &auth}},
		"contact-check": {ContactCheck: &ContactCheckData{Items: []ContactChecked{{ID: CheckedID{Avail: true, ID: "C-1"}},
			{ID: CheckedID{ID: "C-2"}, Reason: Because("In use")}}}},
		"contact-create":  {ContactCreate: &ContactCreateData{ID: "C-1", CrDate: t0}},
		"contact-pending": {ContactPending: &ContactPendingData{ID: PendingID{ID: "C-1"}, PaTRID: trid, PaDate: t0}},
		"contact-transfer": {ContactTransfer: &ContactTransferData{ID: "C-1", TrStatus: "clientApproved", ReID: "reg-a", ReDate: t0,
			AcID: "reg-b", AcDate: t1}},
		"contact-info": {ContactInfo: &ContactInfoData{ID: "C-1", ROID: "C1-EX", Statuses: ContactStatuses(StatusOK, StatusLinked),
			Postal: []PostalInfo{postal("loc")}, Voice: &Phone{Number: "+420.1"}, Fax: &Phone{X: "1", Number: "+420.2"},
			Email: "a@a.example", ClID: "reg-a", CrID: "reg-a", CrDate: t0, UpID: "reg-a", UpDate: t1, TrDate: t0, AuthInfo: &auth,
			Disclose: &Disclose{Flag: true, Email: true}}},
		"host-check":   {HostCheck: &HostCheckData{Items: []HostChecked{{Name: CheckedName{Avail: true, Name: "ns1.a.example"}}}}},
		"host-create":  {HostCreate: &HostCreateData{Name: "ns1.a.example", CrDate: t0}},
		"host-pending": {HostPending: &HostPendingData{Name: PendingName{Name: "ns1.a.example"}, PaTRID: trid, PaDate: t0}},
		"host-info": {HostInfo: &HostInfoData{Name: "ns1.a.example", ROID: "H1-EX", Statuses: HostStatuses(StatusOK), Addresses: addrs,
			ClID: "reg-a", CrID: "reg-a", CrDate: t0, UpID: "reg-a", UpDate: t0, TrDate: t1}},
	}
	out := map[string]*Response{
		"no-messages": Respond(CodeNoMessages, "", "SV-2"),
		"message": {Results: []Result{NewResult(CodeAckToDequeue)}, TRID: trid,
			MsgQ: &MsgQueue{Count: 5, ID: "12345", QDate: t0, Msg: &Message{Lang: "en", Text: "Transfer <requested> & done."}},
			Data: data["domain-pending"]},
		"failure": Respond(CodeRange, "ABC-1", "SV-3").Explain(Name{Space: NSDomain, Local: "period"}, "11", "1 to 10 years"),
		"failure-bare": {TRID: trid, Results: []Result{{Code: CodePolicy, Msg: Message{Lang: "en", Text: "no"},
			Values: []Value{{Name: Name{Space: "urn:other", Local: "thing"}, Text: "a & b"}, {Name: Name{Local: "undef"}}}}, NewResult(CodePolicy)}},
	}
	for _, more := range moreResponses {
		maps.Copy(out, more())
	}
	for name, d := range data {
		r := Respond(CodeOK, "ABC-1", "SV-1")
		r.Data = d
		out[name] = r
	}
	for code := range texts {
		out["code-"+Text(code)] = Respond(code, "ABC-1", "SV-1")
	}
	return out
}

func sampleGreeting() *Greeting {
	return &Greeting{SvID: "Registry <1>", SvDate: t0, Privacy: DefaultPolicy(), Menu: Menu{Versions: []string{Version},
		Langs: []string{"en", "de-AT"}, Objects: []string{NSDomain, NSContact, NSHost},
		Extensions: &ExtURIs{URIs: []string{"urn:ietf:params:xml:ns:rgp-1.0"}}}}
}
