package command

import (
	"context"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/catalog"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/host"
	"github.com/polyreg/polyreg/internal/order"
)

// UpdateDomain changes a domain; nil and empty members change nothing. AutoRenew and Comment are the platform's own and need
// no registry. Outcome.NoChange tells that nothing differed. Errors: NotFound, NotOwned, Invalid and Missing with fields as
// in RegisterDomain, Locked, WrongState, Busy, RegistryDown, RegistryRejected.
type UpdateDomain struct {
	Name     string
	Contacts map[domain.Role]ContactRef
	// Servers replaces the delegation; AddServers and RemoveServers change it instead: adding a present name and removing
	// an absent one are no errors.
	Servers       *ServerList
	AddServers    []host.Server
	RemoveServers []dname.Name
	Lock          *bool // clientTransferProhibited
	Hold          *bool // clientHold
	// Statuses sets and removes client statuses by name; unnamed ones stay. Errors: Invalid with field "status".
	Statuses map[string]bool
	// AuthInfo sets an authInfo. Errors: Invalid, or Locked where a policy with a transfer authorization code lets the name not be
	// transferred yet; field "auth_info".
	AuthInfo *string
	// DNSSEC replaces the delegation's DNSSEC data; an empty one removes it. Errors: Invalid with field "dnssec".
	DNSSEC *domain.DNSSEC
	// DeleteOn is when the name shall be deleted, the zero time for never mind. Errors: Invalid with field "delete_on".
	DeleteOn *time.Time
	// Profile gives the name to another registrant profile of the account. Errors: NotFound with field "profile".
	Profile *account.ProfileID
	// NoOwnerLock is set when the registrant has opted out of the transfer lock after a change of registrant.
	NoOwnerLock bool
	// AutoRenew other than Expire takes a wish for deletion back, unless DeleteOn renews it.
	AutoRenew *domain.AutoRenew
	Comment   *string
	// Always makes an order, done at once, even when nothing differs: for dialects that number every accepted change.
	Always bool
}

func (UpdateDomain) need() account.Access { return account.Modify }

func (cmd UpdateDomain) run(ctx context.Context, r *Runner, c Caller) (Outcome, error) {
	return r.once(ctx, c, cmd, func(hash string) (Outcome, error) { return cmd.order(ctx, r, c, hash) })
}

func (cmd UpdateDomain) order(ctx context.Context, r *Runner, c Caller, hash string) (Outcome, error) {
	d, err := r.ownDomain(ctx, r.cfg.Store.View(), c, cmd.Name)
	if err != nil {
		return Outcome{}, err
	}
	in, picked, err := cmd.validate(ctx, r, c, d)
	if err != nil {
		return Outcome{}, err
	}
	atRegistry := in.Delegate || len(in.AddStatus)+len(in.RemStatus) > 0 || in.AuthInfo != "" || len(picked.stored)+len(picked.fresh) > 0 || in.SetDNSSEC
	if !atRegistry && in.AutoRenew == "" && in.Comment == nil && in.DeleteOn == nil && in.SetProfile == nil && !cmd.Always {
		out := Outcome{Domain: &d, NoChange: true}
		out.Balance, err = r.cfg.Store.View().Balance(ctx, c.Account.ID, c.Account.Currency)
		return out, err
	}
	dr := draft{op: order.UpdateDomain, kind: "domain", name: string(d.Name), in: in, key: c.IdempotencyKey, hash: hash}
	if atRegistry {
		dr.registry = d.Registry
	}
	dr.prepare = cmd.prepare(r, c, d, picked, dr.registry)
	return r.place(ctx, c, dr)
}

// prepare is the part of tx 1: contacts that come along, and for a change of the platform's own fields the whole change.
func (cmd UpdateDomain) prepare(r *Runner, c Caller, d domain.Domain, picked pickedContacts, registry string) func(context.Context, Tx, *intent) error {
	return func(ctx context.Context, tx Tx, in *intent) error {
		now, err := tx.Domain(ctx, c.Account.ID, d.Name)
		if err != nil {
			return err
		}
		if registry == "" {
			ownFields(&now, *in)
			now.Updated = tx.Registrar()
			if err := tx.PutDomain(ctx, &now); err != nil {
				return err
			}
			return r.schedule(ctx, tx, now)
		}
		if now.Version != d.Version {
			return errs.E(errs.Conflict, "%s was changed in between", d.Name)
		}
		in.Before = &now
		if err := picked.write(ctx, tx, c, string(d.Name), in); err != nil {
			return err
		}
		return drawRegistryIDs(ctx, tx, c, registry, in)
	}
}

func ownFields(d *domain.Domain, in intent) {
	if in.AutoRenew != "" {
		d.AutoRenew = in.AutoRenew
	}
	if in.Comment != nil {
		d.Comment = *in.Comment
	}
	if in.DeleteOn != nil {
		d.DeleteOn = *in.DeleteOn
	}
	if in.SetProfile != nil {
		d.Profile = *in.SetProfile
	}
}

func (cmd UpdateDomain) validate(ctx context.Context, r *Runner, c Caller, d domain.Domain) (intent, pickedContacts, error) {
	in := intent{Name: d.Name}
	var l errs.List
	tld := r.Catalog().TLD(d.TLD)
	if tld == nil {
		return in, pickedContacts{}, errs.F(errs.UnsupportedTLD, "name", "%s is not sold any more", d.TLD)
	}
	if !d.Deleted.IsZero() {
		return in, pickedContacts{}, alive(d)
	}
	if err := cmd.validateServers(ctx, r, c, d, tld, &in, &l); err != nil {
		return in, pickedContacts{}, err
	}
	picked, err := r.pickContacts(ctx, c, cmd.changedRefs(d, tld, &l), tld, &l)
	if err != nil {
		return in, picked, err
	}
	flag := func(want *bool, status string) {
		if want != nil && *want != d.Has(status) {
			if *want {
				in.AddStatus = append(in.AddStatus, status)
			} else {
				in.RemStatus = append(in.RemStatus, status)
			}
		}
	}
	flag(cmd.Lock, domain.ClientTransferProhibit)
	flag(cmd.Hold, domain.ClientHold)
	for _, s := range domain.ClientStatuses {
		if on, named := cmd.Statuses[s]; named {
			flag(&on, s)
		}
	}
	cmd.validateMore(r, d, &in, &l)
	if err := cmd.validateProfile(ctx, r, c, d, &in, &l); err != nil {
		return in, picked, err
	}
	if in.NewOwner, err = r.newOwner(ctx, d, picked); err != nil {
		return in, picked, err
	}
	in.NoOwnerLock = cmd.NoOwnerLock
	cmd.validateAutoRenew(d, &in)
	if cmd.Comment != nil && *cmd.Comment != d.Comment {
		in.Comment = cmd.Comment
		checkComment(*cmd.Comment, &l)
	}
	if cmd.AuthInfo != nil {
		if p := r.Policy(d, r.now()); p.TAC {
			if until, why := d.TransferLock(p, r.now()); why != "" {
				l.Add(errs.F(errs.Locked, "auth_info", "%s may not be transferred before %s (%s)", d.Name, stamp(until), why).On("domain", string(d.Name)))
			}
		}
		if n := len(*cmd.AuthInfo); n < 6 || n > 64 {
			l.Add(errs.F(errs.Invalid, "auth_info", "an authorization code has 6 to 64 characters"))
		}
		if in.AuthInfo, err = r.cfg.Secrets.Seal(*cmd.AuthInfo, authAAD(d.Environment, d.Name)); err != nil {
			return in, picked, err
		}
	}
	if d.Has(domain.ClientUpdateProhibit) && !slices.Contains(in.RemStatus, domain.ClientUpdateProhibit) &&
		(in.Delegate || in.SetDNSSEC || len(picked.stored)+len(picked.fresh) > 0) {
		l.Add(errs.F(errs.Locked, "name", "changes of %s are locked", d.Name))
	}
	return in, picked, l.Err()
}

func (cmd UpdateDomain) validateServers(ctx context.Context, r *Runner, c Caller, d domain.Domain, tld *catalog.TLD, in *intent, l *errs.List) error {
	switch {
	case cmd.Servers != nil:
		servers, set, err := r.resolveServers(ctx, c, *cmd.Servers, tld, d.Name, l)
		if err != nil {
			return err
		}
		in.Servers, in.NSSet = servers, set
	case len(cmd.AddServers)+len(cmd.RemoveServers) > 0:
		var err error
		if in.Servers, err = r.fillGlue(ctx, c, mergeServers(d.Servers, cmd.AddServers, cmd.RemoveServers), d.Name); err != nil {
			return err
		}
		l.Add(checkServers(in.Servers, tld, d.Name))
	default:
		return nil
	}
	add, rem := host.Diff(host.Names(d.Servers), host.Names(in.Servers))
	in.Delegate = len(add)+len(rem) > 0 || in.NSSet != d.NSSet && cmd.Servers != nil || glueDiffers(d.Servers, in.Servers)
	return nil
}

func glueDiffers(old, now []host.Server) bool {
	have := map[dname.Name]string{}
	for _, s := range old {
		have[s.Name] = string(encode(s.Addresses))
	}
	for _, s := range now {
		if len(s.Addresses) > 0 && have[s.Name] != string(encode(s.Addresses)) {
			return true
		}
	}
	return false
}

func mergeServers(have, add []host.Server, rem []dname.Name) []host.Server {
	gone := map[dname.Name]bool{}
	for _, n := range rem {
		gone[n] = true
	}
	var out []host.Server
	present := map[dname.Name]bool{}
	for _, s := range have {
		if !gone[s.Name] {
			out = append(out, s)
			present[s.Name] = true
		}
	}
	for _, s := range add {
		if !present[s.Name] {
			out = append(out, s)
			present[s.Name] = true
		}
	}
	return out
}

// changedRefs keeps the roles whose contact differs from the stored one; roles that the TLD does not take are dropped.
func (cmd UpdateDomain) changedRefs(d domain.Domain, tld *catalog.TLD, l *errs.List) map[domain.Role]ContactRef {
	refs := map[domain.Role]ContactRef{}
	for _, role := range rolesOf(tld) {
		ref, ok := cmd.Contacts[role]
		switch {
		case !ok || ref.New == nil && ref.ID == d.Contacts[role] && ref.ID != 0:
		case ref.New == nil && ref.ID == 0:
			l.Add(errs.F(errs.Missing, string(role), "the %s contact is required", role))
		default:
			refs[role] = ref
		}
	}
	return refs
}

// contactsAfter are the domain's contacts once the order is done.
func contactsAfter(d domain.Domain, in intent) map[domain.Role]contact.ID {
	out := map[domain.Role]contact.ID{}
	for role, id := range d.Contacts {
		out[role] = id
	}
	for role, id := range in.Contacts {
		out[role] = id
	}
	return out
}

// validateMore judges statuses, DNSSEC data, and the platform's own fields.
func (cmd UpdateDomain) validateMore(r *Runner, d domain.Domain, in *intent, l *errs.List) {
	for s := range cmd.Statuses {
		if !slices.Contains(domain.ClientStatuses, s) {
			l.Add(errs.F(errs.Invalid, "status", "%q is not a status that can be set", clipText(s)))
		}
	}
	if slices.Contains(in.RemStatus, domain.ClientHold) && len(d.HeldFor) > 0 && !slices.Equal(d.HeldFor, []string{domain.HeldUser}) {
		l.Add(errs.F(errs.Locked, "hold", "%s is suspended by the platform", d.Name))
	}
	if cmd.DNSSEC != nil {
		l.Add(checkDNSSEC(*cmd.DNSSEC))
		if !sameDNSSEC(cmd.DNSSEC, d.DNSSEC) {
			in.SetDNSSEC = true
			if !cmd.DNSSEC.Empty() {
				in.DNSSEC = cmd.DNSSEC
			}
		}
	}
	if cmd.DeleteOn != nil && !cmd.DeleteOn.Equal(d.DeleteOn) {
		if !cmd.DeleteOn.IsZero() && cmd.DeleteOn.Before(r.now()) {
			l.Add(errs.F(errs.Invalid, "delete_on", "lies in the past"))
		}
		in.DeleteOn = cmd.DeleteOn
	}
}

// validateAutoRenew takes a wish for deletion back where the name shall renew itself.
func (cmd UpdateDomain) validateAutoRenew(d domain.Domain, in *intent) {
	if cmd.AutoRenew == nil {
		return
	}
	if *cmd.AutoRenew != d.AutoRenew {
		in.AutoRenew = *cmd.AutoRenew
	}
	if *cmd.AutoRenew != domain.Expire && cmd.DeleteOn == nil && !d.DeleteOn.IsZero() {
		in.DeleteOn = &noTime
	}
}

// validateProfile holds that the registrant profile is one of the account's.
func (cmd UpdateDomain) validateProfile(ctx context.Context, r *Runner, c Caller, d domain.Domain, in *intent, l *errs.List) error {
	if cmd.Profile == nil || *cmd.Profile == d.Profile {
		return nil
	}
	in.SetProfile = cmd.Profile
	if *cmd.Profile == 0 {
		return nil
	}
	_, err := r.cfg.Store.View().ProfileByID(ctx, c.Account.ID, *cmd.Profile)
	if errs.Is(err, errs.NotFound) {
		l.Add(errs.F(errs.NotFound, "profile", "the registrant profile does not exist"))
		return nil
	}
	return err
}

// maxDNSSEC bounds the records of a delegation (RFC 5910 leaves it to policy).
const maxDNSSEC = 8

// digestLengths are the octets of a digest by its type (the IANA registry of DS digest types).
var digestLengths = map[int]int{1: 20, 2: 32, 4: 48}

func checkDNSSEC(d domain.DNSSEC) *errs.Error {
	if len(d.DS) > 0 && len(d.Keys) > 0 {
		return errs.F(errs.Invalid, "dnssec", "give either DS records or keys")
	}
	if len(d.DS)+len(d.Keys) > maxDNSSEC {
		return errs.F(errs.Invalid, "dnssec", "more than %d records", maxDNSSEC)
	}
	for i, s := range d.DS {
		at := fmt.Sprintf("dnssec.ds[%d]", i)
		raw, err := hex.DecodeString(s.Digest)
		switch n := digestLengths[s.DigestType]; {
		case s.KeyTag < 0 || s.KeyTag > 65535:
			return errs.F(errs.Invalid, at+".key_tag", "is not a key tag")
		case s.Alg < 1 || s.Alg > 255:
			return errs.F(errs.Invalid, at+".algorithm", "is not an algorithm")
		case n == 0:
			return errs.F(errs.Invalid, at+".digest_type", "is not a digest type that is used")
		case err != nil || len(raw) != n:
			return errs.F(errs.Invalid, at+".digest", "is not a digest of that type in hexadecimal")
		}
	}
	for i, k := range d.Keys {
		at := fmt.Sprintf("dnssec.key[%d]", i)
		switch {
		case k.Flags < 0 || k.Flags > 65535 || k.Flags&256 == 0:
			return errs.F(errs.Invalid, at+".flags", "are not the flags of a zone key")
		case k.Protocol != 3:
			return errs.F(errs.Invalid, at+".protocol", "must be 3")
		case k.Alg < 1 || k.Alg > 255:
			return errs.F(errs.Invalid, at+".algorithm", "is not an algorithm")
		case !isBase64(k.PubKey):
			return errs.F(errs.Invalid, at+".public_key", "is not a key in base64")
		}
	}
	return nil
}
