package wapi

import (
	"fmt"
	"time"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/money"
	"github.com/polyreg/polyreg/internal/order"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
)

// orderNumber is num: ten digits. A test's is all zeros, which no stored order has.
func orderNumber(n order.Number) string { return fmt.Sprintf("%010d", n) }

// expiryOf is the expiration after an order: the domain's, or what the order achieved or would achieve.
func expiryOf(out command.Outcome) time.Time {
	if out.Domain != nil {
		return out.Domain.Expires
	}
	return command.Detail(out.Order).Expires
}

// createdDomain is the data of domain-create and domain-transfer; left is the deposit after the charge.
func createdDomain(out command.Outcome, expires time.Time, left money.Amount) jsonx.Obj {
	return jsonx.Obj{{"num", orderNumber(out.Order.Number)}, {"expiration", date(expires)}, {"credit", credit(left)}}
}
