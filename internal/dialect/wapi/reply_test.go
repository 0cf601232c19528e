package wapi

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/polyreg/polyreg/internal/wire/jsonx"
)

// The worked replies of wapi.md §2.2, byte for byte.
func TestWorkedReplies(t *testing.T) {
	t.Parallel()
	id := "demo-1"
	ping := reply{code: ok, stamp: stamp{1784030400, "1784030400.0412.21616.1"}, clTRID: &id, command: "ping"}
	json := `{"response":{"code":1000,"result":"OK","timestamp":1784030400,"clTRID":"demo-1","svTRID":"1784030400.0412.21616.1","command":"ping"}}`
	if got := string(ping.encode(formatJSON)); got != json || len(got) != 133 {
		t.Error(cmp.Diff(json, got), len(got))
	}
	xml := `<?xml version="1.0" encoding="UTF-8"?>
<response>
 <code>1000</code>
 <result>OK</result>
 <timestamp>1784030400</timestamp>
 <clTRID>demo-1</clTRID>
 <svTRID>1784030400.0412.21616.1</svTRID>
 <command>ping</command>
</response>
`
	if got := string(ping.encode(formatXML)); got != xml || len(got) != 229 {
		t.Error(cmp.Diff(xml, got), len(got))
	}
	bad := reply{code: badAuth, stamp: stamp{1784030400, "1784030400.0413.21616.1"}, command: "ping"}
	json = `{"response":{"code":2050,"result":"Authentication failure","timestamp":1784030400,"svTRID":"1784030400.0413.21616.1","command":"ping"}}`
	if got := string(bad.encode(formatJSON)); got != json {
		t.Error(cmp.Diff(json, got))
	}
	where := reply{code: badAddress, address: "2001:db8::1", stamp: bad.stamp}
	if got := string(where.encode(formatJSON)); !strings.Contains(got, `"result":"Access not allowed from this IP address (2001:db8::1)"`) {
		t.Error(got)
	}
}

// A reply with every kind of value, in both formats (wapi.md §2.3, §2.4, §6.2).
func TestReplyValues(t *testing.T) {
	t.Parallel()
	id := `a/b<&>"é`
	rep := reply{code: ok, stamp: stamp{1, "1.0000.1000.1"}, clTRID: &id, command: "x", test: jsonx.Value{Kind: jsonx.Bool, Text: "true"},
		data: jsonx.Obj{{"row", []jsonx.Obj{{{"ID", "9"}, {"name", ""}}, {{"ID", "10"}, {"none", nil}}}}, {"none", []jsonx.Obj{}},
			{"dns", jsonx.Obj{{"server", []jsonx.Obj{{{"addr_ipv4", []string{"192.0.2.1", "192.0.2.2"}}, {"addr_ipv6", []string{}}}}}}}, {"id", int64(3)}}}
	json := `{"response":{"code":1000,"result":"OK","timestamp":1,"clTRID":"a\/b<&>\"é","svTRID":"1.0000.1000.1","command":"x",` +
		`"data":{"row":[{"ID":"9","name":""},{"ID":"10","none":null}],"none":[],"dns":{"server":[{"addr_ipv4":["192.0.2.1","192.0.2.2"],"addr_ipv6":[]}]},"id":3},"test":true}}`
	if diff := cmp.Diff(json, string(rep.encode(formatJSON))); diff != "" {
		t.Error(diff)
	}
	xml := `<?xml version="1.0" encoding="UTF-8"?>
<response>
 <code>1000</code>
 <result>OK</result>
 <timestamp>1</timestamp>
 <clTRID>a/b&lt;&amp;&gt;"é</clTRID>
 <svTRID>1.0000.1000.1</svTRID>
 <command>x</command>
 <data>
  <row>
   <ID>9</ID>
   <name></name>
  </row>
  <row>
   <ID>10</ID>
   <none></none>
  </row>
  <dns>
   <server>
    <addr_ipv4>192.0.2.1</addr_ipv4>
    <addr_ipv4>192.0.2.2</addr_ipv4>
    <addr_ipv6></addr_ipv6>
   </server>
  </dns>
  <id>3</id>
 </data>
 <test>true</test>
</response>
`
	if diff := cmp.Diff(xml, string(rep.encode(formatXML))); diff != "" {
		t.Error(diff)
	}
	rep.data = jsonx.Obj{{"domain", []jsonx.Obj{}}}
	if got := string(rep.encode(formatXML)); !strings.Contains(got, "\n <data></data>\n") {
		t.Error(got)
	}
}

func TestStampsAreUniqueAndOfTheRecordedForm(t *testing.T) {
	t.Parallel()
	s := stamper{worker: 8999}
	form := regexp.MustCompile(`^([0-9]{10})\.[0-9]{4}\.[0-9]{4,5}\.1$`)
	seen := sync.Map{}
	var all sync.WaitGroup
	for g := range 4 {
		all.Add(1)
		go func() {
			defer all.Done()
			for i := range 2000 {
				st := s.next(time.Unix(1784030400, int64(g+i)*7_000))
				m := form.FindStringSubmatch(st.svTRID)
				if m == nil || m[1] != fmt.Sprint(st.unix) {
					t.Errorf("%+v", st)
				}
				if _, twice := seen.LoadOrStore(st.svTRID, true); twice {
					t.Errorf("%s given twice", st.svTRID)
				}
			}
		}()
	}
	all.Wait()
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	res := post(bare(), "/wapi/json/", formType, "")
	h := res.Header
	if h.Get("Content-Type") != "text/html; charset=UTF-8" || h.Get("Cache-Control") != "max-age=0" || h.Get("Expires") != h.Get("Date") ||
		h.Get("Content-Security-Policy") == "" || h.Get("Content-Length") != fmt.Sprint(len(bodyOf(t, res))) {
		t.Error(h)
	}
	if got := post(bare(), xmlPath, formType, "").Header.Get("Content-Type"); got != "text/xml; charset=utf-8" {
		t.Error(got)
	}
}

func TestDatesArePragueTime(t *testing.T) {
	t.Parallel()
	for utc, want := range map[string]string{"2023-08-07T14:37:56Z": "2023-08-07 16:37:56", "2026-12-31T23:30:00Z": "2027-01-01 00:30:00"} {
		if got := dateTime(at(utc)); got != want || date(at(utc)) != want[:10] {
			t.Error(utc, got)
		}
	}
	if dateTime(time.Time{}) != "" || dateOrNil(time.Time{}) != nil {
		t.Error("no time is no text")
	}
}
