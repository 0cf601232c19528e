package command

import (
	"context"
	"errors"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/zone"
)

// PlantZone is a zone with its text (RFC 1035 §5), relative to Origin. Zero fields of SOA stand for defaults.
type PlantZone struct {
	Account           PlantKey
	Origin            dname.Name
	VirtualNameServer string
	SOA               zone.SOA
	Text              string
	DNSSEC            bool // it is to be signed
}

// PlantDNSCredential is a log-in for dynamic DNS, with what AddDNSCredential takes.
type PlantDNSCredential struct {
	Username, Password string
	Scopes             []string
}

// zone reads a zone's text and serves it.
func (g *planting) zone(ctx context.Context, z PlantZone) error {
	acc, err := g.account(ctx, z.Account)
	if err != nil {
		return err
	}
	added, err := g.r.plantZone(ctx, g.tx, acc, z)
	if err == nil {
		g.count(added, func(c *PlantCounts) *int { return &c.Zones })
	}
	return err
}

// plantZone serves a zone of a plant; false when the origin is served already.
func (r *Runner) plantZone(ctx context.Context, tx Tx, acc account.Account, p PlantZone) (bool, error) {
	switch _, err := tx.AnyZone(ctx, p.Origin); {
	case err == nil:
		return false, nil
	case !errs.Is(err, errs.NotFound):
		return false, err
	}
	cmd := CreateZone{Origin: string(p.Origin), SOA: p.SOA, Text: p.Text, VirtualNS: p.VirtualNameServer, Signed: p.DNSSEC}
	z, adds, err := cmd.draft(r, Caller{Account: acc})
	if err == nil {
		z.Serial = zone.NextSerial(z.Serial, tx.Registrar())
		_, err = r.beginZone(ctx, tx, &z, adds)
	}
	var e *errs.Error
	if errors.As(err, &e) && e.Object == "" {
		_ = e.On("zone", string(p.Origin))
	}
	return err == nil, err
}

func dnsKey(username string) secretKey {
	return secretKey{dialect: "dns", kind: account.Password, login: username}
}

// hashDNS names the passwords of log-ins for dynamic DNS that are not there yet.
func hashDNS(ctx context.Context, view Tx, list []PlantDNSCredential, todo map[secretKey]string) error {
	for _, c := range list {
		if _, err := view.DNSCredential(ctx, c.Username); errs.Is(err, errs.NotFound) {
			todo[dnsKey(c.Username)] = c.Password
		} else if err != nil {
			return err
		}
	}
	return nil
}

func (g *planting) dnsCredentials(ctx context.Context, acc account.Account, list []PlantDNSCredential) error {
	for _, p := range list {
		have, err := g.tx.DNSCredential(ctx, p.Username)
		switch {
		case err == nil && have.Account != acc.ID:
			return errs.E(errs.Exists, "the dynamic DNS log-in %s belongs to another account", p.Username).On("credential", p.Username)
		case err == nil:
			g.count(false, func(c *PlantCounts) *int { return &c.Credentials })
			continue
		case !errs.Is(err, errs.NotFound):
			return err
		}
		cred, err := dnsCredential(p.Username, p.Password, p.Scopes)
		if err != nil {
			return err
		}
		var ok bool
		if cred.Hash, ok = g.hashes[dnsKey(p.Username)]; !ok {
			return errs.E(errs.Conflict, "the log-in %s was removed meanwhile; plant again", p.Username)
		}
		cred.Account = acc.ID
		if err := g.tx.AddDNSCredential(ctx, &cred); err != nil {
			return err
		}
		g.count(true, func(c *PlantCounts) *int { return &c.Credentials })
	}
	return nil
}
