package command

import (
	"context"
	"strings"
	"time"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/catalog"
	"github.com/polyreg/polyreg/internal/clock"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/id"
	"github.com/polyreg/polyreg/internal/money"
	"github.com/polyreg/polyreg/internal/order"
)

// RegisterDomain orders a new name. All problems of the input are reported at once, each with its field: "name", "period",
// "registrant", "admin", "tech", "billing" (or "registrant.email" … for data brought along), "name_servers", "ns_set",
// "max_price", "profile". Errors besides: NotAvailable, NoPrice, NoFunds, Busy, RegistryDown, RegistryRejected, Conflict.
type RegisterDomain struct {
	Name     string
	Years    int // 0 means the shortest period that is sold
	Contacts map[domain.Role]ContactRef
	// FillRoles gives roles that the TLD takes and the caller left out the registrant's contact.
	FillRoles bool
	Servers   ServerList
	AutoRenew domain.AutoRenew // "" means Expire
	Lock      bool             // clientTransferProhibited from the start
	AuthInfo  string           // made up when empty
	Comment   string
	Profile   *Profile      // registrant profile that shall hold the name
	MaxPrice  *money.Amount // refuse a higher price
}

// Profile names a registrant profile: made when the user name is new in the account, else the password must fit.
type Profile struct {
	Username string
	Password string
}

func (RegisterDomain) need() account.Access { return account.Full }

func (cmd RegisterDomain) run(ctx context.Context, r *Runner, c Caller) (Outcome, error) {
	return r.once(ctx, c, cmd, func(hash string) (Outcome, error) {
		out, err := cmd.order(ctx, r, c, hash)
		if cmd.Profile != nil && errs.Is(err, errs.Exists) && errs.As(err).Field == "username" {
			// An order beside this one has made the profile meanwhile: now its password decides.
			out, err = cmd.order(ctx, r, c, hash)
		}
		return out, err
	})
}

func (cmd RegisterDomain) order(ctx context.Context, r *Runner, c Caller, hash string) (Outcome, error) {
	v, err := cmd.validate(ctx, r, c)
	if err != nil {
		return Outcome{}, err
	}
	if err := r.mustBeFree(ctx, c, v.name); err != nil {
		return Outcome{}, err
	}
	if err := cmd.quote(ctx, r, c, &v); err != nil {
		return Outcome{}, err
	}
	d, err := cmd.draft(r, c, v)
	if err != nil {
		return Outcome{}, err
	}
	d.key, d.hash = c.IdempotencyKey, hash
	return r.place(ctx, c, d)
}

// validRegister is what validation found.
type validRegister struct {
	name    dname.Name
	tld     *catalog.TLD
	years   int
	picked  pickedContacts
	in      intent
	price   money.Amount
	profile *account.Profile // to be made in tx 1
}

func (cmd RegisterDomain) validate(ctx context.Context, r *Runner, c Caller) (validRegister, error) {
	var l errs.List
	var v validRegister
	var err error
	if cmd.Name == "" {
		return v, errs.F(errs.Missing, "name", "no domain name given")
	}
	if v.name, v.tld, err = r.Catalog().CheckName(cmd.Name); err != nil {
		return v, err // nothing else can be judged without the TLD
	}
	if v.years = cmd.Years; v.years == 0 {
		v.years = v.tld.MinYears
	}
	l.Add(v.tld.CheckYears(v.years))
	checkComment(cmd.Comment, &l)
	refs := cmd.refs(v.tld, &l)
	if v.picked, err = r.pickContacts(ctx, c, refs, v.tld, &l); err != nil {
		return v, err
	}
	if v.in.Servers, v.in.NSSet, err = r.resolveServers(ctx, c, cmd.Servers, v.tld, v.name, &l); err != nil {
		return v, err
	}
	if cmd.Profile != nil {
		if err := r.checkProfile(ctx, c, *cmd.Profile, &v, &l); err != nil {
			return v, err
		}
	}
	if err := l.Err(); err != nil {
		return v, err
	}
	return v, nil
}

// quote finds the price, that of the name's premium class where it has one.
func (cmd RegisterDomain) quote(ctx context.Context, r *Runner, c Caller, v *validRegister) error {
	reg, err := r.cfg.Registries.For(c.Account.Environment, v.tld)
	if err != nil {
		return err
	}
	v.price, v.in.Fee, err = r.quote(ctx, c, asked{reg, v.tld, v.name, catalog.Create, v.years})
	if err != nil {
		return err
	}
	return checkMaxPrice(v.price, cmd.MaxPrice)
}

// refs are the contacts of the roles that the TLD takes; others are dropped, missing ones reported or filled.
func (cmd RegisterDomain) refs(tld *catalog.TLD, l *errs.List) map[domain.Role]ContactRef {
	refs := map[domain.Role]ContactRef{}
	for _, role := range rolesOf(tld) {
		ref, ok := cmd.Contacts[role]
		if !ok && role != domain.Registrant && cmd.FillRoles {
			ref, ok = cmd.Contacts[domain.Registrant]
		}
		if !ok || ref.ID == 0 && ref.New == nil {
			l.Add(errs.F(errs.Missing, string(role), "the %s contact is required", role))
			continue
		}
		refs[role] = ref
	}
	return refs
}

func checkMaxPrice(price money.Amount, limit *money.Amount) error {
	if limit != nil && limit.Currency == price.Currency && price.Minor > limit.Minor {
		return errs.F(errs.Invalid, "max_price", "the price %s is higher than allowed", price)
	}
	return nil
}

// checkProfile verifies an existing profile's password, or hashes the password of a new one.
func (r *Runner) checkProfile(ctx context.Context, c Caller, p Profile, v *validRegister, l *errs.List) error {
	if p.Username == "" {
		l.Add(errs.F(errs.Missing, "profile", "the registrant's user name is required"))
		return nil
	}
	have, err := r.cfg.Store.View().Profile(ctx, c.Account.ID, p.Username)
	if errs.Is(err, errs.NotFound) {
		hash, err := r.cfg.Passwords.Hash(ctx, p.Password)
		v.profile = &account.Profile{Account: c.Account.ID, Username: p.Username, Hash: hash}
		return err
	}
	if err != nil {
		return err
	}
	ok, err := r.cfg.Passwords.Verify(ctx, "profile/"+p.Username, int64(have.ID), have.Hash, p.Password)
	if err == nil && !ok {
		l.Add(errs.F(errs.Auth, "profile", "the registrant's password is wrong"))
	}
	v.in.Profile = have.ID
	return err
}

// CheckProfile verifies a registrant's log-in for a domain of the caller. Errors: NotFound, NotOwned, Auth.
type CheckProfile struct {
	Domain  string
	Profile Profile
}

func (CheckProfile) need() account.Access { return account.Read }

func (cmd CheckProfile) run(ctx context.Context, r *Runner, c Caller) (account.Profile, error) {
	wrong := errs.F(errs.Auth, "profile", "the registrant's user name or password is wrong")
	d, err := r.ownDomain(ctx, r.cfg.Store.View(), c, cmd.Domain)
	if err != nil {
		return account.Profile{}, err
	}
	p, err := r.cfg.Store.View().Profile(ctx, c.Account.ID, cmd.Profile.Username)
	if errs.Is(err, errs.NotFound) || err == nil && p.ID != d.Profile {
		return p, wrong
	}
	if err != nil {
		return p, err
	}
	ok, err := r.cfg.Passwords.Verify(ctx, "profile/"+p.Username, int64(p.ID), p.Hash, cmd.Profile.Password)
	if err == nil && !ok {
		return p, wrong
	}
	return p, err
}

// mustBeFree asks before anything is written, so that a taken name leaves no trace. The registry decides again at the create.
func (r *Runner) mustBeFree(ctx context.Context, c Caller, name dname.Name) error {
	res, err := CheckDomains{Names: []string{string(name)}, Fresh: true}.run(ctx, r, c)
	if err != nil {
		return err
	}
	busy := errs.E(errs.Busy, "another order for domain %s is open", name).On("domain", string(name))
	switch a := res[0]; a.Status {
	case Free:
		return nil
	case Processing:
		return busy
	case Refused:
		return a.Err
	default:
		switch contested, err := r.contested(ctx, c, name); {
		case err != nil:
			return err
		case contested:
			return busy
		}
		reason := a.Reason
		if reason == "" {
			reason = "it is registered"
		}
		return errs.F(errs.NotAvailable, "name", "%s is not available: %s", name, reason).On("domain", string(name))
	}
}

// contested reports whether nobody here holds a name yet and an order for it is open, in whatever account. Whether the name is
// taken is not known before that order has ended.
func (r *Runner) contested(ctx context.Context, c Caller, name dname.Name) (bool, error) {
	view := r.cfg.Store.View()
	if _, err := view.DomainAccount(ctx, c.Account.Environment, name); !errs.Is(err, errs.NotFound) {
		return false, err
	}
	_, err := view.OpenOrder(ctx, c.Account.Environment, "domain", string(name))
	if errs.Is(err, errs.NotFound) {
		return false, nil
	}
	return err == nil, err
}

func (cmd RegisterDomain) draft(r *Runner, c Caller, v validRegister) (draft, error) {
	reg, err := r.cfg.Registries.For(c.Account.Environment, v.tld)
	if err != nil {
		return draft{}, err
	}
	auth := cmd.AuthInfo
	if auth == "" {
		auth = id.AuthInfo()
	}
	in := v.in
	in.Name, in.Years, in.AutoRenew = v.name, v.years, cmd.AutoRenew
	if in.AutoRenew == "" {
		in.AutoRenew = domain.Expire
	}
	if cmd.Comment != "" {
		in.Comment = &cmd.Comment
	}
	if cmd.Lock {
		in.AddStatus = []string{domain.ClientTransferProhibit}
	}
	if in.AuthInfo, err = r.cfg.Secrets.Seal(auth, authAAD(c.Account.Environment, v.name)); err != nil {
		return draft{}, err
	}
	return draft{op: order.Register, kind: "domain", name: string(v.name), registry: reg.Name(), price: v.price, in: in,
		prepare: func(ctx context.Context, tx Tx, in *intent) error {
			held := errs.F(errs.NotAvailable, "name", "%s is not available: it is registered", v.name).On("domain", string(v.name))
			if err := tx.MustBeUnheld(ctx, c.Account.Environment, v.name, held); err != nil {
				return err
			}
			return v.write(ctx, tx, c, reg.Name(), in)
		}}, nil
}

// write puts what comes along with a name into the store, in tx 1: a new registrant profile, and contacts with their ids at the
// registry.
func (v validRegister) write(ctx context.Context, tx Tx, c Caller, reg string, in *intent) error {
	if err := v.writeProfile(ctx, tx, in); err != nil {
		return err
	}
	if err := v.picked.write(ctx, tx, c, string(v.name), in); err != nil {
		return err
	}
	return drawRegistryIDs(ctx, tx, c, reg, in)
}

func (v validRegister) writeProfile(ctx context.Context, tx Tx, in *intent) error {
	if v.profile == nil {
		return nil
	}
	p := *v.profile
	if err := tx.AddProfile(ctx, &p); err != nil {
		return err
	}
	in.Profile = p.ID
	return nil
}

// wouldExpire is the expiry that a dry run shows.
func (d draft) wouldExpire(now time.Time) time.Time {
	switch d.op {
	case order.Register:
		return clock.AddYears(now, d.in.Years)
	case order.RenewDomain:
		return clock.AddYears(d.in.OldExpiry, d.in.Years)
	}
	return time.Time{}
}

// registryID draws a contact's id at a registry: sixteen characters that nobody else will have drawn.
func registryID() string { return "P" + strings.ToUpper(id.Hex(8))[:15] }
