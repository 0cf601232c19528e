package epp

import "testing"

func allocationTokenCommands() map[string]*Command {
	return map[string]*Command{
		"domain-check-token":  {CheckDomain: &DomainCheck{Names: []string{"a.example"}}, Ext: CommandExt{AllocationToken: Token("abc123-token")}},
		"domain-create-token": {CreateDomain: &DomainCreate{Name: "a.example", AuthInfo: Auth("x")}, Ext: CommandExt{AllocationToken: Token("abc123-token")}},
		"domain-transfer-token": {TransferOp: TransferRequest, TransferDomain: &DomainTransfer{Name: "a.example"},
			Ext: CommandExt{AllocationToken: Token("")}},
		"domain-info-token": {InfoDomain: &DomainInfo{Name: DomainInfoName{Hosts: "all", Name: "a.example"}}, Ext: CommandExt{AllocationTokenInfo: true}},
	}
}

func allocationTokenResponses() map[string]*Response {
	return map[string]*Response{"token-info": extended(ResponseExt{AllocationToken: Token("abc123-token")})}
}

func TestAllocationTokenCommand(t *testing.T) {
	t.Parallel()
	const ns = ` xmlns:a="` + NSAllocationToken + `"`
	refuses(t, map[string]int{
		withExt(`<a:info` + ns + `/>`):                                      2103,
		withExt(`<a:allocationToken` + ns + `>x<a:b/></a:allocationToken>`): 2001,
		withExt(`<a:token` + ns + `/>`):                                     2001,
	})
}
