package epp

import "testing"

func maintenanceCommands() map[string]*Command {
	return map[string]*Command{
		"maint-info-list": {InfoMaintenance: &MaintenanceInfo{List: true}},
		"maint-info-item": {InfoMaintenance: &MaintenanceInfo{ID: &MaintenanceID{ID: "2e6df9b0-4092-4491-bcc8-9fb2166dcee6"}}},
	}
}

func maintenanceResponses() map[string]*Response {
	id := MaintenanceID{Name: "Routine", Lang: "en", ID: "2e6df9b0"}
	answer := func(d *MaintenanceData) *Response {
		r := Respond(CodeOK, "ABC-1", "SV-1")
		r.Data = &ResData{Maintenance: d}
		return r
	}
	poll := answer(&MaintenanceData{Item: &Maintenance{ID: id, Types: []LangText{{Lang: "en", Text: "Routine  Maintenance"}}, PollType: "create",
		Systems:     MaintSystems{Systems: []MaintSystem{{Name: "EPP", Host: "epp.registry.example", Impact: "full"}, {Name: "WHOIS", Impact: "none"}}},
		Environment: MaintEnv{Type: "custom", Name: "sandbox"}, Start: t0, End: t1, Reason: "planned", Detail: "https://www.registry.example/notice?x",
		Descriptions: []MaintDescr{{Lang: "en", Type: "plain", Text: "free\ntext"}, {Type: "html", Text: "<b>x</b>"}},
		TLDs:         &MaintTLDs{TLDs: []string{"example", "test"}}, Intervention: &MaintIntervene{Connection: true}, CrDate: t0, UpDate: t1}})
	poll.MsgQ = &MsgQueue{Count: 1, ID: "m-2", QDate: t0, Msg: &Message{Text: "Registry Maintenance Notification"}}
	return map[string]*Response{
		"maint-poll":       poll,
		"maint-list":       answer(&MaintenanceData{List: &MaintenanceList{Items: []MaintenanceItem{{ID: id, Start: t0, End: t1, CrDate: t0, UpDate: t1}}}}),
		"maint-list-empty": answer(&MaintenanceData{List: &MaintenanceList{}}),
	}
}

func TestMaintenanceCommand(t *testing.T) {
	t.Parallel()
	info := func(inner string) string {
		return head + `<command><info><m:info xmlns:m="` + NSMaintenance + `">` + inner + `</m:info></info><clTRID>ABC-1</clTRID></command></epp>`
	}
	refuses(t, map[string]int{
		info(``):                         2003,
		info(`<m:list/><m:id>1</m:id>`):  2001,
		info(`<m:list><m:id/></m:list>`): 2001,
		info(`<m:all/>`):                 2001,
	})
}
