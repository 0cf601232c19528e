package registrytest

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/polyreg/polyreg/internal/clock"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/id"
	"github.com/polyreg/polyreg/internal/registry"
)

// register creates a domain; contacts that are missing in the order are made.
func (s *suite) register(t *testing.T, in registry.DomainCreate) registry.DomainCreated {
	t.Helper()
	out, err := s.reg.CreateDomain(t.Context(), s.trid(), s.filled(t, in))
	done(t, "create domain", out.Result, err)
	return out
}

// filled completes an order with contacts and authInfo.
func (s *suite) filled(t *testing.T, in registry.DomainCreate) registry.DomainCreate {
	t.Helper()
	if c := s.contactFor(t); c != "" && in.Registrant == "" {
		in.Registrant = c
		in.Contacts = map[registry.ContactRole][]string{registry.Admin: {c}, registry.Tech: {c}, registry.Billing: {c}}
	}
	if in.AuthInfo == "" {
		in.AuthInfo = "d0main-Auth<&>!"
	}
	return in
}

func (s *suite) domainCreate(t *testing.T) {
	ctx := t.Context()
	in := s.filled(t, registry.DomainCreate{Name: s.domain(), Years: 2, NameServers: s.hostsFor(t, 2)})
	created, err := s.reg.CreateDomain(ctx, s.trid(), in)
	done(t, "create", created.Result, err)
	if want := clock.AddYears(created.Created, 2); !created.Expires.Equal(want) {
		t.Errorf("created %v, expires %v, want %v", created.Created, created.Expires, want)
	}

	got, err := s.reg.InfoDomain(ctx, in.Name)
	if err != nil {
		t.Fatalf("info: %v", err)
	}
	want := registry.Domain{Name: in.Name, Statuses: []string{"ok"}, Registrant: in.Registrant, Contacts: in.Contacts,
		NameServers: in.NameServers, Created: created.Created, Expires: created.Expires}
	if d := cmp.Diff(want, got, cmpopts.EquateEmpty(), sortNames,
		cmpopts.IgnoreFields(registry.Domain{}, "ROID", "Sponsor", "Creator", "AuthInfo", "RGPStatuses")); d != "" {
		t.Errorf("info (-want +got):\n%s", d)
	}
	if got.ROID == "" || got.Sponsor == "" {
		t.Errorf("info: %+v, want roid and sponsor", got)
	}
	if got.AuthInfo != "" && got.AuthInfo != in.AuthInfo {
		t.Errorf("info shows another authInfo than was set")
	}

	_, err = s.reg.CreateDomain(ctx, s.trid(), in)
	refused(t, "second create", err, registry.CodeObjectExists)
}

var sortNames = cmpopts.SortSlices(func(a, b dname.Name) bool { return a < b })

func (s *suite) domainMissing(t *testing.T) {
	ctx := t.Context()
	n := s.domain()
	_, err := s.reg.InfoDomain(ctx, n)
	refused(t, "info", err, registry.CodeNotExist)
	_, err = s.reg.RenewDomain(ctx, s.trid(), registry.DomainRenew{Name: n, CurExpiry: time.Now(), Years: 1})
	refused(t, "renew", err, registry.CodeNotExist)
	_, err = s.reg.UpdateDomain(ctx, s.trid(), registry.DomainUpdate{Name: n, AddStatus: []string{"clientHold"}})
	refused(t, "update", err, registry.CodeNotExist)
}

func (s *suite) unknownContact(t *testing.T) {
	in := s.filled(t, registry.DomainCreate{Name: s.domain(), Years: 1})
	in.Contacts[registry.Tech] = []string{s.contactID()}
	s.notCreated(t, in)
	in = s.filled(t, registry.DomainCreate{Name: s.domain(), Years: 1})
	in.Registrant = s.contactID()
	s.notCreated(t, in)
}

func (s *suite) unknownHost(t *testing.T) {
	s.notCreated(t, s.filled(t, registry.DomainCreate{Name: s.domain(), Years: 1,
		NameServers: append(s.hostsFor(t, 1), s.outside())}))
}

// notCreated demands that an order which names a missing object is refused and leaves nothing behind.
func (s *suite) notCreated(t *testing.T, in registry.DomainCreate) {
	t.Helper()
	_, err := s.reg.CreateDomain(t.Context(), s.trid(), in)
	refused(t, "create", err, registry.CodeNotExist)
	_, err = s.reg.InfoDomain(t.Context(), in.Name)
	refused(t, "info after the refusal", err, registry.CodeNotExist)
}

func (s *suite) domainUpdate(t *testing.T) {
	ctx := t.Context()
	ns := s.hostsFor(t, 3)
	in := s.filled(t, registry.DomainCreate{Name: s.domain(), Years: 1, NameServers: ns[:2]})
	s.register(t, in)

	u := registry.DomainUpdate{Name: in.Name, AddNS: ns[2:], RemNS: ns[:1], AuthInfo: id.AuthInfo()}
	want := registry.Domain{Registrant: in.Registrant, Contacts: in.Contacts, NameServers: ns[1:]}
	if s.caps.Contacts {
		other := s.contactFor(t)
		u.Registrant = other
		u.AddContacts = map[registry.ContactRole][]string{registry.Tech: {other}}
		u.RemContacts = map[registry.ContactRole][]string{registry.Tech: in.Contacts[registry.Tech]}
		want.Registrant = other
		want.Contacts = map[registry.ContactRole][]string{registry.Admin: in.Contacts[registry.Admin],
			registry.Tech: {other}, registry.Billing: in.Contacts[registry.Billing]}
	}
	r, err := s.reg.UpdateDomain(ctx, s.trid(), u)
	done(t, "update", r, err)
	got, err := s.reg.InfoDomain(ctx, in.Name)
	if err != nil {
		t.Fatalf("info: %v", err)
	}
	seen := registry.Domain{Registrant: got.Registrant, Contacts: got.Contacts, NameServers: got.NameServers}
	if d := cmp.Diff(want, seen, cmpopts.EquateEmpty(), sortNames); d != "" {
		t.Errorf("after update (-want +got):\n%s", d)
	}
	if got.Updated.IsZero() {
		t.Error("after update: no date of the update")
	}
	if got.AuthInfo != "" && got.AuthInfo != u.AuthInfo {
		t.Error("after update: the authInfo is not the new one")
	}
	if s.caps.HostObjects {
		_, err = s.reg.UpdateDomain(ctx, s.trid(), registry.DomainUpdate{Name: in.Name, AddNS: []dname.Name{s.outside()}})
		refused(t, "update to an unknown host", err, registry.CodeNotExist)
	}
	if s.caps.Contacts {
		_, err = s.reg.UpdateDomain(ctx, s.trid(), registry.DomainUpdate{Name: in.Name, Registrant: s.contactID()})
		refused(t, "update to an unknown registrant", err, registry.CodeNotExist)
	}
}

func (s *suite) domainStatus(t *testing.T) {
	ctx := t.Context()
	n := s.domain()
	s.register(t, registry.DomainCreate{Name: n, Years: 1})
	lock := []string{"clientTransferProhibited", "clientUpdateProhibited"}
	r, err := s.reg.UpdateDomain(ctx, s.trid(), registry.DomainUpdate{Name: n, AddStatus: lock})
	done(t, "set", r, err)
	got := s.statuses(t, n)
	for _, st := range lock {
		if !slices.Contains(got, st) {
			t.Errorf("statuses %v lack %s", got, st)
		}
	}
	if slices.Contains(got, "ok") {
		t.Errorf("statuses %v: ok stands alone (RFC 5731 §2.3)", got)
	}
	_, err = s.reg.UpdateDomain(ctx, s.trid(), registry.DomainUpdate{Name: n, AuthInfo: id.AuthInfo()})
	refused(t, "update under clientUpdateProhibited", err, registry.CodeStatusProhibits)
	r, err = s.reg.UpdateDomain(ctx, s.trid(), registry.DomainUpdate{Name: n, RemStatus: lock})
	done(t, "remove", r, err)
	if got := s.statuses(t, n); slices.Contains(got, lock[0]) || slices.Contains(got, lock[1]) {
		t.Errorf("statuses %v after the removal", got)
	}
}

func (s *suite) statuses(t *testing.T, n dname.Name) []string {
	t.Helper()
	d, err := s.reg.InfoDomain(t.Context(), n)
	if err != nil {
		t.Fatalf("info: %v", err)
	}
	return d.Statuses
}

func (s *suite) renew(t *testing.T) {
	ctx := t.Context()
	n := s.domain()
	old := s.register(t, registry.DomainCreate{Name: n, Years: 1}).Expires
	_, err := s.reg.RenewDomain(ctx, s.trid(), registry.DomainRenew{Name: n, CurExpiry: old.AddDate(0, 0, 1), Years: 1})
	refused(t, "renew with another date", err)
	s.expires(t, n, old)

	order := registry.DomainRenew{Name: n, CurExpiry: old, Years: 2}
	out, err := s.reg.RenewDomain(ctx, s.trid(), order)
	done(t, "renew", out.Result, err)
	want := clock.AddYears(old, 2)
	if !out.Expires.Equal(want) {
		t.Errorf("renew: expires %v, want %v", out.Expires, want)
	}
	s.expires(t, n, want)

	_, err = s.reg.RenewDomain(ctx, s.trid(), order)
	refused(t, "the same order again", err)
	s.expires(t, n, want)
}

func (s *suite) expires(t *testing.T, n dname.Name, want time.Time) {
	t.Helper()
	d, err := s.reg.InfoDomain(t.Context(), n)
	if err != nil {
		t.Fatalf("info: %v", err)
	}
	if !d.Expires.Equal(want) {
		t.Errorf("info: expires %v, want %v", d.Expires, want)
	}
}

func (s *suite) renewProhibited(t *testing.T) {
	ctx := t.Context()
	n := s.domain()
	old := s.register(t, registry.DomainCreate{Name: n, Years: 1}).Expires
	r, err := s.reg.UpdateDomain(ctx, s.trid(), registry.DomainUpdate{Name: n, AddStatus: []string{"clientRenewProhibited"}})
	done(t, "set", r, err)
	_, err = s.reg.RenewDomain(ctx, s.trid(), registry.DomainRenew{Name: n, CurExpiry: old, Years: 1})
	refused(t, "renew", err, registry.CodeStatusProhibits)
	s.expires(t, n, old)
}
