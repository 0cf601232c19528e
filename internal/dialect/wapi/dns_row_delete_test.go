package wapi

import "testing"

// A row goes with the commit; its number is not given again unless it comes back before, and the servers of the zone are no rows.
func TestRowDelete(t *testing.T) {
	t.Parallel()
	w, d := zoned(t)
	wants(t, d, "1000", "dns-row-add", `{"domain":"example.com","name":"a","ttl":300,"type":"A","rdata":"192.0.2.1"}`)
	wants(t, d, "1000", "dns-domain-commit", `{"name":"example.com"}`)
	id := numbered(t, d, "192.0.2.1")
	for _, c := range []struct{ want, data string }{
		{"2100", `{"row_id":` + id + `}`},
		{"2100", `{"domain":"example.com"}`},
		{"3309", `{"domain":"example.com","row_id":901}`}, // a name server
		{"3309", `{"domain":"example.com","row_id":"-1"}`},
		{"3222", `{"domain":"missing.com","row_id":` + id + `}`},
		{"1000", `{"name":"example.com","row_id":"` + id + `","rdata":""}`},
		{"3309", `{"domain":"example.com","row_id":` + id + `}`},
	} {
		wants(t, d, c.want, "dns-row-delete", c.data)
	}
	if got := served(t, w); got == "" {
		t.Error("gone before the commit")
	}
	wants(t, d, "1000", "dns-row-add", `{"domain":"example.com","name":"a","ttl":300,"type":"A","rdata":"192.0.2.1"}`)
	if same := numbered(t, d, "192.0.2.1"); same != id {
		t.Errorf("comes back before the commit as %q, was %q", same, id)
	}
	wants(t, d, "1000", "dns-row-delete", `{"domain":"example.com","row_id":`+id+`}`)
	wants(t, d, "1000", "dns-domain-commit", `{"name":"example.com"}`)
	if got := served(t, w); got != "" {
		t.Errorf("still served: %q", got)
	}
	wants(t, d, "1000", "dns-row-add", `{"domain":"example.com","name":"a","ttl":300,"type":"A","rdata":"192.0.2.1"}`)
	if again := numbered(t, d, "192.0.2.1"); again == id || again == "" {
		t.Errorf("number %q again", again)
	}
}
