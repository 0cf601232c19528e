package command

import (
	"context"
	"fmt"
	"net/netip"
	"slices"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/host"
	"github.com/polyreg/polyreg/internal/order"
	"github.com/polyreg/polyreg/internal/registry"
)

// maxAddresses bounds a host's addresses (RFC 5732 leaves it to the server).
const maxAddresses = 13

// CreateHost makes a host object below a domain of the caller, at the domain's registry (RFC 5732 §3.2.1). Errors: Missing and
// Invalid (fields "name", "addresses"), NotFound and NotOwned (the domain above), Exists, WrongState, Busy, RegistryDown,
// RegistryRejected.
type CreateHost struct {
	Name      string
	Addresses []netip.Addr
}

func (CreateHost) need() account.Access { return account.Modify }

func (cmd CreateHost) run(ctx context.Context, r *Runner, c Caller) (Outcome, error) {
	return r.once(ctx, c, cmd, func(hash string) (Outcome, error) {
		name, d, err := r.hostParent(ctx, c, cmd.Name)
		if err != nil {
			return Outcome{}, err
		}
		addrs, err := checkAddresses(cmd.Addresses)
		if err != nil {
			return Outcome{}, err
		}
		switch _, err := r.cfg.Store.View().Host(ctx, c.Account.Environment, name); {
		case err == nil:
			return Outcome{}, errs.F(errs.Exists, "name", "the host %s exists already", name).On("host", string(name))
		case !errs.Is(err, errs.NotFound):
			return Outcome{}, err
		}
		in := intent{Name: name, Host: &hostIntent{New: host.Host{Account: c.Account.ID, Name: name, Addresses: addrs}}}
		return r.place(ctx, c, draft{op: order.CreateHost, kind: "host", name: string(name), registry: d.Registry, in: in, key: c.IdempotencyKey, hash: hash})
	})
}

// hostParent finds the caller's domain that a host name lies below.
func (r *Runner) hostParent(ctx context.Context, c Caller, text string) (dname.Name, domain.Domain, error) {
	if text == "" {
		return "", domain.Domain{}, errs.F(errs.Missing, "name", "no host name given")
	}
	name, err := dname.Parse(text)
	if err != nil {
		return "", domain.Domain{}, errs.F(errs.InvalidName, "name", "%q is not a valid host name", clipText(text))
	}
	for _, rest, ok := name.Cut(); ok; _, rest, ok = rest.Cut() {
		if _, _, err := r.Catalog().Split(rest); err != nil {
			continue
		}
		d, err := r.ownDomain(ctx, r.cfg.Store.View(), c, string(rest))
		if err == nil {
			err = alive(d)
		}
		return name, d, err
	}
	return name, domain.Domain{}, errs.F(errs.NotFound, "name", "%s is not below a domain of this account", name).On("host", string(name))
}

func checkAddresses(in []netip.Addr) ([]netip.Addr, error) {
	var out []netip.Addr
	for i, a := range in {
		field := fmt.Sprintf("addresses[%d]", i)
		switch a = a.Unmap(); {
		case !a.IsValid() || a.Zone() != "" || a.IsUnspecified() || a.IsMulticast():
			return nil, errs.F(errs.Invalid, field, "is not an address of a name server")
		case !slices.Contains(out, a):
			out = append(out, a)
		}
	}
	switch {
	case len(out) == 0:
		return nil, errs.F(errs.Missing, "addresses", "at least one address is required")
	case len(out) > maxAddresses:
		return nil, errs.F(errs.TooLarge, "addresses", "more than %d addresses", maxAddresses)
	}
	return out, nil
}

// UpdateHost replaces a host's addresses, or renames it, or both (RFC 5732 §3.2.5). The delegations of the caller's domains
// follow a new name. Errors: as CreateHost.
type UpdateHost struct {
	Name      string
	Addresses []netip.Addr // nil: unchanged
	NewName   string       // "": unchanged
}

func (UpdateHost) need() account.Access { return account.Modify }

func (cmd UpdateHost) run(ctx context.Context, r *Runner, c Caller) (Outcome, error) {
	return r.once(ctx, c, cmd, func(hash string) (Outcome, error) {
		h, d, err := r.ownHost(ctx, c, cmd.Name)
		if err != nil {
			return Outcome{}, err
		}
		next := h
		if cmd.Addresses != nil {
			if next.Addresses, err = checkAddresses(cmd.Addresses); err != nil {
				return Outcome{}, err
			}
		}
		in := intent{Name: h.Name, Host: &hostIntent{ID: h.ID, Old: h}}
		if cmd.NewName != "" {
			to, parent, err := r.hostParent(ctx, c, cmd.NewName)
			if err != nil {
				return Outcome{}, err
			}
			if parent.Registry != d.Registry {
				return Outcome{}, errs.F(errs.Invalid, "new_name", "%s lies at another registry", to)
			}
			if _, err := r.cfg.Store.View().Host(ctx, c.Account.Environment, to); to != h.Name && err == nil {
				return Outcome{}, errs.F(errs.Exists, "new_name", "the host %s exists already", to).On("host", string(to))
			}
			next.Name = to
			ds, _, err := r.cfg.Store.View().ListDomains(ctx, []account.ID{c.Account.ID}, Query{Where: Where("server", Equal, string(h.Name)), Limit: -1}.bounded())
			if err != nil {
				return Outcome{}, err
			}
			for _, d := range ds {
				in.Host.Dependent = append(in.Host.Dependent, d.Name)
			}
		}
		in.Host.New = next
		return r.place(ctx, c, draft{op: order.UpdateHost, kind: "host", name: string(h.Name), registry: d.Registry, in: in, key: c.IdempotencyKey, hash: hash})
	})
}

// DeleteHost removes a host object that no domain is delegated to. Errors: as CreateHost, and InUse.
type DeleteHost struct{ Name string }

func (DeleteHost) need() account.Access { return account.Modify }

func (cmd DeleteHost) run(ctx context.Context, r *Runner, c Caller) (Outcome, error) {
	return r.once(ctx, c, cmd, func(hash string) (Outcome, error) {
		h, d, err := r.ownHost(ctx, c, cmd.Name)
		if err != nil {
			return Outcome{}, err
		}
		in := intent{Name: h.Name, Host: &hostIntent{ID: h.ID, Old: h}}
		return r.place(ctx, c, draft{op: order.DeleteHost, kind: "host", name: string(h.Name), registry: d.Registry, in: in, key: c.IdempotencyKey, hash: hash})
	})
}

// ownHost finds a host object of the caller and the domain above it. A name server that came with a delegation is one too.
func (r *Runner) ownHost(ctx context.Context, c Caller, text string) (host.Host, domain.Domain, error) {
	name, d, err := r.hostParent(ctx, c, text)
	if err != nil {
		return host.Host{}, d, err
	}
	h, err := r.cfg.Store.View().Host(ctx, c.Account.Environment, name)
	if err == nil && h.Account == c.Account.ID {
		return h, d, nil
	}
	if err != nil && !errs.Is(err, errs.NotFound) {
		return h, d, err
	}
	for _, s := range d.Servers {
		if s.Name == name {
			return host.Host{Account: c.Account.ID, Name: name, Addresses: s.Addresses}, d, nil
		}
	}
	return h, d, errs.F(errs.NotFound, "name", "the host %s does not exist", name).On("host", string(name))
}

// HostInfo reads a host object of the caller. Errors: NotFound, NotOwned.
type HostInfo struct{ Name string }

func (HostInfo) need() account.Access { return account.Read }

func (cmd HostInfo) run(ctx context.Context, r *Runner, c Caller) (host.Host, error) {
	h, _, err := r.ownHost(ctx, c, cmd.Name)
	return h, err
}

// ListHosts lists the caller's host objects by name. Fields: id, name.
type ListHosts struct{ Query Query }

// HostPage is a page of hosts.
type HostPage struct {
	Hosts []host.Host
	Page
}

func (ListHosts) need() account.Access { return account.Read }

func (cmd ListHosts) run(ctx context.Context, r *Runner, c Caller) (HostPage, error) {
	hs, page, err := r.cfg.Store.View().ListHosts(ctx, []account.ID{c.Account.ID}, cmd.Query.bounded())
	return HostPage{hs, page}, err
}

// CheckHost tells whether a host name is free at its registry. Errors: InvalidName, UnsupportedTLD, RegistryDown.
type CheckHost struct{ Name string }

func (CheckHost) need() account.Access { return account.Read }

func (cmd CheckHost) run(ctx context.Context, r *Runner, c Caller) (bool, error) {
	name, err := dname.Parse(cmd.Name)
	if err != nil {
		return false, errs.F(errs.InvalidName, "name", "%q is not a valid host name", clipText(cmd.Name))
	}
	var missing error = errs.F(errs.UnsupportedTLD, "name", "the ending of %s is not supported", name)
	for _, rest, ok := name.Cut(); ok; _, rest, ok = rest.Cut() {
		t := r.Catalog().TLD(string(rest))
		if t == nil {
			continue
		}
		reg, err := r.cfg.Registries.For(c.Account.Environment, t)
		if err != nil {
			return false, err
		}
		ctx, cancel := context.WithTimeout(ctx, r.cfg.Inline)
		defer cancel()
		found, err := reg.CheckHosts(ctx, []dname.Name{name})
		if err != nil || len(found) == 0 {
			return false, registryProblem(err)
		}
		return found[0].Available, nil
	}
	return false, missing
}

var hostOp = operation{send: sendHost, probe: probeHost, apply: applyHost, revert: removeMade}

func sendHost(ctx context.Context, x *exchange) (achieved, bool, error) {
	h := x.in.Host
	var res registry.Result
	var err error
	switch x.o.Operation {
	case order.CreateHost:
		res, err = x.reg.CreateHost(ctx, x.clTRID(""), registry.Host{Name: h.New.Name, Addresses: h.New.Addresses})
	case order.DeleteHost:
		res, err = x.reg.DeleteHost(ctx, x.clTRID(""), h.Old.Name)
	default:
		var now registry.Host
		if now, err = x.reg.InfoHost(ctx, h.Old.Name); err != nil {
			return achieved{}, false, notSentYet(err)
		}
		up := registry.HostUpdate{Name: h.Old.Name}
		up.Add, up.Rem = addrDiff(now.Addresses, h.New.Addresses)
		if h.New.Name != h.Old.Name {
			up.NewName = h.New.Name
		}
		if len(up.Add)+len(up.Rem) == 0 && up.NewName == "" {
			return achieved{Code: registry.CodeOK}, false, nil
		}
		res, err = x.reg.UpdateHost(ctx, x.clTRID(""), up)
	}
	return achieved{Code: res.Code, SvTRID: res.SvTRID, Text: res.Text}, res.Pending, err
}

func probeHost(ctx context.Context, x *exchange) (verdict, achieved, error) {
	h := x.in.Host
	done, want := achieved{Code: registry.CodeOK}, h.New
	if x.o.Operation == order.DeleteHost {
		want = h.Old
	}
	now, err := x.reg.InfoHost(ctx, want.Name)
	missing := registry.CodeOf(err) == registry.CodeNotExist
	if err != nil && !missing {
		return 0, achieved{}, err
	}
	if missing == (x.o.Operation == order.DeleteHost) && (missing || slices.Equal(sortedAddrs(now.Addresses), sortedAddrs(want.Addresses))) {
		return wasDone, done, nil
	}
	return notDone, achieved{}, nil
}

func sortedAddrs(in []netip.Addr) []netip.Addr {
	out := slices.Clone(in)
	slices.SortFunc(out, netip.Addr.Compare)
	return out
}

func applyHost(ctx context.Context, tx Tx, x *exchange, o *order.Order, _ achieved) error {
	h := x.in.Host
	switch {
	case o.Operation == order.CreateHost || h.ID == 0 && o.Operation == order.UpdateHost:
		next := h.New
		if err := tx.AddHost(ctx, o.Environment, &next); err != nil && !errs.Is(err, errs.Exists) {
			return err
		}
	case o.Operation == order.DeleteHost:
		if h.ID == 0 {
			return nil
		}
		return tx.DeleteHost(ctx, h.ID)
	default:
		if err := tx.ChangeHost(ctx, h.New); err != nil {
			return err
		}
	}
	for _, name := range h.Dependent {
		d, err := tx.Domain(ctx, o.Account, name)
		if errs.Is(err, errs.NotFound) {
			continue
		}
		if err != nil {
			return err
		}
		d.Servers = slices.Clone(d.Servers)
		for i, s := range d.Servers {
			if s.Name == h.Old.Name {
				d.Servers[i] = host.Server{Name: h.New.Name, Addresses: h.New.Addresses}
			}
		}
		if err := tx.PutDomain(ctx, &d); err != nil {
			return err
		}
	}
	return nil
}
