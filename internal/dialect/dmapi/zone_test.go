package dmapi

import (
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/zone"
)

// TestZoneText: what is put is what is served; what others have made is shown, and what the text cannot say stays.
func TestZoneText(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t)
	c := newClient(t, w)
	alpha := w.Caller(t, "alpha")
	do(t, w, alpha, command.CreateZone{Origin: "example.com", Records: []zone.Record{{Name: "_25._tcp.mail", Type: "TLSA", Data: "3 1 1 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D"},
		{Name: "old", Type: "A", Data: "192.0.2.1"}, {Name: "text", Type: "TXT", Data: `"two " "strings"`}}})
	get := func() string {
		t.Helper()
		a := c.ask("dns-zone-get", "domain", "example.com")
		if a.code() != "0" {
			t.Fatalf("%s %v", a.code(), a.headers)
		}
		return strings.TrimPrefix(a.body, "$dnssec=no\n$dyndns=no::\n")
	}
	if got := get(); got != "old A 0 192.0.2.1 3600\ntext TXT 0 \"two \" \"strings\" 3600\n" {
		t.Errorf("of others: %q", got)
	}
	text := "www A 0 192.0.2.1 7200\nwww A 0 192.0.2.2 300\n_x._tcp SRV 0/0 sip.example.net:5060 0\nwww A 0 192.0.2.1 7200\nrel CNAME 0 www 300\n_acme-challenge.example.com. TXT 0 plain 60\n"
	if a := c.ask("dns-zone-put", "domain", "example.com", "zone", text); a.code() != "0" {
		t.Fatalf("%v", a.headers)
	}
	want := "www A 0 192.0.2.1 7200\nwww A 0 192.0.2.2 300\n_x._tcp SRV 0/0 sip.example.net:5060 0\nrel CNAME 0 www 300\n_acme-challenge.example.com. TXT 0 \"plain\" 60\n"
	if got := get(); got != want {
		t.Errorf("as put: %q, want %q", got, want)
	}
	v := do(t, w, alpha, command.ZoneInfo{Origin: "example.com"})
	var served []string
	for _, x := range v.Records {
		served = append(served, x.Name+" "+string(x.Type)+" "+x.Data)
		if x.Name == "www" && x.TTL != 300 || x.Type == "SRV" && x.TTL != 60 {
			t.Errorf("TTL of %+v", x)
		}
	}
	for _, want := range []string{"rel CNAME www.example.com.", `_acme-challenge TXT "plain"`, "_25._tcp.mail TLSA 3 1 1 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D", "@ NS ns1.polyreg.test."} {
		if !strings.Contains(strings.Join(served, "\n"), want) {
			t.Errorf("not served: %s, but %q", want, served)
		}
	}
	do(t, w, alpha, command.ChangeZone{Origin: "example.com", Change: zone.Change{Add: []zone.Record{{Name: "late", Type: "MX", TTL: 60, Data: "5 mx.example.net."}}}})
	if got := get(); got != want+"late MX 5 mx.example.net. 60\n" {
		t.Errorf("changed by others: %q", got)
	}
}

// TestDynamicGuessing: with real limits an address that guesses log-ins for dynamic DNS is blocked; one that tries zones is not.
func TestDynamicGuessing(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t, dialecttest.Limits)
	c := newClient(t, w)
	do(t, w, w.Caller(t, "alpha"), command.CreateZone{Origin: "example.com"})
	do(t, w, w.Caller(t, "alpha"), command.AddDNSCredential{Username: "svc", Password: "svcpass", Scopes: []string{"example.com"}})
	replace := func(password, zone string) (int, string) {
		return c.nic("/nic/replace", "username", "svc", "password", password, "zone", zone, "label", "x", "type", "TXT", "value", "v")
	}
	for range 20 {
		if status, body := replace("svcpass", "com"); status != 401 || body != "badauth" {
			t.Fatalf("another zone: %d %s", status, body)
		}
	}
	if status, body := replace("svcpass", "example.com"); status != 200 || body != "OK: 1 inserted, 0 deleted" {
		t.Errorf("%d %s", status, body)
	}
	for range 10 {
		replace("guess", "example.com")
	}
	if status, body := replace("svcpass", "example.com"); status != 429 || strings.HasPrefix(body, "OK") {
		t.Errorf("after ten guesses: %d %s", status, body)
	}
}

// FuzzZone: whatever is sent as a zone, lines that are taken come back as they will be taken again.
func FuzzZone(f *testing.F) {
	f.Add("@ A 0 192.0.2.1 60\n$dyndns=yes:a:b\nx TXT 0  \"a \" 60 0 0")
	f.Add("n NAPTR 100/10 . 3600 0 0 \"u\" \"E2U+sip\" \"!^.*$!sip:a@example.com!\"\nf FRAME 0 https://a.example/ 60 0 0 \"\" \"\" \"t\" \"\"")
	f.Fuzz(func(t *testing.T, text string) {
		z, err := readZone(text, "example.com", nil)
		if err != nil {
			return
		}
		again, err := readZone(z.note(), "example.com", nil)
		if err != nil || again.note() != z.note() {
			t.Errorf("%q became %q (%v)", z.note(), again.note(), err)
		}
	})
}

// do runs a command that must not be refused.
func do[R any](t *testing.T, w *dialecttest.World, c command.Caller, cmd command.Command[R]) R {
	t.Helper()
	out, err := command.Do(t.Context(), w.Runner, c, cmd)
	if err != nil {
		t.Fatalf("%T: %v", cmd, err)
	}
	return out
}

// nic asks an endpoint of dynamic DNS.
func (c *client) nic(path string, pairs ...string) (int, string) {
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	r := httptest.NewRequest("POST", path, strings.NewReader(v.Encode()))
	r.Header.Set("Content-Type", urlencoded)
	rec := httptest.NewRecorder()
	c.d.ServeHTTP(rec, r)
	return rec.Code, rec.Body.String()
}
