package internetx

import "testing"

func TestEverySharedTextHasTwoLanguages(t *testing.T) {
	t.Parallel()
	for code, text := range statusTexts {
		if text.EN == "" || text.DE == "" || text.In(true) != text.DE || text.In(false) != text.EN {
			t.Errorf("%s: %+v", code, text)
		}
	}
	if (Text{EN: "only"}).In(true) != "only" {
		t.Error("without a German text the English one is shown")
	}
}

func TestAnInterfacesOwnTextWins(t *testing.T) {
	t.Parallel()
	own := map[string]Text{"S0101": {"own", "eigen"}, "S9": {"new", "neu"}}
	for code, want := range map[string]string{"S0101": "own", "S9": "new", "N0101": statusTexts["N0101"].EN} {
		if got, ok := Status(own, code); !ok || got.EN != want {
			t.Errorf("%s: %+v %t", code, got, ok)
		}
	}
	if _, ok := Status(own, "S8"); ok {
		t.Error("an unknown code has no text")
	}
}

func TestCountryCode(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"Deutschland": "DE", "ÖSTERREICH": "AT", "de": "DE", "Atlantis": "ATLANTIS"} {
		if got := CountryCode(in); got != want {
			t.Errorf("CountryCode(%q) = %q, want %q", in, got, want)
		}
	}
}
