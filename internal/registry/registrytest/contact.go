package registrytest

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/polyreg/polyreg/internal/registry"
)

// person is a contact with everything filled in that any registry takes.
func (s *suite) person() registry.Contact {
	return registry.Contact{
		ID: s.contactID(),
		Int: &registry.Postal{Name: "Ann O'Neil & Sons", Org: "Example <Ltd>", Street: []string{"1 Main Street", "Floor 2"},
			City: "Dublin", State: "Leinster", Code: "D01 X2X3", Country: "IE"},
		Voice: "+353.15550100", VoiceExt: "12", Fax: "+353.15550101", Email: "ann@example.net", AuthInfo: "c0ntact-Auth!",
	}
}

// contactFor makes a contact and gives its id, empty when the registry has no contacts.
func (s *suite) contactFor(t *testing.T) string {
	t.Helper()
	if !s.caps.Contacts {
		return ""
	}
	c := s.person()
	r, err := s.reg.CreateContact(t.Context(), s.trid(), c)
	done(t, "create contact", r, err)
	return c.ID
}

var answerOnly = cmpopts.IgnoreFields(registry.Contact{}, "ROID", "AuthInfo", "Statuses", "Sponsor", "Created", "Updated")

func (s *suite) contact(t *testing.T) {
	ctx := t.Context()
	c := s.person()
	r, err := s.reg.CreateContact(ctx, s.trid(), c)
	done(t, "create", r, err)

	got, err := s.reg.InfoContact(ctx, c.ID)
	if err != nil {
		t.Fatalf("info: %v", err)
	}
	if d := cmp.Diff(c, got, answerOnly); d != "" {
		t.Errorf("after create (-want +got):\n%s", d)
	}
	if got.ROID == "" || got.Sponsor == "" || got.Created.IsZero() || !slices.Contains(got.Statuses, "ok") {
		t.Errorf("after create: %+v, want roid, sponsor, date and status ok", got)
	}

	_, err = s.reg.CreateContact(ctx, s.trid(), c)
	refused(t, "second create", err, registry.CodeObjectExists)

	c.Int = &registry.Postal{Name: "Ann Newman", Street: []string{"2 Side Street"}, City: "Cork", Code: "T12", Country: "IE"}
	c.Voice, c.VoiceExt, c.Fax, c.Email = "+353.215550100", "", "", "ann@example.org"
	r, err = s.reg.UpdateContact(ctx, s.trid(), c)
	done(t, "update", r, err)
	got, err = s.reg.InfoContact(ctx, c.ID)
	if err != nil {
		t.Fatalf("info: %v", err)
	}
	if d := cmp.Diff(c, got, answerOnly); d != "" {
		t.Errorf("after update (-want +got):\n%s", d)
	}
	if got.Updated.IsZero() {
		t.Error("after update: no date of the update")
	}
}

func (s *suite) contactMissing(t *testing.T) {
	c := s.person()
	_, err := s.reg.InfoContact(t.Context(), c.ID)
	refused(t, "info", err, registry.CodeNotExist)
	_, err = s.reg.UpdateContact(t.Context(), s.trid(), c)
	refused(t, "update", err, registry.CodeNotExist)
}
