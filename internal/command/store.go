package command

import (
	"context"
	"time"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/host"
	"github.com/polyreg/polyreg/internal/ledger"
	"github.com/polyreg/polyreg/internal/money"
	"github.com/polyreg/polyreg/internal/notify"
	"github.com/polyreg/polyreg/internal/order"
)

// Store keeps everything. Package store implements it on both databases; storetest says what it must do.
type Store interface {
	// InTx runs fn in one transaction, again from its start on a collision; fn must use the context and Tx it is given and
	// nothing else of the Store.
	InTx(ctx context.Context, fn func(ctx context.Context, tx Tx) error) error
	// View reads outside any transaction. Its writing methods fail.
	View() Tx
}

// Tx is one transaction. Methods that look for one object answer errs.NotFound when there is none in the given scope.
//
// Some methods tell what must be true (Judge…, Must…), and some write what nobody reads back. A store may carry these out
// with the next call: an error then comes out of that one, or of InTx, and the transaction does not commit whatever is made
// of it.
type Tx interface {
	Registrar() time.Time // registrar time, fixed at the start
	Wall() time.Time      // wall time, fixed at the start
	Raw() any             // the engine's transaction, for the job queue alone

	AccountTx
	LoginTx
	LedgerTx
	ContactTx
	HostTx
	DomainTx
	OrderTx
	NoticeTx
	RegistryTx
	MetaTx
	DueTx
	MailTx
	TimelineTx
	ZoneStoreTx
	ZoneKeyTx

	// At gives the same transaction with another registrar time, for what fell due before it.
	At(registrar time.Time) Tx
}

// AccountTx keeps accounts and what hangs on them.
type AccountTx interface {
	Account(ctx context.Context, id account.ID) (account.Account, error)
	// JudgeAccount reads an account and ends the transaction with judge's error.
	JudgeAccount(ctx context.Context, id account.ID, judge func(account.Account) error) error
	AccountByName(ctx context.Context, env account.Environment, name string) (account.Account, error)
	// Accounts lists all accounts by number, after the given one.
	Accounts(ctx context.Context, after account.ID, limit int) ([]account.Account, error)
	// AddAccount sets ID and Created; errs.Exists when the name is taken in the environment.
	AddAccount(ctx context.Context, a *account.Account) error
	// Tree is the account and all its descendants.
	Tree(ctx context.Context, root account.ID) ([]account.ID, error)
	// Settings are an account's for a dialect; the zero value with both keys set when there are none.
	Settings(ctx context.Context, id account.ID, dialect string) (account.Settings, error)
	PutSettings(ctx context.Context, s account.Settings) error
	Profile(ctx context.Context, acc account.ID, username string) (account.Profile, error)
	ProfileByID(ctx context.Context, acc account.ID, id account.ProfileID) (account.Profile, error)
	AddProfile(ctx context.Context, p *account.Profile) error
}

// LoginTx keeps credentials and sessions.
type LoginTx interface {
	// FindCredentials gives the credentials with that log-in in both environments, live first.
	FindCredentials(ctx context.Context, dialect string, kind account.Kind, login string, context int) ([]account.Credential, error)
	Credential(ctx context.Context, id account.CredentialID) (account.Credential, error)
	// FindLogins is FindCredentials with the account of each and its settings for the dialect.
	FindLogins(ctx context.Context, dialect string, kind account.Kind, login string, context int) ([]FoundLogin, error)
	CredentialsOf(ctx context.Context, acc account.ID, dialect string) ([]account.Credential, error)
	// AddCredential sets ID; errs.Exists when (dialect, kind, login, context, environment) is taken.
	AddCredential(ctx context.Context, c *account.Credential) error
	// NoteLogin writes log-in statistics: success clears Failures; a failure adds one and may set LockedUntil.
	NoteLogin(ctx context.Context, id account.CredentialID, n LoginNote) error
	// UseTOTP records a used step; false when it is not newer than the last one.
	UseTOTP(ctx context.Context, id account.CredentialID, step int64) (bool, error)
	Session(ctx context.Context, dialect, tokenHash string) (account.Session, error)
	// SessionLogin is Session with its credential, account and settings; errs.NotFound when any but the settings is gone.
	SessionLogin(ctx context.Context, dialect, tokenHash string) (account.Session, FoundLogin, error)
	AddSession(ctx context.Context, s account.Session) error
	TouchSession(ctx context.Context, dialect, tokenHash string, used time.Time) error
	// MoveSession gives a registrant's session another domain; an unknown session is no error.
	MoveSession(ctx context.Context, dialect, tokenHash string, to dname.Name) error
	DeleteSession(ctx context.Context, dialect, tokenHash string) error
	// TrimSessions keeps the youngest max sessions of a credential.
	TrimSessions(ctx context.Context, id account.CredentialID, dialect string, max int) error
}

// FoundLogin is a credential with what a log-in needs besides.
type FoundLogin struct {
	Credential account.Credential
	Account    account.Account
	Settings   account.Settings
}

// LoginNote is one attempt to log in.
type LoginNote struct {
	OK          bool
	Wall        time.Time
	IP          string
	LockedUntil time.Time // set on a failure that locks
}

// LedgerTx keeps money. A balance row is changed by one conditional UPDATE, locked last.
type LedgerTx interface {
	// Balance is zero when the account never had money in the currency.
	Balance(ctx context.Context, acc account.ID, c money.Currency) (ledger.Balance, error)
	Balances(ctx context.Context, acc account.ID) ([]ledger.Balance, error)
	SetCreditLimit(ctx context.Context, acc account.ID, limit money.Amount) error
	// PlaceHold reserves money for an order and sets ID; errs.NoFunds when available money would fall below zero.
	PlaceHold(ctx context.Context, h *ledger.Hold) error
	// CaptureHold turns an order's open hold into a charge with its postings, and gives what is left; a zero hold makes no
	// postings and gives the zero balance. Account, Order and Amount must be the hold's: errs.WrongState else, which ends
	// the transaction.
	CaptureHold(ctx context.Context, h ledger.Hold, text string) (ledger.Balance, error)
	ReleaseHold(ctx context.Context, n order.Number) error
	// Deposit books money in.
	Deposit(ctx context.Context, acc account.ID, amount money.Amount, text string) error
	// Refund gives back what an order was charged, once per reason ("add_grace"); false when the order has had a refund
	// already, or was never charged. The amount is what was charged, whatever the price is now.
	Refund(ctx context.Context, n order.Number, reason, text string) (given money.Amount, ok bool, err error)
	// Proof compares sums; it gives one line per discrepancy, none when all is well.
	Proof(ctx context.Context) ([]string, error)
}

// ContactTx keeps contacts, their handles and their objects at registries.
type ContactTx interface {
	Contact(ctx context.Context, acc account.ID, id contact.ID) (contact.Contact, error)
	// ContactAccount is the account that holds a contact, in whatever account.
	ContactAccount(ctx context.Context, id contact.ID) (account.ID, error)
	Contacts(ctx context.Context, acc account.ID, ids []contact.ID) (map[contact.ID]contact.Contact, error)
	// SameContact finds the oldest shared contact of the account with equal data.
	SameContact(ctx context.Context, acc account.ID, d contact.Data) (contact.Contact, error)
	// AddContact sets ID, Created and Version.
	AddContact(ctx context.Context, c *contact.Contact) error
	// PutContact writes Data, Verified and Owner when Version is still the stored one, and raises it; errs.Conflict else.
	PutContact(ctx context.Context, c *contact.Contact) error
	DeleteContact(ctx context.Context, acc account.ID, id contact.ID) error
	// ContactUse counts the domains that reference a contact.
	ContactUse(ctx context.Context, id contact.ID) (int, error)
	// ListContacts lists shared contacts of the accounts. Fields: id, alias, type, organisation, title, first_name, last_name,
	// email, phone, fax, city, state, postal_code, country, comment, street, created, updated.
	ListContacts(ctx context.Context, accs []account.ID, q Query) ([]contact.Contact, Page, error)

	// Handles gives the handles of contacts in a dialect and group.
	Handles(ctx context.Context, dialect, group string, ids []contact.ID) (map[contact.ID]string, error)
	// FindHandle looks a handle up without regard to case, in one environment.
	FindHandle(ctx context.Context, env account.Environment, dialect, handle string) (contact.Handle, error)
	// AddHandle keeps the first handle of a (contact, dialect, group): a second call changes nothing. errs.Exists when the
	// handle itself is taken by another contact.
	AddHandle(ctx context.Context, env account.Environment, h contact.Handle) error

	AtRegistry(ctx context.Context, registry string, ids []contact.ID) (map[contact.ID]contact.AtRegistry, error)
	// ContactsAt is AtRegistry for contacts of an account: there is an entry for each that exists, with an empty ID when
	// the registry has not seen it.
	ContactsAt(ctx context.Context, acc account.ID, registry string, ids []contact.ID) (map[contact.ID]contact.AtRegistry, error)
	// VerifyEmail marks the contacts of an account with that address (without regard to case) as verified.
	VerifyEmail(ctx context.Context, acc account.ID, email string) error
	// Unproven gives the address of a contact that is not verified and for which no verification is open; "" for any other
	// contact. proven tells that another contact of the account with that address is verified, or a verification of it done.
	Unproven(ctx context.Context, acc account.ID, id contact.ID) (email string, proven bool, err error)
	// DomainsByRegistrantEmail lists the domains of an account whose registrant has that address, by number.
	DomainsByRegistrantEmail(ctx context.Context, acc account.ID, email string) ([]domain.Domain, error)
	// AddVerification opens one and sets ID; false when one is open or done for the account and address.
	AddVerification(ctx context.Context, v *contact.Verification) (bool, error)
	// Verification finds the latest of an account and address; VerificationByToken one by its token's hash.
	Verification(ctx context.Context, acc account.ID, email string) (contact.Verification, error)
	VerificationByToken(ctx context.Context, hash string) (contact.Verification, error)
	// PutVerification writes TokenHash, Failed and Done.
	PutVerification(ctx context.Context, v contact.Verification) error
	// VerificationByID is for the due list.
	VerificationByID(ctx context.Context, id int64) (contact.Verification, error)

	// RegistriesOf lists where a contact has been made.
	RegistriesOf(ctx context.Context, id contact.ID) ([]contact.AtRegistry, error)
	// PutAtRegistry inserts or changes; an entry that is made never becomes unmade.
	PutAtRegistry(ctx context.Context, a contact.AtRegistry) error
}

// HostTx keeps name-server sets.
type HostTx interface {
	// NSSet finds a set of the account or of the platform by handle, without regard to case.
	NSSet(ctx context.Context, env account.Environment, acc account.ID, handle string) (host.Set, error)
	// AddNSSet sets ID; errs.Exists when the handle is taken in the environment.
	AddNSSet(ctx context.Context, env account.Environment, s *host.Set) error
	// PutHost inserts a host object of an account or changes its addresses.
	PutHost(ctx context.Context, env account.Environment, h *host.Host) error
	Host(ctx context.Context, env account.Environment, name dname.Name) (host.Host, error)
	// AddHost sets ID; errs.Exists when the name is taken in the environment.
	AddHost(ctx context.Context, env account.Environment, h *host.Host) error
	// ChangeHost writes name and addresses of a host by its ID.
	ChangeHost(ctx context.Context, h host.Host) error
	DeleteHost(ctx context.Context, id int64) error
	// ListHosts lists host objects of the accounts by name. Fields: id, name.
	ListHosts(ctx context.Context, accs []account.ID, q Query) ([]host.Host, Page, error)
	// RehomeHosts gives the hosts below a domain to another account, or removes them for account 0.
	RehomeHosts(ctx context.Context, env account.Environment, below dname.Name, to account.ID) error
}

// DomainTx keeps domains.
type DomainTx interface {
	Domain(ctx context.Context, acc account.ID, name dname.Name) (domain.Domain, error)
	// WholeDomain is Domain with its contacts and the state of its open order, all of one moment.
	WholeDomain(ctx context.Context, acc account.ID, name dname.Name) (WholeDomain, error)
	// DomainAccount is the account that holds a name in an environment.
	DomainAccount(ctx context.Context, env account.Environment, name dname.Name) (account.ID, error)
	// Names says who holds names and who has ordered them, in an environment; names that nobody has are left out.
	Names(ctx context.Context, env account.Environment, names []dname.Name) (map[dname.Name]NameState, error)
	// MustBeUnheld ends the transaction with held when an account of the environment has the name.
	MustBeUnheld(ctx context.Context, env account.Environment, name dname.Name, held error) error
	// AddDomain sets ID and Version; errs.Exists when the name is held in the environment.
	AddDomain(ctx context.Context, d *domain.Domain) error
	// PutDomain writes everything but the key when Version is still the stored one, and raises it; errs.Conflict else.
	PutDomain(ctx context.Context, d *domain.Domain) error
	// ListDomains lists domains of the accounts. Fields: id, name, sld, tld, status, comment, auto_renew, created, updated,
	// expires, server, registrant, admin, tech, billing, profile, deleted, outgoing (by when a transfer away that waits is
	// carried out, null for none), delete_on, restore_until.
	ListDomains(ctx context.Context, accs []account.ID, q Query) ([]domain.Domain, Page, error)
	// AnyDomain finds a domain in whatever account, DomainByID by its number.
	AnyDomain(ctx context.Context, env account.Environment, name dname.Name) (domain.Domain, error)
	DomainByID(ctx context.Context, id domain.ID) (domain.Domain, error)
	// RemoveDomain takes a domain off the platform, with its entry of the due list and its implicit contacts.
	RemoveDomain(ctx context.Context, d domain.Domain) error
	// MoveDomain gives a domain to another account: d.Account and everything else as PutDomain, under the same condition.
	MoveDomain(ctx context.Context, d *domain.Domain, to account.ID) error
	// CountDomains counts an account's domains, and those that renew themselves.
	CountDomains(ctx context.Context, acc account.ID) (all, autoRenew int, err error)
}

// WholeDomain is a domain with what belongs to it.
type WholeDomain struct {
	Domain   domain.Domain
	Contacts map[contact.ID]contact.Contact
	Open     order.State // "" without an open order
}

// NameState is what the platform has to do with a name.
type NameState struct {
	Holder  account.ID // 0: nobody
	Orderer account.ID // of an open order, 0: none
}

// OrderTx keeps orders, their leases, idempotency keys and history.
type OrderTx interface {
	// NextOrder draws an order number.
	NextOrder(ctx context.Context) (order.Number, error)
	// AddOrder writes a new order, and draws its number unless it has one; errs.Busy when another one for the same object is open in the environment.
	AddOrder(ctx context.Context, o *order.Order) error
	// Order finds an order of an account.
	Order(ctx context.Context, acc account.ID, n order.Number) (order.Order, error)
	// AnyOrder finds an order of whatever account, for the sweep and the registry's messages.
	AnyOrder(ctx context.Context, n order.Number) (order.Order, error)
	// OrderByRequest finds an account's order by dialect and request id.
	OrderByRequest(ctx context.Context, acc account.ID, dialect, request string) (order.Order, error)
	// OpenOrder finds the open order of an object.
	OpenOrder(ctx context.Context, env account.Environment, kind, name string) (order.Order, error)
	// ListOrders lists an account's orders. Fields: number, state, operation, object_kind, object_name, dialect, command, request,
	// cltrid, hidden (0 or 1), created, updated, finished.
	ListOrders(ctx context.Context, accs []account.ID, q Query) ([]order.Order, Page, error)
	// DueOrders gives open orders whose NextAttempt has come, oldest first, skipping rows that another node holds.
	DueOrders(ctx context.Context, wall time.Time, limit int) ([]order.Order, error)
	// Fence writes State, Attempt, Lease, NextAttempt and Unknown of o when number, attempt and state are still as given;
	// false when another node or an earlier outcome was faster.
	Fence(ctx context.Context, o *order.Order, wasAttempt int, wasState order.State) (bool, error)
	// Finish writes the outcome (State, Result, Error, Finished, Updated) under the same condition.
	Finish(ctx context.Context, o *order.Order, wasAttempt int, wasState order.State) (bool, error)
	// MustFinish is Finish that ends the transaction with lost where Finish gives false.
	MustFinish(ctx context.Context, o *order.Order, was Fenced, lost error) error
	// HideOrder marks an ended order's result as deleted by the client.
	HideOrder(ctx context.Context, acc account.ID, n order.Number) error
	// FreeLeases makes all open orders of an owner due at once: only for a store that has one node.
	FreeLeases(ctx context.Context) error
	// OrderKey looks an idempotency key up.
	OrderKey(ctx context.Context, acc account.ID, key string) (hash string, n order.Number, err error)
	// BindKey binds a key; errs.Conflict when it is bound already.
	BindKey(ctx context.Context, acc account.ID, key, hash string, n order.Number) error
	AddHistory(ctx context.Context, h History) error
	// ChargedOrders lists the done orders of a domain that cost something, youngest first.
	ChargedOrders(ctx context.Context, acc account.ID, name dname.Name, limit int) ([]order.Order, error)
	// OpenOrders lists open orders of all accounts by number, for the operator.
	OpenOrders(ctx context.Context, after order.Number, limit int) ([]order.Order, error)
}

// Fenced is how an order must still be for a change to be made to it.
type Fenced struct {
	Attempt int
	State   order.State
}

// History is one line of what happened to an object.
type History struct {
	Account    account.ID
	ObjectKind string
	ObjectName string
	Order      order.Number
	What       string
	At         time.Time // registrar time
}

// NoticeTx keeps notices.
type NoticeTx interface {
	// AddNotice sets Created and Wall, and ID by the end of the transaction.
	AddNotice(ctx context.Context, n *notify.Notice) error
	// OpenNotices gives the oldest unacknowledged notices that a channel shows, and how many wait in all. kinds limits
	// which kinds count; empty for all.
	OpenNotices(ctx context.Context, acc account.ID, channel string, kinds []notify.Kind, limit int) ([]notify.Notice, int, error)
	// AckNotice marks a notice as read in a channel; errs.NotFound when the account has no such notice there. known tells
	// a repeated call (already acknowledged) from the first.
	AckNotice(ctx context.Context, acc account.ID, channel string, id notify.ID) (known bool, err error)
}

// RegistryTx keeps what came from registries.
type RegistryTx interface {
	// AddRegistryMessage stores a message's id; false when it is there already.
	AddRegistryMessage(ctx context.Context, registry, id string, at time.Time) (bool, error)
}

// MetaTx keeps single values of the platform ("clock.distance").
type MetaTx interface {
	Meta(ctx context.Context, key string) (string, error)
	PutMeta(ctx context.Context, key, value string) error
}

// Kinds of objects in the due list.
const (
	DueDomain       = "domain"
	DueVerification = "verification"
	DueFollowUp     = "follow_up" // of a refused order, by its number
	DueAuthInfo     = "auth_info" // the end of a transfer authorization code, by the domain's number
)

// DueEntry is an object's place in the due list: there is one at most for each. At and Step are the next to come; At is
// registrar time, Rank orders entries of one moment.
type DueEntry struct {
	Kind    string
	Object  int64
	Account account.ID
	Name    string // for logs and reports
	At      time.Time
	Step    string
	Rank    int
	Tries   int
	Retry   time.Time // wall time before which it is not tried again; zero: at once
}

// DueTx keeps the due list and the leases of work that one node does at a time.
type DueTx interface {
	// PutDue replaces an object's entry; a store may write it with the next call.
	PutDue(ctx context.Context, e DueEntry) error
	DropDue(ctx context.Context, kind string, object int64) error
	// DueUntil gives entries with At up to a moment that may be tried at wall, by At, Rank, Kind and Object.
	DueUntil(ctx context.Context, at, wall time.Time, limit int) ([]DueEntry, error)
	// Due finds an object's entry.
	Due(ctx context.Context, kind string, object int64) (DueEntry, error)
	// TakeLease gives a named piece of work to an owner until a wall time, or renews it; false while another has it.
	TakeLease(ctx context.Context, name, owner string, until time.Time) (bool, error)
	// DropLease gives it back.
	DropLease(ctx context.Context, name, owner string) error
}

// MailQuery selects mails; empty members select all.
type MailQuery struct {
	Account account.ID
	To      string // exact address, without regard to case
	Object  string
	After   int64 // mails with a higher number
	Limit   int
}

// MailTx keeps mails and the obligations that they fulfil.
type MailTx interface {
	// AddMail sets ID, Created and Wall.
	AddMail(ctx context.Context, m *notify.Mail) error
	// DueMails gives queued mails whose next attempt has come, oldest first, skipping rows that another node holds.
	DueMails(ctx context.Context, wall time.Time, limit int) ([]notify.Mail, error)
	// PutMail writes State, Tries, Next and Error; with MailSent, MailDelivered and MailBounced also the time into the
	// obligations that the mail carries.
	PutMail(ctx context.Context, m notify.Mail) error
	Mail(ctx context.Context, id int64) (notify.Mail, error)
	Mails(ctx context.Context, q MailQuery) ([]notify.Mail, error)
	// AddObligation sets ID; false when the same (account, kind, object, recipient, due) is there already.
	AddObligation(ctx context.Context, o *notify.Obligation) (bool, error)
	// Obligations lists those of an object, oldest first.
	Obligations(ctx context.Context, acc account.ID, kind, name string) ([]notify.Obligation, error)
}

// Marks are the highest numbers of what grows with time.
type Marks struct {
	History, Notice, Entry, Mail int64
}

// Event is one line of the event log: what happened, at which registrar time, in numbers and words that are the same for
// equal runs.
type Event struct {
	At      time.Time
	Source  string // "history", "notice", "ledger", "mail"
	Seq     int64  // number within its source
	Account account.ID
	Kind    string
	Object  string
	Order   int64
	Amount  money.Amount // of a charge (negative for the customer) or refund
}

// TimelineTx reads the event log.
type TimelineTx interface {
	Marks(ctx context.Context) (Marks, error)
	// Timeline gives what came after marks, by time, source and number, at most limit lines, and the marks behind them.
	Timeline(ctx context.Context, after Marks, limit int) ([]Event, Marks, error)
}
