package domainrobot

import (
	"encoding/json"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/testkit"
)

// The items of answers as the vendor's captures and help pages show them (domainrobot-json.md §2.3, §3, §5, §13).
const (
	workedOrder   = "stid status.code status.text status.type object.type object.value data.created data.updated data.owner.context data.owner.user data.updater.context data.updater.user data.status data.execution data.id ctid"
	workedDomain  = "created updated owner.context owner.user updater.context updater.user name domainCreated registryStatus nameServers.name period.unit period.period trustee privacy authinfo domainsafe registrarStatus rddsOptIn ownerc.id adminc.id techc.id zonec.id expire payable action dnssec autoRenewStatus"
	workedPoll    = "stid status.code status.text status.type object.type object.value object.summary data.id data.owner.context data.owner.user data.job.created data.job.updated data.job.status data.job.execution data.job.subType data.job.action data.job.id data.stid data.ctid data.created data.object.type data.object.value data.object.data.name data.object.data.registryStatus"
	workedNone    = "stid messages.text messages.objects.type messages.objects.value messages.code messages.status status.code status.text status.type object.type object.value"
	workedLogin   = "stid status.code status.text status.type object.type object.value data.user data.context data.defaultEmail data.status data.substatus data.owner data.language"
	workedContact = "created updated owner.context owner.user updater.context updater.user id alias type city country email domainsafe verification fname lname address pcode phone linked nicRef"
)

// knownDifferences are the items that differ, each with its mark on the page of divergences.
var knownDifferences = map[string]string{
	"login data.owner": "login-owner", "contact linked": "contact-linked", "contact nicRef": "contact-nicref", "domain action": "domain-action",
	"order data.subType": "job-more", "order data.action": "job-more",
}

// TestWorkedExchanges compares items and their names with the vendor's worked exchanges. It prints every difference; one passes
// only with its mark in docs/divergences.
func TestWorkedExchanges(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(filepath.Join(testkit.Root(), "docs", "divergences", "domainrobot.md"))
	if err != nil {
		t.Fatal(err)
	}
	c := newClient(t, dialecttest.New(t))
	c.do("PUT", "/v1/poll/"+c.do("GET", "/v1/poll", "").body.Object.Value, "")
	order := c.do("POST", "/v1/domain?ctid=order-17", shop)
	for name, x := range map[string]struct {
		raw, want string
		more      bool // the list of items is not complete
	}{
		"order":   {order.raw, workedOrder, false},
		"poll":    {c.do("GET", "/v1/poll", "").raw, workedPoll, true},
		"none":    {c.do("GET", "/v1/contact/12345", "").raw, workedNone, true},
		"login":   {c.do("POST", "/v1/login", "").raw, workedLogin, true},
		"domain":  {first(t, c.do("GET", "/v1/domain/shop.com", "").raw), workedDomain, true},
		"contact": {first(t, c.do("GET", "/v1/contact/100101", "").raw), workedContact, true},
	} {
		got := map[string]bool{}
		var v any
		if err := json.Unmarshal([]byte(x.raw), &v); err != nil {
			t.Fatal(err)
		}
		items(v, "", got)
		var diffs []string
		for _, w := range strings.Fields(x.want) {
			if !covered(got, w) {
				diffs = append(diffs, w)
			}
			delete(got, w)
		}
		for g := range got {
			if !x.more {
				diffs = append(diffs, g)
			}
		}
		sort.Strings(diffs)
		for _, diff := range diffs {
			mark := knownDifferences[name+" "+diff]
			t.Logf("%s: %s differs (%s)", name, diff, mark)
			if mark == "" || !strings.Contains(string(page), "`"+mark+"`") {
				t.Errorf("%s: %s differs, and docs/divergences/domainrobot.md does not say so", name, diff)
			}
		}
	}
	// Every recorded order of keys at the top is kept.
	last := -1
	for _, key := range []string{`{"stid":`, `,"status":`, `,"object":`, `,"data":`, `,"ctid":`} {
		i := strings.LastIndex(order.raw, key)
		if key == `,"status":` || key == `,"object":` {
			i = strings.Index(order.raw, key)
		}
		if i <= last {
			t.Errorf("%s is out of order in %s", key, order.raw)
		}
		last = i
	}
}

func first(t *testing.T, raw string) string {
	t.Helper()
	var a struct{ Data []json.RawMessage }
	if err := json.Unmarshal([]byte(raw), &a); err != nil || len(a.Data) != 1 {
		t.Fatal(err, raw)
	}
	return string(a.Data[0])
}

// items lists the paths of all single values.
func items(v any, path string, out map[string]bool) {
	switch x := v.(type) {
	case map[string]any:
		for k, item := range x {
			items(item, strings.TrimPrefix(path+"."+k, "."), out)
		}
	case []any:
		for _, item := range x {
			items(item, path, out)
		}
	default:
		out[path] = true
	}
}

func covered(got map[string]bool, want string) bool {
	for g := range got {
		if g == want || strings.HasPrefix(g, want+".") {
			return true
		}
	}
	return false
}
