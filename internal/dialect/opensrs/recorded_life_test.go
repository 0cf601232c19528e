package opensrs

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/testkit"
)

// lifeReplays are the recorded exchanges about transfers, deletions, hosts and suggestions, in an order in which each finds what
// it is about.
func lifeReplays(transfer string) []replayed {
	host := func(pairs ...string) *value { return hash("domain", recordedName).with(pairs...) }
	in := "incoming.com"
	mine := []string{"user's", dialecttest.OpenSRSUser + "'s", "webserversystems", dialecttest.OpenSRSUser, "user&apos;s account", dialecttest.OpenSRSUser + "&apos;s account"}
	search := hash("searchstring", "random domain").set("services", list(text("lookup"), text("suggestion"))).set("tlds", list(text(".com"), text(".net")))
	return []replayed{
		{"28", "NAME_SUGGEST", "DOMAIN", search, nil},
		{"86", "NAME_SUGGEST", "DOMAIN", search, nil},
		{"47", "CHECK_TRANSFER", "DOMAIN", hash("domain", in), nil},
		{"48", "CHECK_TRANSFER", "DOMAIN", hash("domain", "example.com"), mine},
		{"57", "CHECK_TRANSFER", "DOMAIN", hash("domain", "example.com"), mine},
		{"49", "GET_TRANSFERS_AWAY", "DOMAIN", hash("page", "0", "domain", "example.com"), nil},
		{"50", "GET_TRANSFERS_IN", "DOMAIN", nil, nil},
		{"52", "PROCESS_TRANSFER", "TRANSFER", hash("order_id", transfer, "reseller", dialecttest.OpenSRSUser), nil},
		{"59", "PROCESS_TRANSFER", "TRANSFER", hash("order_id", transfer, "reseller", dialecttest.OpenSRSUser), nil},
		{"46", "CANCEL_TRANSFER", "TRANSFER", hash("domain", "example.com", "reseller", dialecttest.OpenSRSUser), nil},
		{"53", "RSP2RSP_PUSH_TRANSFER", "", hash("domain", "example.com", "grsp", "nobody"), nil},
		{"61", "CREATE", "NAMESERVER", host("name", "ns1."+recordedName, "ipaddress", "192.0.2.1"), nil},
		{"29", "CREATE", "NAMESERVER", host("name", "ns2."+recordedName, "ipaddress", "192.0.2.2"), nil},
		{"31", "GET", "NAMESERVER", host("name", "all"), nil},
		{"63", "GET", "NAMESERVER", host("name", "all"), nil},
		{"32", "MODIFY", "NAMESERVER", host("name", "ns1."+recordedName, "ipaddress", "192.0.2.9"), nil},
		{"64", "MODIFY", "NAMESERVER", host("name", "ns1."+recordedName, "ipaddress", "192.0.2.10"), nil},
		{"30", "DELETE", "NAMESERVER", host("name", "ns1."+recordedName), nil},
		{"62", "DELETE", "NAMESERVER", host("name", "ns2."+recordedName), nil},
		{"76", "GET_NOTES", "DOMAIN", hash("domain", "example.com", "type", "domain"), nil},
		{"77", "GET_NOTES", "DOMAIN", hash("domain", recordedName, "type", "domain"), nil},
		{"60", "REVOKE", "DOMAIN", hash("domain", "beta-owned.com"), []string{"opensrs_user", dialecttest.OpenSRSUser}},
		{"43", "REVOKE", "DOMAIN", hash("domain", "example.com"), nil},
		{"11", "GET_DELETED_DOMAINS", "DOMAIN", hash(), nil},
		{"70", "GET_DELETED_DOMAINS", "DOMAIN", hash(), nil},
	}
}

// TestRecordedLife is TestRecorded for what happens to a name after its registration.
func TestRecordedLife(t *testing.T) {
	t.Parallel()
	all := recorded(t)
	page, err := os.ReadFile(filepath.Join(testkit.Root(), "docs", "divergences", "opensrs.md"))
	if err != nil {
		t.Fatal(err)
	}
	c := newClient(dialecttest.New(t, idle))
	expect(t, c.do(t, "SW_REGISTER", "DOMAIN", newOrder(recordedName)), "200", "")
	transfer := newOrder("incoming.com").with("reg_type", "transfer", "auth_info", "in-AuthInfo-1")
	replayed{"55", "SW_REGISTER", "DOMAIN", transfer, nil}.play(t, c, all, string(page))
	rows := expect(t, c.do(t, "GET_TRANSFERS_IN", "DOMAIN", nil), "200", "").get("transfers").elements()
	for _, r := range lifeReplays(rows[0].str("order_id")) {
		r.play(t, c, all, string(page))
	}
}
