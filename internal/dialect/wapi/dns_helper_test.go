package wapi

import (
	"net/http"
	"strings"
	"testing"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
	"github.com/polyreg/polyreg/internal/zone"
)

// zoned is a world in which alpha has the zone example.com.
func zoned(t *testing.T, options ...dialecttest.Option) (*dialecttest.World, *Dialect) {
	t.Helper()
	w := dialecttest.New(t, options...)
	d := New(w.Deps())
	wants(t, d, "1000", "dns-domain-add", `{"name":"example.com"}`)
	return w, d
}

// wants sends a command as alpha and holds its code.
func wants(t *testing.T, d http.Handler, code, cmd, data string) {
	t.Helper()
	if got := codeOf(t, ask(t, d, "alpha", cmd, data)); got != code {
		t.Errorf("%s %s: %s, want %s", cmd, data, got, code)
	}
}

// rowsOfZone are the rows of example.com as the interface lists them.
func rowsOfZone(t *testing.T, d http.Handler) []jsonx.Value {
	t.Helper()
	return value(t, ask(t, d, "alpha", "dns-rows-list", `{"domain":"example.com"}`)).Path("response", "data", "row").Items
}

// numbered gives the number of the row with that data; "" when there is none.
func numbered(t *testing.T, d http.Handler, rdata string) string {
	t.Helper()
	for _, x := range rowsOfZone(t, d) {
		if x.Get("rdata").Text == rdata {
			return x.Get("ID").Text
		}
	}
	return ""
}

// served are the records of example.com as the core serves them, but for name servers: "www A 300 192.0.2.1 #7".
func served(t *testing.T, w *dialecttest.World) string {
	t.Helper()
	v, err := command.Do(t.Context(), w.Runner, w.Caller(t, "alpha"), command.ZoneInfo{Origin: "example.com"})
	must(t, err)
	var out []string
	for _, x := range v.Records {
		if isRow(x) {
			out = append(out, line(x))
		}
	}
	return strings.Join(out, "; ")
}

func line(x zone.Record) string {
	return strings.Join([]string{x.Name, string(x.Type), showTTL(x), x.Data}, " ")
}
