package command

import (
	"context"
	"slices"

	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/zone"
)

// defaultZone serves a name that has been registered with the platform's name servers, unless its zone is there already.
func (r *Runner) defaultZone(ctx context.Context, tx Tx, d domain.Domain) error {
	if !r.onPlatform(d) {
		return nil
	}
	switch _, err := tx.AnyZone(ctx, d.Name); {
	case err == nil:
		return nil
	case !errs.Is(err, errs.NotFound):
		return err
	}
	z := zone.Zone{Account: d.Account, Environment: d.Environment, Origin: d.Name, Kind: zone.Primary, Serial: zone.NextSerial(0, tx.Registrar())}
	r.fillZone(&z)
	if _, err := r.beginZone(ctx, tx, &z, &additions{}); err != nil {
		if errs.Is(err, errs.Exists) {
			return nil // another one was faster
		}
		return err
	}
	return tx.NoteDefaultZone(ctx, z.ID)
}

// onPlatform reports whether a name is delegated to the platform's name servers and no others.
func (r *Runner) onPlatform(d domain.Domain) bool {
	ns := r.cfg.Platform.NameServers
	if len(ns) == 0 || len(ns) != len(d.Servers) {
		return false
	}
	for _, s := range d.Servers {
		if !slices.Contains(ns, string(s.Name)) {
			return false
		}
	}
	return true
}
