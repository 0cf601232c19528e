package dmapi

import (
	"testing"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/order"
)

// TestTransferStates: a transfer that is just being sent has a word of its own (dmapi.md §7.3.7).
func TestTransferStates(t *testing.T) {
	t.Parallel()
	for state, want := range map[order.State]string{order.Sent: transferSent, order.Pending: transferWaits} {
		if got := openTransfer(order.Order{State: state}); got != want {
			t.Errorf("%s: %s", state, got)
		}
	}
}

// TestTransferOfAnotherDialect: the list shows transfers of the account whatever door they came through.
func TestTransferOfAnotherDialect(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t)
	c := newClient(t, w)
	caller := w.Caller(t, "alpha")
	caller.Dialect, caller.Channel, caller.Notice = "wapi", "wapi", order.NoticeIfPending
	if _, err := command.Do(t.Context(), w.Runner, caller, command.TransferDomain{Name: "incoming.com", AuthInfo: "in-AuthInfo-1"}); err != nil {
		t.Fatal(err)
	}
	want := "incoming.com\t" + transferWaits + "\t-\t-"
	if got := c.ok("domain-transfer-control", "action", "LIST"); got.body != want || got.headers["Separator"] != "TAB" {
		t.Error(got.text)
	}
	a := c.ok("domain-transfer-control", "action", "cancel", "domain", "incoming.com")
	if a.headers["Proc-ID"] == "" {
		t.Error(a.text)
	}
	if got := c.ok("domain-transfer-control", "action", "show", "domain", "incoming.com").body; got != "domain: incoming.com\nstate: CANCELED" {
		t.Errorf("%q", got)
	}
}
