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
type CheckDomains struct {
	Names []string
	Fresh bool // ask the registries now; an answer that one gave a moment ago to somebody else will not do
}

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
	out, names := r.judgeNames(cmd.Names)
	known, err := r.cfg.Store.View().Names(ctx, c.Account.Environment, names)
	if err != nil {
		return nil, err
	}
	ask := map[registry.Registry][]int{}
	for i := range out {
		a := &out[i]
		if a.Status != "" {
			continue
		}
		if holder := known[a.Name].Holder; holder != 0 {
			a.Status, a.Mine = Taken, holder == c.Account.ID
			continue
		}
		reg, err := r.cfg.Registries.For(c.Account.Environment, a.TLD)
		if err != nil {
			a.Status, a.Err = Refused, errs.As(err)
			continue
		}
		ask[reg] = append(ask[reg], i)
	}
	asking := ctx
	if cmd.Fresh {
		asking = registry.Fresh(ctx)
	}
	for reg, idx := range ask {
		r.checkAt(asking, reg, idx, out)
	}
	return out, r.markProcessing(ctx, c, out, known)
}

// judgeNames gives the names that somebody may have, and the answers for those that nobody can.
func (r *Runner) judgeNames(texts []string) ([]Availability, []dname.Name) {
	out := make([]Availability, len(texts))
	names := make([]dname.Name, 0, len(texts))
	cat := r.Catalog()
	for i, text := range texts {
		a := &out[i]
		a.Input = text
		var err error
		if a.Name, a.TLD, err = cat.CheckName(text); err != nil {
			a.Status, a.Err = Refused, errs.As(err)
			continue
		}
		if reason, ok := cat.Reserved(a.Name); ok {
			a.Status, a.Reason = ReservedFor, reason
			continue
		}
		names = append(names, a.Name)
	}
	return out, names
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
			if out[i].Status, out[i].Class = Free, a.Class; a.Class == "" {
				out[i].Class = r.Catalog().Premium(out[i].Name)
			}
		default:
			out[i].Status, out[i].Reason = Taken, a.Reason
		}
	}
}

// markProcessing turns names with an open registration into Processing, or Taken when it is another account's. known is
// what the store knew before the registries were asked: where one of them says "taken", it is asked again, for the
// registration may have begun in between.
func (r *Runner) markProcessing(ctx context.Context, c Caller, out []Availability, known map[dname.Name]NameState) error {
	var again []dname.Name
	for i := range out {
		if a := &out[i]; a.Status == Taken && !a.Mine && known[a.Name] == (NameState{}) {
			again = append(again, a.Name)
		}
	}
	if len(again) > 0 {
		now, err := r.cfg.Store.View().Names(ctx, c.Account.Environment, again)
		if err != nil {
			return err
		}
		for name, s := range now {
			known[name] = NameState{Orderer: s.Orderer}
		}
	}
	for i := range out {
		a := &out[i]
		if a.Status != Free && a.Status != Taken || a.Mine {
			continue
		}
		switch known[a.Name].Orderer {
		case 0:
		case c.Account.ID:
			a.Status, a.Mine = Processing, true
		default:
			a.Status = Taken
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
	kind, field := errs.RegistryRejected, ""
	switch e.Code {
	case registry.CodeObjectExists:
		kind = errs.NotAvailable
	case registry.CodeNotExist:
		kind = errs.NotFound
	case registry.CodeStatusProhibits:
		kind = errs.WrongState
	case registry.CodeInUse:
		kind = errs.InUse
	case registry.CodeNotTransferable, registry.CodePendingTransfer, registry.CodeNotPending:
		kind = errs.WrongState
	case registry.CodeBadAuthInfo:
		kind, field = errs.Auth, "auth_info"
	}
	p := errs.F(kind, field, "the registry refused: %s", e.Text).Wrap(err)
	p.Code = e.Code
	return p
}
