package store

import (
	"context"
	"fmt"

	"github.com/polyreg/polyreg/internal/store/db"
)

// proofs are the sums that must agree. Each is one statement, so that it sees one moment even while orders run, and gives
// rows of (number, text, found, expected).
var proofs = []struct{ what, text string }{
	{"entry %d: postings in %s sum to %d, not %d", `SELECT entry_id, currency, CAST(SUM(amount) AS BIGINT), CAST(0 AS BIGINT)
		FROM posting GROUP BY entry_id, currency HAVING SUM(amount) <> 0 ORDER BY entry_id, currency`},
	{"account %d: balance in %s is %d, its postings sum to %d", `SELECT account_id, currency, balance, posted FROM (
		SELECT b.account_id, b.currency, b.balance, (SELECT CAST(COALESCE(SUM(p.amount), 0) AS BIGINT) FROM posting p
			WHERE p.account_id = b.account_id AND p.currency = b.currency AND p.side = 'customer') AS posted FROM balance b) x
		WHERE balance <> posted ORDER BY account_id, currency`},
	{"account %d: held money in %s is %d, its open holds sum to %d", `SELECT account_id, currency, held, open FROM (
		SELECT b.account_id, b.currency, b.held, (SELECT CAST(COALESCE(SUM(h.amount), 0) AS BIGINT) FROM hold h
			WHERE h.account_id = b.account_id AND h.currency = b.currency AND h.state = 'open') AS open FROM balance b) x
		WHERE held <> open ORDER BY account_id, currency`},
	{"account %d: available money in %s is %d, below %d", `SELECT account_id, currency, balance - held + credit_limit,
		CAST(0 AS BIGINT) FROM balance WHERE balance - held + credit_limit < 0 ORDER BY account_id, currency`},
	{"account %d: postings or open holds in %s of %d without a balance, not %d", `SELECT account_id, currency,
		CAST(SUM(amount) AS BIGINT), CAST(0 AS BIGINT) FROM (
			SELECT account_id, currency, amount FROM posting WHERE side = 'customer'
			UNION ALL SELECT account_id, currency, amount FROM hold WHERE state = 'open' AND amount <> 0) x
		WHERE NOT EXISTS (SELECT 1 FROM balance b WHERE b.account_id = x.account_id AND b.currency = x.currency)
		GROUP BY account_id, currency ORDER BY account_id, currency`},
	{"order %d: captured hold in %s of %d, charged %d", `SELECT order_no, currency, amount, charged FROM (
		SELECT h.order_no, h.currency, h.amount, (SELECT CAST(COALESCE(SUM(-p.amount), 0) AS BIGINT) FROM entry e
			JOIN posting p ON p.entry_id = e.id WHERE e.order_no = h.order_no AND e.order_no <> 0 AND e.reason = 'charge'
			AND p.side = 'customer' AND p.currency = h.currency AND p.account_id = h.account_id) AS charged
		FROM hold h WHERE h.state = 'captured') x
		WHERE amount <> charged ORDER BY order_no`},
	{"order %d: charge (%s) of %d without a captured hold, not %d", `SELECT e.order_no, e.reason, e.id, CAST(0 AS BIGINT)
		FROM entry e WHERE e.order_no <> 0 AND e.reason = 'charge' AND NOT EXISTS (
			SELECT 1 FROM hold h WHERE h.order_no = e.order_no AND h.state = 'captured') ORDER BY e.order_no`},
	{"order %d: refund in %s of %d, charged %d", `SELECT order_no, currency, given, charged FROM (
		SELECT e.order_no, COALESCE(p.currency, '') AS currency, COALESCE(p.amount, 0) AS given,
			(SELECT CAST(COALESCE(SUM(-q.amount), 0) AS BIGINT) FROM entry c JOIN posting q ON q.entry_id = c.id
				WHERE c.order_no = e.order_no AND c.order_no <> 0 AND c.reason = 'charge' AND q.side = 'customer'
				AND q.currency = p.currency AND q.account_id = p.account_id) AS charged
		FROM entry e LEFT JOIN posting p ON p.entry_id = e.id AND p.side = 'customer'
		WHERE SUBSTR(e.reason, 1, 7) = 'refund:') x
		WHERE given <> charged OR given <= 0 ORDER BY order_no`},
	{"order %d: %s, but its hold is open (%d of %d)", `SELECT h.order_no, o.state, h.amount, o.price FROM hold h
		JOIN reg_order o ON o.number = h.order_no WHERE h.state = 'open' AND o.state NOT IN ('sent', 'pending') ORDER BY h.order_no`},
	{"order %d: hold (%s) of %d without an order (%d)", `SELECT h.order_no, h.state, h.amount, CAST(0 AS BIGINT) FROM hold h
		WHERE NOT EXISTS (SELECT 1 FROM reg_order o WHERE o.number = h.order_no) ORDER BY h.order_no`},
	{"order %d: not done, but its hold is %s (%d of %d)", `SELECT h.order_no, h.state, h.amount, o.price FROM hold h
		JOIN reg_order o ON o.number = h.order_no WHERE h.state = 'captured' AND o.state <> 'done' ORDER BY h.order_no`},
}

// Proof compares the ledger's sums (command.LedgerTx).
func (t *tx) Proof(ctx context.Context) ([]string, error) {
	var lines []string
	for _, p := range proofs {
		rows, err := t.q.Query(ctx, p.text)
		found, err := db.Collect(rows, err, func(r db.Rows) (string, error) {
			var number, got, want int64
			var text string
			err := r.Scan(&number, &text, &got, &want)
			return fmt.Sprintf(p.what, number, text, got, want), err
		})
		if err != nil {
			return nil, err
		}
		lines = append(lines, found...)
	}
	return lines, nil
}
