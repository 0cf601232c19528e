package doors

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/polyreg/polyreg/internal/dialect"
	dautodns "github.com/polyreg/polyreg/internal/dialect/autodns"
	ddmapi "github.com/polyreg/polyreg/internal/dialect/dmapi"
	drobot "github.com/polyreg/polyreg/internal/dialect/domainrobot"
	dopensrs "github.com/polyreg/polyreg/internal/dialect/opensrs"
	dwapi "github.com/polyreg/polyreg/internal/dialect/wapi"
	"github.com/polyreg/polyreg/internal/errs"
)

// answerer makes a dialect's answer to an error of the core, and reads it back as the dialect's client does.
type answerer struct {
	make func(error) []byte
	read func([]byte) error
}

func answerers(w *world) map[string]answerer {
	deps := dialect.Deps{Runner: w.app.Core().Runner, Log: quiet()}
	return map[string]answerer{
		"dmapi":   {ddmapi.New(deps).ErrorAnswer, func(b []byte) error { _, err := readDMAPI(http.StatusOK, nil, b); return err }},
		"opensrs": {dopensrs.New(deps).ErrorAnswer, func(b []byte) error { _, err := readOpenSRS(http.StatusOK, b); return err }},
		"wapi":    {dwapi.New(deps).ErrorAnswer, func(b []byte) error { _, err := (&wapi{form: "json"}).read(http.StatusOK, nil, b); return err }},
		"domainrobot": {drobot.New(deps).ErrorAnswer, func(b []byte) error {
			_, err := readRobot(http.StatusBadRequest, nil, b)
			return err
		}},
		"autodns": {dautodns.New(deps).ErrorAnswer, func(b []byte) error { _, err := readAutoDNS(http.StatusOK, nil, b); return err }},
	}
}

// variants are the forms in which the core can say one kind of error.
func variants(k errs.Kind) []*errs.Error {
	bare, plain := errs.E(k, ""), errs.E(k, "some words")
	out := []*errs.Error{bare, plain, errs.E(k, "some words").On("domain", "example.com"), errs.E(k, "some words").On("contact", "4711")}
	for _, field := range []string{"name", "period", "registrant", "registrant.email", "contact.first_name", "name_servers", "ns_set", "max_price", "expiry",
		"profile", "handle", "tld", "totp", "idempotency_key", "id", "a_field_that_nobody_knows", "contact.unknown"} {
		out = append(out, errs.F(k, field, "some words"))
	}
	coded := errs.E(k, "some words")
	coded.Code = 2308
	several := errs.F(k, "name", "some words")
	several.More = []*errs.Error{errs.F(errs.Missing, "contact.email", "is required"), errs.E(errs.Internal, "hidden words")}
	return append(out, coded, several, errs.E(k, "line one\nline two\r\n\x00<&>\"']]>\u2028\ufffe é 世 \xff"))
}

// TestEveryKindThroughEveryDoor: each kind of error, in each of its forms, has a complete answer in the dialect's own form and
// with a code, from which no fault of ours can be read.
func TestEveryKindThroughEveryDoor(t *testing.T) {
	t.Parallel()
	w := start(t, setup{})
	for door, d := range answerers(w) {
		for _, k := range errs.Kinds() {
			for i, e := range variants(k) {
				octets := d.make(e)
				var a *answer
				if err := d.read(octets); !errors.As(err, &a) || strings.TrimSpace(a.code) == "" || strings.Trim(a.text, ": ") == "" {
					t.Errorf("%s, %s (%d): no refusal with code and text: %v\n%s", door, k, i, err, octets)
				}
				if strings.Contains(string(octets), "hidden words") || k == errs.Internal && strings.Contains(string(octets), "some words") {
					t.Errorf("%s, %s (%d): shows the text of an internal error:\n%s", door, k, i, octets)
				}
			}
		}
		for _, err := range []error{errors.New("hidden words"), fmt.Errorf("wrapped: %w", errs.E(errs.Internal, "hidden words").Wrap(errors.New("hidden words"))),
			errs.E(errs.RegistryDown, "try again").Wrap(errors.New("hidden words"))} {
			octets := d.make(err)
			var a *answer
			if err := d.read(octets); !errors.As(err, &a) {
				t.Errorf("%s, %v: %v", door, err, octets)
			}
			if strings.Contains(string(octets), "hidden words") {
				t.Errorf("%s: shows a cause:\n%s", door, octets)
			}
		}
	}
}

// changing are the parts of an answer that differ from request to request: times and the server's ids.
var changing = regexp.MustCompile(`Tracking-Id: \S+|"timestamp":\d+|"svTRID":"[^"]+"|<timestamp>\d+</timestamp>|<svTRID>[^<]+</svTRID>|"stid":"[^"]+"|<stid>[^<]+</stid>`)

// TestForeignLooksMissing: what another account holds here, what another registrar holds and what nobody holds are answered
// with the same octets through every door, for reading and for changing; DMAPI and WAPI alone tell the first from the others.
func TestForeignLooksMissing(t *testing.T) {
	t.Parallel()
	w := start(t, setup{})
	apart := map[string][2]string{"dmapi": {"200 2202", "200 2303"}, "wapi json": {"3223", "3222"}, "wapi xml": {"3223", "3222"}}
	for _, c := range w.clients("alpha") {
		for _, do := range []struct {
			name string
			run  func(name string) error
		}{
			{"info", func(n string) error { _, err := c.info(n); return err }},
			{"renew", func(n string) error { return c.renew(n, 1, now.AddDate(0, 0, 630)) }},
			{"servers", func(n string) error { return c.setServers(n, []string{"ns1.example.net", "ns2.example.net"}) }},
		} {
			before := w.dump(t)
			foreign, missing, elsewhere := refused(t, c, do.run, "beta-owned.com"), refused(t, c, do.run, "nobody-has.com"), refused(t, c, do.run, "incoming.com")
			if diff := sameRows(before, w.dump(t)); diff != "" {
				t.Errorf("%s, %s: changed%s", c.door(), do.name, diff)
			}
			if shown(missing, "nobody-has.com") != shown(elsewhere, "incoming.com") {
				t.Errorf("%s, %s: a name held elsewhere is told from one that is free:\n%s\n%s", c.door(), do.name, missing.body, elsewhere.body)
			}
			if want, told := apart[c.door()]; told {
				if foreign.code != want[0] || missing.code != want[1] {
					t.Errorf("%s, %s: foreign %s, missing %s, want %v", c.door(), do.name, foreign.code, missing.code, want)
				}
				continue
			}
			if shown(missing, "nobody-has.com") != shown(foreign, "beta-owned.com") {
				t.Errorf("%s, %s: a foreign name is told from a missing one:\n%s\n%s", c.door(), do.name, missing.body, foreign.body)
			}
		}
	}
}

// refused runs what must be refused.
func refused(t *testing.T, c client, run func(string) error, name string) *answer {
	t.Helper()
	var a *answer
	if err := run(name); !errors.As(err, &a) {
		t.Fatalf("%s, %s: no refusal but %v", c.door(), name, err)
	}
	return a
}

// shown is an answer without the name asked for and without what changes from request to request.
func shown(a *answer, name string) string {
	return fmt.Sprint(a.status, changing.ReplaceAllString(strings.ReplaceAll(string(a.body), name, "NAME"), "…"))
}
