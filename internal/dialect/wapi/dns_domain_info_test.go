package wapi

import (
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
	"github.com/polyreg/polyreg/internal/zone"
)

func zoneInfo(t *testing.T, d *Dialect) jsonx.Value {
	t.Helper()
	return value(t, ask(t, d, "alpha", "dns-domain-info", `{"name":"example.com"}`)).Path("response", "data", "domain")
}

// The dates of a zone, and whether something waits: an edit, its commit, then a change by another interface.
func TestZoneDates(t *testing.T) {
	t.Parallel()
	w, d := zoned(t)
	look := func(when, changed, edited, committed, serial string) {
		t.Helper()
		z := zoneInfo(t, d)
		got := [4]string{z.Get("changed").Text, z.Get("changed_date").Text, z.Get("commit_date").Text, z.Get("serial").Text}
		if want := [4]string{changed, "2026-11-22 " + edited, "2026-11-22 " + committed, "20261122" + serial}; got != want {
			t.Errorf("%s: %q, want %q", when, got, want)
		}
	}
	look("new", "0", "10:00:00", "10:00:00", "00")
	w.Clocks.Advance(time.Hour)
	wants(t, d, "1000", "dns-row-add", `{"domain":"example.com","name":"a","ttl":300,"type":"A","rdata":"192.0.2.1"}`)
	look("edited", "1", "11:00:00", "10:00:00", "00")
	w.Clocks.Advance(time.Hour)
	wants(t, d, "1000", "dns-domain-commit", `{"name":"example.com"}`)
	look("committed", "0", "11:00:00", "12:00:00", "01")
	w.Clocks.Advance(time.Hour)
	_, err := command.Do(t.Context(), w.Runner, w.Caller(t, "alpha"), command.ChangeZone{Origin: "example.com", Change: zone.Change{Add: []zone.Record{{Name: "b", Type: "A", Data: "192.0.2.2"}}}})
	must(t, err)
	look("changed by another interface", "0", "13:00:00", "13:00:00", "02")
}

// ns_out tells of the account's own domain whether it is served elsewhere.
func TestServedElsewhere(t *testing.T) {
	t.Parallel()
	_, d := zoned(t)
	for _, c := range []struct{ dns, want string }{{`[{"name":"ns1.alpha.example"},{"name":"ns2.alpha.example"}]`, "1"}, {`""`, "0"}} {
		wants(t, d, "1000", "domain-update-ns", `{"name":"example.com","dns":`+c.dns+`}`)
		if got := zoneInfo(t, d).Get("ns_out").Text; got != c.want {
			t.Errorf("dns %s: %q", c.dns, got)
		}
	}
}

// A zone of another interface is shown with what that has put there.
func TestZoneOfAnotherInterface(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t)
	d := New(w.Deps())
	_, err := command.Do(t.Context(), w.Runner, w.Caller(t, "alpha"), command.CreateZone{Origin: "sub.example.com", Records: []zone.Record{{Name: "p", Type: "PTR", Data: "a.example.net.", TTL: 60}}})
	must(t, err)
	rows := value(t, ask(t, d, "alpha", "dns-rows-list", `{"domain":"sub.example.com"}`)).Path("response", "data", "row").Items
	if len(rows) != 1 || rows[0].Get("rdata").Text != "a.example.net" || rows[0].Get("ttl").Text != "60" {
		t.Fatal(rows)
	}
	id := rows[0].Get("ID").Text
	wants(t, d, "1000", "dns-row-update", `{"domain":"sub.example.com","row_id":`+id+`,"ttl":60,"rdata":"a.example.net"}`)
	wants(t, d, "1000", "dns-row-update", `{"domain":"sub.example.com","row_id":`+id+`,"ttl":60,"rdata":"b.example.net"}`)
	wants(t, d, "1000", "dns-domain-commit", `{"name":"sub.example.com"}`)
	wants(t, d, "1000", "dns-domain-delete", `{"name":"sub.example.com"}`)
}
