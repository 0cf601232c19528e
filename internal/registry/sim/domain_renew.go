package sim

import (
	"context"
	"time"

	"github.com/polyreg/polyreg/internal/registry/sim/repo"
	"github.com/polyreg/polyreg/internal/wire/epp"
)

// renewDomain prolongs a domain from its expiry on (RFC 5731 §3.2.3).
func (s *Server) renewDomain(ctx context.Context, c *call, in *epp.DomainRenew) (*answer, error) {
	name, err := domainName(in.Name)
	if err != nil {
		return nil, err
	}
	a := &answer{}
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
		target := targetOf(d)
		if target.Expires, err = tld.extend(d.Expires, c.now, years); err != nil {
			return err
		}
		a.data = &epp.ResData{DomainRenew: &epp.DomainRenewData{Name: d.Name, ExDate: target.Expires}}
		a.code = 0
		if s.pends(c, "renew", d, target) {
			a.code = epp.CodePending
		} else {
			apply(d, target)
			d.Updater, d.Updated = c.who.ID, c.now
		}
		return tx.UpdateDomain(ctx, d)
	})
	return a, err
}

// changeDomain locks a domain of the caller that waits for nothing and runs fn on it.
func (s *Server) changeDomain(ctx context.Context, c *call, name string, fn func(context.Context, repo.Tx, *repo.Domain) error) error {
	return s.cfg.Store.InTx(ctx, func(ctx context.Context, tx repo.Tx) error {
		d, err := tx.LockDomain(ctx, c.who.Namespace, name)
		if err != nil {
			return absent(err, ofDomain("name", name))
		}
		if err := sponsored(c, d.Sponsor); err != nil {
			return err
		}
		if d.Pending != nil {
			return refuse(epp.CodeStatusProhibits, ofDomain("name", name), "an action is pending: %s", d.Pending.Op)
		}
		return fn(ctx, tx, &d)
	})
}

func targetOf(d *repo.Domain) *repo.Target {
	return &repo.Target{Contacts: d.Contacts, NameServers: d.NameServers, Statuses: d.Statuses, AuthInfo: d.AuthInfo, Expires: d.Expires}
}

func apply(d *repo.Domain, t *repo.Target) {
	d.Contacts, d.NameServers, d.Statuses, d.AuthInfo, d.Expires = t.Contacts, t.NameServers, t.Statuses, t.AuthInfo, t.Expires
}
