package command

import (
	"context"
	"slices"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/zone"
)

// ReplaceZone replaces all that a zone holds at once: records, forwards, the interface's note, and the log-in for dynamic DNS that
// goes with the zone. Name servers of the origin stay where Records has none. Errors: as ChangeZone, SetForwards and
// AddDNSCredential.
type ReplaceZone struct {
	Origin   string
	Create   bool // makes a primary zone where none is served
	Records  []zone.Record
	Keep     func(zone.Record) bool // records that stay besides, nil for none
	Forwards []zone.Forward
	// KeepForwards tells the forwards that stay besides, nil for none.
	KeepForwards func(zone.Forward) bool
	Note         string            // what the interface keeps beside the zone, sealed
	Login        *AddDNSCredential // a log-in to be made, in place of the one named by DropLogin
	Number       bool              // draws a number for the change, of those that orders have
	DropLogin    string            // user name of a log-in of the account that goes; one that is not there is passed over
}

func (ReplaceZone) need() account.Access { return account.Modify }

func (cmd ReplaceZone) run(ctx context.Context, r *Runner, c Caller) (ZoneChanged, error) {
	var login zone.Credential
	if cmd.Login != nil {
		var err error
		if login, err = dnsCredential(cmd.Login.Username, cmd.Login.Password, cmd.Login.Scopes); err != nil {
			return ZoneChanged{}, err
		}
		if login.Hash, err = r.cfg.Passwords.Hash(ctx, cmd.Login.Password); err != nil {
			return ZoneChanged{}, err
		}
		login.Account = c.Account.ID
	}
	var out ZoneChanged
	err := r.onZones(ctx, c, func(ctx context.Context, tx Tx) error {
		z, err := cmd.zone(ctx, tx, r, c)
		if err != nil {
			return err
		}
		if out, err = cmd.replace(ctx, tx, r, c, z); err != nil {
			return err
		}
		if cmd.Number {
			if out.Number, err = tx.NextOrder(ctx); err != nil {
				return err
			}
		}
		if err := dropLogin(ctx, tx, c.Account.ID, cmd.DropLogin); err != nil || cmd.Login == nil {
			return err
		}
		made := login
		return tx.AddDNSCredential(ctx, &made)
	})
	return out, err
}

// zone finds the zone, or makes it.
func (cmd ReplaceZone) zone(ctx context.Context, tx Tx, r *Runner, c Caller) (zone.Zone, error) {
	z, err := primaryZone(ctx, tx, c, cmd.Origin)
	if !cmd.Create || !errs.Is(err, errs.NotFound) {
		return z, err
	}
	z, adds, err := CreateZone{Origin: cmd.Origin}.draft(r, c)
	if err != nil {
		return z, err
	}
	if err := r.mayServe(ctx, tx, c.Account, z.Origin); err != nil {
		return z, err
	}
	z.Serial = zone.NextSerial(z.Serial, tx.Registrar())
	if _, err := r.beginZone(ctx, tx, &z, adds); err != nil {
		return z, err
	}
	return z, zoneHistory(ctx, tx, z, "created")
}

func (cmd ReplaceZone) replace(ctx context.Context, tx Tx, r *Runner, c Caller, z zone.Zone) (ZoneChanged, error) {
	records := slices.Clone(cmd.Records)
	if cmd.Keep != nil {
		have, err := tx.Records(ctx, z.ID, "")
		if err != nil {
			return ZoneChanged{}, err
		}
		records = append(records, slices.DeleteFunc(have, func(x zone.Record) bool { return !cmd.Keep(x) })...)
	}
	out, err := r.changeRecords(ctx, tx, &z, ChangeZone{Replace: &records}, zoneActor(c))
	if err != nil {
		return out, err
	}
	forwards := slices.Clone(cmd.Forwards)
	if cmd.KeepForwards != nil {
		have, err := tx.Forwards(ctx, z.ID)
		if err != nil {
			return out, err
		}
		forwards = append(forwards, slices.DeleteFunc(have, func(f zone.Forward) bool { return !cmd.KeepForwards(f) })...)
	}
	if forwards, err = readForwards(z, forwards); err != nil {
		return out, err
	}
	if err := tx.PutForwards(ctx, z.ID, forwards); err != nil {
		return out, err
	}
	return out, r.putNote(ctx, tx, z, &Note{c.Dialect, cmd.Note})
}

func dropLogin(ctx context.Context, tx Tx, acc account.ID, username string) error {
	if username == "" {
		return nil
	}
	have, err := tx.DNSCredential(ctx, username)
	if errs.Is(err, errs.NotFound) || err == nil && have.Account != acc {
		return nil
	}
	if err != nil {
		return err
	}
	return tx.DeleteDNSCredential(ctx, acc, have.ID)
}

func noteAAD(origin dname.Name, dialect string) string {
	return "zone_note/" + dialect + "/" + string(origin)
}

// ZoneNote reads what an interface keeps beside a zone; "" where it has put nothing there.
func (r *Runner) ZoneNote(ctx context.Context, z zone.Zone, dialect string) (string, error) {
	return r.noteIn(ctx, r.cfg.Store.View(), z, dialect)
}

func (r *Runner) noteIn(ctx context.Context, tx Tx, z zone.Zone, dialect string) (string, error) {
	sealed, err := tx.ZoneNote(ctx, z.ID, dialect)
	if errs.Is(err, errs.NotFound) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return r.cfg.Secrets.Open(sealed, noteAAD(z.Origin, dialect))
}
