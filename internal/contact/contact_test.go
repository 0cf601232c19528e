package contact

import (
	"testing"

	"github.com/polyreg/polyreg/internal/errs"
)

func valid() Data {
	return Data{FirstName: "Jane", LastName: "Doe", Email: "jane@alpha.example", Phone: "+49.30123456", Street: []string{"Example Street 1"},
		City: "Berlin", PostalCode: "10115", Country: "DE"}
}

func TestNormalizePhone(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"+49.301234567": "+49.301234567", "+49-30-1234567": "+49.301234567", "+49 30 1234567": "+49.301234567",
		"+1.4165550100": "+1.4165550100", "+420 123456789": "+420.123456789", "030 1234567": "+49.301234567", "abc": "abc", "": "",
	} {
		if got := NormalizePhone(in, "DE"); got != want {
			t.Errorf("NormalizePhone(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestValidateReportsEveryProblemWithItsField(t *testing.T) {
	t.Parallel()
	if err := valid().Normalize().Validate("contact."); err != nil {
		t.Fatalf("valid data refused: %v", err)
	}
	bad := valid()
	bad.Email, bad.Country, bad.Phone, bad.Street, bad.City = "no-mail", "XX", "12", nil, "a\nb"
	err := bad.Normalize().Validate("contact.")
	want := map[string]errs.Kind{"contact.email": errs.Invalid, "contact.country": errs.Invalid, "contact.phone": errs.Invalid,
		"contact.street": errs.Missing, "contact.city": errs.Invalid}
	got := map[string]errs.Kind{}
	for _, e := range err.All() {
		got[e.Field] = e.Kind
	}
	for f, k := range want {
		if got[f] != k {
			t.Errorf("field %s: kind %v, want %v (all: %v)", f, got[f], k, got)
		}
	}
	extra := valid()
	extra.Extra = map[string]string{"ident": "a\x00b"}
	if err := extra.Normalize().Validate(""); err == nil || err.Field != "ident" {
		t.Errorf("registry-specific items have no control characters either: %v", err)
	}
	uk := valid()
	uk.Country = "uk"
	if uk.Normalize().Country != "GB" {
		t.Error("UK becomes GB")
	}
}
