package command

import (
	"context"
	"net/netip"
	"slices"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/host"
	"github.com/polyreg/polyreg/internal/order"
	"github.com/polyreg/polyreg/internal/registry"
)

var updateOp = operation{send: sendUpdate, probe: probeUpdate, apply: applyUpdate, revert: removeMade}

// sendUpdate sends what still differs: on a first attempt what the store says, later what the registry says.
func sendUpdate(ctx context.Context, x *exchange) (achieved, bool, error) {
	ids, err := x.ensureContacts(ctx, x.in.Contacts)
	if err != nil {
		return achieved{}, false, err
	}
	if x.in.Delegate {
		if err := x.ensureHosts(ctx, x.in.Servers, "h"); err != nil {
			return achieved{}, false, err
		}
		if err := x.refreshGlue(ctx); err != nil {
			return achieved{}, false, err
		}
	}
	now, err := x.reg.InfoDomain(ctx, x.in.Name)
	if err != nil {
		return achieved{}, false, notSentYet(err)
	}
	up, err := x.difference(now, ids)
	if err != nil || up.Empty() {
		return achieved{Code: registry.CodeOK}, false, err
	}
	res, err := x.reg.UpdateDomain(ctx, x.clTRID(""), up)
	return achieved{Code: res.Code, SvTRID: res.SvTRID, Text: res.Text}, res.Pending, err
}

// notSentYet turns the failure of a read before the deciding step into "nothing was sent", unless it is a refusal.
func notSentYet(err error) error {
	if registry.IsUnknown(err) {
		return registry.NotSent("the domain cannot be read", err)
	}
	return err
}

// difference is what the registry still lacks.
func (x *exchange) difference(now registry.Domain, ids map[contact.ID]string) (registry.DomainUpdate, error) {
	up := registry.DomainUpdate{Name: x.in.Name}
	if x.in.Delegate {
		up.AddNS, up.RemNS = host.Diff(now.NameServers, host.Names(x.in.Servers))
	}
	for _, s := range x.in.AddStatus {
		if !slices.Contains(now.Statuses, s) {
			up.AddStatus = append(up.AddStatus, s)
		}
	}
	for _, s := range x.in.RemStatus {
		if slices.Contains(now.Statuses, s) {
			up.RemStatus = append(up.RemStatus, s)
		}
	}
	if x.reg.Capabilities().Contacts {
		x.contactDifference(&up, now, ids)
	}
	if x.in.SetDNSSEC && !sameDNSSEC(x.in.DNSSEC, coreDNSSEC(now.DNSSEC)) {
		up.RemAllDNSSEC, up.AddDNSSEC = !now.DNSSEC.Empty(), registryDNSSEC(x.in.DNSSEC)
	}
	if x.in.AuthInfo != "" {
		plain, err := x.r.cfg.Secrets.Open(x.in.AuthInfo, authAAD(x.o.Environment, x.in.Name))
		if err != nil {
			return up, registry.NotSent("authInfo cannot be opened", err)
		}
		switch secure := x.reg.Capabilities().SecureAuth; {
		case x.in.DropAuth && secure:
			up.UnsetAuth = true
		case now.AuthInfo != plain:
			up.AuthInfo = plain
		}
	}
	return up, nil
}

func (x *exchange) contactDifference(up *registry.DomainUpdate, now registry.Domain, ids map[contact.ID]string) {
	if id, ok := x.in.Contacts[domain.Registrant]; ok && ids[id] != now.Registrant {
		up.Registrant = ids[id]
	}
	for role, want := range registryRoles(x.in.Contacts, ids) {
		have := now.Contacts[role]
		if slices.Equal(have, want) {
			continue
		}
		if up.AddContacts == nil {
			up.AddContacts, up.RemContacts = map[registry.ContactRole][]string{}, map[registry.ContactRole][]string{}
		}
		for _, w := range want {
			if !slices.Contains(have, w) {
				up.AddContacts[role] = append(up.AddContacts[role], w)
			}
		}
		for _, h := range have {
			if !slices.Contains(want, h) {
				up.RemContacts[role] = append(up.RemContacts[role], h)
			}
		}
	}
}

// refreshGlue brings the addresses of subordinate hosts to what the delegation says.
func (x *exchange) refreshGlue(ctx context.Context) error {
	_, inside := splitServers(x.in.Servers, x.in.Name)
	for i, s := range inside {
		now, err := x.reg.InfoHost(ctx, s.Name)
		if err != nil {
			return notSentYet(err)
		}
		add, rem := addrDiff(now.Addresses, s.Addresses)
		if len(add)+len(rem) == 0 {
			continue
		}
		if _, err := x.reg.UpdateHost(ctx, x.clTRID("a"+string(rune('1'+i))), registry.HostUpdate{Name: s.Name, Add: add, Rem: rem}); err != nil {
			return hostProblem(s.Name, err)
		}
	}
	return nil
}

func addrDiff(have, want []netip.Addr) (add, rem []netip.Addr) {
	for _, w := range want {
		if !slices.Contains(have, w) {
			add = append(add, w)
		}
	}
	for _, h := range have {
		if !slices.Contains(want, h) {
			rem = append(rem, h)
		}
	}
	return add, rem
}

func probeUpdate(ctx context.Context, x *exchange) (verdict, achieved, error) {
	now, err := x.reg.InfoDomain(ctx, x.in.Name)
	if err != nil {
		return 0, achieved{}, err
	}
	if slices.Contains(now.Statuses, "pendingUpdate") {
		return open, achieved{}, nil
	}
	at, err := x.r.cfg.Store.View().AtRegistry(ctx, x.reg.Name(), distinct(x.in.Contacts))
	if err != nil {
		return 0, achieved{}, err
	}
	ids := map[contact.ID]string{}
	for id, a := range at {
		ids[id] = a.ID
	}
	up, err := x.difference(now, ids)
	if err != nil {
		return 0, achieved{}, err
	}
	if up.Empty() {
		return wasDone, achieved{Code: registry.CodeOK}, nil
	}
	return notDone, achieved{}, nil
}

func applyUpdate(ctx context.Context, tx Tx, x *exchange, o *order.Order, _ achieved) error {
	in := x.in
	var unused []contact.ID
	err := changeDomain(ctx, tx, x, o, func(d *domain.Domain) {
		for role, id := range d.Contacts {
			if next, ok := in.Contacts[role]; ok && next != id {
				unused = append(unused, id)
			}
		}
		d.Contacts = contactsAfter(*d, in)
		if in.Delegate {
			d.Servers, d.NSSet = in.Servers, in.NSSet
		}
		d.Statuses = slices.DeleteFunc(append(slices.Clone(d.Statuses), in.AddStatus...), func(s string) bool { return slices.Contains(in.RemStatus, s) })
		if in.AuthInfo != "" {
			if d.AuthInfo = in.AuthInfo; in.DropAuth {
				d.AuthInfo = ""
			}
		}
		if in.SetDNSSEC {
			d.DNSSEC = in.DNSSEC
		}
		d.HeldFor = heldAfter(*d, in)
		ownFields(d, in)
		d.Updated = tx.Registrar()
		if in.NewOwner && !in.NoOwnerLock { // a lock of an earlier change stays
			d.OwnerChanged = tx.Registrar()
		}
	})
	if err != nil {
		return err
	}
	if err := x.r.limitAuthInfo(ctx, tx, *x.end.domain, in); err != nil {
		return err
	}
	if in.NewOwner {
		if err := x.r.ownerChanged(ctx, tx, *x.end.domain, in.Before); err != nil {
			return err
		}
	}
	if err := x.r.followZone(ctx, tx, o, in, *x.end.domain); err != nil {
		return err
	}
	return dropUnused(ctx, tx, o.Account, unused)
}

// dropUnused removes implicit contacts that their domain does not use any more.
func dropUnused(ctx context.Context, tx Tx, acc account.ID, ids []contact.ID) error {
	for _, id := range ids {
		k, err := tx.Contact(ctx, acc, id)
		if errs.Is(err, errs.NotFound) || err == nil && k.Owner == "" {
			continue
		}
		if err != nil {
			return err
		}
		n, err := tx.ContactUse(ctx, id)
		if err != nil {
			return err
		}
		if n == 0 {
			if err := tx.DeleteContact(ctx, acc, id); err != nil {
				return err
			}
		}
	}
	return nil
}

// heldAfter are the platform's reasons for clientHold after an update. A hold of the account's own stays when the platform's
// reasons come and go.
func heldAfter(d domain.Domain, in intent) []string {
	held := slices.Clone(d.HeldFor)
	switch {
	case in.HoldFor != "":
		if len(held) == 0 && len(in.AddStatus) == 0 {
			held = append(held, domain.HeldUser)
		}
		return append(held, in.HoldFor)
	case in.Release != "":
		held = slices.DeleteFunc(held, func(s string) bool { return s == in.Release })
		if slices.Equal(held, []string{domain.HeldUser}) {
			held = nil
		}
	case slices.Contains(in.RemStatus, domain.ClientHold):
		held = nil
	}
	return held
}
