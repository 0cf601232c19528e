package command

import (
	"context"
	"errors"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/registry"
)

// CheckDomains asks for the availability of names. Problems of a single name stand in its answer, so that the others are
// answered all the same.
type CheckDomains struct{ Names []string }

// MaxCheck bounds the names of one CheckDomains.
const MaxCheck = 500

func (CheckDomains) need() account.Access { return account.Read }

func (cmd CheckDomains) run(ctx context.Context, r *Runner, c Caller) ([]Availability, error) {
	if len(cmd.Names) == 0 {
		return nil, errs.F(errs.Missing, "name", "no name given")
	}
	if len(cmd.Names) > MaxCheck {
		return nil, errs.F(errs.TooLarge, "name", "more than %d names", MaxCheck)
	}
	out := make([]Availability, len(cmd.Names))
	ask := map[registry.Registry][]int{}
	cat, view := r.Catalog(), r.cfg.Store.View()
	for i, text := range cmd.Names {
		a := &out[i]
		a.Input = text
		name, tld, err := cat.CheckName(text)
		a.Name, a.TLD = name, tld
		if err != nil {
			a.Status, a.Err = Refused, errs.As(err)
			continue
		}
		if reason, ok := cat.Reserved(name); ok {
			a.Status, a.Reason = ReservedFor, reason
			continue
		}
		holder, err := view.DomainAccount(ctx, c.Account.Environment, name)
		switch {
		case err == nil:
			a.Status, a.Mine = Taken, holder == c.Account.ID
			continue
		case !errs.Is(err, errs.NotFound):
			return nil, err
		}
		reg, err := r.cfg.Registries.For(c.Account.Environment, tld)
		if err != nil {
			a.Status, a.Err = Refused, errs.As(err)
			continue
		}
		ask[reg] = append(ask[reg], i)
	}
	for reg, idx := range ask {
		r.checkAt(ctx, reg, idx, out)
	}
	return out, r.markProcessing(ctx, c, out)
}

// checkAt fills in what one registry says about the names with the given indexes.
func (r *Runner) checkAt(ctx context.Context, reg registry.Registry, idx []int, out []Availability) {
	ctx, cancel := context.WithTimeout(ctx, r.cfg.Inline)
	defer cancel()
	names := make([]dname.Name, len(idx))
	for k, i := range idx {
		names[k] = out[i].Name
	}
	answers, err := reg.CheckDomains(ctx, names)
	byName := map[dname.Name]registry.Availability{}
	for _, a := range answers {
		byName[a.Name] = a
	}
	for _, i := range idx {
		a, ok := byName[out[i].Name]
		switch {
		case err != nil || !ok:
			out[i].Status, out[i].Err = Refused, registryProblem(err).On("domain", string(out[i].Name))
		case a.Available:
			out[i].Status = Free
		default:
			out[i].Status, out[i].Reason = Taken, a.Reason
		}
	}
}

// markProcessing turns free names with an open registration into Processing.
func (r *Runner) markProcessing(ctx context.Context, c Caller, out []Availability) error {
	for i := range out {
		if out[i].Status != Free && out[i].Status != Taken || out[i].Mine {
			continue
		}
		o, err := r.cfg.Store.View().OpenOrder(ctx, c.Account.Environment, "domain", string(out[i].Name))
		switch {
		case err == nil:
			if out[i].Status = Taken; o.Account == c.Account.ID {
				out[i].Status, out[i].Mine = Processing, true
			}
		case !errs.Is(err, errs.NotFound):
			return err
		}
	}
	return nil
}

// registryProblem turns a registry's error into the core's: refused with its code, or down.
func registryProblem(err error) *errs.Error {
	var e *registry.Error
	if !errors.As(err, &e) || e.Unknown || e.Code == 0 || e.Code >= 2400 {
		return errs.E(errs.RegistryDown, "the registry did not answer, try again later").Wrap(err)
	}
	kind := errs.RegistryRejected
	switch e.Code {
	case registry.CodeObjectExists:
		kind = errs.NotAvailable
	case registry.CodeNotExist:
		kind = errs.NotFound
	case registry.CodeStatusProhibits:
		kind = errs.WrongState
	case registry.CodeInUse:
		kind = errs.InUse
	}
	p := errs.E(kind, "the registry refused: %s", e.Text).Wrap(err)
	p.Code = e.Code
	return p
}
