package manage

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/zone"
)

// zoned is an API on a world in which the account alpha has a zone.
func zoned(t *testing.T, records ...zone.Record) (*dialecttest.World, command.Caller, func(method, path, body string) (int, string)) {
	t.Helper()
	a, w, call := onWorld(t, nil)
	a.Commands = w.Runner
	owner := actAs(accountIn(t, w, account.Live, "alpha"))
	if _, err := command.Do(t.Context(), w.Runner, owner, command.CreateZone{Origin: "zoned.example", Records: records}); err != nil {
		t.Fatal(err)
	}
	return w, owner, call
}

var www = zone.Record{Name: "www", Type: "A", Data: "192.0.2.1"}

func TestZoneIsShown(t *testing.T) {
	t.Parallel()
	w, owner, call := zoned(t, www)
	staged := command.StageZone{Origin: "zoned.example", Change: zone.Change{Remove: []zone.Record{www}, Add: []zone.Record{{Name: "@", Type: "TXT", Data: `"a b"`}}}}
	if _, err := command.Do(t.Context(), w.Runner, owner, staged); err != nil {
		t.Fatal(err)
	}
	if _, err := command.Do(t.Context(), w.Runner, owner, command.SetForwards{Origin: "zoned.example", Forwards: []zone.Forward{{Kind: zone.Redirect, Source: "go", Target: "https://b.example/"}}}); err != nil {
		t.Fatal(err)
	}
	status, body := call("GET", "zones/Zoned.Example", "")
	var v struct {
		Zone     zoneHead
		SOA      string
		Records  []record
		Waits    zoneChange
		Since    string `json:"waits_since"`
		Forwards []forward
	}
	if err := json.Unmarshal([]byte(body), &v); err != nil || status != 200 {
		t.Fatalf("%d %v %s", status, err, body)
	}
	if v.Zone.Account != "alpha" || v.Zone.Kind != "primary" || v.Zone.Staged != 2 || !strings.Contains(v.SOA, fmt.Sprintf(" hostmaster.zoned.example. %d ", v.Zone.Serial)) {
		t.Errorf("%+v %s", v.Zone, v.SOA)
	}
	if n := len(v.Records); n == 0 || v.Records[n-1].Name != "www" || v.Records[n-1].ID == 0 || v.Records[n-1].TTL != 3600 {
		t.Errorf("%+v", v.Records)
	}
	if want := []string{"+@\t3600\tIN\tTXT\t\"a b\"", "-www\t3600\tIN\tA\t192.0.2.1"}; !slices.Equal(v.Waits.Lines, want) || v.Since == "" {
		t.Errorf("waits: %q since %q", v.Waits.Lines, v.Since)
	}
	if len(v.Forwards) != 1 || v.Forwards[0] != (forward{"redirect", "go", "https://b.example/", 302, ""}) {
		t.Errorf("%+v", v.Forwards)
	}
	if status, body = call("GET", "zones?account=alpha&limit=1000", ""); status != 200 || !strings.Contains(body, `"zoned.example"`) || !strings.Contains(body, `"more": false`) {
		t.Errorf("%d %s", status, body)
	}
	if _, body = call("GET", "zones?account=beta", ""); strings.Contains(body, `"zoned.example"`) {
		t.Errorf("of another account: %s", body)
	}
	if _, body = call("GET", "zones?limit=1&after=zoned.exampl", ""); !strings.Contains(body, `"zoned.example"`) || strings.Count(body, `"name"`) != 1 {
		t.Errorf("after a name: %s", body)
	}
}

func TestZoneText(t *testing.T) {
	t.Parallel()
	w, owner, call := zoned(t, www)
	_, text := call("GET", "zones/zoned.example/text", "")
	diff := func(text string) changed {
		t.Helper()
		status, body := call("POST", "zones/zoned.example/diff", text)
		var c changed
		if err := json.Unmarshal([]byte(body), &c); err != nil || status != 200 {
			t.Fatalf("%d %v %s", status, err, body)
		}
		return c
	}
	if c := diff(text); !c.Equal || len(c.Lines) != 0 {
		t.Errorf("what was exported differs: %+v", c)
	}
	next := strings.Replace(strings.Replace(text, "192.0.2.1", "192.0.2.2", 1), " 10800 3600 ", " 10800 1800 ", 1) + "b\t60\tIN\tTXT\t( \"x\"\n\"y;z\" )\n"
	c := diff(next)
	if len(c.Lines) != 5 || c.Removed != 1 || c.Added != 2 || !strings.HasPrefix(c.Lines[0], "-@\t3600\tIN\tSOA\t") || !strings.Contains(c.Lines[1], " 10800 1800 ") ||
		!slices.Equal(c.Lines[2:], []string{"+b\t60\tIN\tTXT\t\"x\" \"y;z\"", "-www\t3600\tIN\tA\t192.0.2.1", "+www\t3600\tIN\tA\t192.0.2.2"}) {
		t.Errorf("%+v", c)
	}
	if _, now := call("GET", "zones/zoned.example/text", ""); now != text {
		t.Errorf("a diff changed the zone:\n%s", now)
	}
	if status, body := call("PUT", "zones/zoned.example/text?serial=7", next); status != 409 || !strings.Contains(body, "the serial is") {
		t.Errorf("another serial: %d %s", status, body)
	}
	if status, body := call("PUT", "zones/zoned.example/text?account=beta", next); status != 409 || !strings.Contains(body, "the account alpha") {
		t.Errorf("another account: %d %s", status, body)
	}
	if status, body := call("PUT", fmt.Sprintf("zones/zoned.example/text?serial=%d", c.Was), next); status != 200 {
		t.Fatalf("%d %s", status, body)
	}
	if c = diff(next); !c.Equal {
		t.Errorf("after the import: %+v", c)
	}
	v, err := command.Do(t.Context(), w.Runner, owner, command.ZoneHistory{Origin: "zoned.example"})
	if err != nil || len(v) == 0 || v[0].Who != "operator import" || v[0].To != c.Was {
		t.Errorf("%+v %v", v, err)
	}
	if status, body := call("POST", "zones/zoned.example/undo", fmt.Sprintf(`{"serial":%d}`, v[0].To)); status != 200 || !strings.Contains(body, `"-b\t60\tIN\tTXT`) {
		t.Errorf("%d %s", status, body)
	}
	if status, body := call("GET", "zones/zoned.example/history?limit=2", ""); status != 200 || strings.Count(body, `"who"`) != 2 || !strings.Contains(body, "operator undo") ||
		!strings.Contains(body, `"soa_after"`) {
		t.Errorf("%d %s", status, body)
	}
	if status, body := call("PUT", "zones/made.example/text?account=beta", "@ TXT x\n"); status != 200 || !strings.Contains(body, `"account": "beta"`) {
		t.Errorf("%d %s", status, body)
	}
}

// Whatever is wrong with a text, its line is told, and nothing changes.
func TestHostileZoneText(t *testing.T) {
	t.Parallel()
	_, _, call := zoned(t, www)
	_, before := call("GET", "zones/zoned.example/text", "")
	for text, want := range map[string]string{
		"a A 192.0.2.1\n\nb A nonsense\n":                                 "line 3: ",
		"a A 192.0.2.1\n\n; c\nb TXT (\n x\n":                             "line 4: ",
		"a A 192.0.2.1\nb TXT \"open\nc A 192.0.2.1\n":                    "line 2: ",
		"$INCLUDE /etc/passwd\n":                                          "line 1: ",
		"\n$GENERATE 1-100000000 a$ A 192.0.2.1\n":                        "line 2: ",
		"a A 192.0.2.1\nb.elsewhere. A 192.0.2.1\n":                       "line 2: ",
		"a A 192.0.2.1\n\nb CNAME c\nb (\nTXT\nx )\n":                     "line 3: b CNAME: ",
		"a 60 A 192.0.2.1\na 90 A 192.0.2.2\n":                            "line ",
		"@ CNAME a\n":                                                     "line 1: ",
		"a A 192.0.2.1\n\xff\xfe A 192.0.2.1\n":                           "line 2: ",
		"a A 192.0.2.1\n\x00\n":                                           "line 2: ",
		"a BADTYPE x\n":                                                   "line 1: ",
		"a.b.*.\x7f A 192.0.2.1\n":                                        "line 1: ",
		"a A 192.0.2.1\n" + strings.Repeat("b A 192.0.2.1 (", 100_000):    "line ",
		strings.Repeat("\n", 4) + "a TXT " + strings.Repeat("x", 200_000): "line 5: ",
		" \n\t\n": "is empty",
	} {
		for _, ask := range []string{"POST zones/zoned.example/diff", "PUT zones/zoned.example/text"} {
			method, path, _ := strings.Cut(ask, " ")
			if status, body := call(method, path, text); status < 400 || status >= 500 || !strings.Contains(body, want) || !strings.Contains(body, `"field": "text"`) {
				t.Errorf("%.60q: %d %s, want %q", text, status, body, want)
			}
		}
	}
	if _, after := call("GET", "zones/zoned.example/text", ""); after != before {
		t.Errorf("the zone is now\n%s", after)
	}
}

func TestZoneRefusals(t *testing.T) {
	t.Parallel()
	w, owner, call := zoned(t)
	second := command.CreateZone{Origin: "second.example", Kind: zone.Secondary, Masters: []zone.Master{{Addr: netip.MustParseAddrPort("192.0.2.53:53")}}}
	if _, err := command.Do(t.Context(), w.Runner, owner, second); err != nil {
		t.Fatal(err)
	}
	for _, d := range []struct {
		method, path, body string
		status             int
		words              string
	}{
		{"GET", "zones/nowhere.example", "", 404, "there is no zone nowhere.example"},
		{"GET", "zones/nowhere.example/text", "", 404, "polyreg zone list"},
		{"PUT", "zones/nowhere.example/text", "a A 192.0.2.1\n", 404, "there is no zone"},
		{"PUT", "zones/nowhere.example/text?account=nobody", "a A 192.0.2.1\n", 404, "there is no account"},
		{"GET", "zones/-..-", "", 400, "is no zone name"},
		{"PUT", "zones/com/text?account=alpha", "a A 192.0.2.1\n", 400, "is an ending"},
		{"PUT", "zones/second.example/text", "a A 192.0.2.1\n", 409, "come from other servers"},
		{"POST", "zones/second.example/sign", "", 409, "second.example"},
		{"PUT", "zones/zoned.example/text?serial=x", "a A 192.0.2.1\n", 400, "serial must be a number"},
		{"POST", "zones/zoned.example/undo", "", 400, "serial is needed"},
		{"POST", "zones/zoned.example/undo", `{"serial":7}`, 404, "no change to 7"},
		{"POST", "zones/zoned.example/undo", `{"to":7}`, 400, "there is no such field"},
		{"POST", "zones/zoned.example/sign", `{"algorithm":8}`, 400, "13 (ECDSA P-256)"},
		{"GET", "zones?account=nobody", "", 404, "there is no account"},
	} {
		if status, body := call(d.method, d.path, d.body); status != d.status || !strings.Contains(body, d.words) {
			t.Errorf("%s %s: %d %s, want %d %q", d.method, d.path, status, body, d.status, d.words)
		}
	}
}

func TestZoneIsSigned(t *testing.T) {
	t.Parallel()
	_, _, call := zoned(t, www)
	if status, body := call("GET", "zones/zoned.example/keys", ""); status != 200 || !strings.Contains(body, `"signed": false`) {
		t.Errorf("%d %s", status, body)
	}
	status, body := call("POST", "zones/zoned.example/sign", `{"algorithm":15,"nsec3":true}`)
	var s signing
	if err := json.Unmarshal([]byte(body), &s); err != nil || status != 200 {
		t.Fatalf("%d %v %s", status, err, body)
	}
	if !s.Signed || !s.NSEC3 || len(s.Keys) != 2 || s.Keys[0].Role != "ksk" || s.Keys[0].Algorithm != 15 || len(s.Trust) != 1 ||
		s.Trust[0] != s.Keys[0].Record || strings.Contains(body, "Private") {
		t.Errorf("%s", body)
	}
	if _, text := call("GET", "zones/zoned.example/text", ""); strings.Contains(text, "RRSIG") {
		t.Errorf("signatures are exported:\n%s", text)
	}
	for _, d := range []struct {
		what, body string
		status     int
		words      string
	}{
		{"roll", `{"role":"zsk"}`, 200, `"published"`},
		{"roll", `{"role":"zsk"}`, 409, "no zsk of zoned.example can be replaced now"},
		{"roll", `{"role":"x"}`, 400, "must be ksk or zsk"},
		{"ds", "", 200, `"waits_for_parent": false`},
		{"ds", "", 409, "waits for no change of its DS records"},
		{"ds", `{"now":true}`, 400, "there is no such field"},
	} {
		if status, body = call("POST", "zones/zoned.example/"+d.what, d.body); status != d.status || !strings.Contains(body, d.words) {
			t.Errorf("%s %s: %d %s, want %d %q", d.what, d.body, status, body, d.status, d.words)
		}
	}
	if status, body = call("POST", "zones/zoned.example/unsign", `{"now":true}`); status != 200 || !strings.Contains(body, `"signed": false`) {
		t.Errorf("%d %s", status, body)
	}
}
