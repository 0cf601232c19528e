package command

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/host"
	"github.com/polyreg/polyreg/internal/id"
	"github.com/polyreg/polyreg/internal/order"
	"github.com/polyreg/polyreg/internal/registry"
)

var registerOp = operation{send: sendRegister, probe: probeRegister, apply: applyRegister, revert: removeMade}

func sendRegister(ctx context.Context, x *exchange) (achieved, bool, error) {
	ids, err := x.ensureContacts(ctx, x.in.Contacts)
	if err != nil {
		return achieved{}, false, err
	}
	outside, inside := splitServers(x.in.Servers, x.in.Name)
	if err := x.ensureHosts(ctx, outside, "h"); err != nil {
		return achieved{}, false, err
	}
	auth, err := x.r.cfg.Secrets.Open(x.in.AuthInfo, authAAD(x.o.Environment, x.in.Name))
	if err != nil {
		return achieved{}, false, registry.NotSent("authInfo cannot be opened", err)
	}
	create := registry.DomainCreate{Name: x.in.Name, Years: x.in.Years, AuthInfo: auth, NameServers: host.Names(outside), Fee: x.in.Fee,
		Registrant: ids[x.in.Contacts[domain.Registrant]], Contacts: registryRoles(x.in.Contacts, ids)}
	if !x.reg.Capabilities().Contacts {
		create.Registrant, create.Contacts = "", nil
	}
	made, err := x.reg.CreateDomain(ctx, x.clTRID(""), create)
	if err != nil {
		return achieved{}, false, err
	}
	got := achieved{Created: made.Created, Expires: made.Expires, Code: made.Code, SvTRID: made.SvTRID, Text: made.Text}
	if made.Pending {
		return got, true, nil
	}
	return got, false, x.afterCreate(ctx, inside, &got)
}

// afterCreate adds what can only exist below or on the new name: subordinate hosts and client statuses. The name is ours by
// now, so a refusal is told in the result's text and does not undo the order.
func (x *exchange) afterCreate(ctx context.Context, inside []host.Server, got *achieved) error {
	up := registry.DomainUpdate{Name: x.in.Name, AddStatus: x.in.AddStatus}
	if len(inside) > 0 {
		if err := x.ensureHosts(ctx, inside, "g"); err != nil {
			if registry.IsUnknown(err) {
				return err
			}
			got.Text = "registered, but its own name servers were refused: " + err.Error()
			inside = nil
		}
		up.AddNS = host.Names(inside)
	}
	if up.Empty() {
		return nil
	}
	if _, err := x.reg.UpdateDomain(ctx, x.clTRID("u"), up); err != nil {
		if registry.IsUnknown(err) {
			return err
		}
		got.Text = "registered, but the registry refused to complete it: " + err.Error()
	}
	return nil
}

// clockSkew is how much older than the order a name of ours may look and still be this order's: registries have clocks of
// their own and cut crDate to seconds. The name was free a moment before the order was written, and no other order for it is open.
const clockSkew = 15 * time.Minute

func probeRegister(ctx context.Context, x *exchange) (verdict, achieved, error) {
	d, err := x.reg.InfoDomain(ctx, x.in.Name)
	if registry.CodeOf(err) == registry.CodeNotExist {
		return notDone, achieved{}, nil
	}
	if err != nil {
		return 0, achieved{}, err
	}
	if d.Sponsor != x.r.cfg.Registries.Sponsor(x.o.Registry) || d.Created.Before(x.o.Created.Add(-clockSkew)) {
		return lost, achieved{}, nil
	}
	if slices.Contains(d.Statuses, "pendingCreate") {
		return open, achieved{}, nil
	}
	got := achieved{Created: d.Created, Expires: d.Expires, Code: registry.CodeOK}
	_, inside := splitServers(x.in.Servers, x.in.Name)
	if missing := missingServers(inside, d.NameServers); len(missing) > 0 || !hasAll(d.Statuses, x.in.AddStatus) {
		x.o.Attempt++ // the ids of the steps behind the create must be new
		if ok, err := x.r.fence(ctx, x.o, x.o.Attempt-1); err != nil || !ok {
			x.o.Attempt-- // that number is another driver's, or nobody's
			return 0, got, cmp.Or(err, errLost)
		}
		return wasDone, got, x.afterCreate(ctx, missing, &got)
	}
	return wasDone, got, nil
}

func missingServers(want []host.Server, have []dname.Name) []host.Server {
	var out []host.Server
	for _, s := range want {
		found := false
		for _, h := range have {
			found = found || h == s.Name
		}
		if !found {
			out = append(out, s)
		}
	}
	return out
}

func hasAll(have, want []string) bool {
	for _, w := range want {
		found := false
		for _, h := range have {
			found = found || h == w
		}
		if !found {
			return false
		}
	}
	return true
}

func applyRegister(ctx context.Context, tx Tx, x *exchange, o *order.Order, got achieved) error {
	in := x.in
	_, rest, _ := in.Name.Cut()
	d := domain.Domain{Account: o.Account, Environment: o.Environment, Name: in.Name, TLD: string(rest), Registry: o.Registry,
		Statuses: in.AddStatus, Contacts: in.Contacts, Servers: in.Servers, NSSet: in.NSSet, AuthInfo: in.AuthInfo, Profile: in.Profile,
		Created: got.Created, Expires: got.Expires, AutoRenew: in.AutoRenew}
	if in.Comment != nil {
		d.Comment = *in.Comment
	}
	if x.r.Policy(d, tx.Registrar()).TAC {
		d.AuthInfo = "" // one is drawn when a transfer is wanted
	}
	x.end.domain = &d
	if err := tx.AddDomain(ctx, &d); err != nil {
		return err
	}
	if err := x.r.scheduleNew(ctx, tx, d); err != nil {
		return err
	}
	if err := x.r.defaultZone(ctx, tx, d); err != nil {
		return err
	}
	if err := x.r.registeredAnew(ctx, tx, d); err != nil {
		return err
	}
	return x.r.askVerification(ctx, tx, d)
}

// drawRegistryIDs gives contacts that a registry has not yet seen an id there, before anything is sent. When the registry
// has all of them, it notes their ids there in the intent: they will not change any more.
func drawRegistryIDs(ctx context.Context, tx Tx, c Caller, reg string, in *intent) error {
	ids := distinct(in.Contacts)
	have, err := tx.ContactsAt(ctx, c.Account.ID, reg, ids)
	if err != nil {
		return err
	}
	made := make(map[contact.ID]string, len(ids))
	for _, k := range ids {
		a, ok := have[k]
		if !ok {
			return errs.E(errs.NotFound, "the contact does not exist")
		}
		if a.Made {
			made[k] = a.ID
		}
		if a.ID != "" {
			continue
		}
		if err := tx.PutAtRegistry(ctx, contact.AtRegistry{Contact: k, Registry: reg, ID: registryID()}); err != nil {
			return err
		}
	}
	if len(made) == len(ids) {
		in.made = made
	}
	return nil
}

func distinct(contacts map[domain.Role]contact.ID) []contact.ID {
	var ids []contact.ID
	seen := map[contact.ID]bool{}
	for _, role := range domain.Roles {
		if id, ok := contacts[role]; ok && !seen[id] {
			seen[id] = true
			ids = append(ids, id)
		}
	}
	return ids
}

func registryRoles(contacts map[domain.Role]contact.ID, ids map[contact.ID]string) map[registry.ContactRole][]string {
	out := map[registry.ContactRole][]string{}
	for role, reg := range map[domain.Role]registry.ContactRole{domain.Admin: registry.Admin, domain.Tech: registry.Tech, domain.Billing: registry.Billing} {
		if id, ok := contacts[role]; ok {
			out[reg] = []string{ids[id]}
		}
	}
	return out
}

// ensureContacts makes the contacts at the registry that it does not have, and gives their ids there. Ids were drawn in
// tx 1, so "exists" is the echo of an attempt before.
func (x *exchange) ensureContacts(ctx context.Context, contacts map[domain.Role]contact.ID) (map[contact.ID]string, error) {
	out := map[contact.ID]string{}
	if !x.reg.Capabilities().Contacts {
		return out, nil
	}
	if x.in.made != nil {
		return x.in.made, nil
	}
	view, ids := x.r.cfg.Store.View(), distinct(contacts)
	at, err := view.AtRegistry(ctx, x.reg.Name(), ids)
	if err != nil {
		return nil, registry.NotSent("contacts cannot be read", err)
	}
	data, err := view.Contacts(ctx, x.o.Account, ids)
	if err != nil {
		return nil, registry.NotSent("contacts cannot be read", err)
	}
	for i, id := range ids {
		a, k := at[id], data[id]
		out[id] = a.ID
		if a.Made || a.ID == "" {
			continue
		}
		_, err := x.reg.CreateContact(ctx, x.clTRID("c"+string(rune('1'+i))), registryContact(a.ID, k.Data))
		if err != nil && registry.CodeOf(err) != registry.CodeObjectExists {
			return nil, err
		}
		x.made = append(x.made, madeContact{x.reg.Name(), id, a.ID, k.Version})
	}
	return out, nil
}

// ensureHosts makes the host objects that the registry does not have.
func (x *exchange) ensureHosts(ctx context.Context, servers []host.Server, part string) error {
	if !x.reg.Capabilities().HostObjects {
		return nil
	}
	known, servers := x.r.hosts.split(x.reg.Name(), servers, x.r.cfg.Clocks.Wall())
	x.trusting = append(x.trusting, known...)
	if len(servers) == 0 {
		return nil
	}
	found, err := x.reg.CheckHosts(ctx, host.Names(servers))
	if err != nil {
		return err
	}
	free := map[dname.Name]bool{}
	for _, a := range found {
		free[a.Name] = a.Available
	}
	for i, s := range servers {
		if !free[s.Name] {
			continue
		}
		_, err := x.reg.CreateHost(ctx, x.clTRID(part+string(rune('1'+i))), registry.Host{Name: s.Name, Addresses: s.Addresses})
		if err != nil && registry.CodeOf(err) != registry.CodeObjectExists {
			return hostProblem(s.Name, err)
		}
	}
	x.r.hosts.remember(x.reg.Name(), servers, x.r.cfg.Clocks.Wall())
	return nil
}

// hostProblem names the server that was refused.
func hostProblem(name dname.Name, err error) error {
	var e *registry.Error
	if errors.As(err, &e) && !e.Unknown && e.Code != 0 {
		return registry.Refused(e.Code, "name server "+string(name)+": "+e.Text)
	}
	return err
}

// splitServers tells servers below the name from the others, whose addresses are no glue.
func splitServers(servers []host.Server, name dname.Name) (outside, inside []host.Server) {
	for _, s := range servers {
		if s.Name.Within(name) {
			inside = append(inside, s)
		} else {
			outside = append(outside, host.Server{Name: s.Name})
		}
	}
	return outside, inside
}

// registryContact turns contact data into the registry's form: ASCII data as "int", everything else as "loc".
func registryContact(at string, d contact.Data) registry.Contact {
	p := registry.Postal{Name: d.Name(), Org: d.Organisation, Street: d.Street, City: d.City, State: d.State, Code: d.PostalCode, Country: d.Country}
	k := registry.Contact{ID: at, Voice: d.Phone, VoiceExt: d.PhoneExt, Fax: d.Fax, Email: d.Email, AuthInfo: id.AuthInfo()}
	if isASCII(append([]string{p.Name, p.Org, p.City, p.State, p.Code}, p.Street...)) {
		k.Int = &p
	} else {
		k.Loc = &p
	}
	return k
}

func isASCII(texts []string) bool {
	for _, s := range texts {
		for i := 0; i < len(s); i++ {
			if s[i] >= 0x80 {
				return false
			}
		}
	}
	return true
}
