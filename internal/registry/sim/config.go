// Package sim is the embedded registry: a real EPP server (RFC 5730 to 5734) on TLS with objects of its own, behind the
// store interface of sim/repo. It knows nothing of the registrar core, which reaches it by EPP alone; the app starts it in
// the sandbox, and as a process of its own.
//
// What it decides where the RFCs leave a choice:
//   - A name must be one label below a served TLD; anything else is unavailable in a check and 2306 in a create.
//   - Terms are whole years between the TLD's bounds, and no registration may reach further than MaxTotal years from now:
//     2306. A curExpDate that differs from the stored one (compared as a UTC date) is 2306 too.
//   - Domains use host objects; host attributes are 2306, unless the TLD has those, or sets (see delegation.go). A host below a
//     served TLD needs its domain, of the same sponsor (2303, 2201), and may have addresses; any other host is external and may
//     not (2306).
//   - Adding what is there and removing what is not there is 2306, so that a client never believes in a change that was none.
//   - clientUpdateProhibited lets an update pass that removes it, whatever else the update does.
//   - Contacts are shown to their sponsor and to whoever knows their authInfo, domains to everyone but for the authInfo.
//   - crDate, upDate, exDate and qDate are registrar time, svDate is wall time.
//   - An extension that the log-in did not name is 2103, an object service that it did not name 2307.
//   - What time does (approving a transfer, renewing at the expiry, ending a redemption) is carried out by Tick, in the order
//     in which it falls due, and on an object before a command sees it, so that no answer is behind the clock.
//   - A delete within the add grace period, and one where there is no redemption, removes at once and is 1000; any other is
//     1001, and panData tells of the purge or, after a restore, that it did not take place. Grace periods give back their
//     charge and the years that they brought.
//   - A transfer without a period adds a year, though never beyond MaxTotal; one with a period that would reach further is
//     2306. It takes over the year of an auto-renewal that is within its grace.
//   - Statuses and authInfo: a wrong authInfo is told first (2202), then a transfer under way (2300), statuses (2304), age (2106).
//   - launch-1.0 knows the phases open and claims: a name with a claim is 2003 without its notice, other phases are 2306.
//   - A repeated clTRID is no error, and is never compared.
package sim

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"time"

	"github.com/polyreg/polyreg/internal/clock"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/registry/sim/repo"
)

// Config is what a Server needs.
type Config struct {
	Store     repo.Store
	Clocks    *clock.Clocks
	TLS       *tls.Config    // with a certificate; client certificates are its own affair
	TLDs      map[string]TLD // by A-label name without dots at either end ("com", "co.uk")
	Passwords Passwords
	Vault     Vault
	Logger    *slog.Logger // nil: none

	ID         string // svID of the greeting, 3 to 64 characters; "polyreg registry" by default
	ROIDSuffix string // repository id at the end of every ROID, 1 to 8 letters; "POLYREG" by default
	Limits     Limits

	// OpenHosts takes a host below a served TLD as an external one, without addresses, when its domain is not here or is
	// another registrar's. A sandbox needs it: the world's name servers lie below names that it does not hold.
	OpenHosts bool

	// Extensions are the namespaces that the greeting offers; nil for all that the server has (see AllExtensions).
	Extensions []string
	// Objects are the object services, nil for domain, contact and host. Without contacts none can be made or named.
	Objects []string

	// Prices, when set, are what commands cost and switch fee-1.0 on. Registrars with a balance are charged.
	Prices *PriceTable
	// Names are reserved, premium and claimed names: by whole name ("gold.com") or by first label for every TLD ("gold").
	Names map[string]NameRule

	// SecureAuthInfo switches the rules of RFC 9154 on for domains: no authInfo at a create, only strong values by an update,
	// stored as a hash, never shown, cleared by a transfer and after AuthValidity of registrar time (14 days by default).
	SecureAuthInfo bool
	AuthValidity   time.Duration

	// ClientCerts are the registrars that must log in with a client certificate: by id the SHA-256 fingerprints (hexadecimal)
	// of those that they may use; an empty list takes every one that ClientCAs verify. Registrars that are not in it need none.
	ClientCerts map[string][]string
	ClientCAs   *x509.CertPool

	// Observe, when set, is told what time has done, in order and after it is stored. It must not call the Server.
	Observe func(Event)

	// Pending, when set, is asked before a domain's create, renew, update or delete (op) is carried out; true answers 1001
	// and leaves the decision to ResolvePending.
	Pending func(op, name string) bool
}

// Passwords makes and checks password hashes; Waste takes as long as a check. It is safe for concurrent use, and
// *secret.Passwords is one.
type Passwords interface {
	Hash(ctx context.Context, password string) (string, error)
	Compare(ctx context.Context, hash, password string) (bool, error)
	Waste(ctx context.Context, password string) error
}

// Vault seals authorization values for the database, bound to their place by aad, and opens them again. It is safe for
// concurrent use, and *secret.Ring is one.
type Vault interface {
	Seal(plain, aad string) (string, error)
	Open(sealed, aad string) (string, error)
}

// Limits of the server; zero values are the defaults.
type Limits struct {
	Frame       int           // longest frame in bytes, 64 KiB by default
	Idle        time.Duration // a connection without a frame is closed, 10 minutes by default
	Handshake   time.Duration // for TLS and for the log-in together, 30 seconds by default
	Command     time.Duration // for one command, 30 seconds by default
	Connections int           // at a time, 256 by default; more are closed at once
	Sessions    int           // per registrar, 64 by default; more are answered with 2502
	Logins      int           // failed log-ins of a connection before 2501, 3 by default
	Check       int           // names in one check, 100 by default
}

const (
	objectsPerDomain = 13 // name servers of a domain, addresses of a host (RFC 1035 leaves room for no more)
	contactsPerRole  = 10
	authInfoLength   = 255
)

// repositoryID is what eppcom's roidType takes after the hyphen, without letters beyond ASCII.
var repositoryID = regexp.MustCompile(`^[0-9A-Za-z]{1,8}$`)

func (c *Config) defaults() error {
	switch {
	case c.Store == nil || c.Clocks == nil || c.Passwords == nil || c.Vault == nil:
		return errors.New("embedded registry: store, clocks, passwords and vault are needed")
	case len(c.TLDs) == 0:
		return errors.New("embedded registry: no TLD to serve")
	}
	orString(&c.ID, "polyreg registry")
	orString(&c.ROIDSuffix, "POLYREG")
	or(&c.Limits.Frame, 64<<10)
	or(&c.Limits.Idle, 10*time.Minute)
	or(&c.Limits.Handshake, 30*time.Second)
	or(&c.Limits.Command, 30*time.Second)
	or(&c.Limits.Connections, 256)
	or(&c.Limits.Sessions, 64)
	or(&c.Limits.Logins, 3)
	or(&c.Limits.Check, 100)
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if !repositoryID.MatchString(c.ROIDSuffix) {
		return fmt.Errorf("embedded registry: not a repository id: %q", c.ROIDSuffix)
	}
	tlds := make(map[string]TLD, len(c.TLDs))
	for name, t := range c.TLDs {
		if n, err := dname.Parse(name); err != nil || string(n) != name {
			return fmt.Errorf("embedded registry: not a TLD: %q", name)
		}
		tlds[name] = t.withDefaults()
	}
	c.TLDs = tlds
	or(&c.AuthValidity, 14*24*time.Hour)
	return c.services()
}

func or[T int | time.Duration](v *T, def T) {
	if *v <= 0 {
		*v = def
	}
}

func orString(v *string, def string) {
	if *v == "" {
		*v = def
	}
}
