package wapi

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/polyreg/polyreg/internal/catalog"
	"github.com/polyreg/polyreg/internal/command"
)

func TestServerForms(t *testing.T) {
	t.Parallel()
	xml := func(s string) string { return s }
	for name, c := range map[string]struct{ doc, want string }{
		"numbered":   {`{"server10":{"name":"c.example"},"server2":{"name":"B.example."},"server1":{"name":"a.example","addr_ipv4":"192.0.2.1","addr_ipv6":""}}`, "a.example[192.0.2.1] b.example[] c.example[]"},
		"wrapper":    {`{"array":{"server1":{"name":"a.example"},"server2":{"name":"b.example"}}}`, "a.example[] b.example[]"},
		"list":       {`{"server":[{"name":"b.example"},{"name":"a.example","addr_ip6":["2001:db8::1"]}]}`, "b.example[] a.example[2001:db8::1]"},
		"plain list": {`[{"name":"a.example"},"b.example"]`, "a.example[] b.example[]"},
		"one":        {`{"server":{"name":"a.example","addr_ip4":"192.0.2.1"}}`, "a.example[192.0.2.1]"},
		"gaps":       {`{"3":{"name":"b.example"},"1":{"name":"a.example"}}`, "a.example[] b.example[]"},
		"null entry": {`{"server1":{"name":"a.example"},"server2":{"name":"b.example"},"server3":null}`, "a.example[] b.example[]"},
		"null alone": {`{"server1":null}`, "2210"},
		"default":    {`""`, "platform"},
		"default []": {`[]`, "platform"},
		"default {}": {`{}`, "platform"},
		"blank":      {`" "`, "platform"},
		"text":       {`"ns1.example"`, "2210"},
		"no name":    {`{"server1":{"addr_ipv4":"192.0.2.1"}}`, "2210"},
		"bad name":   {`{"server1":{"name":"a b"}}`, "2210"},
		"one label":  {`{"server1":{"name":"localhost"}}`, "2210"},
		"v6 as v4":   {`{"server1":{"name":"a.example","addr_ipv4":"2001:db8::1"}}`, "2210"},
		"odd key":    {`{"nameserver":{"name":"a.example"}}`, "2210"},
		"odd entry":  {`{"server1":[1]}`, "2210"},
		"wrappers":   {`{"array":{"array":{"server1":{"name":"a.example"}}}}`, "2210"},
		"empty list": {`{"server":[]}`, "2210"},
	} {
		list, err := readServers(value(t, c.doc))
		if diff := cmp.Diff(c.want, xml(sketch(list, err))); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	doc := `<request><data><dns><server><name>a.example</name><addr_ipv4>192.0.2.1</addr_ipv4><addr_ipv4>192.0.2.2</addr_ipv4></server><server><name> b.example </name></server></dns></data></request>`
	req, bad := parse(formatXML, []byte(doc))
	if bad != 0 {
		t.Fatal(bad)
	}
	list, err := readServers(req.data.Get("dns"))
	if got := sketch(list, err); got != "a.example[192.0.2.1 192.0.2.2] b.example[]" {
		t.Error(got)
	}
}

// The choice between nsset and dns (wapi.md §6.3).
func TestNSSetOrDNS(t *testing.T) {
	t.Parallel()
	for params, want := range map[string][2]string{ // .cz, .com
		`{}`:                             {"2212", "2213"},
		`{"dns":null}`:                   {"2212", "2213"},
		`{"nsset":""}`:                   {"2212", "2213"},
		`{"dns":""}`:                     {"platform", "platform"},
		`{"nsset":"ns-alpha"}`:           {"set NS-ALPHA", "2213"},
		`{"nsset":"-x"}`:                 {"2209", "2213"},
		`{"dns":[{"name":"a.example"}]}`: {"2210", "a.example[]"},
		`{"nsset":"A","dns":""}`:         {"2101", "2101"},
		`{"nsset":"","dns":[{"name":"a.example"}]}`:             {"2210", "a.example[]"},
		`{"nsset":null,"dns":{"server1":{"name":"a.example"}}}`: {"2210", "a.example[]"},
	} {
		c := &call{params: value(t, params)}
		for i, class := range []string{classCZ, classGTLD} {
			list, err := c.servers(&catalog.TLD{Class: class})
			if got := sketch(list, err); got != want[i] {
				t.Errorf("%s in %s: %s, want %s", params, class, got, want[i])
			}
		}
	}
}

func sketch(l command.ServerList, err error) string {
	if c, isCode := err.(code); isCode {
		return fmt.Sprint(int(c))
	}
	switch {
	case l.Platform:
		return "platform"
	case l.NSSet != "":
		return "set " + l.NSSet
	}
	var out []string
	for _, s := range l.Servers {
		out = append(out, fmt.Sprint(s.Name, s.Addresses))
	}
	return strings.Join(out, " ")
}
