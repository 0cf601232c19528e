package sim

import (
	"context"
	"errors"
	"fmt"

	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/money"
	"github.com/polyreg/polyreg/internal/registry/sim/repo"
	"github.com/polyreg/polyreg/internal/wire/epp"
)

// PriceTable is what commands cost, in minor units of one currency.
type PriceTable struct {
	Currency money.Currency
	Standard Prices            // of TLDs that are not in TLDs
	TLDs     map[string]Prices // by TLD
	Classes  map[string]Prices // by premium class, for every TLD
}

// Prices are the prices of one TLD or class. Create, Renew and Transfer are for one year.
type Prices struct {
	Create, Renew, Transfer, Restore, Update, Delete int64
}

// NameRule makes a name reserved, premium or claimed.
type NameRule struct {
	Reserved bool   // not available, and 2306 in a create
	Token    string // the allocation token (RFC 8495) that opens a reserved name; empty for none
	Class    string // premium class, one of PriceTable.Classes
	Claim    string // key of a trademark claim (RFC 8334); empty for none
}

func (p *PriceTable) valid() error {
	if !p.Currency.Valid() {
		return fmt.Errorf("embedded registry: no such currency: %q", p.Currency)
	}
	check := func(of string, v Prices) error {
		for _, n := range []int64{v.Create, v.Renew, v.Transfer, v.Restore, v.Update, v.Delete} {
			if n < 0 {
				return fmt.Errorf("embedded registry: a price of %s is negative", of)
			}
		}
		return nil
	}
	errs := []error{check("the standard table", p.Standard)}
	for name, v := range p.TLDs {
		errs = append(errs, check(name, v))
	}
	for name, v := range p.Classes {
		errs = append(errs, check(name, v))
	}
	return errors.Join(errs...)
}

// rule is what a name is beside the others.
func (s *Server) rule(name dname.Name) NameRule {
	if r, ok := s.cfg.Names[string(name)]; ok {
		return r
	}
	label, _, _ := name.Cut()
	return s.cfg.Names[string(label)]
}

// price is what a command on a domain costs, and the name's class; years count where the command has a term.
func (s *Server) price(name dname.Name, command string, years int) (int64, string) {
	t := s.cfg.Prices
	if t == nil {
		return 0, ""
	}
	class := s.rule(name).Class
	v, ok := t.Classes[class]
	if !ok || class == "" {
		class = ""
		_, tld, _ := name.Cut()
		if v, ok = t.TLDs[string(tld)]; !ok {
			v = t.Standard
		}
	}
	n := int64(max(years, 1))
	switch command {
	case epp.FeeForCreate:
		return v.Create * n, class
	case epp.FeeForRenew:
		return v.Renew * n, class
	case epp.FeeForTransfer:
		return v.Transfer * n, class
	case epp.FeeForRestore:
		return v.Restore, class
	case epp.FeeForUpdate:
		return v.Update, class
	case epp.FeeForDelete:
		return v.Delete, class
	}
	return 0, class
}

// agree gives the price of a command and holds it to what the client agreed to: a premium name needs an agreement (2003),
// and it has to be at least the price in the registry's currency (2004), RFC 8748 §3.4 and §5.2.
func (s *Server) agree(name dname.Name, command string, years int, agreed *epp.FeeAgreed) (int64, error) {
	fee, class := s.price(name, command, years)
	at := element{epp.NSFee, "fee", ""}
	switch {
	case agreed == nil && class != "" && fee > 0 && command != epp.FeeForUpdate && command != epp.FeeForDelete:
		return 0, refuse(epp.CodeMissingParameter, at, "a name of class %s needs the fee in the command", class)
	case agreed == nil:
		return fee, nil
	case agreed.Currency != "" && agreed.Currency != string(s.cfg.Prices.Currency):
		return 0, refuse(epp.CodeRange, element{epp.NSFee, "currency", agreed.Currency}, "prices are in %s", s.cfg.Prices.Currency)
	}
	total, ok := epp.Total(agreed.Fees, agreed.Credits, s.cfg.Prices.Currency.Digits())
	if !ok || total < fee {
		return 0, refuse(epp.CodeRange, at, "the fee is %s", s.decimal(fee))
	}
	return fee, nil
}

func (s *Server) decimal(minor int64) string {
	return epp.FromMinorUnits(minor, s.cfg.Prices.Currency.Digits())
}

// charge takes a fee off the caller's balance, 2104 when it would fall below zero. It comes last in a transaction.
func (c *call) charge(ctx context.Context, tx repo.Tx, fee int64) (*int64, error) {
	if c.who.Balance == nil {
		return nil, nil
	}
	left, err := tx.Charge(ctx, c.who.ID, fee, false)
	if errors.Is(err, repo.ErrFunds) {
		return nil, refuse(epp.CodeBilling, element{}, "the balance is too low")
	}
	return left, err
}

// charged is the answer about a fee, or about what was given back when the fee is negative.
func (s *Server) charged(command string, fee int64, left *int64, p *epp.Period) *epp.FeeCharged {
	out := &epp.FeeCharged{Currency: string(s.cfg.Prices.Currency), Period: p}
	if fee < 0 {
		out.Credits = []epp.Credit{{Description: command, Amount: s.decimal(fee)}}
	} else {
		out.Fees = []epp.Fee{{Description: command, Amount: s.decimal(fee)}}
	}
	if left != nil {
		out.Balance = s.decimal(*left)
	}
	return out
}

// feeCheck answers what commands on names cost (RFC 8748 §5.1.1); why are the reasons that a name is no name here.
func (s *Server) feeCheck(in *epp.FeeCheck, names []dname.Name, asked []string) *epp.FeeChecked {
	out := &epp.FeeChecked{Currency: string(s.cfg.Prices.Currency)}
	for i, text := range asked {
		item := epp.FeeItem{Avail: true, Object: epp.FeeObject{Element: "name", ID: text}}
		switch {
		case names[i] == "":
			item.Reason = &epp.FeeReason{Text: "not a name of this registry"}
		case in.Currency != "" && in.Currency != out.Currency:
			item.Reason = &epp.FeeReason{Text: "prices are in " + out.Currency}
		default:
			item.Class = "standard"
			for _, cmd := range in.Commands {
				o, reason := s.offer(names[i], cmd)
				if reason != "" {
					item.Reason = &epp.FeeReason{Text: reason}
					break
				}
				if class := s.rule(names[i]).Class; class != "" {
					item.Class = class
				}
				item.Commands = append(item.Commands, o)
			}
		}
		if item.Reason != nil { // there is no complete answer: RFC 8748 §5.1.1 wants none then
			item.Avail, item.Class, item.Commands = false, "", nil
		}
		out.Items = append(out.Items, item)
	}
	return out
}

// offer prices one command, or says why it cannot be priced.
func (s *Server) offer(name dname.Name, cmd epp.FeeCommand) (epp.FeeOffered, string) {
	o := epp.FeeOffered{Name: cmd.Name}
	tld, _ := s.tldOf(name)
	years := 1
	switch cmd.Name {
	case epp.FeeForCreate, epp.FeeForRenew, epp.FeeForTransfer:
		n, err := tld.years(cmd.Period)
		if err != nil {
			return o, "no such term"
		}
		years, o.Period = n, epp.Years(n)
	case epp.FeeForCustom:
		return o, "no such command"
	}
	if cmd.Phase != "" {
		return o, "no such phase"
	}
	fee, class := s.price(name, cmd.Name, years)
	o.Standard = class == ""
	f := epp.Fee{Description: cmd.Name, Amount: s.decimal(fee)}
	grace := map[string]int{epp.FeeForCreate: tld.Grace.Add, epp.FeeForRenew: tld.Grace.Renew, epp.FeeForTransfer: tld.Grace.Transfer}[cmd.Name]
	if grace > 0 && !tld.NoRGP && fee > 0 {
		yes := true
		f.Refundable, f.Grace = &yes, fmt.Sprintf("P%dD", grace)
	}
	o.Fees = []epp.Fee{f}
	return o, ""
}
