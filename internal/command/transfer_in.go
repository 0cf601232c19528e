package command

import (
	"context"
	"crypto/subtle"
	"slices"
	"time"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/catalog"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/host"
	"github.com/polyreg/polyreg/internal/id"
	"github.com/polyreg/polyreg/internal/money"
	"github.com/polyreg/polyreg/internal/order"
	"github.com/polyreg/polyreg/internal/registry"
)

// TransferDomain orders a name to be transferred to us. Usually it is pending for days, until the losing registrar or time
// decides. A name that another account of the platform holds moves at once, without a charge, when the authInfo fits. Contacts
// that are left out stay unknown here; name servers that are left out stay as they are. Errors: as RegisterDomain, and
// NotFound (nobody has the name), Auth with field "auth_info" (wrong), Missing with field "auth_info", Exists (the account has
// it already), Locked (field "name": the name or the policy prohibits transfers), WrongState (deleted, a transfer waits).
type TransferDomain struct {
	Name      string
	AuthInfo  string
	Years     int // 0: what the registry does, usually a year
	Contacts  map[domain.Role]ContactRef
	FillRoles bool // as in RegisterDomain, when there is a registrant
	Servers   ServerList
	AutoRenew domain.AutoRenew
	Lock      bool
	Comment   string
	Profile   *Profile
	MaxPrice  *money.Amount
}

func (TransferDomain) need() account.Access { return account.Full }

func (cmd TransferDomain) run(ctx context.Context, r *Runner, c Caller) (Outcome, error) {
	return r.once(ctx, c, cmd, func(hash string) (Outcome, error) { return cmd.order(ctx, r, c, hash) })
}

func (cmd TransferDomain) order(ctx context.Context, r *Runner, c Caller, hash string) (Outcome, error) {
	v, err := cmd.validate(ctx, r, c)
	if err != nil {
		return Outcome{}, err
	}
	held, err := r.cfg.Store.View().AnyDomain(ctx, c.Account.Environment, v.name)
	switch {
	case err == nil:
		return cmd.within(ctx, r, c, held, v, hash)
	case !errs.Is(err, errs.NotFound):
		return Outcome{}, err
	}
	switch _, err := r.waitingTransfer(ctx, c, string(v.name)); {
	case err == nil:
		return Outcome{}, transferWaits(v.name)
	case !errs.Is(err, errs.NotFound):
		return Outcome{}, err
	}
	reg, err := r.cfg.Registries.For(c.Account.Environment, v.tld)
	if err != nil {
		return Outcome{}, err
	}
	if err = r.mayCome(ctx, reg, v.name); err == nil && c.DryRun {
		err = r.authFits(ctx, reg, v.name, cmd.AuthInfo)
	}
	if err == nil {
		v.price, v.in.Fee, err = r.quote(ctx, c, asked{reg, v.tld, v.name, catalog.Transfer, max(v.years, 1)})
	}
	if err == nil {
		err = checkMaxPrice(v.price, cmd.MaxPrice)
	}
	if err != nil {
		return Outcome{}, err
	}
	d, err := cmd.draft(r, c, v, reg)
	if err != nil {
		return Outcome{}, err
	}
	d.key, d.hash = c.IdempotencyKey, hash
	out, err := r.place(ctx, c, d)
	if errs.Is(err, errs.Busy) { // ordered beside this one
		if _, none := r.waitingTransfer(ctx, c, string(v.name)); none == nil {
			err = transferWaits(v.name)
		}
	}
	return out, err
}

func (cmd TransferDomain) validate(ctx context.Context, r *Runner, c Caller) (validRegister, error) {
	var l errs.List
	var v validRegister
	var err error
	if cmd.Name == "" {
		return v, errs.F(errs.Missing, "name", "no domain name given")
	}
	if v.name, v.tld, err = r.Catalog().CheckName(cmd.Name); err != nil {
		return v, err
	}
	if v.years = cmd.Years; v.years != 0 {
		l.Add(v.tld.CheckYears(v.years))
	}
	switch n := len(cmd.AuthInfo); {
	case n == 0:
		l.Add(errs.F(errs.Missing, "auth_info", "the authorization code is required"))
	case n > 255 || !storable(cmd.AuthInfo):
		l.Add(errs.F(errs.Invalid, "auth_info", "that is no authorization code"))
	}
	checkComment(cmd.Comment, &l)
	if v.picked, err = r.pickContacts(ctx, c, cmd.refs(v.tld), v.tld, &l); err != nil {
		return v, err
	}
	if cmd.Servers.Given() {
		if v.in.Servers, v.in.NSSet, err = r.resolveServers(ctx, c, cmd.Servers, v.tld, v.name, &l); err != nil {
			return v, err
		}
	}
	if cmd.Profile != nil {
		if err := r.checkProfile(ctx, c, *cmd.Profile, &v, &l); err != nil {
			return v, err
		}
	}
	return v, l.Err()
}

// refs are the contacts of the roles that the TLD takes; roles without one stay without.
func (cmd TransferDomain) refs(tld *catalog.TLD) map[domain.Role]ContactRef {
	given := func(ref ContactRef) bool { return ref.ID != 0 || ref.New != nil }
	refs := map[domain.Role]ContactRef{}
	for _, role := range rolesOf(tld) {
		ref := cmd.Contacts[role]
		if !given(ref) && cmd.FillRoles {
			ref = cmd.Contacts[domain.Registrant]
		}
		if given(ref) {
			refs[role] = ref
		}
	}
	return refs
}

// mayCome asks before anything is written what the registry says about a name, so that what cannot be transferred leaves no
// trace. The registry decides again at the request.
func (r *Runner) mayCome(ctx context.Context, reg registry.Registry, name dname.Name) error {
	ctx, cancel := context.WithTimeout(ctx, r.cfg.Inline)
	defer cancel()
	d, err := reg.InfoDomain(ctx, name)
	switch {
	case registry.CodeOf(err) == registry.CodeNotExist:
		return errs.F(errs.NotFound, "name", "%s is not registered", name).On("domain", string(name))
	case registry.CodeOf(err) == registry.CodeAuthorization:
		return nil // a registry that shows names to their sponsor alone
	case err != nil:
		return registryProblem(err).On("domain", string(name))
	case d.Sponsor == r.cfg.Registries.Sponsor(reg.Name()):
		return errs.F(errs.WrongState, "name", "%s is with us already", name).On("domain", string(name))
	}
	return transferable(d)
}

// transferable tells what the statuses of a name say about a transfer.
func transferable(d registry.Domain) error {
	for _, s := range d.Statuses {
		switch s {
		case domain.ClientTransferProhibit, "serverTransferProhibited":
			e := errs.F(errs.Locked, "name", "%s is locked against transfers (%s)", d.Name, s).On("domain", string(d.Name))
			e.Code = registry.CodeStatusProhibits
			return e
		case domain.PendingTransfer, domain.PendingDelete, "pendingCreate":
			e := errs.F(errs.WrongState, "name", "%s cannot be transferred now (%s)", d.Name, s).On("domain", string(d.Name))
			if e.Code = registry.CodeStatusProhibits; s == domain.PendingTransfer {
				e.Code = registry.CodePendingTransfer
			}
			return e
		}
	}
	return nil
}

func (cmd TransferDomain) draft(r *Runner, c Caller, v validRegister, reg registry.Registry) (draft, error) {
	in := v.in
	in.Name, in.Years, in.AutoRenew, in.Lock, in.KeepServers = v.name, v.years, cmd.AutoRenew, cmd.Lock, !cmd.Servers.Given()
	if in.AutoRenew == "" {
		in.AutoRenew = domain.Expire
	}
	if cmd.Comment != "" {
		in.Comment = &cmd.Comment
	}
	var err error
	if in.AuthInfo, err = r.cfg.Secrets.Seal(cmd.AuthInfo, authAAD(c.Account.Environment, v.name)); err != nil {
		return draft{}, err
	}
	return draft{op: order.TransferIn, kind: "domain", name: string(v.name), registry: reg.Name(), price: v.price, in: in,
		prepare: func(ctx context.Context, tx Tx, in *intent) error {
			held := errs.F(errs.Exists, "name", "%s is on the platform already", v.name).On("domain", string(v.name))
			if err := tx.MustBeUnheld(ctx, c.Account.Environment, v.name, held); err != nil {
				return err
			}
			return v.write(ctx, tx, c, reg.Name(), in)
		}}, nil
}

// within moves a name between accounts of the platform.
func (cmd TransferDomain) within(ctx context.Context, r *Runner, c Caller, d domain.Domain, v validRegister, hash string) (Outcome, error) {
	if d.Account == c.Account.ID {
		return Outcome{}, errs.F(errs.Exists, "name", "%s is in the account already", d.Name).On("domain", string(d.Name))
	}
	if err := alive(d); err != nil {
		return Outcome{}, err
	}
	if d.Locked() {
		return Outcome{}, errs.F(errs.Locked, "name", "%s is locked against transfers", d.Name).On("domain", string(d.Name))
	}
	have, err := r.openAuthInfo(d)
	if err != nil {
		return Outcome{}, err
	}
	if have == "" || subtle.ConstantTimeCompare([]byte(have), []byte(cmd.AuthInfo)) != 1 {
		return Outcome{}, wrongAuthInfo(d.Name)
	}
	return r.push(ctx, c, pushing{d: d, to: c.Account, taken: &cmd, v: v, hash: hash})
}

// transferWaits refuses a second transfer of a name while the account's first one waits.
func transferWaits(name dname.Name) *errs.Error {
	e := errs.E(errs.Busy, "a transfer of %s waits already", name).On("domain", string(name))
	e.Code = registry.CodePendingTransfer
	return e
}

func wrongAuthInfo(name dname.Name) *errs.Error {
	return errs.F(errs.Auth, "auth_info", "the authorization code is wrong").On("domain", string(name))
}

var transferOp = operation{send: sendTransfer, probe: probeTransfer, apply: applyTransfer, revert: removeMade}

func sendTransfer(ctx context.Context, x *exchange) (achieved, bool, error) {
	auth, err := x.r.cfg.Secrets.Open(x.in.AuthInfo, authAAD(x.o.Environment, x.in.Name))
	if err != nil {
		return achieved{}, false, registry.NotSent("authInfo cannot be opened", err)
	}
	years := x.in.Years
	if years == 1 {
		years = 0 // what a transfer brings anyway, or what the registry has no term for
	}
	res, err := x.reg.TransferDomain(ctx, x.clTRID(""), registry.DomainTransfer{Op: registry.TransferRequest, Name: x.in.Name, AuthInfo: auth, Years: years, Fee: x.in.Fee})
	got := achieved{Code: res.Code, SvTRID: res.SvTRID, Text: res.Text}
	if err != nil {
		return got, false, err
	}
	if !res.Pending && !res.Transfer.Open() {
		return x.arrived(ctx, got)
	}
	// The loser's refusal may have overtaken the answer; its message told nobody then.
	t, err := x.reg.QueryTransfer(ctx, x.in.Name, auth)
	if err == nil && t.ReID == x.r.cfg.Registries.Sponsor(x.o.Registry) && !t.Open() && !t.Done() {
		x.refusal = transferRefused(t)
		return got, false, x.refusal
	}
	return got, true, nil
}

// arrived reads a name that has come to us.
func (x *exchange) arrived(ctx context.Context, got achieved) (achieved, bool, error) {
	d, err := x.reg.InfoDomain(ctx, x.in.Name)
	if err != nil {
		return got, false, registry.Unknown(0, "the transferred domain cannot be read", err)
	}
	got.Created, got.Expires, got.Statuses = d.Created, d.Expires, ownStatuses(d.Statuses)
	for _, n := range d.NameServers {
		got.Servers = append(got.Servers, host.Server{Name: n})
	}
	got.DNSSEC = coreDNSSEC(d.DNSSEC)
	if got.Code == 0 {
		got.Code = registry.CodeOK
	}
	return got, false, nil
}

// ownStatuses are those that a sponsor sets, or that hinder one.
func ownStatuses(all []string) []string {
	return slices.DeleteFunc(slices.Clone(all), func(s string) bool {
		return !slices.Contains(domain.ClientStatuses, s) && !isServerStatus(s)
	})
}

func probeTransfer(ctx context.Context, x *exchange) (verdict, achieved, error) {
	us := x.r.cfg.Registries.Sponsor(x.o.Registry)
	d, err := x.reg.InfoDomain(ctx, x.in.Name)
	switch {
	case registry.CodeOf(err) == registry.CodeNotExist:
		x.refusal = errs.E(errs.NotFound, "%s is not registered any more", x.in.Name)
		return lost, achieved{}, nil
	case err == nil && d.Sponsor == us:
		got, _, err := x.arrived(ctx, achieved{})
		return wasDone, got, err
	case err != nil && registry.CodeOf(err) != registry.CodeAuthorization:
		return 0, achieved{}, err
	}
	auth, err := x.r.cfg.Secrets.Open(x.in.AuthInfo, authAAD(x.o.Environment, x.in.Name))
	if err != nil {
		return 0, achieved{}, err
	}
	t, err := x.reg.QueryTransfer(ctx, x.in.Name, auth)
	pending := x.o.State == order.Pending // the registry has taken the request: what it shows is what became of it
	if pending && noTransfer(err) {
		// The loser may have changed the authInfo since; a party of the transfer need not know it (RFC 5731 §3.1.3).
		t, err = x.reg.QueryTransfer(ctx, x.in.Name, "")
	}
	switch {
	case err != nil && !noTransfer(err):
		return 0, achieved{}, err
	case (err != nil || t.ReID != us) && !pending:
		return notDone, achieved{}, nil
	case (err != nil || t.ReID != us) && x.r.now().Sub(x.o.Created) < transferShows:
		return open, achieved{}, nil
	case err != nil || t.ReID != us:
		x.refusal = transferRefused(registry.Transfer{})
		return lost, achieved{}, nil
	case t.Open() || t.Done():
		return open, achieved{}, nil
	case x.o.State == order.Sent && t.ReDate.Before(x.o.Created.Truncate(time.Second)):
		return notDone, achieved{}, nil // an earlier transfer that has ended
	}
	x.refusal = transferRefused(t)
	return lost, achieved{}, nil
}

// transferShows is how long a registry may take until it shows a transfer that it has accepted. One that it does not show
// afterwards has ended in a way that nobody told.
const transferShows = time.Hour

// noTransfer reports whether a registry has refused to show a transfer: there is none, or none that we are a party of.
func noTransfer(err error) bool {
	switch registry.CodeOf(err) {
	case registry.CodeNotPending, registry.CodeAuthorization, registry.CodeBadAuthInfo:
		return true
	}
	return false
}

// transferRefused says why a transfer to us did not take place. Field tells the reasons apart.
func transferRefused(t registry.Transfer) *errs.Error {
	field, why := "transfer", "the registry shows no transfer any more"
	switch t.Status {
	case "":
	case registry.TransferClientRejected:
		field, why = order.TransferRejected, "the losing registrar rejected the transfer"
	case registry.TransferClientCancelled:
		why = "the transfer was cancelled"
	case registry.TransferServerCancelled:
		why = "the registry cancelled the transfer"
	default:
		why = "the transfer did not take place (" + t.Status + ")"
	}
	return errs.F(errs.RegistryRejected, field, "%s", why)
}

func applyTransfer(ctx context.Context, tx Tx, x *exchange, o *order.Order, got achieved) error {
	in, now := x.in, tx.Registrar()
	_, rest, _ := in.Name.Cut()
	d := domain.Domain{Account: o.Account, Environment: o.Environment, Name: in.Name, TLD: string(rest), Registry: o.Registry,
		Statuses: got.Statuses, Contacts: in.Contacts, Servers: got.Servers, AuthInfo: "", Profile: in.Profile, DNSSEC: got.DNSSEC,
		Created: got.Created, Expires: got.Expires, Transferred: now, Updated: now, AutoRenew: in.AutoRenew}
	if in.Comment != nil {
		d.Comment = *in.Comment
	}
	fresh, err := x.r.cfg.Secrets.Seal(id.AuthInfo(), authAAD(d.Environment, d.Name))
	if err != nil {
		return err
	}
	tac := x.r.Policy(d, now).TAC
	if !tac {
		d.AuthInfo = fresh
	}
	if err := tx.AddDomain(ctx, &d); err != nil {
		return err
	}
	x.end.domain = &d
	if err := x.r.scheduleNew(ctx, tx, d); err != nil {
		return err
	}
	if err := x.r.askVerification(ctx, tx, d); err != nil {
		return err
	}
	// What the name shall be from now on: our contacts, servers and lock, and an authInfo that the loser does not know.
	next := intent{Contacts: in.Contacts, AuthInfo: fresh, DropAuth: tac}
	if in.Lock && !d.Locked() {
		next.AddStatus = []string{domain.ClientTransferProhibit}
	}
	delegated := d
	if !in.KeepServers {
		next.Delegate, next.Servers, next.NSSet = true, in.Servers, in.NSSet
		delegated.Servers = in.Servers
	}
	if err := x.r.defaultZone(ctx, tx, delegated); err != nil {
		return err
	}
	if err := x.r.registeredAnew(ctx, tx, d); err != nil {
		return err
	}
	return x.r.followUp(ctx, tx, d, next)
}
