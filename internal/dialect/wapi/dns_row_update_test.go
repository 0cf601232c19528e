package wapi

import (
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/zone"
)

// An update keeps number, name and type; values that are there already change nothing, and what is left out stays.
func TestRowUpdate(t *testing.T) {
	t.Parallel()
	w, d := zoned(t)
	wants(t, d, "1000", "dns-row-add", `{"domain":"example.com","name":"t","ttl":300,"type":"TXT","rdata":"one","auth_comment":"first"}`)
	wants(t, d, "1000", "dns-row-add", `{"domain":"example.com","name":"t","ttl":300,"type":"TXT","rdata":"two"}`)
	wants(t, d, "1000", "dns-domain-commit", `{"name":"example.com"}`)
	id, two := numbered(t, d, "one"), numbered(t, d, "two")
	update := func(code, more string) {
		t.Helper()
		wants(t, d, code, "dns-row-update", `{"domain":"example.com","row_id":`+id+more+`}`)
	}
	update("1000", `,"ttl":300,"rdata":"one","name":"other","type":"A"`)
	update("1000", "")
	v, err := command.Do(t.Context(), w.Runner, w.Caller(t, "alpha"), command.StagedZone{Origin: "example.com"})
	if err != nil || v.Zone.Staged != 0 {
		t.Errorf("%d changes wait after updates that change nothing; %v", v.Zone.Staged, err)
	}
	update("2314", `,"rdata":""`)
	update("2315", `,"ttl":""`)
	update("2317", `,"ttl":1`)
	update("2316", `,"rdata":"two"`)
	update("1000", `,"ttl":900`)
	update("1000", `,"rdata":"three"`)
	wants(t, d, "2100", "dns-row-update", `{"domain":"example.com","ttl":300}`)
	wants(t, d, "2100", "dns-row-update", `{"name":"example.com","row_id":"`+id+`"}`)
	wants(t, d, "3309", "dns-row-update", `{"domain":"example.com","row_id":"x"}`)
	wants(t, d, "1000", "dns-domain-commit", `{"name":"example.com"}`)
	if got, want := served(t, w), `t TXT 900 "three"; t TXT 900 "two"`; got != want {
		t.Errorf("served %q, want %q", got, want)
	}
	if numbered(t, d, "three") != id || numbered(t, d, "two") != two {
		t.Errorf("numbers changed: %v", rowsOfZone(t, d))
	}
}

// The date of a row is that of the add or of the last update that changed something, whatever commits it; what another interface does
// to it counts from then on. Comments stay with their rows.
func TestRowDates(t *testing.T) {
	t.Parallel()
	w, d := zoned(t)
	look := func(when, rdata, date, comment string) {
		t.Helper()
		for _, x := range rowsOfZone(t, d) {
			if x.Get("rdata").Text == rdata && x.Get("changed_date").Text == date && x.Get("author_comment").Text == comment {
				return
			}
		}
		t.Errorf("%s: no row %s of %s with %q: %v", when, rdata, date, comment, rowsOfZone(t, d))
	}
	wants(t, d, "1000", "dns-row-add", `{"domain":"example.com","name":"t","ttl":300,"type":"A","rdata":"192.0.2.1","auth_comment":"why"}`)
	w.Clocks.Advance(time.Hour)
	wants(t, d, "1000", "dns-domain-commit", `{"name":"example.com"}`)
	look("committed later", "192.0.2.1", "2026-11-22 10:00:00", "why")
	id := numbered(t, d, "192.0.2.1")
	wants(t, d, "1000", "dns-row-update", `{"domain":"example.com","row_id":`+id+`,"rdata":"192.0.2.1"}`)
	look("updated without a change", "192.0.2.1", "2026-11-22 10:00:00", "why")
	wants(t, d, "1000", "dns-row-update", `{"domain":"example.com","row_id":`+id+`,"comment":"because"}`)
	look("another comment", "192.0.2.1", "2026-11-22 11:00:00", "because")
	w.Clocks.Advance(time.Hour)
	_, err := command.Do(t.Context(), w.Runner, w.Caller(t, "alpha"), command.ChangeZone{Origin: "example.com", Change: zone.Change{
		Remove: []zone.Record{{Name: "t", Type: "A", Data: "192.0.2.1"}}, Add: []zone.Record{{Name: "t", Type: "A", Data: "192.0.2.3"}, {Name: "h", Type: "HTTPS", Data: "1 . alpn=h2"}}}})
	must(t, err)
	look("by another interface", "192.0.2.3", "2026-11-22 12:00:00", "")
	look("of a type that only others add", "1 . alpn=\"h2\"", "2026-11-22 12:00:00", "")
}
