package opensrs

import (
	"slices"
	"testing"

	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/notify"
)

// wordless are the notices that are no events here (docs/divergences/opensrs.md).
var wordless = []notify.Kind{notify.RedemptionEnd, notify.RegistryChange, notify.VerificationDone, notify.VerificationFailed}

// Each kind of notice is an event with the data that the reference names, or listed as having no word.
func TestEventWords(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t, idle)
	d := New(w.Deps())
	x := &call{d: d, c: w.Caller(t, "alpha")}
	for _, c := range []struct {
		kind notify.Kind
		data map[string]string
		want string // object, event, last datum
		keys []string
	}{
		{notify.Registered, map[string]string{"expires": "2027-11-22T09:00:00Z"}, "DOMAIN CREATED 2027-11-22T09:00:00Z", []string{"domain_id", "domain_name", "expiration_date"}},
		{notify.PushedIn, nil, "DOMAIN CREATED 2028-08-13T09:00:00Z", []string{"domain_id", "domain_name", "expiration_date"}},
		{notify.Restored, map[string]string{"expires": "2027-11-22T09:00:00Z"}, "DOMAIN CREATED 2027-11-22T09:00:00Z", nil},
		{notify.Renewed, map[string]string{"expires": "2027-11-22T09:00:00Z", "years": "2"}, "DOMAIN RENEWED 2", []string{"domain_id", "domain_name", "expiration_date", "period"}},
		{notify.AutoRenewed, map[string]string{"years": "1"}, "DOMAIN RENEWED 1", nil},
		{notify.Expired, map[string]string{"expires": "2027-11-22T09:00:00Z", "days": "0"}, "DOMAIN EXPIRED 2027-11-22T09:00:00Z", []string{"domain_id", "domain_name", "expiration_date"}},
		{notify.Expired, map[string]string{"days": "-5"}, "DOMAIN MESSAGE_STATUS_CHANGE jane@alpha.example", []string{"domain_id", "domain_name", "message_type", "message_status", "to_address"}},
		{notify.Expiring, map[string]string{"days": "30"}, "DOMAIN MESSAGE_STATUS_CHANGE jane@alpha.example", nil},
		{notify.DataReminder, nil, "DOMAIN MESSAGE_STATUS_CHANGE jane@alpha.example", nil},
		{notify.Suspended, map[string]string{"reason": domain.HeldVerification}, "DOMAIN REGISTRANT_VERIFICATION_STATUS_CHANGE suspended", []string{"domain_id", "domain_name", "verification_status"}},
		{notify.Resumed, map[string]string{"reason": domain.HeldVerification}, "DOMAIN REGISTRANT_VERIFICATION_STATUS_CHANGE verified", nil},
		{notify.Suspended, map[string]string{"reason": domain.HeldExpiry}, "DOMAIN MESSAGE_STATUS_CHANGE ", nil},
		{notify.Deleted, map[string]string{"restore_until": "2026-12-22T09:00:00Z"}, "DOMAIN DELETED 2026-12-22T09:00:00Z",
			[]string{"domain_id", "domain_name", "reason", "deletion_date", "redemption_grace_period_end_date"}},
		{notify.Released, nil, "DOMAIN DELETED ", nil},
		{notify.TransferredAway, nil, "DOMAIN DELETED ", nil},
		{notify.PushedAway, nil, "DOMAIN DELETED ", nil},
		{notify.TransferRequested, nil, "TRANSFER STATUS_CHANGE pending_registry", []string{"transfer_id", "order_id", "domain_name", "transfer_status"}},
		{notify.TransferEnded, nil, "TRANSFER STATUS_CHANGE cancelled", nil},
		{notify.OwnerChanged, nil, "DOMAIN ICANN_TRADE_STATUS_CHANGE completed", []string{"domain_id", "domain_name", "trade_status"}},
		{notify.OrderDone, map[string]string{"operation": "transfer"}, "TRANSFER STATUS_CHANGE completed", []string{"transfer_id", "order_id", "domain_name", "transfer_status"}},
		{notify.OrderFailed, map[string]string{"operation": "transfer"}, "TRANSFER STATUS_CHANGE cancelled", nil},
		{notify.OrderFailed, map[string]string{"operation": "register"}, "ORDER STATUS_CHANGE new", []string{"order_id", "domain_name", "order_status", "order_reg_type"}},
		{notify.RenewFailed, nil, "ORDER STATUS_CHANGE renewal", nil},
		{notify.NSChanged, nil, "DOMAIN NAMESERVER_UPDATE ", []string{"domain_id", "domain_name", "nameserver_list"}},
		{notify.Test, nil, "DOMAIN MESSAGE_STATUS_CHANGE ", nil},
	} {
		e, err := x.told(t.Context(), notify.Notice{ID: 1, Kind: c.kind, Order: 7, ObjectKind: "domain", ObjectName: "example.com", Data: c.data, Created: dialecttest.Now})
		if err != nil {
			t.Errorf("%s: %v", c.kind, err)
			continue
		}
		last := e.data.items[len(e.data.items)-1].value.text
		if got := e.object + " " + e.event + " " + last; got != c.want {
			t.Errorf("%s: %q, want %q", c.kind, got, c.want)
		}
		if c.keys != nil && !slices.Equal(keys(e.data), c.keys) {
			t.Errorf("%s: %v", c.kind, keys(e.data))
		}
	}
	for _, k := range wordless {
		if slices.Contains(eventKinds, k) {
			t.Errorf("%s is an event after all", k)
		}
	}
	if n := len(eventKinds) + len(wordless); n != 26 {
		t.Errorf("%d kinds of notices are spoken for", n)
	}
}
