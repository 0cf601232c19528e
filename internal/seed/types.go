package seed

// Accounts, and what they hold, in the shape of the file. All times and amounts are text here; Parse has checked them and
// filled in the defaults when a File exists. JSON has the same keys.

// Root is the whole file.
type Root struct {
	Version        int       `yaml:"version" json:"version" seed:"required"`
	Now            string    `yaml:"now" json:"now,omitempty"`
	Platform       Platform  `yaml:"platform" json:"platform,omitzero"`
	Catalog        Catalog   `yaml:"catalog" json:"catalog,omitzero"`
	Accounts       []Account `yaml:"accounts" json:"accounts,omitempty"`
	Contacts       []Contact `yaml:"contacts" json:"contacts,omitempty"`
	NSSets         []NSSet   `yaml:"nssets" json:"nssets,omitempty"`
	Hosts          []Host    `yaml:"hosts" json:"hosts,omitempty"`
	Domains        []Domain  `yaml:"domains" json:"domains,omitempty"`
	Zones          []Zone    `yaml:"zones" json:"zones,omitempty"`
	ForeignDomains []Foreign `yaml:"foreign_domains" json:"foreign_domains,omitempty"`
	Notices        []Notice  `yaml:"notices" json:"notices,omitempty"`
}

// Platform is the operator's own part.
type Platform struct {
	NameServers []string `yaml:"name_servers" json:"name_servers,omitempty"`
	NSSet       string   `yaml:"nsset" json:"nsset,omitempty"`
}

// Account is a reseller with its credentials for every dialect.
type Account struct {
	Name        string            `yaml:"name" json:"name" seed:"required"`
	Company     string            `yaml:"company" json:"company,omitempty"`
	Email       string            `yaml:"email" json:"email,omitempty"`
	Language    string            `yaml:"language" json:"language,omitempty"`
	Parent      string            `yaml:"parent" json:"parent,omitempty"`
	Currency    string            `yaml:"currency" json:"currency" seed:"required"`
	Balances    map[string]string `yaml:"balances" json:"balances,omitempty"`
	CreditLimit map[string]string `yaml:"credit_limit" json:"credit_limit,omitempty"`
	PriceGroup  string            `yaml:"price_group" json:"price_group,omitempty"`
	Environment string            `yaml:"environment" json:"environment,omitempty"`
	Notify      Notify            `yaml:"notify" json:"notify,omitzero"`
	DMAPI       *DMAPI            `yaml:"dmapi" json:"dmapi,omitempty"`
	OpenSRS     *OpenSRS          `yaml:"opensrs" json:"opensrs,omitempty"`
	WAPI        *WAPI             `yaml:"wapi" json:"wapi,omitempty"`
	Domainrobot *Domainrobot      `yaml:"domainrobot" json:"domainrobot,omitempty"`
}

// Notify is where notices go.
type Notify struct {
	Channel string `yaml:"channel" json:"channel,omitempty"`
	Address string `yaml:"address" json:"address,omitempty"`
	URL     string `yaml:"url" json:"url,omitempty"`
}

// DMAPI holds the log-ins of that dialect.
type DMAPI struct {
	Users   []DMAPIUser `yaml:"users" json:"users,omitempty"`
	APIKeys []APIKey    `yaml:"api_keys" json:"api_keys,omitempty"`
	SVC     []SVC       `yaml:"svc" json:"svc,omitempty"`
}

// DMAPIUser logs in with a password.
type DMAPIUser struct {
	Username string `yaml:"username" json:"username" seed:"required"`
	Password string `yaml:"password" json:"password" seed:"required"`
}

// APIKey logs in by itself.
type APIKey struct {
	Key    string `yaml:"key" json:"key" seed:"required"`
	Access string `yaml:"access" json:"access,omitempty"`
	Note   string `yaml:"note" json:"note,omitempty"`
}

// SVC is a credential for dynamic DNS.
type SVC struct {
	Username string   `yaml:"username" json:"username" seed:"required"`
	Password string   `yaml:"password" json:"password" seed:"required"`
	Zones    []string `yaml:"zones" json:"zones,omitempty"`
}

// OpenSRS holds the reseller's keys and the registrants' log-ins.
type OpenSRS struct {
	Username string      `yaml:"username" json:"username,omitempty"`
	Keys     OpenSRSKeys `yaml:"keys" json:"keys,omitzero"`
	IPRules  []string    `yaml:"ip_rules" json:"ip_rules,omitempty"`
	Profiles []Profile   `yaml:"profiles" json:"profiles,omitempty"`
}

// OpenSRSKeys are the shared keys per environment.
type OpenSRSKeys struct {
	Live string `yaml:"live" json:"live,omitempty"`
	Test string `yaml:"test" json:"test,omitempty"`
}

// Profile is a registrant's log-in.
type Profile struct {
	Username string `yaml:"username" json:"username" seed:"required"`
	Password string `yaml:"password" json:"password" seed:"required"`
}

// WAPI holds the one log-in of that dialect.
type WAPI struct {
	User       string   `yaml:"user" json:"user,omitempty"`
	Password   string   `yaml:"password" json:"password" seed:"required"`
	Protocol   string   `yaml:"protocol" json:"protocol,omitempty"`
	Notify     Notify   `yaml:"notify" json:"notify,omitzero"`
	AllowedIPs []string `yaml:"allowed_ips" json:"allowed_ips,omitempty"`
}

// Domainrobot holds the log-ins of both InterNetX dialects.
type Domainrobot struct {
	Users       []RobotUser  `yaml:"users" json:"users,omitempty"`
	TrustedApps []TrustedApp `yaml:"trusted_apps" json:"trusted_apps,omitempty"`
}

// RobotUser logs in with user, context and password.
type RobotUser struct {
	User       string `yaml:"user" json:"user" seed:"required"`
	Context    int    `yaml:"context" json:"context,omitempty"`
	Password   string `yaml:"password" json:"password" seed:"required"`
	TOTPSecret string `yaml:"totp_secret" json:"totp_secret,omitempty"`
}

// TrustedApp acts for a user.
type TrustedApp struct {
	UUID     string `yaml:"uuid" json:"uuid" seed:"required"`
	Name     string `yaml:"name" json:"name,omitempty"`
	Password string `yaml:"password" json:"password" seed:"required"`
	User     string `yaml:"user" json:"user" seed:"required"`
	Context  int    `yaml:"context" json:"context,omitempty"`
}

// Contact is a person or organisation of an account.
type Contact struct {
	ID            string             `yaml:"id" json:"id" seed:"required"`
	Account       string             `yaml:"account" json:"account" seed:"required"`
	Handles       map[string]Handles `yaml:"handles" json:"handles,omitempty"`
	Type          string             `yaml:"type" json:"type,omitempty"`
	FirstName     string             `yaml:"first_name" json:"first_name,omitempty"`
	LastName      string             `yaml:"last_name" json:"last_name,omitempty"`
	Title         string             `yaml:"title" json:"title,omitempty"`
	Organisation  string             `yaml:"organisation" json:"organisation,omitempty"`
	Email         string             `yaml:"email" json:"email,omitempty"`
	Email2        string             `yaml:"email2" json:"email2,omitempty"`
	Phone         string             `yaml:"phone" json:"phone,omitempty"`
	Fax           string             `yaml:"fax" json:"fax,omitempty"`
	Street        []string           `yaml:"street" json:"street,omitempty"`
	City          string             `yaml:"city" json:"city,omitempty"`
	State         string             `yaml:"state" json:"state,omitempty"`
	PostalCode    string             `yaml:"postal_code" json:"postal_code,omitempty"`
	Country       string             `yaml:"country" json:"country,omitempty"`
	Language      string             `yaml:"language" json:"language,omitempty"`
	CompanyNumber string             `yaml:"company_number" json:"company_number,omitempty"`
	VATID         string             `yaml:"vat_id" json:"vat_id,omitempty"`
	Alias         string             `yaml:"alias" json:"alias,omitempty"`
	Comment       string             `yaml:"comment" json:"comment,omitempty"`
	Extra         map[string]string  `yaml:"extra" json:"extra,omitempty"`
	Verified      *bool              `yaml:"verified" json:"verified,omitempty"`
}

// NSSet is a name-server set.
type NSSet struct {
	ID      string   `yaml:"id" json:"id" seed:"required"`
	Account string   `yaml:"account" json:"account" seed:"required"`
	Handle  string   `yaml:"handle" json:"handle,omitempty"`
	Servers []string `yaml:"servers" json:"servers,omitempty"`
}

// Host is a host object with its addresses.
type Host struct {
	Name      string   `yaml:"name" json:"name" seed:"required"`
	Account   string   `yaml:"account" json:"account" seed:"required"`
	Addresses []string `yaml:"addresses" json:"addresses,omitempty"`
}

// Domain is a name of an account.
type Domain struct {
	Name        string   `yaml:"name" json:"name" seed:"required"`
	Account     string   `yaml:"account" json:"account" seed:"required"`
	Profile     string   `yaml:"profile" json:"profile,omitempty"`
	Registrant  string   `yaml:"registrant" json:"registrant,omitempty"`
	Admin       string   `yaml:"admin" json:"admin,omitempty"`
	Tech        string   `yaml:"tech" json:"tech,omitempty"`
	Billing     string   `yaml:"billing" json:"billing,omitempty"`
	Created     string   `yaml:"created" json:"created,omitempty"`
	Expires     string   `yaml:"expires" json:"expires,omitempty"`
	NameServers []string `yaml:"name_servers" json:"name_servers,omitempty"`
	NSSet       string   `yaml:"nsset" json:"nsset,omitempty"`
	AuthInfo    string   `yaml:"auth_info" json:"auth_info,omitempty"`
	Locked      bool     `yaml:"locked" json:"locked,omitempty"`
	AutoRenew   *bool    `yaml:"auto_renew" json:"auto_renew,omitempty"`
	Privacy     Privacy  `yaml:"privacy" json:"privacy,omitempty"`
	DNSSEC      bool     `yaml:"dnssec" json:"dnssec,omitempty"`
	Comment     string   `yaml:"comment" json:"comment,omitempty"`
	Zone        string   `yaml:"zone" json:"zone,omitempty"`
}

// Zone is a zone without a domain of ours.
type Zone struct {
	Name              string `yaml:"name" json:"name" seed:"required"`
	Account           string `yaml:"account" json:"account" seed:"required"`
	VirtualNameServer string `yaml:"virtual_name_server" json:"virtual_name_server,omitempty"`
	SOA               SOA    `yaml:"soa" json:"soa,omitzero"`
	Zone              string `yaml:"zone" json:"zone,omitempty"`
}

// SOA holds values of a zone's start of authority, in seconds.
type SOA struct {
	TTL     int    `yaml:"ttl" json:"ttl,omitempty"`
	Refresh int    `yaml:"refresh" json:"refresh,omitempty"`
	Retry   int    `yaml:"retry" json:"retry,omitempty"`
	Expire  int    `yaml:"expire" json:"expire,omitempty"`
	Email   string `yaml:"email" json:"email,omitempty"`
}

// Foreign is a name that another registrar holds at the embedded registry.
type Foreign struct {
	Name        string   `yaml:"name" json:"name" seed:"required"`
	AuthInfo    string   `yaml:"auth_info" json:"auth_info,omitempty"`
	Locked      bool     `yaml:"locked" json:"locked,omitempty"`
	Created     string   `yaml:"created" json:"created,omitempty"`
	Expires     string   `yaml:"expires" json:"expires,omitempty"`
	NameServers []string `yaml:"name_servers" json:"name_servers,omitempty"`
	Environment string   `yaml:"environment" json:"environment,omitempty"`
}

// Notice is something to be read.
type Notice struct {
	Account string `yaml:"account" json:"account" seed:"required"`
	Kind    string `yaml:"kind" json:"kind,omitempty"`
	Text    string `yaml:"text" json:"text,omitempty"`
}

// Catalog is what is sold beside the built-in endings.
type Catalog struct {
	TLDs     []TLD      `yaml:"tlds" json:"tlds,omitempty"`
	Prices   []Price    `yaml:"prices" json:"prices,omitempty"`
	Premium  []Premium  `yaml:"premium" json:"premium,omitempty"`
	Reserved []Reserved `yaml:"reserved" json:"reserved,omitempty"`
}

// PriceTable gives amounts by price group, currency and operation.
type PriceTable map[string]map[string]map[string]string

// TLD is an ending. One that is built in is replaced as a whole.
type TLD struct {
	Name         string     `yaml:"name" json:"name" seed:"required"`
	Class        string     `yaml:"class" json:"class,omitempty"`
	HandlePrefix string     `yaml:"handle_prefix" json:"handle_prefix,omitempty"`
	Years        Years      `yaml:"years" json:"years,omitzero"`
	Servers      Servers    `yaml:"servers" json:"servers,omitzero"`
	MinLabel     int        `yaml:"min_label" json:"min_label,omitempty"`
	Roles        []string   `yaml:"roles" json:"roles,omitempty"`
	Required     []string   `yaml:"required" json:"required,omitempty"`
	Countries    []string   `yaml:"countries" json:"countries,omitempty"`
	IDN          string     `yaml:"idn" json:"idn,omitempty"`
	Grace        Grace      `yaml:"grace" json:"grace,omitzero"`
	Policy       string     `yaml:"policy" json:"policy,omitempty"`
	Policies     []Policy   `yaml:"policies" json:"policies,omitempty"`
	Registry     string     `yaml:"registry" json:"registry,omitempty"`
	Prices       PriceTable `yaml:"prices" json:"prices,omitempty"`
}

// Policy is a built-in policy of an ending from a time on, with times of its own in days or hours ("60d", "720h").
type Policy struct {
	Name         string   `yaml:"name" json:"name" seed:"required"`
	From         string   `yaml:"from" json:"from,omitempty"`
	Notices      []string `yaml:"notices" json:"notices,omitempty"`
	RenewBefore  string   `yaml:"renew_before" json:"renew_before,omitempty"`
	HoldAfter    string   `yaml:"hold_after" json:"hold_after,omitempty"`
	DeleteAfter  string   `yaml:"delete_after" json:"delete_after,omitempty"`
	Reminder     *bool    `yaml:"reminder" json:"reminder,omitempty"`
	CreateLock   string   `yaml:"create_lock" json:"create_lock,omitempty"`
	TransferLock string   `yaml:"transfer_lock" json:"transfer_lock,omitempty"`
	OwnerLock    string   `yaml:"owner_lock" json:"owner_lock,omitempty"`
	Verify       string   `yaml:"verify" json:"verify,omitempty"`
}

// Years bounds periods.
type Years struct {
	Min   int `yaml:"min" json:"min,omitempty"`
	Max   int `yaml:"max" json:"max,omitempty"`
	Ahead int `yaml:"ahead" json:"ahead,omitempty"`
}

// Servers bounds the number of name servers.
type Servers struct {
	Min *int `yaml:"min" json:"min,omitempty"`
	Max int  `yaml:"max" json:"max,omitempty"`
}

// Grace holds times of the life cycle, in days ("45d").
type Grace struct {
	Add           string `yaml:"add" json:"add,omitempty"`
	Renew         string `yaml:"renew" json:"renew,omitempty"`
	AutoRenew     string `yaml:"auto_renew" json:"auto_renew,omitempty"`
	Transfer      string `yaml:"transfer" json:"transfer,omitempty"`
	Redemption    string `yaml:"redemption" json:"redemption,omitempty"`
	PendingDelete string `yaml:"pending_delete" json:"pending_delete,omitempty"`
}

// Price is one row for an ending, built in or not.
type Price struct {
	TLD       string `yaml:"tld" json:"tld" seed:"required"`
	Operation string `yaml:"operation" json:"operation" seed:"required"`
	Years     int    `yaml:"years" json:"years,omitempty"`
	Group     string `yaml:"group" json:"group,omitempty"`
	Class     string `yaml:"class" json:"class,omitempty"`
	Currency  string `yaml:"currency" json:"currency" seed:"required"`
	Amount    string `yaml:"amount" json:"amount" seed:"required"`
	From      string `yaml:"from" json:"from,omitempty"`
	Until     string `yaml:"until" json:"until,omitempty"`
}

// Premium puts a name into a class with prices of its own.
type Premium struct {
	Name   string     `yaml:"name" json:"name" seed:"required"`
	Class  string     `yaml:"class" json:"class" seed:"required"`
	Prices PriceTable `yaml:"prices" json:"prices,omitempty"`
}

// Reserved is a name that cannot be had.
type Reserved struct {
	Name   string `yaml:"name" json:"name" seed:"required"`
	Reason string `yaml:"reason" json:"reason,omitempty"`
}
