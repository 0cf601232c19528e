package program

import (
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"
)

// TestRecordThroughEveryDoor: a record that is added through an interface is answered by the name server within a second, and one
// zone is all interfaces' own. What is asserted is ten times the aim.
func TestRecordThroughEveryDoor(t *testing.T) {
	t.Parallel()
	s := memory(t)
	c := s.alpha()
	c.robotRegister("doors.com")
	put := func(text string) string { return c.dmapi("dns-zone-put", "domain", "doors.com", "zone", text) }
	lines := func() string {
		body := c.dmapi("dns-zone-get", "domain", "doors.com")
		_, text, _ := strings.Cut(body, "\n\n")
		return text
	}
	for i, d := range []struct {
		dialect string
		add     func(name, addr string) (answer, want string)
	}{
		{"DMAPI", func(name, addr string) (string, string) {
			return put(lines() + fmt.Sprintf("%s A 0 %s 60\n", name, addr)), "Status-Code: 0"
		}},
		{"OpenSRS", func(name, addr string) (string, string) {
			return c.opensrs("SET_DNS_ZONE", "DOMAIN", "domain", "doors.com", "records", assoc("A", `<dt_array><item key="0">`+assoc("subdomain", name, "ip_address", addr)+`</item></dt_array>`)), `<item key="response_code">200</item>`
		}},
		{"WAPI", func(name, addr string) (string, string) {
			r := c.wapi("dns-row-add", fmt.Sprintf(`{"domain":"doors.com","name":%q,"ttl":"300","type":"A","rdata":%q}`, name, addr))
			if r.Response.Code == 1000 {
				r = c.wapi("dns-domain-commit", `{"name":"doors.com"}`)
			}
			return fmt.Sprint(r.Response.Code, r.Response.Result), "1000"
		}},
		{"Domainrobot", func(name, addr string) (string, string) {
			_, body := c.robot("POST", "/zone/doors.com/_stream", fmt.Sprintf(`{"adds":[{"name":%q,"type":"A","ttl":60,"value":%q}]}`, name, addr))
			return body, `"SUCCESS"`
		}},
		{"AutoDNS", func(name, addr string) (string, string) {
			return c.autodns(fmt.Sprintf(`<code>0202001</code><default><rr_add><name>%s</name><ttl>60</ttl><type>A</type><value>%s</value></rr_add></default><zone><name>doors.com</name></zone>`, name, addr)), "<code>S0202001</code>"
		}},
	} {
		name, addr := fmt.Sprintf("by%d", i), fmt.Sprintf("192.0.2.%d", i+1)
		if answer, want := d.add(name, addr); !strings.Contains(answer, want) {
			t.Errorf("%s: %s", d.dialect, answer)
			continue
		}
		began := time.Now()
		eventually(t, 10*time.Second, func() error {
			r := asked(t, s.DNS, name+".doors.com", dns.TypeA)
			if len(r.Answer) != 1 || !r.Answer[0].(*dns.A).A.Equal(net.ParseIP(addr)) {
				return fmt.Errorf("%s: %v", d.dialect, r)
			}
			return nil
		})
		t.Logf("%s: answered after %v", d.dialect, time.Since(began).Round(time.Millisecond))
	}
	for _, d := range []struct{ dialect, answer string }{{"DMAPI", lines()}, {"OpenSRS", c.opensrs("GET_DNS_ZONE", "DOMAIN", "domain", "doors.com")},
		{"WAPI", string(c.wapi("dns-rows-list", `{"domain":"doors.com"}`).Response.Data)}, {"AutoDNS", c.autodns(`<code>0205</code><zone><name>doors.com</name></zone>`)}} {
		for _, want := range []string{"by2", "by3", "by4", "192.0.2.3"} {
			if !strings.Contains(d.answer, want) {
				t.Errorf("%s does not show %s: %s", d.dialect, want, d.answer)
			}
		}
	}
	s.stop()
}
