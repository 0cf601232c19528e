package wapi

import (
	"testing"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
)

// Changes that the registry keeps waiting are 1001, another one meanwhile has the command's own code, and the outcome comes as a
// notification without data.
func TestPendingKeyset(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t, dialecttest.Pending(func(op, name string) bool { return op == "update" && name == "example.com" }))
	d := New(w.Deps())
	ask(t, d, "alpha", "poll-ack", `{"id":51000001}`)
	meanwhile(t, w, "sign alpha example.com\n")
	must(t, w.Sim.ResolvePending(t.Context(), live, "example.com", true))
	meanwhile(t, w, "advance 1m\n")
	asked := value(t, askAs(t, d, "alpha", "domain-update-keyset", `{"name":"example.com","keyset":0}`, `,"clTRID":"k-1"`)).Get("response")
	if asked.Get("code").Text != "1001" {
		t.Fatal(asked)
	}
	if got := codeOf(t, ask(t, d, "alpha", "domain-update-keyset", `{"name":"example.com","keyset":"0"}`)); got != "3260" {
		t.Error("while one waits:", got)
	}
	must(t, w.Sim.ResolvePending(t.Context(), live, "example.com", true))
	n := waitNotice(t, d, asked.Get("svTRID").Text)
	if got := without(n, "timestamp", "id", "svTRID"); got != `{"code":1000,"result":"OK","clTRID":"k-1","command":"domain-update-keyset"}` {
		t.Error(got)
	}
}

// With the platform's keys the zone is signed and, when it is to be unsigned, is so only when nobody remembers its DS records.
func TestPlatformKeyset(t *testing.T) {
	t.Parallel()
	w, d := zoned(t)
	signed := func() command.SignedZone {
		t.Helper()
		s, err := command.Do(t.Context(), w.Runner, w.Caller(t, "alpha"), command.ZoneKeys{Origin: "example.com"})
		must(t, err)
		return s
	}
	keyset := func(want, data, more string) {
		t.Helper()
		if got := codeOf(t, askAs(t, d, "alpha", "domain-update-keyset", data, more)); got != want {
			t.Errorf("%s: %s, want %s", data, got, want)
		}
	}
	keyset("1000", `{"name":"example.com","keyset":1}`, `,"test":1`)
	if len(signed().Keys) != 0 {
		t.Error("signed by a test")
	}
	keyset("1000", `{"name":"example.com","keyset":1}`, "")
	keyset("1000", `{"name":"example.com","keyset":"1"}`, "")
	if s := signed(); len(s.Keys) == 0 || s.Leaving {
		t.Errorf("%+v", s)
	}
	meanwhile(t, w, "advance 72h\n")
	if keys := value(t, ask(t, d, "alpha", "domain-info", `{"name":"example.com"}`)).Path("response", "data", "domain", "dnssec_keys").Items; len(keys) == 0 {
		t.Error("the registry has no keys")
	}
	keyset("1000", `{"name":"example.com","keyset":0}`, "")
	if s := signed(); !s.Leaving {
		t.Errorf("not leaving: %+v", s)
	}
	keyset("3260", `{"name":"example.com","keyset":1}`, "")
}

// Signing needs a primary zone of the account.
func TestKeysetNeedsPrimary(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t)
	d := New(w.Deps())
	wants(t, d, "3263", "domain-update-keyset", `{"name":"example.com","keyset":1}`)
	wants(t, d, "1000", "dns-domain-add", `{"name":"example.com","type":"secondary","primary_ip":"192.0.2.53"}`)
	wants(t, d, "2266", "domain-update-keyset", `{"name":"example.com","keyset":1}`)
	wants(t, d, "1000", "domain-update-keyset", `{"name":"example.com","keyset":0}`)
}
