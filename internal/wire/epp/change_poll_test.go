package epp

func changePollResponses() map[string]*Response {
	poll := func(c *ChangeData) *Response {
		r := Respond(CodeAckToDequeue, "ABC-1", "SV-1")
		r.MsgQ = &MsgQueue{Count: 1, ID: "m-1", QDate: t0, Msg: &Message{Text: "Registry changed the object."}}
		r.Data = &ResData{DomainInfo: &DomainInfoData{Name: "a.example", ROID: "D1-EX", ClID: "reg-a"}}
		r.Ext.ChangePoll = c
		return r
	}
	return map[string]*Response{
		"change-urs": poll(&ChangeData{State: "before", Operation: ChangeOperation{Name: "update"}, Date: t0, SvTRID: "12345-XYZ",
			Who: "URS Admin", CaseID: &ChangeCase{Type: "urs", ID: "urs123"}, Reason: &Reason{Lang: "en", Text: "URS Lock"}}),
		"change-custom": poll(&ChangeData{State: "after", Operation: ChangeOperation{Op: "sync", Name: "custom"}, Date: t1, SvTRID: "12345-XYZ",
			Who: "A & B", CaseID: &ChangeCase{Type: "custom", Name: "court", ID: "1 C 2/25"}}),
		"change-auto": poll(&ChangeData{State: "after", Operation: ChangeOperation{Name: "autoRenew"}, Date: t1, SvTRID: "SRV-1", Who: "batch"}),
	}
}
