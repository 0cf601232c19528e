package command

import (
	"context"
	"errors"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/zone"
)

// fieldZone is the error field of a zone's name.
const fieldZone = "zone"

func parseOrigin(text string) (dname.Name, error) {
	if text == "" {
		return "", errs.F(errs.Missing, fieldZone, "no zone given")
	}
	origin, err := dname.Parse(text)
	if err != nil {
		return "", errs.F(errs.InvalidName, fieldZone, "%q is not a valid zone name", clipText(text))
	}
	return origin, nil
}

// ownZone finds a zone of the caller and tells foreign from missing.
func ownZone(ctx context.Context, tx Tx, c Caller, text string) (zone.Zone, error) {
	origin, err := parseOrigin(text)
	if err != nil {
		return zone.Zone{}, err
	}
	z, err := tx.Zone(ctx, c.Account.ID, origin)
	if !errs.Is(err, errs.NotFound) {
		return z, err
	}
	_, err = tx.AnyZone(ctx, origin)
	switch {
	case err == nil:
		return z, errs.F(errs.NotOwned, fieldZone, "%s is served for another account", origin).On("zone", string(origin))
	case !errs.Is(err, errs.NotFound):
		return z, err
	}
	return z, errs.F(errs.NotFound, fieldZone, "%s is not served here", origin).On("zone", string(origin))
}

// primaryZone is ownZone for what can be changed here.
func primaryZone(ctx context.Context, tx Tx, c Caller, text string) (zone.Zone, error) {
	z, err := ownZone(ctx, tx, c, text)
	if err == nil {
		err = changeable(z)
	}
	return z, err
}

// changeable refuses a zone whose records come from elsewhere.
func changeable(z zone.Zone) error {
	if z.Kind == zone.Secondary {
		return errs.F(errs.WrongState, fieldZone, "the records of %s come from other servers", z.Origin).On("zone", string(z.Origin))
	}
	return nil
}

// errZoneDry undoes the transaction of a dry run.
var errZoneDry = errors.New("dry run")

// onZones runs a change of zones in one transaction; a dry run leaves everything as it is.
func (r *Runner) onZones(ctx context.Context, c Caller, do func(ctx context.Context, tx Tx) error) error {
	if err := r.gate.pass(ctx); err != nil {
		return errs.E(errs.RegistryDown, "the platform is busy, try again later").Wrap(err)
	}
	err := r.cfg.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		err := tx.JudgeAccount(ctx, c.Account.ID, func(a account.Account) error {
			if a.Locked {
				return errs.E(errs.AccountLocked, "the account is locked")
			}
			return nil
		})
		if err == nil {
			err = do(ctx, tx)
		}
		if err == nil && c.DryRun {
			err = errZoneDry
		}
		return err
	})
	if errors.Is(err, errZoneDry) {
		return nil
	}
	return err
}

// zoneHistory writes a line of an account's history.
func zoneHistory(ctx context.Context, tx Tx, z zone.Zone, what string) error {
	return tx.AddHistory(ctx, History{Account: z.Account, ObjectKind: "zone", ObjectName: string(z.Origin), What: what, At: tx.Registrar()})
}

// zoneActor names who changes a zone, for its history.
func zoneActor(c Caller) string {
	switch {
	case c.Dialect == "":
		return c.Command
	case c.Command == "":
		return c.Dialect
	}
	return c.Dialect + " " + c.Command
}
