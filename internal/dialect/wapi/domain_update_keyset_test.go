package wapi

import (
	"testing"

	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
)

// Changes that the registry keeps waiting are 1001, another one meanwhile has the command's own code, and the outcome comes as a
// notification without data.
func TestPendingKeyset(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t, dialecttest.Pending(func(op, name string) bool { return op == "update" && name == "example.com" }))
	d := New(w.Deps())
	ask(t, d, "alpha", "poll-ack", `{"id":51000001}`)
	meanwhile(t, w, "sign alpha example.com\n")
	must(t, w.Sim.ResolvePending(t.Context(), live, "example.com", true))
	meanwhile(t, w, "advance 1m\n")
	asked := value(t, askAs(t, d, "alpha", "domain-update-keyset", `{"name":"example.com","keyset":0}`, `,"clTRID":"k-1"`)).Get("response")
	if asked.Get("code").Text != "1001" {
		t.Fatal(asked)
	}
	if got := codeOf(t, ask(t, d, "alpha", "domain-update-keyset", `{"name":"example.com","keyset":"0"}`)); got != "3260" {
		t.Error("while one waits:", got)
	}
	must(t, w.Sim.ResolvePending(t.Context(), live, "example.com", true))
	n := waitNotice(t, d, asked.Get("svTRID").Text)
	if got := without(n, "timestamp", "id", "svTRID"); got != `{"code":1000,"result":"OK","clTRID":"k-1","command":"domain-update-keyset"}` {
		t.Error(got)
	}
}
