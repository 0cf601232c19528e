package command

import (
	"context"
	"strconv"
	"strings"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/zone"
)

// AddDNSCredential makes a log-in for dynamic DNS. Scopes are "*" for all zones of the account, or names: each stands for itself and
// what lies below it ("*.example.com": only what lies below). Errors: Missing and Invalid ("username", "password", "scopes[0]"), Exists
// ("username").
type AddDNSCredential struct {
	Username string
	Password string
	Scopes   []string
}

func (AddDNSCredential) need() account.Access { return account.Full }

func (cmd AddDNSCredential) run(ctx context.Context, r *Runner, c Caller) (zone.Credential, error) {
	out, err := dnsCredential(cmd.Username, cmd.Password, cmd.Scopes)
	if err != nil {
		return out, err
	}
	hash, err := r.cfg.Passwords.Hash(ctx, cmd.Password)
	if err != nil {
		return out, err
	}
	err = r.onZones(ctx, c, func(ctx context.Context, tx Tx) error {
		made := out
		made.Account, made.Hash = c.Account.ID, hash
		if err := tx.AddDNSCredential(ctx, &made); err != nil {
			return err
		}
		out = made
		return nil
	})
	out.Hash = ""
	return out, err
}

// maxScopes bounds the scopes of a log-in, maxLoginName the octets of its name and password.
const (
	maxScopes    = 1000
	maxLoginName = 128
)

// dnsCredential checks a log-in for dynamic DNS.
func dnsCredential(username, password string, scopes []string) (zone.Credential, error) {
	cred := zone.Credential{Username: username}
	var l errs.List
	for _, f := range []struct{ field, text string }{{"username", username}, {"password", password}} {
		switch {
		case f.text == "":
			l.Add(errs.F(errs.Missing, f.field, "is required"))
		case len(f.text) > maxLoginName || !printable(f.text) || strings.ContainsAny(f.text, " :"):
			l.Add(errs.F(errs.Invalid, f.field, "has blanks, colons or characters that are not allowed, or is longer than %d octets", maxLoginName))
		}
	}
	if len(scopes) == 0 {
		l.Add(errs.F(errs.Missing, "scopes", "at least one is required"))
	}
	if len(scopes) > maxScopes {
		l.Add(errs.F(errs.QuotaExceeded, "scopes", "more than %d", maxScopes))
		scopes = nil
	}
	for i, s := range scopes {
		name, err := zone.CanonicalName(strings.TrimSuffix(s, "."), "")
		if err != nil || name == zone.Apex || name != "*" && !strings.Contains(strings.TrimPrefix(name, "*."), ".") {
			l.Add(errs.F(errs.Invalid, "scopes["+strconv.Itoa(i)+"]", "%q is not a name", clipText(s)))
		}
		cred.Scopes = append(cred.Scopes, name)
	}
	return cred, l.Err()
}

// ListDNSCredentials lists the account's log-ins for dynamic DNS by number, without their hashes.
type ListDNSCredentials struct{}

func (ListDNSCredentials) need() account.Access { return account.Read }

func (ListDNSCredentials) run(ctx context.Context, r *Runner, c Caller) ([]zone.Credential, error) {
	list, err := r.cfg.Store.View().DNSCredentials(ctx, c.Account.ID)
	for i := range list {
		list[i].Hash = ""
	}
	return list, err
}

// DeleteDNSCredential removes a log-in for dynamic DNS. Errors: NotFound.
type DeleteDNSCredential struct{ ID int64 }

func (DeleteDNSCredential) need() account.Access { return account.Full }

func (cmd DeleteDNSCredential) run(ctx context.Context, r *Runner, c Caller) (struct{}, error) {
	return struct{}{}, r.onZones(ctx, c, func(ctx context.Context, tx Tx) error { return tx.DeleteDNSCredential(ctx, c.Account.ID, cmd.ID) })
}

// DynamicUpdate replaces the records of one name and type, for who has a log-in for dynamic DNS and nothing else.
type DynamicUpdate struct {
	Username, Password string
	// Zone is the origin, and Name relative to it; without Zone, Name is a whole name in whatever zone of the account.
	Zone string
	Name string
	Type zone.Type
	Data []string // none removes the records
	TTL  int      // 0: that of the records that are there, or 60
	Who  string   // for the history ("dmapi nic/replace")
}

// DynamicUpdated is what an update came to.
type DynamicUpdated struct {
	Zone              zone.Zone
	Inserted, Deleted int
}

// dynamicTTL is the TTL of dynamic records where nothing is said.
const dynamicTTL = 60

// DynamicUpdate carries an update out, at once. Errors: Auth (wrong log-in; with the field "zone" a zone or name that it is not for, or
// that its account does not have), AccountLocked, and those of ChangeZone.
func (r *Runner) DynamicUpdate(ctx context.Context, u DynamicUpdate) (DynamicUpdated, error) {
	var out DynamicUpdated
	cred, acc, err := r.dynamicLogin(ctx, u)
	if err != nil {
		return out, err
	}
	err = r.onZones(ctx, Caller{Account: acc}, func(ctx context.Context, tx Tx) error {
		z, name, err := u.find(ctx, tx, cred)
		if err != nil {
			return err
		}
		cmd, err := u.change(ctx, tx, z, name)
		if err != nil {
			return err
		}
		done, err := r.changeRecords(ctx, tx, &z, cmd, u.Who)
		out = DynamicUpdated{done.Zone, len(done.Change.Add), len(done.Change.Remove)}
		if wall := tx.Wall(); err == nil && wall.Sub(cred.LastUsed) > noteEvery {
			err = tx.UseDNSCredential(ctx, cred.ID, wall)
		}
		return err
	})
	return out, err
}

// DynamicZone checks a log-in for dynamic DNS and gives the zone that a name lies in, as far as the log-in is for it. Errors: Auth.
func (r *Runner) DynamicZone(ctx context.Context, u DynamicUpdate) (zone.Zone, error) {
	cred, _, err := r.dynamicLogin(ctx, u)
	if err != nil {
		return zone.Zone{}, err
	}
	z, _, err := u.find(ctx, r.cfg.Store.View(), cred)
	return z, err
}

func (r *Runner) dynamicLogin(ctx context.Context, u DynamicUpdate) (zone.Credential, account.Account, error) {
	view := r.cfg.Store.View()
	var cred zone.Credential
	var err error = errs.E(errs.NotFound, "no such log-in")
	if storable(u.Username) {
		cred, err = view.DNSCredential(ctx, u.Username)
	}
	if errs.Is(err, errs.NotFound) {
		if err := r.cfg.Passwords.Waste(ctx, u.Password); err != nil { // so that names cannot be told apart by time
			return cred, account.Account{}, err
		}
		return cred, account.Account{}, errLogin
	}
	if err != nil {
		return cred, account.Account{}, err
	}
	ok, err := r.cfg.Passwords.Verify(ctx, "dns/"+strconv.FormatInt(cred.ID, 10), 1, cred.Hash, u.Password)
	if err == nil && !ok {
		err = errLogin
	}
	if err != nil {
		return cred, account.Account{}, err
	}
	acc, err := view.Account(ctx, cred.Account)
	return cred, acc, err
}

// errScope is a right log-in for another zone: its text is that of a wrong one, but nobody is guessing.
var errScope = errs.F(errs.Auth, fieldZone, "%s", errLogin.Text)

// find gives the zone and the relative name that an update is about. What the log-in is not for looks as if it were not there.
func (u DynamicUpdate) find(ctx context.Context, tx Tx, cred zone.Credential) (zone.Zone, string, error) {
	var z zone.Zone
	var err error
	name := u.Name
	if u.Zone != "" {
		var origin dname.Name
		if origin, err = dname.Parse(u.Zone); err != nil {
			return z, "", errScope
		}
		z, err = tx.Zone(ctx, cred.Account, origin)
	} else {
		full, bad := zone.CanonicalName(strings.TrimSuffix(u.Name, "."), "")
		if bad != nil || full == zone.Apex {
			return z, "", errs.F(errs.InvalidName, "name", "%q is not a name", clipText(u.Name))
		}
		z, err = tx.ZoneAbove(ctx, cred.Account, dname.Name(full))
		name = full + "."
	}
	if errs.Is(err, errs.NotFound) {
		return z, "", errScope
	}
	if err != nil {
		return z, "", err
	}
	rel, err := zone.CanonicalName(name, z.Origin)
	if err != nil {
		return z, "", errs.F(errs.Invalid, "name", "%q %v", clipText(u.Name), err)
	}
	if !inScopes(cred.Scopes, string(zone.Absolute(rel, z.Origin))) {
		return z, "", errScope
	}
	if z.Kind == zone.Secondary {
		return z, "", errs.F(errs.WrongState, fieldZone, "the records of %s come from other servers", z.Origin)
	}
	if u.Zone == "" { // the zone as it is from now on
		z, err = tx.Zone(ctx, cred.Account, z.Origin)
	}
	return z, rel, err
}

// inScopes reports whether a log-in is for a name.
func inScopes(scopes []string, name string) bool {
	for _, s := range scopes {
		below, only := strings.CutPrefix(s, "*.")
		switch {
		case s == "*", !only && name == s, strings.HasSuffix(name, "."+below):
			return true
		}
	}
	return false
}

// change is the replacement of the records.
func (u DynamicUpdate) change(ctx context.Context, tx Tx, z zone.Zone, name string) (ChangeZone, error) {
	typ := zone.Type(strings.ToUpper(string(u.Type)))
	ttl := u.TTL
	if ttl == 0 {
		ttl = dynamicTTL
		have, err := tx.Records(ctx, z.ID, name)
		if err != nil {
			return ChangeZone{}, err
		}
		for _, x := range have {
			if x.Type == typ {
				ttl = x.TTL
			}
		}
	}
	list := make([]zone.Record, len(u.Data))
	for i, d := range u.Data {
		list[i] = zone.Record{Name: name, Type: typ, TTL: ttl, Data: d}
	}
	return ChangeZone{Replace: &list, Name: name, Type: typ}, nil
}
