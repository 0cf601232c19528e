// Package account holds who may do what: accounts and their tree, credentials per dialect, sessions, registrant profiles,
// access levels and address rules. It knows no dialect's wire form and no storage.
package account

import (
	"crypto/sha256"
	"encoding/hex"
	"net/netip"
	"time"

	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/money"
)

// Environment separates live from play: objects of one never see those of the other, and the same name can live in both.
type Environment string

// The environments.
const (
	Live Environment = "live"
	Test Environment = "test"
)

// ID is an account's number, from one sequence.
type ID int64

// Account is a customer of the platform: a reseller. Accounts form a tree; an account belongs to one environment and its
// objects inherit it.
type Account struct {
	ID          ID
	Name        string // internal name, unique within its environment
	Company     string
	Email       string
	Language    string // en, de, cs
	Parent      ID     // 0 at the root
	Environment Environment
	Currency    money.Currency // billing currency: every order is charged in it
	PriceGroup  string
	Locked      bool
	Created     time.Time // registrar time
}

// Access is how much a credential may do.
type Access string

// Access levels, from little to everything.
const (
	Read   Access = "read"   // look only
	Modify Access = "modify" // change, but not what costs money
	Full   Access = "full"
)

// Allows reports whether a suffices where need is asked.
func (a Access) Allows(need Access) bool { return rank(a) >= rank(need) }

func rank(a Access) int {
	switch a {
	case Read:
		return 1
	case Modify:
		return 2
	case Full:
		return 3
	}
	return 0
}

// Kind tells credentials apart by how they prove themselves.
type Kind string

// Credential kinds.
const (
	Password   Kind = "password"    // Login (+ Context) and an argon2id hash in Secret
	APIKey     Kind = "api_key"     // SHA-256 of the key in Login; no further secret
	SharedKey  Kind = "shared_key"  // Login and the sealed plain key in Secret: the protocol signs with it
	SharedHash Kind = "shared_hash" // Login and a sealed hash of the password in Secret: the protocol hashes with it
	App        Kind = "app"         // trusted application: uuid in Login, argon2id hash in Secret, acts for User
)

// KeyLogin is how an API key is stored: its lower-case hexadecimal SHA-256 stands as the Login. A key is random and long, so
// that it needs no slow hash.
func KeyLogin(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:])
}

// CredentialID is a credential's number.
type CredentialID int64

// Credential is one way to log in to one account through one dialect.
type Credential struct {
	ID          CredentialID
	Account     ID
	Dialect     string // "dmapi", "opensrs", "wapi", "domainrobot" (its XML gateway alike), "svc"
	Kind        Kind
	Login       string // see Kind; unique per dialect, kind, context and environment
	Context     int    // Domainrobot's name space of users, else 0
	Secret      string // see Kind; never shown
	TOTP        string // sealed Base32 secret, empty without a second factor
	TOTPStep    int64  // last used time step
	Access      Access
	User        CredentialID // App: the user it acts for
	Note        string
	Version     int64 // raised by every change of secret or lock; remembered verifications are bound to it
	Failures    int   // log-ins failed in a row
	LockedUntil time.Time
	LastLogin   time.Time // wall time
	LastIP      string
	LastError   time.Time // wall time of the last failed log-in
	LastErrorIP string
}

// Settings are an account's choices for one dialect.
type Settings struct {
	Account    ID
	Dialect    string
	AllowedIPs []netip.Prefix // who may call; what an empty list means is the dialect's rule
	Channel    string         // poll, email, http
	Target     string         // address or URL of the channel
	Protocol   string         // json or xml, of notices by mail and HTTP
	// Extra holds what only one dialect knows, by its own word.
	Extra map[string]string
}

// Allows reports whether ip lies in one of the prefixes; IPv4 in IPv6 form counts as IPv4.
func (s Settings) Allows(ip netip.Addr) bool {
	ip = ip.Unmap()
	for _, p := range s.AllowedIPs {
		if p.Contains(ip) {
			return true
		}
	}
	return false
}

// Session is a log-in that lasts. The token is shown once; only its SHA-256 is stored.
type Session struct {
	TokenHash  string
	Account    ID
	Credential CredentialID
	Dialect    string
	Created    time.Time // wall time
	Used       time.Time // wall time, written back at most once a minute
	Idle       time.Duration
	// Profile and Domain are set in a registrant's session alone: whose it is, and the domain it is about at present.
	Profile ProfileID
	Domain  dname.Name
}

// Expired reports whether the session has been idle for too long at wall.
func (s Session) Expired(wall time.Time) bool { return !wall.Before(s.Used.Add(s.Idle)) }

// ProfileID is a registrant profile's number.
type ProfileID int64

// Profile is a registrant's own log-in, holding one or more domains of an account.
type Profile struct {
	ID       ProfileID
	Account  ID
	Username string // unique within the account
	Hash     string // argon2id
}
