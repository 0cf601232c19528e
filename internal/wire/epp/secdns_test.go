package epp

import "testing"

const digest = "49FD46E6C4B45C55D4AC49FD46E6C4B45C55D4AC"

func dsSample() DSData {
	return DSData{KeyTag: 12345, Alg: 13, DigestType: 1, Digest: digest, Key: &KeyData{Flags: 257, Protocol: 3, Alg: 13, PubKey: "AQPJ////4Q=="}}
}

func secDNSCommands() map[string]*Command {
	ds, key := dsSample(), *dsSample().Key
	create := func(x *SecDNSData) *Command {
		return &Command{CreateDomain: &DomainCreate{Name: "a.example", AuthInfo: Auth("x")}, Ext: CommandExt{SecDNSCreate: x}}
	}
	return map[string]*Command{
		"domain-create-ds":      create(&SecDNSData{MaxSigLife: 604800, DS: []DSData{ds, {DigestType: 2, Digest: "00"}}}),
		"domain-create-key":     create(&SecDNSData{Keys: []KeyData{key}}),
		"domain-update-ds":      onDomain(CommandExt{SecDNSUpdate: &SecDNSUpdate{Urgent: true, Rem: &SecDNSRemove{DS: []DSData{ds}}, Add: &SecDNSData{DS: []DSData{ds}}, Chg: &SecDNSChange{MaxSigLife: 1}}}),
		"domain-update-keys":    onDomain(CommandExt{SecDNSUpdate: &SecDNSUpdate{Rem: &SecDNSRemove{Keys: []KeyData{key}}, Chg: &SecDNSChange{}}}),
		"domain-update-rem-all": onDomain(CommandExt{SecDNSUpdate: &SecDNSUpdate{Rem: RemoveAllDS()}}),
	}
}

func secDNSResponses() map[string]*Response {
	return map[string]*Response{
		"secdns-info":     extended(ResponseExt{RGPInfo: RGPStatuses(RGPAddPeriod), SecDNS: &SecDNSData{DS: []DSData{dsSample()}}}),
		"secdns-info-key": extended(ResponseExt{SecDNS: &SecDNSData{MaxSigLife: 3600, Keys: []KeyData{*dsSample().Key}}}),
	}
}

func TestSecDNSCommand(t *testing.T) {
	t.Parallel()
	update := func(inner string) string {
		return withExt(`<s:update xmlns:s="` + NSSecDNS + `">` + inner + `</s:update>`)
	}
	ds := func(tag, alg, kind, digest string) string {
		return update(`<s:add><s:dsData><s:keyTag>` + tag + `</s:keyTag><s:alg>` + alg + `</s:alg><s:digestType>` + kind + `</s:digestType><s:digest>` +
			digest + `</s:digest></s:dsData></s:add>`)
	}
	key := `<s:keyData><s:flags>257</s:flags><s:protocol>3</s:protocol><s:alg>8</s:alg><s:pubKey> AQ\n PJ </s:pubKey></s:keyData>`
	refuses(t, map[string]int{
		ds("65536", "8", "2", "00"):                             2004,
		ds("-1", "8", "2", "00"):                                2004,
		ds("1", "256", "2", "00"):                               2004,
		ds("1", "8", "x", "00"):                                 2005,
		ds("1", "8", "2", "0"):                                  2005,
		ds("1", "8", "2", "0g"):                                 2005,
		update(`<s:add/>`):                                      2003,
		update(`<s:rem/>`):                                      2003,
		update(`<s:rem><s:all>maybe</s:all></s:rem>`):           2005,
		update(`<s:rem><s:all>1</s:all>` + key + `</s:rem>`):    2005, // the key's text is no base64
		update(`<s:chg><s:maxSigLife>0</s:maxSigLife></s:chg>`): 2004,
		update(`<s:add/><s:rem/>`):                              2003,
		withExt(`<s:create xmlns:s="` + NSSecDNS + `"/>`):       2103,
	})
	c, err := DecodeCommand([]byte(ds(" 1 ", "8", "2", "00aB")))
	if err != nil {
		t.Fatal(err)
	}
	got := c.Ext.SecDNSUpdate.Add.DS[0]
	if !got.Same(DSData{KeyTag: 1, Alg: 8, DigestType: 2, Digest: "00Ab"}) || got.Same(DSData{KeyTag: 1, Alg: 8, DigestType: 2, Digest: "00Ac"}) {
		t.Errorf("%+v", got)
	}
	var none *SecDNSRemove
	if none.Everything() || !RemoveAllDS().Everything() {
		t.Error("Everything")
	}
}
