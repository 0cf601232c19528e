package opensrs

import (
	"testing"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/domain"
)

// A name with keys at its registry, set through another interface, shows no DS records; setting some replaces the keys.
func TestDNSSECKeys(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t, idle)
	c := newClient(w)
	keys := domain.DNSSEC{Keys: []domain.Key{{Flags: 257, Protocol: 3, Alg: 13, PubKey: "bWFkZSB1cCBrZXkgb2YgNjQgb2N0ZXRzLCBub3QgYSByZWFsIG9uZSwganVzdCB0ZXh0ISEhISEhISEh"}}}
	if _, err := command.Do(t.Context(), w.Runner, w.Caller(t, "alpha"), command.UpdateDomain{Name: "example.com", DNSSEC: &keys}); err != nil {
		t.Fatal(err)
	}
	read := func() []*value {
		return expect(t, c.do(t, "GET", "DOMAIN", hash("domain", "example.com", "type", "dnssec")), "200", "").get("dnssec").elements()
	}
	if n := len(read()); n != 0 {
		t.Error(n, "records for a key")
	}
	ds := hash("algorithm", "8", "key_tag", "1", "digest_type", "1", "digest", "49fd46e6 c4b45c55d4ac 49fd46e6c4b45c55d4ac")
	attrs := hash("domain", "example.com").set("dnssec", hash().set("0", ds)) // a list as some clients write it
	expect(t, c.do(t, "SET_DNSSEC_INFO", "DOMAIN", attrs), "200", "Command Successful")
	rows := read()
	if len(rows) != 1 || rows[0].str("digest") != "49FD46E6C4B45C55D4AC49FD46E6C4B45C55D4AC" || rows[0].str("key_tag") != "1" {
		t.Error(rows)
	}
}
