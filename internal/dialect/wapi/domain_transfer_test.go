package wapi

import (
	"strings"
	"testing"

	"github.com/polyreg/polyreg/internal/catalog"
	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/errs"
)

// A name that some transfer waits for has a code of its own, if the registry says so.
func TestWaitingTransferOfOthers(t *testing.T) {
	t.Parallel()
	e := errs.E(errs.WrongState, "")
	if waiting(e) == error(transferWaits) || waiting(nil) != nil {
		t.Error("not every state is a waiting transfer")
	}
	e.Code = eppPendingTransfer
	if got := waiting(e); got != error(transferWaits) {
		t.Error(got)
	}
}

// The parameters of a transfer take effect: servers of the account's own, and the lists that mean nothing or the platform's.
func TestTransferWithServers(t *testing.T) {
	t.Parallel()
	for dns, want := range map[string]string{
		``:          `[{"name":"ns1.polyreg.test","addr_ipv4":[],"addr_ipv6":[]},{"name":"ns2.polyreg.test"`,
		`"dns":[],`: `[{"name":"ns1.polyreg.test","addr_ipv4":[],"addr_ipv6":[]},{"name":"ns2.polyreg.test"`,
		`"dns":{"server1":{"name":"ns1.alpha.example"},"server2":{"name":"ns2.alpha.example"}},`: `[{"name":"ns1.alpha.example","addr_ipv4":[],"addr_ipv6":[]},{"name":"ns2.alpha.example"`,
	} {
		w := dialecttest.New(t)
		d := New(w.Deps())
		reply := ask(t, d, "alpha", "domain-transfer", `{"name":"incoming.com","auth_info":"in-AuthInfo-1",`+dns+`"owner_c":"WEDOS-ALP-1","rules":{"fname":"J","lname":"D"}}`)
		if codeOf(t, reply) != "1001" {
			t.Fatal(reply)
		}
		meanwhile(t, w, "advance 121h\n") // nobody answers: the registry carries it out
		if got := ask(t, d, "alpha", "domain-info", `{"name":"incoming.com"}`); !strings.Contains(got, `"dns":{"server":`+want) || !strings.Contains(got, `"owner_c":"WEDOS-ALP-1"`) {
			t.Errorf("%s: %s", dns, got)
		}
	}
}

// The hour's availability requests are shared with domain-transfer-check, which has its own code beyond the limit; what it
// answers about a name is no invalid request.
func TestTransferCheckLimit(t *testing.T) {
	t.Parallel()
	d := New(dialecttest.New(t, dialecttest.Limits).Deps())
	for i := range 100 {
		name, want := "domain-transfer-check", "3220"
		if i%2 == 1 {
			name, want = "domain-check", "3201"
		}
		if got := codeOf(t, ask(t, d, "alpha", name, `{"name":"example.com"}`)); got != want {
			t.Fatalf("request %d: %s", i, got)
		}
	}
	if got := codeOf(t, ask(t, d, "alpha", "domain-transfer-check", `{"name":"example.com"}`)); got != "2252" {
		t.Error("beyond the limit:", got)
	}
	if got := codeOf(t, ask(t, d, "alpha", "domain-check", `{"name":"example.com"}`)); got != "2250" {
		t.Error("beyond the limit:", got)
	}
	if got := codeOf(t, ask(t, d, "alpha", "ping", "null")); got != "1000" {
		t.Error("blocked by ordinary answers:", got)
	}
}

// Absent servers stay as they are, empty ones become the platform's, below .cz too; a list is none for .cz.
func TestServersOfATransfer(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		class, params   string
		given, platform bool
		err             error
	}{
		{classGTLD, `{}`, false, false, nil},
		{classGTLD, `{"dns":null}`, false, false, nil},
		{classGTLD, `{"dns":""}`, true, true, nil},
		{classGTLD, `{"dns":[{"name":"ns1.alpha.example"}]}`, true, false, nil},
		{classCZ, `{"dns":{}}`, true, true, nil},
		{classCZ, `{"dns":[{"name":"ns1.alpha.example"}]}`, false, false, badDNS},
	} {
		got, err := (&call{params: value(t, c.params)}).newServers(&catalog.TLD{Class: c.class})
		if err != c.err || got.Given() != c.given || got.Platform != c.platform {
			t.Errorf("%s %s: %+v %v", c.class, c.params, got, err)
		}
	}
}
