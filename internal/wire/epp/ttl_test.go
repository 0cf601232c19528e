package epp

import "testing"

func ttlCommands() map[string]*Command {
	set := &TTLSet{TTLs: []TTL{{For: TTLForNS, Value: ptr(172800)}, {For: TTLForDS, Value: ptr(0)}, {For: TTLForCustom, Custom: "DELEG"}}}
	return map[string]*Command{
		"domain-create-ttl": {CreateDomain: &DomainCreate{Name: "a.example", AuthInfo: Auth("x")}, Ext: CommandExt{TTLCreate: set}},
		"domain-update-ttl": onDomain(CommandExt{TTLUpdate: set}),
		"domain-info-ttl":   {InfoDomain: &DomainInfo{Name: DomainInfoName{Hosts: "all", Name: "a.example"}}, Ext: CommandExt{TTLInfo: &TTLInfo{Policy: true}}},
		"host-info-ttl":     {InfoHost: &HostInfo{Name: "ns1.a.example"}, Ext: CommandExt{TTLInfo: &TTLInfo{}}},
		"host-create-ttl":   {CreateHost: &HostCreate{Name: "ns1.a.example"}, Ext: CommandExt{TTLCreate: &TTLSet{TTLs: []TTL{{For: TTLForA}}}}},
		"host-update-ttl":   {UpdateHost: &HostUpdate{Name: "ns1.a.example"}, Ext: CommandExt{TTLUpdate: &TTLSet{TTLs: []TTL{{For: TTLForAAAA, Value: ptr(2147483647)}}}}},
	}
}

func ttlResponses() map[string]*Response {
	return map[string]*Response{"ttl-info": extended(ResponseExt{TTL: &TTLData{TTLs: []TTLShown{{For: TTLForNS, Min: ptr(0), Default: ptr(86400), Max: ptr(172800), Value: ptr(3600)},
		{For: TTLForDNAME}, {For: TTLForCustom, Custom: "NSEC3-X"}}}})}
}

func TestTTLCommand(t *testing.T) {
	t.Parallel()
	update := func(inner string) string {
		return withExt(`<t:update xmlns:t="` + NSTTL + `">` + inner + `</t:update>`)
	}
	refuses(t, map[string]int{
		update(``):                                      2003,
		update(`<t:ttl>1</t:ttl>`):                      2003,
		update(`<t:ttl for="MX">1</t:ttl>`):             2005,
		update(`<t:ttl for="custom">1</t:ttl>`):         2003,
		update(`<t:ttl for="NS" custom="XY">1</t:ttl>`): 2001,
		update(`<t:ttl for="custom" custom="x"/>`):      2005,
		update(`<t:ttl for="NS">-1</t:ttl>`):            2004,
		update(`<t:ttl for="NS">2147483648</t:ttl>`):    2004,
		update(`<t:ttl for="NS">1h</t:ttl>`):            2005,
		update(`<t:ttl for="NS"/><t:ttl for="NS"/>`):    2001,
		update(`<t:ttl for="NS" min="1">1</t:ttl>`):     2001,
		withExt(`<t:info xmlns:t="` + NSTTL + `"/>`):    2103,
	})
}
