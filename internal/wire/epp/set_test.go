package epp

import (
	"bytes"
	"testing"
)

func setCommands() map[string]*Command {
	key := *dsSample().Key
	hosts := []SetHost{{Name: "ns1.a.example", Addresses: []string{"192.0.2.1", "2001:db8::1"}}, SetHostOf("ns2.b.example")}
	return map[string]*Command{
		"nsset-check":  {CheckNSSet: &SetCheck{IDs: []string{"NS-1", "NS-2"}}},
		"nsset-create": {CreateNSSet: &NSSetCreate{ID: "NS-1", Servers: hosts, Tech: []string{"C-1", "C-2"}, AuthInfo: "s<e>cret"}},
		"nsset-delete": {DeleteNSSet: &SetDelete{ID: "NS-1"}},
		"nsset-info":   {InfoNSSet: &SetInfo{ID: "NS-1", AuthInfo: "secret"}},
		"nsset-update": {UpdateNSSet: &NSSetUpdate{ID: "NS-1", Add: &NSSetAdd{Servers: hosts[:1], Tech: []string{"C-3"}},
			Rem: &NSSetRem{Names: []string{"ns2.b.example"}, Tech: []string{"C-1"}}, Chg: &SetChange{AuthInfo: "new"}}},
		"nsset-update-auth": {UpdateNSSet: &NSSetUpdate{ID: "NS-1", Chg: &SetChange{}}},
		"keyset-check":      {CheckKeyset: &SetCheck{IDs: []string{"K1"}}},
		"keyset-create":     {CreateKeyset: &KeysetCreate{ID: "K1", Keys: []KeyData{key}, Tech: []string{"C-1"}}},
		"keyset-delete":     {DeleteKeyset: &SetDelete{ID: "K1"}},
		"keyset-info":       {InfoKeyset: &SetInfo{ID: "K1"}},
		"keyset-update": {UpdateKeyset: &KeysetUpdate{ID: "K1", Add: &KeysetAddRem{Keys: []KeyData{key}},
			Rem: &KeysetAddRem{Keys: []KeyData{key}, Tech: []string{"C-1"}}}},
		"domain-create-sets": {CreateDomain: &DomainCreate{Name: "a.example", AuthInfo: Auth("x")},
			Ext: CommandExt{SetsCreate: &DomainSets{NSSet: "NS-1", Keyset: "K1"}}},
		"domain-update-sets":     onDomain(CommandExt{SetsUpdate: &DomainSetsChange{NSSet: ptr("NS-2"), Keyset: ptr("")}}),
		"domain-update-one-set":  onDomain(CommandExt{SetsUpdate: &DomainSetsChange{Keyset: ptr("K2")}}),
		"domain-update-sets-too": {UpdateDomain: &DomainUpdate{Name: "a.example", Add: &DomainAddRem{Statuses: DomainStatuses(StatusClientHold)}}, Ext: CommandExt{SetsUpdate: &DomainSetsChange{NSSet: ptr("")}}},
	}
}

func setResponses() map[string]*Response {
	with := func(d ResData) *Response {
		r := Respond(CodeOK, "ABC-1", "SV-1")
		r.Data = &d
		return r
	}
	items := []SetChecked{{ID: CheckedSet{Avail: true, ID: "NS-1"}}, {ID: CheckedSet{ID: "NS-2"}, Reason: Because("in use")}}
	return map[string]*Response{
		"nsset-check":   with(ResData{NSSetCheck: &SetCheckData{Items: items}}),
		"nsset-create":  with(ResData{NSSetCreate: &SetCreateData{ID: "NS-1", CrDate: t0}}),
		"keyset-check":  with(ResData{KeysetCheck: &SetCheckData{Items: items}}),
		"keyset-create": with(ResData{KeysetCreate: &SetCreateData{ID: "K1", CrDate: t0}}),
		"nsset-info": with(ResData{NSSetInfo: &NSSetInfoData{ID: "NS-1", ROID: "N1-EX", Statuses: SetStatuses(StatusOK, StatusLinked), ClID: "reg-a",
			CrID: "reg-a", CrDate: t0, UpID: "reg-b", UpDate: t1, TrDate: t1, AuthInfo: "secret",
			Servers: []SetHost{{Name: "ns1.a.example", Addresses: []string{"192.0.2.1"}}}, Tech: []string{"C-1"}}}),
		"keyset-info": with(ResData{KeysetInfo: &KeysetInfoData{ID: "K1", ROID: "K1-EX", Statuses: []SetStatus{{S: StatusOK, Lang: "en", Text: "fine"}},
			ClID: "reg-a", CrID: "reg-a", CrDate: t0, Keys: []KeyData{*dsSample().Key}}}),
		"sets-info": extended(ResponseExt{Sets: &DomainSets{NSSet: "NS-1"}}),
	}
}

func TestSetCommand(t *testing.T) {
	t.Parallel()
	create := func(inner string) string {
		return head + `<command><create><n:create xmlns:n="` + NSNSSet + `">` + inner + `</n:create></create><clTRID>ABC-1</clTRID></command></epp>`
	}
	const ns = `<n:ns><n:name>ns1.a.example</n:name></n:ns>`
	refuses(t, map[string]int{
		create(ns):               2003,
		create(`<n:id>A</n:id>`): 2003,
		create(`<n:id/>` + ns):   2005,
		create(`<n:id>A</n:id><n:ns><n:name>x.example</n:name><n:addr>1</n:addr></n:ns>`):                                                 2005,
		create(`<n:id>A</n:id>` + ns + `<n:tech>x</n:tech>`):                                                                              2005,
		create(`<n:id>A</n:id>` + ns + `<n:reportlevel>1</n:reportlevel>`):                                                                2001,
		create(ns + `<n:id>A</n:id>`):                                                                                                     2001,
		head + `<command><transfer op="request"><n:transfer xmlns:n="` + NSNSSet + `"/></transfer><clTRID>ABC-1</clTRID></command></epp>`: 2001,
		withExt(`<s:update xmlns:s="` + NSSets + `"/>`):                                                                                   2003,
		withExt(`<s:create xmlns:s="` + NSSets + `"/>`):                                                                                   2103,
		withExt(`<s:update xmlns:s="` + NSSets + `"><s:host/></s:update>`):                                                                2001,
	})
}

func TestSetSecretsAreMasked(t *testing.T) {
	t.Parallel()
	frame, err := EncodeCommand(setCommands()["nsset-create"])
	if err != nil {
		t.Fatal(err)
	}
	if masked := MaskSecrets(frame); bytes.Contains(masked, []byte("cret")) || !bytes.Contains(masked, []byte("ns1.a.example")) {
		t.Errorf("%s", masked)
	}
}
