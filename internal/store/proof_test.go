package store_test

import (
	"strings"
	"testing"

	"github.com/polyreg/polyreg/internal/store/db"
)

// TestProofFindsRefunds books refunds past the store: of an order that was never charged, and of more than was charged.
func TestProofFindsRefunds(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, d db.DB) {
		s := migrated(t, d)
		for _, text := range []string{
			`INSERT INTO balance (account_id, currency, balance, held, credit_limit) VALUES (1, 'EUR', 15, 0, 0)`,
			`INSERT INTO entry (id, reason, order_no, text, created) VALUES (101, 'refund:add_grace', 7, '', 1), (102, 'charge', 8, '', 1),
				(103, 'refund:add_grace', 8, '', 1)`,
			`INSERT INTO posting (entry_id, side, account_id, amount, currency) VALUES (101, 'customer', 1, 5, 'EUR'), (101, 'revenue', 1, -5, 'EUR'),
				(102, 'customer', 1, -10, 'EUR'), (102, 'revenue', 1, 10, 'EUR'), (103, 'customer', 1, 20, 'EUR'), (103, 'revenue', 1, -20, 'EUR')`,
		} {
			if _, err := d.Exec(t.Context(), text); err != nil {
				t.Fatal(err)
			}
		}
		lines, err := s.View().Proof(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var found []string
		for _, l := range lines {
			if strings.Contains(l, "refund") {
				found = append(found, l)
			}
		}
		if len(found) != 2 || found[0] != "order 7: refund in EUR of 5, charged 0" || found[1] != "order 8: refund in EUR of 20, charged 10" {
			t.Errorf("found %q", lines)
		}
	})
}
