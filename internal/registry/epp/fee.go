package epp

import (
	"strings"

	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/money"
	"github.com/polyreg/polyreg/internal/registry"
	wire "github.com/polyreg/polyreg/internal/wire/epp"
)

// feeCheck asks for the fees that the core knows, in the registry's currency and for its own shortest terms: a term that
// one TLD does not have would take a name all its fees (RFC 8748 §5.1.1).
func feeCheck() *wire.FeeCheck {
	out := &wire.FeeCheck{}
	for _, command := range []string{wire.FeeForCreate, wire.FeeForRenew, wire.FeeForTransfer, wire.FeeForRestore} {
		out.Commands = append(out.Commands, wire.FeeCommand{Name: command})
	}
	return out
}

// priced is what commands on a name cost.
type priced struct {
	fees  []registry.Fee
	class string
}

// fees are the fees of the names and their premium classes. What cannot be read, or is not possible, is left out.
func fees(f *wire.FeeChecked) map[dname.Name]priced {
	out := map[dname.Name]priced{}
	if f == nil {
		return out
	}
	for _, item := range f.Items {
		if !item.Avail {
			continue
		}
		n := name(item.Object.ID)
		p := out[n] // a launch phase may have an item of its own
		if !strings.EqualFold(item.Class, "standard") {
			p.class = item.Class
		}
		for _, o := range item.Commands {
			amount, ok := total(f.Currency, o.Fees, o.Credits)
			if !ok || len(o.Fees) == 0 {
				continue
			}
			fee := registry.Fee{Command: o.Name, Amount: amount, Standard: o.Standard}
			if o.Period != nil && o.Period.Unit == "y" {
				fee.Years = o.Period.Value
			}
			p.fees = append(p.fees, fee)
		}
		out[n] = p
	}
	return out
}

func total(currency string, fees []wire.Fee, credits []wire.Credit) (money.Amount, bool) {
	c := money.Currency(currency)
	if !c.Valid() {
		return money.Amount{}, false
	}
	n, ok := wire.Total(fees, credits, c.Digits())
	return money.New(n, c), ok
}

// agreed states the most that a command may cost, nil when there is no amount (RFC 8748 §3.4).
func agreed(a money.Amount) *wire.FeeAgreed {
	if a.Currency == "" {
		return nil
	}
	return &wire.FeeAgreed{Currency: string(a.Currency), Fees: []wire.Fee{{Amount: a.Decimal()}}}
}

// charged is what the registry says it has charged, no amount when it says nothing that can be read.
func charged(x *wire.ResponseExt) money.Amount {
	for _, f := range []*wire.FeeCharged{x.FeeCreate, x.FeeRenew, x.FeeTransfer, x.FeeUpdate, x.FeeDelete} {
		if f == nil || len(f.Fees)+len(f.Credits) == 0 {
			continue
		}
		if a, ok := total(f.Currency, f.Fees, f.Credits); ok {
			return a
		}
	}
	return money.Amount{}
}
