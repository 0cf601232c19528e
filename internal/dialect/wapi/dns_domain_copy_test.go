package wapi

import (
	"testing"

	"github.com/polyreg/polyreg/internal/command"
)

// A copy has the rows, those that wait too, and is served at once; the old zone still waits. One client calls the old name name_from.
func TestZoneCopy(t *testing.T) {
	t.Parallel()
	w, d := zoned(t)
	wants(t, d, "1000", "dns-row-add", `{"domain":"example.com","name":"a","ttl":300,"type":"A","rdata":"192.0.2.1"}`)
	wants(t, d, "1000", "dns-domain-copy", `{"name_from":"example.com","name_new":"Copy.NET."}`)
	v, err := command.Do(t.Context(), w.Runner, w.Caller(t, "alpha"), command.ZoneInfo{Origin: "copy.net"})
	must(t, err)
	if len(v.Records) != 3 || line(v.Records[2]) != "a A 300 192.0.2.1" || served(t, w) != "" {
		t.Errorf("%v, %q", v.Records, served(t, w))
	}
}
