package sim_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/polyreg/polyreg/internal/registry/sim"
	"github.com/polyreg/polyreg/internal/wire/epp"
)

func TestDomainCreate(t *testing.T) {
	t.Parallel()
	w := start(t, nil)
	c := w.login("reg-a")
	with := func(change func(*epp.DomainCreate)) *epp.Command {
		cmd := makeDomain("new.com")
		change(cmd.CreateDomain)
		return cmd
	}
	for _, tt := range []struct {
		name   string
		code   int
		change func(*epp.DomainCreate)
	}{
		{"taken", epp.CodeExists, func(d *epp.DomainCreate) { d.Name = "seed.com" }},
		{"bad name", epp.CodeValueSyntax, func(d *epp.DomainCreate) { d.Name = "-new.com" }},
		{"tagged name", epp.CodeValueSyntax, func(d *epp.DomainCreate) { d.Name = "xx--new.com" }},
		{"no A-label", epp.CodeValueSyntax, func(d *epp.DomainCreate) { d.Name = "xn--0.com" }},
		{"other TLD", epp.CodePolicy, func(d *epp.DomainCreate) { d.Name = "new.de" }},
		{"deep name", epp.CodePolicy, func(d *epp.DomainCreate) { d.Name = "a.new.com" }},
		{"TLD itself", epp.CodePolicy, func(d *epp.DomainCreate) { d.Name = "com" }},
		{"long term", epp.CodePolicy, func(d *epp.DomainCreate) { d.Period = epp.Years(11) }},
		{"long for this TLD", epp.CodePolicy, func(d *epp.DomainCreate) { d.Name, d.Period = "new.org", epp.Years(6) }},
		{"months", epp.CodePolicy, func(d *epp.DomainCreate) { d.Period = &epp.Period{Unit: "m", Value: 12} }},
		{"no registrant", epp.CodeMissingParameter, func(d *epp.DomainCreate) { d.Name, d.Registrant = "new.org", "" }},
		{"registrant missing", epp.CodeNotExist, func(d *epp.DomainCreate) { d.Registrant = "NOBODY" }},
		{"contact missing", epp.CodeNotExist, func(d *epp.DomainCreate) { d.Contacts = []epp.DomainContact{{Type: "tech", ID: "NOBODY"}} }},
		{"contact without role", epp.CodeMissingParameter, func(d *epp.DomainCreate) { d.Contacts = []epp.DomainContact{{ID: "SEED-1"}} }},
		{"contact twice", epp.CodePolicy, func(d *epp.DomainCreate) {
			d.Contacts = []epp.DomainContact{{Type: "tech", ID: "SEED-1"}, {Type: "tech", ID: "SEED-1"}}
		}},
		{"host missing", epp.CodeNotExist, func(d *epp.DomainCreate) { d.NS = epp.HostObjects("ns9.example.net") }},
		{"host attributes", epp.CodePolicy, func(d *epp.DomainCreate) { d.NS = &epp.NameServers{HostAttr: []epp.HostAttr{{Name: "ns1.new.com"}}} }},
	} {
		if r := c.do(with(tt.change)); r.Code() != tt.code {
			t.Errorf("%s: got %d, want %d: %+v", tt.name, r.Code(), tt.code, r.Results)
		}
	}
	r := c.want(epp.CodeOK, &epp.Command{CheckDomain: &epp.DomainCheck{Names: []string{"new.com", "seed.com", "x.de", "-.com", "New.COM."}}})
	var avail []bool
	for _, i := range r.Data.DomainCheck.Items {
		avail = append(avail, i.Name.Avail)
	}
	if diff := cmp.Diff([]bool{true, false, false, false, true}, avail); diff != "" {
		t.Error(diff)
	}
	made := c.want(epp.CodeOK, with(func(d *epp.DomainCreate) { d.Name, d.Period = "NEW.com", epp.Years(10) })).Data.DomainCreate
	if made.Name != "new.com" || !made.CrDate.Equal(t0) || !made.ExDate.Equal(t0.AddDate(10, 0, 0)) {
		t.Errorf("answer: %+v", made)
	}
	// the same name in the other name space is another name, and what lives here is not there
	other := w.login("reg-t")
	other.want(epp.CodeNotExist, infoDomain("new.com"))
	other.want(epp.CodeOK, &epp.Command{CreateDomain: &epp.DomainCreate{Name: "new.com", AuthInfo: epp.Auth("domain-auth")}})
}

func TestDomainInfo(t *testing.T) {
	t.Parallel()
	w := start(t, nil)
	a, b := w.login("reg-a"), w.login("reg-b")
	got := b.want(epp.CodeOK, infoDomain("seed.com")).Data.DomainInfo
	auth := epp.Auth("seed-auth")
	want := &epp.DomainInfoData{Name: "seed.com", ROID: "D1-POLYREG", Statuses: epp.DomainStatuses("ok"), Registrant: "SEED-1",
		Contacts: []epp.DomainContact{{Type: "admin", ID: "SEED-1"}}, NS: epp.HostObjects("ns1.example.net"), ClID: "reg-b", CrID: "reg-b",
		CrDate: t0.AddDate(-1, 0, 0), ExDate: t0.AddDate(1, 0, 0), AuthInfo: &auth}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("to the sponsor:\n%s", diff)
	}
	if d := a.want(epp.CodeOK, infoDomain("seed.com")).Data.DomainInfo; d.AuthInfo != nil {
		t.Error("authInfo is shown to another registrar")
	}
	with := func(pw string) *epp.Command {
		cmd, auth := infoDomain("seed.com"), epp.Auth(pw)
		cmd.InfoDomain.AuthInfo = &auth
		return cmd
	}
	a.want(epp.CodeBadAuthInfo, with("wrong"))
	a.want(epp.CodeBadAuthInfo, with(""))
	if d := a.want(epp.CodeOK, with("seed-auth")).Data.DomainInfo; d.AuthInfo == nil {
		t.Error("authInfo is not shown to who knows it")
	}
	none := infoDomain("seed.com")
	none.InfoDomain.Name.Hosts = "none"
	if d := b.want(epp.CodeOK, none).Data.DomainInfo; d.NS != nil {
		t.Errorf("hosts=none: %+v", d.NS)
	}
	a.want(epp.CodeNotExist, infoDomain("missing.com"))
	a.want(epp.CodeValueSyntax, infoDomain("-.com"))
}

func TestDomainRenew(t *testing.T) {
	t.Parallel()
	w := start(t, nil)
	a, b := w.login("reg-a"), w.login("reg-b")
	renew := func(date time.Time, years int) *epp.Command {
		return &epp.Command{RenewDomain: &epp.DomainRenew{Name: "seed.com", CurExpDate: date, Period: epp.Years(years)}}
	}
	expiry := t0.AddDate(1, 0, 0)
	a.want(epp.CodeAuthorization, renew(expiry, 1))
	b.want(epp.CodePolicy, renew(expiry.AddDate(0, 0, 1), 1))
	b.want(epp.CodePolicy, renew(expiry, 10))
	if d := b.want(epp.CodeOK, renew(expiry, 9)).Data.DomainRenew; !d.ExDate.Equal(t0.AddDate(10, 0, 0)) {
		t.Errorf("renewed to %v", d.ExDate)
	}
	b.want(epp.CodePolicy, renew(expiry, 9)) // the repeat does not buy a second term
	w.clocks.Advance(366 * 24 * time.Hour)
	b.want(epp.CodeOK, &epp.Command{UpdateDomain: &epp.DomainUpdate{Name: "seed.com",
		Add: &epp.DomainAddRem{Statuses: epp.DomainStatuses("clientRenewProhibited")}}})
	b.want(epp.CodeStatusProhibits, renew(t0.AddDate(10, 0, 0), 1))
	b.want(epp.CodeNotExist, &epp.Command{RenewDomain: &epp.DomainRenew{Name: "missing.com", CurExpDate: t0}})
}

func TestDomainUpdate(t *testing.T) {
	t.Parallel()
	w := start(t, nil)
	a, b := w.login("reg-a"), w.login("reg-b")
	b.want(epp.CodeOK, makeContact("NEW-1"))
	up := func(u epp.DomainUpdate) *epp.Command { u.Name = "seed.com"; return &epp.Command{UpdateDomain: &u} }
	set := func(st ...string) *epp.DomainAddRem { return &epp.DomainAddRem{Statuses: epp.DomainStatuses(st...)} }
	ns := func(n ...string) *epp.DomainAddRem { return &epp.DomainAddRem{NS: epp.HostObjects(n...)} }
	role := func(r, id string) *epp.DomainAddRem {
		return &epp.DomainAddRem{Contacts: []epp.DomainContact{{Type: r, ID: id}}}
	}
	newOwner, nobody, none := "NEW-1", "NOBODY", ""
	for i, tt := range []struct {
		code int
		cmd  epp.DomainUpdate
	}{
		{epp.CodeMissingParameter, epp.DomainUpdate{}},
		{epp.CodePolicy, epp.DomainUpdate{Add: set("serverHold")}},
		{epp.CodePolicy, epp.DomainUpdate{Add: set("ok")}},
		{epp.CodePolicy, epp.DomainUpdate{Rem: set("clientHold")}},
		{epp.CodeOK, epp.DomainUpdate{Add: set("clientHold", "clientTransferProhibited")}},
		{epp.CodePolicy, epp.DomainUpdate{Add: set("clientHold")}},
		{epp.CodePolicy, epp.DomainUpdate{Add: ns("ns1.example.net")}},
		{epp.CodeNotExist, epp.DomainUpdate{Add: ns("ns9.example.net")}},
		{epp.CodePolicy, epp.DomainUpdate{Rem: ns("ns2.example.net")}},
		{epp.CodeOK, epp.DomainUpdate{Add: ns("ns2.example.net"), Rem: ns("ns1.example.net")}},
		{epp.CodePolicy, epp.DomainUpdate{Add: role("admin", "SEED-1")}},
		{epp.CodeOK, epp.DomainUpdate{Add: role("tech", "NEW-1"), Rem: role("admin", "SEED-1")}},
		{epp.CodeNotExist, epp.DomainUpdate{Chg: &epp.DomainChange{Registrant: &nobody}}},
		{epp.CodeOK, epp.DomainUpdate{Chg: &epp.DomainChange{Registrant: &newOwner, AuthInfo: &epp.AuthInfoChange{PW: &epp.Password{Text: "other-auth"}}}}},
		{epp.CodeOK, epp.DomainUpdate{Add: set("clientUpdateProhibited")}},
		{epp.CodeStatusProhibits, epp.DomainUpdate{Rem: set("clientHold")}},
		{epp.CodeOK, epp.DomainUpdate{Rem: set("clientUpdateProhibited", "clientHold")}},
	} {
		if r := b.do(up(tt.cmd)); r.Code() != tt.code {
			t.Errorf("step %d: got %d, want %d: %+v", i, r.Code(), tt.code, r.Results)
		}
	}
	a.want(epp.CodeAuthorization, up(epp.DomainUpdate{Add: set("clientHold")}))
	d := b.want(epp.CodeOK, infoDomain("seed.com")).Data.DomainInfo
	if d.Registrant != "NEW-1" || d.AuthInfo.Password() != "other-auth" || d.UpID != "reg-b" || !d.UpDate.Equal(t0) ||
		!cmp.Equal(d.NS.HostObj, []string{"ns2.example.net"}) || !cmp.Equal(d.Contacts, []epp.DomainContact{{Type: "tech", ID: "NEW-1"}}) ||
		!cmp.Equal(d.Statuses, epp.DomainStatuses("clientTransferProhibited")) {
		t.Errorf("after updates: %+v", d)
	}
	b.want(epp.CodeOK, up(epp.DomainUpdate{Rem: ns("ns2.example.net"), Chg: &epp.DomainChange{Registrant: &none, AuthInfo: &epp.AuthInfoChange{Null: true}}}))
	d = b.want(epp.CodeOK, infoDomain("seed.com")).Data.DomainInfo
	if d.NS != nil || d.Registrant != "" || d.AuthInfo.Password() != "" || len(d.Statuses) != 2 {
		t.Errorf("without name servers: %+v", d)
	}
}

func TestDomainDelete(t *testing.T) {
	t.Parallel()
	w := start(t, nil)
	a, b := w.login("reg-a"), w.login("reg-b")
	del := &epp.Command{DeleteDomain: &epp.DomainDelete{Name: "seed.com"}}
	a.want(epp.CodeAuthorization, del)
	b.want(epp.CodeOK, &epp.Command{CreateHost: &epp.HostCreate{Name: "ns.seed.com"}})
	b.want(epp.CodeInUse, del)
	b.want(epp.CodeOK, &epp.Command{DeleteHost: &epp.HostDelete{Name: "ns.seed.com"}})
	status := func(add, rem *epp.DomainAddRem) *epp.Command {
		return &epp.Command{UpdateDomain: &epp.DomainUpdate{Name: "seed.com", Add: add, Rem: rem}}
	}
	lock := &epp.DomainAddRem{Statuses: epp.DomainStatuses("clientDeleteProhibited")}
	b.want(epp.CodeOK, status(lock, nil))
	b.want(epp.CodeStatusProhibits, del)
	b.want(epp.CodeOK, status(nil, lock))
	b.want(epp.CodePending, del)
	b.want(epp.CodeStatusProhibits, del)
	w.clocks.Advance(35*24*time.Hour - time.Microsecond)
	if d := a.want(epp.CodeOK, infoDomain("seed.com")).Data.DomainInfo; !cmp.Equal(d.Statuses, epp.DomainStatuses("pendingDelete")) {
		t.Errorf("deleted: %v", d.Statuses)
	}
	w.clocks.Advance(time.Microsecond)
	b.want(epp.CodeNotExist, infoDomain("seed.com"))
	b.want(epp.CodeOK, &epp.Command{DeleteContact: &epp.ContactDelete{ID: "SEED-1"}})
}

func TestPending(t *testing.T) {
	t.Parallel()
	w := start(t, func(cfg *sim.Config) { cfg.Pending = func(op, name string) bool { return name == "pending.com" } })
	c := w.login("reg-a")
	c.want(epp.CodeNoMessages, &epp.Command{Poll: &epp.Poll{Op: "req"}})
	decide := func(approve bool) *epp.DomainPendingData {
		t.Helper()
		if err := w.srv.ResolvePending(t.Context(), "live", "pending.com", approve); err != nil {
			t.Fatal(err)
		}
		r := c.want(epp.CodeAckToDequeue, &epp.Command{Poll: &epp.Poll{Op: "req"}})
		c.want(epp.CodeOK, &epp.Command{Poll: &epp.Poll{Op: "ack", MsgID: r.MsgQ.ID}})
		return r.Data.DomainPending
	}
	order := func(cmd *epp.Command, id string) string {
		cmd.ClTRID = id
		return c.want(epp.CodePending, cmd).TRID.SvTRID
	}
	order(makeDomain("pending.com"), "create-1")
	if d := c.want(epp.CodeOK, infoDomain("pending.com")).Data.DomainInfo; !cmp.Equal(d.Statuses, epp.DomainStatuses("pendingCreate")) {
		t.Errorf("statuses: %v", d.Statuses)
	}
	del := &epp.Command{DeleteDomain: &epp.DomainDelete{Name: "pending.com"}}
	c.want(epp.CodeStatusProhibits, del)
	if p := decide(false); p.Name.Result || p.PaTRID.ClTRID != "create-1" {
		t.Errorf("refused create: %+v", p)
	}
	c.want(epp.CodeNotExist, infoDomain("pending.com"))
	svTRID := order(makeDomain("pending.com"), "create-2")
	if p := decide(true); !p.Name.Result || p.PaTRID != (epp.TRID{ClTRID: "create-2", SvTRID: svTRID}) || !p.PaDate.Equal(t0) {
		t.Errorf("approved create: %+v", p)
	}
	order(&epp.Command{RenewDomain: &epp.DomainRenew{Name: "pending.com", CurExpDate: t0.AddDate(1, 0, 0), Period: epp.Years(2)}}, "renew-1")
	decide(true)
	order(&epp.Command{UpdateDomain: &epp.DomainUpdate{Name: "pending.com", Add: &epp.DomainAddRem{Statuses: epp.DomainStatuses("clientHold")}}}, "update-1")
	decide(true)
	d := c.want(epp.CodeOK, infoDomain("pending.com")).Data.DomainInfo
	if !d.ExDate.Equal(t0.AddDate(3, 0, 0)) || !cmp.Equal(d.Statuses, epp.DomainStatuses("clientHold")) {
		t.Errorf("after renew and update: %+v", d)
	}
	order(del, "delete-1")
	decide(true)
	c.want(epp.CodeNotExist, infoDomain("pending.com"))
	if err := w.srv.ResolvePending(t.Context(), "live", "pending.com", true); err == nil {
		t.Error("nothing is pending, yet it was resolved")
	}
	c.want(epp.CodeNotExist, &epp.Command{Poll: &epp.Poll{Op: "ack", MsgID: "999"}})
	c.want(epp.CodeNotExist, &epp.Command{Poll: &epp.Poll{Op: "ack", MsgID: "x"}})
	c.want(epp.CodeMissingParameter, &epp.Command{Poll: &epp.Poll{Op: "ack"}})
}
