package rst

import (
	"slices"
	"strings"

	"github.com/polyreg/polyreg/internal/wire/epp"
)

// contactFields are the parts of a contact that an info must show, by the end of the error's name.
func contactFields(want row, got *epp.ContactInfoData) map[string][2]string {
	out := map[string][2]string{"ID": {want["id"], got.ID}, "EMAIL": {want["email"], got.Email}}
	phone := func(name string, number, ext string, p *epp.Phone) {
		have := epp.Phone{}
		if p != nil {
			have = *p
		}
		out[name] = [2]string{number, have.Number}
		out[name+"_EXT"] = [2]string{ext, have.X}
	}
	phone("VOICE", want["voice"], want["voiceExt"], got.Voice)
	phone("FAX", want["fax"], want["faxExt"], got.Fax)
	i := slices.IndexFunc(got.Postal, func(p epp.PostalInfo) bool { return p.Type == want["postalInfoType"] })
	var p epp.PostalInfo
	if i >= 0 {
		p = got.Postal[i]
	}
	var street []string
	for _, c := range []string{"street1", "street2", "street3"} {
		if want[c] != "" {
			street = append(street, want[c])
		}
	}
	for name, v := range map[string][2]string{"POSTALINFO_TYPE": {want["postalInfoType"], p.Type}, "NAME": {want["name"], p.Name}, "ORG": {want["org"], p.Org},
		"STREET": {strings.Join(street, "|"), strings.Join(p.Addr.Street, "|")}, "CITY": {want["city"], p.Addr.City}, "SP": {want["sp"], p.Addr.SP},
		"PC": {want["pc"], p.Addr.PC}, "CC": {want["cc"], p.Addr.CC}} {
		out[name] = v
	}
	return out
}

// shows holds a contact's info against what was sent; verb is CREATE or UPDATE.
func (r *run) shows(s *session, verb string, want row) {
	r.t.Helper()
	resp := s.do(on("info", "contact", want["id"]))
	r.check("EPP_CONTACT_"+verb+"_INFO_RESPONSE_NOT_1000", resp.Code() == 1000, "%s", told(resp))
	if resp.Code() != 1000 || resp.Data == nil || resp.Data.ContactInfo == nil {
		return
	}
	for field, v := range contactFields(want, resp.Data.ContactInfo) {
		r.check("EPP_CONTACT_"+verb+"_INFO_RESPONSE_MISSING_OR_INCORRECT_"+field, v[0] == v[1], "sent %q, shown %q", v[0], v[1])
	}
}

// createContacts is epp-07: the whole table for both forms of an address.
func createContacts(r *run) {
	s := r.login(clid01)
	table := readTable(r.t, "epp-07-data")
	for _, form := range []string{"int", "loc"} {
		f := newFiller(r, graceTLD)
		f.auto["postalInfoType"] = func() string { return form }
		var good row
		for i, cells := range table {
			c := f.fill(r.t, cells)
			resp := s.do(createContact(c))
			r.check(c["errorCode"], done(resp) == cells.passes(), "row %d: %d, %s wanted\n%v", i+1, resp.Code(), c["passOrFail"], c)
			if cells.passes() {
				good = c
				r.shows(s, "CREATE", c)
			}
		}
		// The reference lists errors that no row provokes, and the values at the limits must pass.
		for _, c := range []struct {
			field, value string
			pass         bool
		}{{"fax", "", false}, {"name", strings.Repeat("n", 256), false}, {"name", strings.Repeat("n", 255), true}, {"org", strings.Repeat("o", 255), true},
			{"id", f.letters(16, alphanumeric), true}, {"voice", "+1.12345678901234", true}, {"email", strings.Repeat("l", 64) + "@example.com", true},
			{"email", "first.last+tag@mail.example.co.uk", true}} {
			next := f.contact()
			next["postalInfoType"] = form
			next[c.field] = c.value
			resp := s.do(createContact(next))
			switch {
			case c.pass:
				r.must(resp)
				r.shows(s, "CREATE", next)
			case c.value == "":
				r.check("EPP_CONTACT_CREATE_SERVER_ACCEPTS_EMPTY_"+strings.ToUpper(c.field), !done(resp), "accepted")
			default:
				r.check("EPP_CONTACT_CREATE_SERVER_ACCEPTS_INVALID_"+strings.ToUpper(c.field), !done(resp), "%q", c.value)
			}
		}
		resp := s.do(createContact(good))
		r.check("EPP_CONTACT_CREATE_SERVER_ACCEPTS_INVALID_ID", resp.Code() == 2302, "an id in use: %d", resp.Code())
	}
}

// foreignContacts is epp-08.
func foreignContacts(r *run) {
	a, b := r.login(clid01), r.login(clid02)
	for range 3 {
		c := newFiller(r, graceTLD).contact()
		r.must(a.do(createContact(c)))
		resp := b.do(on("info", "contact", c["id"]))
		r.check("EPP_CONTACT_INFO_RESPONSE_NOT_REJECTED", !done(resp), "%d", resp.Code())
		resp = b.do(update("contact", c["id"], "", el("contact:chg", txt("contact:email", "stolen@example.org"))))
		r.check("EPP_CONTACT_UPDATE_RESPONSE_NOT_REJECTED", !done(resp), "%d", resp.Code())
		kept := r.must(a.do(on("info", "contact", c["id"]))).Data.ContactInfo
		r.check("EPP_CONTACT_UPDATE_RESPONSE_NOT_REJECTED", kept.Email == c["email"], "%s", kept.Email)
	}
}

// updateContacts is epp-09.
func updateContacts(r *run) {
	s := r.login(clid01)
	for _, form := range []string{"int", "loc"} {
		c := newFiller(r, graceTLD).contact()
		r.must(s.do(createContact(c)))
		r.postalRows(s, c, form)
		r.otherRows(s, c)
	}
	r.statusRows(s)
}

// postalRows changes the address of a contact in one form. The table has no row for state and code.
func (r *run) postalRows(s *session, c row, form string) {
	f := newFiller(r, graceTLD)
	f.auto["postalInfoType"] = func() string { return form }
	change := func(cells row) (row, *epp.Response) {
		next := f.fill(r.t, cells)
		return next, s.do(update("contact", c["id"], "", el("contact:chg", postal(next))))
	}
	table := readTable(r.t, "epp-09-postalinfo-data")
	for i, cells := range table {
		next, resp := change(cells)
		r.check(next["errorCode"], done(resp) == cells.passes(), "row %d: %d, %s wanted\n%v", i+1, resp.Code(), next["passOrFail"], next)
		if cells.passes() {
			for k, v := range next {
				c[k] = v
			}
		}
		r.shows(s, "UPDATE", c)
	}
	for column, value := range map[string]string{"sp": strings.Repeat("s", 256), "pc": strings.Repeat("1", 17)} {
		cells := row{}
		for k, v := range table[0] {
			cells[k] = v
		}
		cells[column] = value
		_, resp := change(cells)
		r.check("EPP_CONTACT_UPDATE_SERVER_ACCEPTS_INVALID_"+strings.ToUpper(column), !done(resp), "%q", value)
		r.shows(s, "UPDATE", c)
	}
}

// otherRows changes numbers and mail address.
func (r *run) otherRows(s *session, c row) {
	f := newFiller(r, graceTLD)
	for i, cells := range readTable(r.t, "epp-09-other-data") {
		next := f.fill(r.t, cells)
		resp := s.do(update("contact", c["id"], "", el("contact:chg", phones(next), txt("contact:email", next["email"]))))
		r.check(next["errorCode"], done(resp) == cells.passes(), "row %d: %d, %s wanted\n%v", i+1, resp.Code(), next["passOrFail"], next)
		if cells.passes() {
			for _, k := range []string{"voice", "voiceExt", "fax", "faxExt", "email"} {
				c[k] = next[k]
			}
		}
		r.shows(s, "UPDATE", c)
	}
}

// statusRows adds and removes statuses of a contact.
func (r *run) statusRows(s *session) {
	id := r.contactOf(s)
	r.statuses(s, statusTest{object: "contact", name: id, table: "epp-09-status-data",
		shown: func() []string {
			return statusNames(r.must(s.do(on("info", "contact", id))).Data.ContactInfo.Statuses)
		},
		wrong: func(string) string { return "EPP_CONTACT_UPDATE_INFO_RESPONSE_MISSING_OR_INCORRECT_STATUS" }})
}

// statusTest is a table of statuses on one object.
type statusTest struct {
	object, name, table string
	shown               func() []string
	wrong               func(action string) string // error of an info that does not show what was done
}

// statuses drives a table of statuses and holds what an info shows against it after each row.
func (r *run) statuses(s *session, st statusTest) {
	r.t.Helper()
	var set []string
	for i, cells := range readTable(r.t, st.table) {
		name := cells["status"]
		resp := s.do(update(st.object, st.name, "", status(st.object, cells["action"], name)))
		r.check(cells["errorCode"], done(resp) == cells.passes(), "row %d: %s %s: %d, %s wanted", i+1, cells["action"], name, resp.Code(), cells["passOrFail"])
		if done(resp) && cells["action"] == "add" {
			set = append(set, name)
		} else if done(resp) {
			set = slices.DeleteFunc(set, func(x string) bool { return x == name })
		}
		shown := slices.DeleteFunc(st.shown(), func(x string) bool { return x == "ok" || x == "linked" || x == "inactive" })
		slices.Sort(shown)
		slices.Sort(set)
		for _, action := range []string{"add", "rem"} {
			r.check(st.wrong(action), slices.Equal(shown, set), "row %d: shown %v, set %v", i+1, shown, set)
		}
	}
}

// deleteContacts is epp-10.
func deleteContacts(r *run) {
	s := r.login(clid01)
	for range 3 {
		id := r.contactOf(s)
		resp := s.do(on("delete", "contact", id))
		r.check("EPP_CONTACT_DELETE_RESPONSE_NOT_1000_OR_1001", done(resp), "%d: %s", resp.Code(), told(resp))
		if resp.Code() == 1000 {
			resp = s.do(on("info", "contact", id))
			r.check("EPP_CONTACT_DELETE_OBJECT_STILL_EXISTS", resp.Code() == 2303, "%d", resp.Code())
		}
	}
}
