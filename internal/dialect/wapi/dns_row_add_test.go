package wapi

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/app/core"
)

// A row is listed at once, and served after the commit, as the other interfaces see it.
func TestRowIsServedAfterCommit(t *testing.T) {
	t.Parallel()
	w, d := zoned(t)
	wants(t, d, "1000", "dns-row-add", `{"domain":"example.com","name":"www","ttl":300,"type":"A","rdata":"192.0.2.1"}`)
	wants(t, d, "1000", "dns-row-add", `{"domain":"example.com","name":"","ttl":"600","type":"mx","rdata":"10 Mail.Example.com."}`)
	if len(rowsOfZone(t, d)) != 2 || served(t, w) != "" {
		t.Errorf("listed %v, served %q", rowsOfZone(t, d), served(t, w))
	}
	before := numbered(t, d, "192.0.2.1")
	wants(t, d, "1000", "dns-domain-commit", `{"name":"example.com"}`)
	if got, want := served(t, w), "@ MX 600 10 mail.example.com.; www A 300 192.0.2.1"; got != want {
		t.Errorf("served %q, want %q", got, want)
	}
	if after := numbered(t, d, "192.0.2.1"); after != before || before == "" {
		t.Errorf("number %q before the commit, %q after it", before, after)
	}
}

// What is in a row, and what is refused in one (wapi.md §7.5).
func TestRowAddRefusals(t *testing.T) {
	t.Parallel()
	_, d := zoned(t)
	wants(t, d, "1000", "dns-row-add", `{"domain":"example.com","name":"alias","ttl":300,"type":"CNAME","rdata":"www.example.net"}`)
	row := func(name, ttl, typ, rdata string) string {
		return fmt.Sprintf(`{"domain":"example.com","name":%q,"ttl":%q,"type":%q,"rdata":%q}`, name, ttl, typ, rdata)
	}
	for _, c := range []struct{ want, data string }{
		{"2100", `{"name":"example.com","ttl":300,"type":"A","rdata":"192.0.2.1"}`}, // the name is the row's
		{"2100", `{"domain":"example.com","ttl":300,"rdata":"192.0.2.1"}`},
		{"2100", `{"domain":"example.com","type":"A","rdata":"192.0.2.1"}`},
		{"2100", `{"domain":"example.com","type":"A","ttl":300,"rdata":null}`},
		{"2101", `{"domain":"example.com","type":"A","ttl":300,"rdata":["192.0.2.1"]}`},
		{"2101", `{"domain":"example.com","type":"A","ttl":300,"rdata":"192.0.2.1","auth_comment":"` + strings.Repeat("x", 256) + `"}`},
		{"2309", row("x", "300", "SOA", "a b 1 2 3 4 5")},
		{"2309", row("x", "300", "PTR", "a.example.net")},
		{"2311", row("a b", "300", "A", "192.0.2.1")},
		{"2311", row("x.*", "300", "A", "192.0.2.1")},
		{"2311", row("www.example.net.", "300", "A", "192.0.2.1")},
		{"2312", row("@", "300", "NS", "ns1.example.net")},
		{"2313", row("", "300", "CNAME", "www.example.net")},
		{"2313", row("alias", "300", "CNAME", "other.example.net")},
		{"2313", row("alias", "300", "TXT", "beside")},
		{"2314", row("x", "300", "A", "")},
		{"2314", row("x", "300", "A", "2001:db8::1")},
		{"2314", row("x", "300", "MX", "mail.example.com")},
		{"2314", row("x", "300", "TXT", "a\nb")},
		{"2314", row("x", "300", "SRV", "1 2 70000 a.example.net")},
		{"2315", row("x", "5m", "A", "192.0.2.1")},
		{"2315", row("x", "300.5", "A", "192.0.2.1")},
		{"2317", row("x", "299", "A", "192.0.2.1")},
		{"2317", row("x", "172801", "A", "192.0.2.1")},
		{"2317", row("x", "300000000000000000000", "A", "192.0.2.1")},
		{"2316", row("ALIAS", "300", "CNAME", "WWW.example.NET.")},
	} {
		wants(t, d, c.want, "dns-row-add", c.data)
	}
	if got := len(rowsOfZone(t, d)); got != 1 {
		t.Errorf("%d rows", got)
	}
	wants(t, d, "1000", "dns-row-add", row("Full.example.com.", "300", "A", "192.0.2.1"))
	if got := rowsOfZone(t, d)[1].Get("name").Text; got != "full" {
		t.Errorf("a full name with its dot: %q", got)
	}
}

// The rows of a name and type have one time to live: the last one that is given. They keep their numbers.
func TestRowAddSharesTTL(t *testing.T) {
	t.Parallel()
	w, d := zoned(t)
	wants(t, d, "1000", "dns-row-add", `{"domain":"example.com","name":"t","ttl":300,"type":"TXT","rdata":"one"}`)
	wants(t, d, "1000", "dns-domain-commit", `{"name":"example.com"}`)
	one := numbered(t, d, "one")
	wants(t, d, "1000", "dns-row-add", `{"domain":"example.com","name":"t","ttl":600,"type":"TXT","rdata":"two"}`)
	wants(t, d, "1000", "dns-domain-commit", `{"name":"example.com"}`)
	if got, want := served(t, w), `t TXT 600 "one"; t TXT 600 "two"`; got != want || numbered(t, d, "one") != one {
		t.Errorf("%q, number %s of %s", got, numbered(t, d, "one"), one)
	}
}

// A full zone takes no more rows.
func TestRowAddLimit(t *testing.T) {
	t.Parallel()
	_, d := zoned(t, func(o *core.Options) { o.Platform.ZoneRecords = 3 })
	wants(t, d, "1000", "dns-row-add", `{"domain":"example.com","ttl":300,"type":"A","rdata":"192.0.2.1"}`)
	wants(t, d, "2310", "dns-row-add", `{"domain":"example.com","ttl":300,"type":"A","rdata":"192.0.2.2"}`)
}

// Rows that are added side by side all stay, with different times to live too.
func TestRowsAddedSideBySide(t *testing.T) {
	t.Parallel()
	_, d := zoned(t)
	var all sync.WaitGroup
	for i := range 4 {
		all.Go(func() {
			wants(t, d, "1000", "dns-row-add", fmt.Sprintf(`{"domain":"example.com","name":"_acme-challenge","ttl":%d,"type":"TXT","rdata":"r%d"}`, 300+100*(i%2), i))
		})
	}
	all.Wait()
	rows := rowsOfZone(t, d)
	for _, x := range rows {
		if x.Get("ttl").Text != rows[0].Get("ttl").Text {
			t.Errorf("times to live differ: %v", rows)
		}
	}
	if len(rows) != 4 {
		t.Errorf("%d rows", len(rows))
	}
}

// What real clients send with rows (wapi.md §10).
func TestRowsOfClients(t *testing.T) {
	t.Parallel()
	w, d := zoned(t)
	for _, c := range []struct{ client, body string }{
		{"better-wapi: raw, rdata encoded inside", `request={"request":{"user":"ops@alpha.example","auth":"AUTH","command":"dns-row-add","data":{"name":"better","domain":"example.com","ttl":"3600","type":"TXT","rdata":"a%26b%2Bc"}}}`},
		{"krencl: no name, comment", "request=" + url.QueryEscape(`{"request":{"user":"ops@alpha.example","auth":"AUTH","command":"dns-row-add","clTRID":null,"data":{"domain":"example.com","ttl":1800,"type":"A","rdata":"192.0.2.7","comment":"by krencl"}}}`)},
		{"libdns: a dot behind the zone", "request=" + url.QueryEscape(`{"request":{"user":"ops@alpha.example","auth":"AUTH","command":"dns-row-add","clTRID":"AppendRecords","data":{"domain":"example.com.","name":"lib","ttl":"600","type":"A","rdata":"192.0.2.8"}}}`)},
		{"merneo: rdtype", "request=" + url.QueryEscape(`{"user":"ops@alpha.example","auth":"AUTH","command":"dns-row-add","data":{"domain":"example.com","name":"mer","ttl":"600","rdtype":"A","rdata":"192.0.2.9"}}`)},
		{"better-wapi: commit by name", `request={"request":{"user":"ops@alpha.example","auth":"AUTH","command":"dns-domain-commit","data":{"name":"example.com"}}}`},
	} {
		body := strings.Replace(c.body, "AUTH", authOf("alpha", time.Now()), 1)
		if res := post(d, "/wapi/json", formType, body); res.StatusCode != http.StatusOK || codeOf(t, bodyOf(t, res)) != "1000" {
			t.Errorf("%s: refused", c.client)
		}
	}
	want := `@ A 1800 192.0.2.7; better TXT 3600 "a&b+c"; lib A 600 192.0.2.8; mer A 600 192.0.2.9`
	if got := served(t, w); got != want {
		t.Errorf("served %q, want %q", got, want)
	}
	if got := rowsOfZone(t, d)[0].Get("author_comment").Text; got != "by krencl" {
		t.Errorf("comment %q", got)
	}
}
