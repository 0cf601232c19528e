package wapi

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
)

// spec is one command of wapi.md §7.
type spec struct {
	run func(ctx context.Context, c *call) (jsonx.Obj, error)
	// read commands give no data in test mode (wapi.md §2.7).
	read bool
	// scalars are the parameters that must not be objects or lists.
	scalars []string
}

// Parameters of the zone commands that are scalars.
var (
	zoneParams    = []string{"name", "domain"}
	settingParams = []string{"name", "domain", "type", "axfr_enabled", "primary_ip"}
	rowParams     = []string{"name", "domain", "row_id", "ttl", "type", "rdtype", "rdata", "auth_comment", "author_comment", "comment"}
)

// commands are those that are served.
var commands = map[string]*spec{
	"ping":                    {run: ping, read: true},
	"poll-req":                {run: pollReq, read: true},
	"poll-ack":                {run: pollAck, scalars: []string{"id"}},
	"domains-list":            {run: domainsList, read: true, scalars: []string{"status"}},
	"domain-check":            {run: domainCheck, read: true, scalars: []string{"name"}},
	"domain-create":           {run: domainCreate, scalars: []string{"name", "period", "nsset", "owner_c", "admin_c", "keyset"}},
	"domain-info":             {run: domainInfo, read: true, scalars: []string{"name"}},
	"domain-renew":            {run: domainRenew, scalars: []string{"name", "period"}},
	"domain-update-ns":        {run: domainUpdateNS, scalars: []string{"name", "nsset"}},
	"domain-update-keyset":    {run: domainUpdateKeyset, scalars: []string{"name", "keyset"}},
	"domain-transfer-check":   {run: domainTransferCheck, read: true, scalars: []string{"name"}},
	"domain-transfer":         {run: domainTransfer, scalars: []string{"name", "auth_info", "owner_c"}},
	"domain-send-auth-info":   {run: domainSendAuthInfo, scalars: []string{"name"}},
	"domain-tld-period-check": {run: domainTLDPeriodCheck, read: true, scalars: []string{"tld", "period"}},
	"contact-check":           {run: contactCheck, read: true, scalars: []string{"tld", "cname"}},
	"contact-info":            {run: contactInfo, read: true, scalars: []string{"tld", "cname", "name"}},
	"contact-create":          {run: contactCreate, scalars: []string{"tld", "cname"}},
	"contact-update":          {run: contactUpdate, scalars: []string{"tld", "cname"}},
	"credit-info":             {run: creditInfo, read: true},
	"dns-domains-list":        {run: dnsDomainsList, read: true},
	"dns-domain-info":         {run: dnsDomainInfo, read: true, scalars: zoneParams},
	"dns-domain-add":          {run: dnsDomainAdd, scalars: settingParams},
	"dns-domain-update":       {run: dnsDomainUpdate, scalars: settingParams},
	"dns-domain-delete":       {run: dnsDomainDelete, scalars: zoneParams},
	"dns-domain-axfr-run":     {run: dnsDomainAXFRRun, scalars: zoneParams},
	"dns-domain-copy":         {run: dnsDomainCopy, scalars: []string{"name", "domain", "name_from", "name_new"}},
	"dns-domain-commit":       {run: dnsDomainCommit, scalars: zoneParams},
	"dns-rows-list":           {run: dnsRowsList, read: true, scalars: zoneParams},
	"dns-row-detail":          {run: dnsRowDetail, read: true, scalars: rowParams},
	"dns-row-add":             {run: dnsRowAdd, scalars: rowParams},
	"dns-row-update":          {run: dnsRowUpdate, scalars: rowParams},
	"dns-row-delete":          {run: dnsRowDelete, scalars: rowParams},
}

// aliases are other names: those of an old notification article, and of a newer page's list (wapi.md §7).
var aliases = map[string]string{"notify-poll-req": "poll-req", "notify-poll-ack": "poll-ack", "dns-domain-update-keyset": "domain-update-keyset", "dns-add-row": "dns-row-add"}

// findCommand gives a command and its own name; nil for one that is not served.
func findCommand(word string) (*spec, string) {
	if own, ok := aliases[word]; ok {
		word = own
	}
	s := commands[word]
	if s == nil {
		return nil, ""
	}
	return s, word
}

// call is one authenticated request on its way through a command.
type call struct {
	d      *Dialect
	caller command.Caller
	params jsonx.Value
	test   bool
}

// text is a parameter's text without blanks around it; "" when it is absent, null or empty.
func (c *call) text(name string) string { return scalar(c.params.Get(name)) }

// do runs a command of the core for the call.
func do[R any](ctx context.Context, c *call, cmd command.Command[R]) (R, error) {
	return command.Do(ctx, c.d.runner, c.caller, cmd)
}
