package sim

import (
	"context"
	"time"

	"github.com/polyreg/polyreg/internal/registry/sim/repo"
	"github.com/polyreg/polyreg/internal/wire/epp"
)

// renewDomain prolongs a domain from its expiry on (RFC 5731 §3.2.3).
func (s *Server) renewDomain(ctx context.Context, c *call, cmd *epp.Command) (*answer, error) {
	in := cmd.RenewDomain
	name, err := domainName(in.Name)
	if err != nil {
		return nil, err
	}
	var a *answer
	err = s.changeDomain(ctx, c, string(name), func(ctx context.Context, tx repo.Tx, d *repo.Domain) error {
		if err := allowed("Renew", d.Statuses, nil); err != nil {
			return err
		}
		if in.CurExpDate.Format(time.DateOnly) != d.Expires.UTC().Format(time.DateOnly) {
			return refuse(epp.CodePolicy, ofDomain("curExpDate", in.CurExpDate.Format(time.DateOnly)), "curExpDate does not match")
		}
		tld, ok := s.tldOf(name)
		if !ok { // the TLD was taken out of service
			return refuse(epp.CodeNotRenewable, ofDomain("name", d.Name), "the TLD is not served any more")
		}
		years, err := tld.years(in.Period)
		if err != nil {
			return err
		}
		fee, err := s.agree(name, epp.FeeForRenew, years, cmd.Ext.FeeRenew)
		if err != nil {
			return err
		}
		target := targetOf(d)
		if target.Expires, err = tld.extend(d.Expires, c.now, years); err != nil {
			return err
		}
		later := *d
		tld.begin(&later, epp.RGPRenewPeriod, c.now, d.Expires, fee)
		target.Periods = later.Periods
		a = &answer{data: &epp.ResData{DomainRenew: &epp.DomainRenewData{Name: d.Name, ExDate: target.Expires}}}
		if s.pends(c, "renew", d, target) {
			a.code, d.Pending.Fee = epp.CodePending, fee
		} else {
			apply(d, target)
			d.Updater, d.Updated = c.who.ID, c.now
		}
		if err := tx.SaveDomain(ctx, d); err != nil {
			return err
		}
		left, err := c.charge(ctx, tx, fee)
		if cmd.Ext.FeeRenew != nil {
			a.ext.FeeRenew = s.charged(epp.FeeForRenew, fee, left, in.Period)
		}
		return err
	})
	return a, err
}

// changeDomain locks a domain of the caller that waits for nothing and runs fn on it.
func (s *Server) changeDomain(ctx context.Context, c *call, name string, fn func(context.Context, repo.Tx, *repo.Domain) error) error {
	return s.inTx(ctx, func(ctx context.Context, tx repo.Tx) error {
		d, err := s.lockDomain(ctx, tx, c.who.Namespace, name)
		if err != nil {
			return err
		}
		if err := sponsored(c, d.Sponsor); err != nil {
			return err
		}
		if err := idle(&d); err != nil {
			return err
		}
		return fn(ctx, tx, &d)
	})
}

// idle refuses a command on a domain that waits for something (2304).
func idle(d *repo.Domain) error {
	waits := ""
	switch {
	case d.Pending != nil:
		waits = d.Pending.Op
	case d.Deletion != nil:
		waits = "delete"
	case d.Transfer.Waits():
		waits = "transfer"
	default:
		return nil
	}
	return refuse(epp.CodeStatusProhibits, ofDomain("name", d.Name), "an action is pending: %s", waits)
}

func targetOf(d *repo.Domain) *repo.Target {
	return &repo.Target{Contacts: d.Contacts, NameServers: d.NameServers, Statuses: d.Statuses, AuthInfo: d.AuthInfo, AuthSet: d.AuthSet,
		Expires: d.Expires, Periods: d.Periods, DNSSEC: d.DNSSEC, HostAttrs: d.HostAttrs, NSSet: d.NSSet, Keyset: d.Keyset}
}

func apply(d *repo.Domain, t *repo.Target) {
	d.Contacts, d.NameServers, d.Statuses, d.AuthInfo, d.AuthSet = t.Contacts, t.NameServers, t.Statuses, t.AuthInfo, t.AuthSet
	d.Expires, d.Periods, d.DNSSEC = t.Expires, t.Periods, t.DNSSEC
	d.HostAttrs, d.NSSet, d.Keyset = t.HostAttrs, t.NSSet, t.Keyset
}
