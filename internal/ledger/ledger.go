// Package ledger holds the double-entry rules: balances, holds and postings. Postings of a transaction sum to zero per
// currency; available money is balance minus holds and never falls below minus the credit limit.
package ledger

import (
	"fmt"
	"time"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/money"
)

// Balance is one account's money in one currency, all in minor units.
type Balance struct {
	Account     account.ID
	Currency    money.Currency
	Balance     int64 // sum of the account's postings
	Held        int64 // sum of open holds
	CreditLimit int64
}

// Available is what may be spent without going below the credit limit.
func (b Balance) Available() int64 { return b.Balance - b.Held + b.CreditLimit }

// Amount is the balance as money.
func (b Balance) Amount() money.Amount { return money.New(b.Balance, b.Currency) }

// HoldID is a hold's number.
type HoldID int64

// Hold reserves an order's price until the order ends.
type Hold struct {
	ID      HoldID
	Account account.ID
	Order   int64
	Amount  money.Amount
	State   HoldState
	Created time.Time
}

// HoldState says whether a hold still counts.
type HoldState string

// Hold states.
const (
	Open     HoldState = "open"
	Captured HoldState = "captured"
	Released HoldState = "released"
)

// Side is the ledger account a posting belongs to.
type Side string

// The sides. Only Customer has a balance row; the others are sums of their postings, so that no row is hot for everybody.
const (
	Customer Side = "customer" // what a customer has
	Revenue  Side = "revenue"  // what orders earned
	Funding  Side = "funding"  // what customers paid in
)

// Posting is one line of a transaction; Amount is signed.
type Posting struct {
	Side    Side
	Account account.ID // of the customer concerned, on every side
	Amount  money.Amount
}

// Entry is a transaction of postings. An order has one charge and one refund at most, whatever the reason of the refund.
type Entry struct {
	ID       int64
	Reason   string // "charge", "refund:add_grace", "deposit"
	Order    int64  // 0 for deposits
	Text     string
	Created  time.Time // registrar time
	Postings []Posting
}

// Charge takes amount from the customer for an order.
func Charge(acc account.ID, orderNo int64, amount money.Amount, text string) Entry {
	return Entry{Reason: "charge", Order: orderNo, Text: text, Postings: []Posting{
		{Customer, acc, amount.Neg()}, {Revenue, acc, amount},
	}}
}

// RefundReason begins the reason of every refund; what it is for comes behind it.
const RefundReason = "refund:"

// Refund gives back what an order was charged; reason says why ("add_grace").
func Refund(charge Entry, reason, text string) Entry {
	e := Entry{Reason: RefundReason + reason, Order: charge.Order, Text: text}
	for _, p := range charge.Postings {
		p.Amount = p.Amount.Neg()
		e.Postings = append(e.Postings, p)
	}
	return e
}

// Deposit gives a customer money.
func Deposit(acc account.ID, amount money.Amount, text string) Entry {
	return Entry{Reason: "deposit", Text: text, Postings: []Posting{
		{Customer, acc, amount}, {Funding, acc, amount.Neg()},
	}}
}

// Check verifies the rule of double entry.
func (e Entry) Check() error {
	sum := map[money.Currency]int64{}
	for _, p := range e.Postings {
		sum[p.Amount.Currency] += p.Amount.Minor
	}
	for c, s := range sum {
		if s != 0 {
			return fmt.Errorf("ledger: postings of %q sum to %d %s, not to zero", e.Reason, s, c)
		}
	}
	return nil
}
