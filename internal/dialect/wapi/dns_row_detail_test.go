package wapi

import "testing"

func TestRowDetail(t *testing.T) {
	t.Parallel()
	_, d := zoned(t)
	wants(t, d, "1000", "dns-row-add", `{"domain":"example.com","name":"a","ttl":300,"type":"A","rdata":"192.0.2.1"}`)
	id := numbered(t, d, "192.0.2.1")
	row := value(t, ask(t, d, "alpha", "dns-row-detail", `{"domain":"example.com","row_id":`+id+`}`)).Path("response", "data", "row")
	if want := rowsOfZone(t, d)[0]; shape(row) != shape(want) || row.Get("ID").Text != id || row.Get("rdata").Text != "192.0.2.1" {
		t.Errorf("%v, want %v", row, want)
	}
	wants(t, d, "1000", "dns-row-detail", `{"name":"example.com","row_id":"`+id+`"}`)
	wants(t, d, "2100", "dns-row-detail", `{"domain":"example.com"}`)
	wants(t, d, "3309", "dns-row-detail", `{"domain":"example.com","row_id":901}`)
	wants(t, d, "3222", "dns-row-detail", `{"domain":"missing.com","row_id":1}`)
}
