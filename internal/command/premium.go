package command

import (
	"context"

	"github.com/polyreg/polyreg/internal/catalog"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/money"
	"github.com/polyreg/polyreg/internal/registry"
)

// offer is what a name costs beside the others of its ending: its premium class, and what the registry wants to be agreed to
// (RFC 8748 §3.4). The zero value is an ordinary name.
type offer struct {
	class string
	fees  []registry.Fee
}

// offerOf asks for a name's class: at a registry with fees the registry itself, else the catalog.
func (r *Runner) offerOf(ctx context.Context, reg registry.Registry, name dname.Name) (offer, error) {
	if !reg.Capabilities().Fee {
		return offer{class: r.Catalog().Premium(name)}, nil
	}
	ctx, cancel := context.WithTimeout(ctx, r.cfg.Inline)
	defer cancel()
	found, err := reg.CheckDomains(ctx, []dname.Name{name})
	if err != nil || len(found) == 0 {
		return offer{}, registryProblem(err).On("domain", string(name))
	}
	return offer{class: found[0].Class, fees: found[0].Fees}, nil
}

// fee is the most that the registry may charge for a command; without currency for an ordinary name, whose fee nobody agrees to.
func (o offer) fee(command string, years int) money.Amount {
	if o.class == "" {
		return money.Amount{}
	}
	for _, f := range o.fees {
		if f.Command == command {
			if years > 1 && command != registry.FeeRestore {
				return f.Amount.Mul(years)
			}
			return f.Amount
		}
	}
	return money.Amount{}
}

// feeFor names the registry's command of an operation.
var feeFor = map[catalog.Operation]string{catalog.Create: registry.FeeCreate, catalog.Renew: registry.FeeRenew, catalog.Transfer: registry.FeeTransfer,
	catalog.Restore: registry.FeeRestore}

// quote is what an operation on a name costs the caller, and what the registry is told that it may charge.
func (r *Runner) quote(ctx context.Context, c Caller, q asked) (price, fee money.Amount, err error) {
	o, err := r.offerOf(ctx, q.reg, q.name)
	if err != nil {
		return price, fee, err
	}
	price, err = r.classPrice(c, q.tld, q.op, q.years, o.class)
	return price, o.fee(feeFor[q.op], q.years), err
}

// asked is a question for a price.
type asked struct {
	reg   registry.Registry
	tld   *catalog.TLD
	name  dname.Name
	op    catalog.Operation
	years int
}
