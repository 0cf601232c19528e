package command

import (
	"context"
	"net/netip"
	"time"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/host"
	"github.com/polyreg/polyreg/internal/money"
	"github.com/polyreg/polyreg/internal/notify"
	"github.com/polyreg/polyreg/internal/registry"
)

// Plant is a bulk of objects to begin with: what a seed file says, in the core's words. Secrets are in the clear here and
// nowhere else; Runner.Plant hashes or seals them. Parts name their account by PlantKey.
type Plant struct {
	Accounts []PlantAccount
	Contacts []PlantContact
	NSSets   []PlantNSSet
	Hosts    []PlantHost
	Domains  []PlantDomain
	Zones    []PlantZone
	Notices  []PlantNotice
}

// PlantKey names an account.
type PlantKey struct {
	Environment account.Environment
	Name        string
}

// PlantAccount is an account with what hangs on it. Money and settings are given to what is new only.
type PlantAccount struct {
	Account      account.Account // ID, Parent and Created are not read
	Parent       string          // name of the parent in the same environment, "" for none
	Balances     []money.Amount  // booked in as deposits
	CreditLimits []money.Amount
	Settings     []account.Settings // Account is not read
	Credentials  []PlantCredential
	Profiles     []PlantProfile
	DNS          []PlantDNSCredential
}

// Key is the account's key.
func (a PlantAccount) Key() PlantKey { return PlantKey{a.Account.Environment, a.Account.Name} }

// PlantCredential is a way to log in. In Credential count Dialect, Kind, Login, Context, Access and Note. What Secret is
// depends on the Kind: the password (Password, App; hashed), the key or hash that the protocol computes with (SharedKey,
// SharedHash; sealed), nothing (APIKey: Login holds the key's SHA-256).
type PlantCredential struct {
	Credential account.Credential
	Secret     string
	TOTP       string // Base32 secret of the second factor, "" for none
	// User is, for an App, the user it acts for: a Password credential of the same account and dialect.
	User PlantUser
}

// PlantUser names a Password credential.
type PlantUser struct {
	Login   string
	Context int
}

// PlantProfile is a registrant's log-in.
type PlantProfile struct{ Username, Password string }

// PlantContact is a contact. ID names it within its account: it is kept as a handle of dialect "seed", by which the contact
// is found again.
type PlantContact struct {
	Account  PlantKey
	ID       string
	Data     contact.Data
	Verified bool
	Handles  []contact.Handle // public handles; Contact is not read
}

// PlantNSSet is a name-server set.
type PlantNSSet struct {
	Account PlantKey
	Handle  string
	Servers []host.Server
}

// PlantHost is a host object.
type PlantHost struct {
	Account   PlantKey
	Name      dname.Name
	Addresses []netip.Addr
}

// PlantDomain is a registered name. Contacts are named by PlantContact.ID; roles that the TLD does not take are left out.
type PlantDomain struct {
	Account   PlantKey
	Name      dname.Name
	Contacts  map[domain.Role]string
	Servers   ServerList
	AuthInfo  string // made up when empty
	Profile   string // user name of a registrant profile, "" for none
	Statuses  []string
	Created   time.Time // registrar time
	Expires   time.Time
	AutoRenew domain.AutoRenew
	Comment   string
}

// PlantNotice is a notice. It is planted once: an acknowledged one does not come back.
type PlantNotice struct {
	Account PlantKey
	Kind    notify.Kind
	Text    string
}

// PlantCounts counts objects.
type PlantCounts struct {
	Accounts, Credentials, Profiles, Contacts, NSSets, Hosts, Domains, Zones, Notices int
}

// PlantReport is what Plant did, and what the registries are to have so that the plant's domains are true there.
type PlantReport struct {
	Added PlantCounts
	Kept  PlantCounts // found, and left as they were

	Domains  []PlantedDomain
	Contacts []PlantedContact
}

// PlantedDomain is a domain of the plant as the core now has it, new or not. Statuses hold the client's own.
type PlantedDomain struct {
	domain.Domain        // AuthInfo is in the clear
	Sponsor       string // our client id at its registry
	Added         bool
}

// PlantedContact is a contact that a planted domain refers to, as its registry is to have it.
type PlantedContact struct {
	Environment account.Environment
	Registry    string
	Sponsor     string
	ID          contact.ID
	Object      registry.Contact
	Created     time.Time
}

// Plant adds what is not there, in one transaction, and leaves what is: accounts are found by name, credentials by log-in,
// contacts by ID, sets, hosts and domains by their names. Balances of accounts that exist stay as they are. Errors are
// *errs.Error about the object named in Object: Exists (a log-in or handle belongs to somebody else), NotFound (a
// reference), UnsupportedTLD, Invalid (accounts that are their own ancestors).
func (r *Runner) Plant(ctx context.Context, p Plant) (PlantReport, error) {
	hashes, err := r.hashPlant(ctx, p)
	if err != nil {
		return PlantReport{}, err
	}
	var rep PlantReport
	err = r.cfg.Store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		rep = PlantReport{}
		g := planting{r: r, tx: tx, hashes: hashes, rep: &rep, accounts: map[PlantKey]account.Account{}, contacts: map[contactKey]contact.Contact{}}
		return g.all(ctx, p)
	})
	if err != nil {
		return PlantReport{}, err
	}
	return rep, r.openPlanted(&rep)
}

// openPlanted brings authInfo into the clear, after the transaction.
func (r *Runner) openPlanted(rep *PlantReport) error {
	for i := range rep.Domains {
		d := &rep.Domains[i]
		auth, err := r.openAuthInfo(d.Domain)
		if err != nil {
			return err
		}
		d.AuthInfo = auth
	}
	return nil
}

// planting is one run of the transaction.
type planting struct {
	r        *Runner
	tx       Tx
	hashes   plantHashes
	rep      *PlantReport
	accounts map[PlantKey]account.Account
	contacts map[contactKey]contact.Contact
}

type contactKey struct {
	account account.ID
	id      string
}

func (g *planting) all(ctx context.Context, p Plant) error {
	if err := g.plantAccounts(ctx, p.Accounts); err != nil {
		return err
	}
	for _, c := range p.Contacts {
		if err := g.contact(ctx, c); err != nil {
			return err
		}
	}
	for _, s := range p.NSSets {
		if err := g.nsset(ctx, s); err != nil {
			return err
		}
	}
	for _, h := range p.Hosts {
		if err := g.host(ctx, h); err != nil {
			return err
		}
	}
	if err := g.domains(ctx, p.Domains); err != nil {
		return err
	}
	for _, z := range p.Zones {
		if err := g.zone(ctx, z); err != nil {
			return err
		}
	}
	for _, d := range g.rep.Domains {
		if d.Added {
			if err := g.r.defaultZone(ctx, g.tx, d.Domain); err != nil {
				return err
			}
		}
	}
	return g.notices(ctx, p.Notices)
}

// account finds an account of the plant or of the store.
func (g *planting) account(ctx context.Context, k PlantKey) (account.Account, error) {
	if a, ok := g.accounts[k]; ok {
		return a, nil
	}
	a, err := g.tx.AccountByName(ctx, k.Environment, k.Name)
	if errs.Is(err, errs.NotFound) {
		return a, errs.E(errs.NotFound, "there is no %s account %s", k.Environment, k.Name).On("account", k.Name)
	}
	if err == nil {
		g.accounts[k] = a
	}
	return a, err
}

// count notes whether an object was added or kept.
func (g *planting) count(added bool, field func(*PlantCounts) *int) {
	if added {
		*field(&g.rep.Added)++
	} else {
		*field(&g.rep.Kept)++
	}
}
