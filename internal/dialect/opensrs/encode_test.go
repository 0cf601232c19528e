package opensrs

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/polyreg/polyreg/internal/testkit"
)

// The layout of opensrs.md §4.3, to the octet.
func TestLayout(t *testing.T) {
	t.Parallel()
	r := ok("It's \"1 < 2\" & so", hash("empty", "").set("list", list()).set("hash", hash()).set("rows", list(hash("name", "ns1.example.net"), text("x"))))
	r.object, r.transaction = "DOMAIN", "2026-01-05 09:15:00 4711 101"
	r.last = []item{{"support_message", text("")}}
	want := `<?xml version='1.0' encoding="UTF-8" standalone="no" ?>
<!DOCTYPE OPS_envelope SYSTEM "ops.dtd">
<OPS_envelope>
 <header>
  <version>0.9</version>
  </header>
 <body>
  <data_block>
   <dt_assoc>
    <item key="protocol">XCP</item>
    <item key="object">DOMAIN</item>
    <item key="response_text">It&apos;s &quot;1 &lt; 2&quot; &amp; so</item>
    <item key="transaction_id">2026-01-05 09:15:00 4711 101</item>
    <item key="action">REPLY</item>
    <item key="attributes">
     <dt_assoc>
      <item key="empty"></item>
      <item key="list">
       <dt_array>
       </dt_array>
      </item>
      <item key="hash">
       <dt_assoc>
       </dt_assoc>
      </item>
      <item key="rows">
       <dt_array>
        <item key="0">
         <dt_assoc>
          <item key="name">ns1.example.net</item>
         </dt_assoc>
        </item>
        <item key="1">x</item>
       </dt_array>
      </item>
     </dt_assoc>
    </item>
    <item key="response_code">200</item>
    <item key="is_success">1</item>
    <item key="support_message"></item>
   </dt_assoc>
  </data_block>
 </body>
</OPS_envelope>`
	if d := cmp.Diff(want, string(r.encode())); d != "" {
		t.Error(d)
	}
}

// Every recorded answer, read and written again, is the same to the octet: so the writer's layout is the service's.
func TestRecordedLayout(t *testing.T) {
	t.Parallel()
	n := 0
	for i, x := range recorded(t) {
		// One answer was written by hand, with single quotes.
		if !strings.HasSuffix(x.answer, "</OPS_envelope>") || strings.Contains(x.answer, "<item key='") {
			continue
		}
		n++
		// Recorders kept empty lines at the end apart; nothing else is touched.
		if d := cmp.Diff(x.answer, string(envelope(parsed(t, []byte(x.answer))))); d != "" {
			t.Errorf("exchange %s: %s", i, d)
		}
	}
	if n < 90 {
		t.Errorf("only %d answers found", n)
	}
}

// exchange is one of the recorded exchanges; request is empty where it was not kept.
type exchange struct {
	request, answer string
	headers         []string
}

func recorded(t testing.TB) map[string]exchange {
	t.Helper()
	data, err := os.ReadFile(testkit.Reference(t, "recorded", "opensrs", "moo_moo.txt"))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]exchange{}
	for _, part := range strings.Split(string(data), "\n-- exchange ")[1:] {
		number, rest, _ := strings.Cut(part, " --\n")
		request, answer, _ := strings.Cut(rest, "\n< 200 OK\n")
		var x exchange
		if _, body, found := strings.Cut(request, "\n> "); found {
			x.request = strings.TrimSpace(body)
		}
		head, body, _ := strings.Cut(answer, "\n\n")
		x.headers, x.answer = strings.Split(head, "\n"), strings.TrimSpace(body)
		out[number] = x
	}
	return out
}

func TestTimes(t *testing.T) {
	t.Parallel()
	summer, winter := time.Date(2026, 5, 3, 16, 6, 12, 0, time.UTC), time.Date(2026, 1, 5, 3, 15, 0, 0, time.UTC)
	if toronto(summer) != "03-MAY-2026 12:06:12" || toronto(winter) != "04-JAN-2026 22:15:00" || utc(winter) != "2026-01-05 03:15:00" || utc(time.Time{}) != "" {
		t.Error(toronto(summer), toronto(winter), utc(winter))
	}
	if got := transactionID(winter); !strings.HasPrefix(got, "2026-01-04 22:15:00 ") || !strings.HasSuffix(got, " 101") {
		t.Error(got)
	}
}
