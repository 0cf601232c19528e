package wapi

import (
	"testing"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/zone"
)

// Nothing that waits is committed too. What cannot be served any more, since another interface has changed the zone, is dropped by
// that change, so that a commit still works.
func TestCommit(t *testing.T) {
	t.Parallel()
	w, d := zoned(t)
	wants(t, d, "2100", "dns-domain-commit", `{}`)
	wants(t, d, "1000", "dns-domain-commit", `{"name":"example.com","domain":"ignored.com"}`)
	wants(t, d, "1000", "dns-row-add", `{"domain":"example.com","name":"a","ttl":300,"type":"CNAME","rdata":"www.example.net"}`)
	wants(t, d, "1000", "dns-row-add", `{"domain":"example.com","name":"b","ttl":300,"type":"A","rdata":"192.0.2.2"}`)
	_, err := command.Do(t.Context(), w.Runner, w.Caller(t, "alpha"), command.ChangeZone{Origin: "example.com", Change: zone.Change{Add: []zone.Record{{Name: "a", Type: "A", Data: "192.0.2.1"}}}})
	must(t, err)
	wants(t, d, "1000", "dns-domain-commit", `{"name":"example.com"}`)
	if got, want := served(t, w), "a A 3600 192.0.2.1; b A 300 192.0.2.2"; got != want {
		t.Errorf("served %q, want %q", got, want)
	}
}
