package wapi

import (
	"strings"
	"testing"
)

// The order is the recorded one: by name in capital letters, the origin first and "_" behind "z", then by number (wapi.md §7.5).
func TestOrderOfRows(t *testing.T) {
	t.Parallel()
	_, d := zoned(t)
	for _, name := range []string{"_acme-challenge", "z", "b", "*", "", "A", "*.b", "b"} {
		wants(t, d, "1000", "dns-row-add", `{"domain":"example.com","name":"`+name+`","ttl":300,"type":"TXT","rdata":"`+name+`of`+string(rune('a'+len(rowsOfZone(t, d))))+`"}`)
	}
	var got []string
	for _, x := range rowsOfZone(t, d) {
		got = append(got, x.Get("name").Text)
	}
	if want := ",*,*.b,a,b,b,z,_acme-challenge"; strings.Join(got, ",") != want {
		t.Errorf("%q, want %q", strings.Join(got, ","), want)
	}
}
