package opensrs

import (
	"context"
	"strconv"
	"strings"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/host"
)

// getDomain is GET DOMAIN (opensrs-commands.md §4.1).
func getDomain(ctx context.Context, x *call) (*reply, error) {
	kind := x.q.attrs.str("type")
	if kind == "" {
		return nil, refuse(errs.Missing, 460, "Info type not specified")
	}
	switch kind {
	case "list":
		return listDomains(ctx, x)
	case "waiting_history", "waiting history", "xpack_waiting_history":
		return waitingHistory(ctx, x, strings.ReplaceAll(kind, " ", "_"))
	case "rsp_whois_info":
		return resellerInfo(ctx, x)
	}
	show, known := shown[kind]
	if !known {
		return nil, refuse(errs.Unsupported, 465, "Unknown Info type: "+clip(kind, 60))
	}
	info, err := x.own(ctx)
	if err != nil {
		return nil, err
	}
	text := "Query Successful"
	if kind == "status" {
		text = "Command successful" // recorded so, 2025
	}
	return ok(text, show(info)), nil
}

// own reads the domain that the command names. A deleted one is out of the account (opensrs-commands.md §4.1), though it can
// still be redeemed.
func (x *call) own(ctx context.Context) (command.DomainInfo, error) {
	name, err := x.domain(ctx)
	if err != nil {
		return command.DomainInfo{}, err
	}
	return x.held(ctx, name)
}

// held reads a domain that is not deleted.
func (x *call) held(ctx context.Context, name string) (command.DomainInfo, error) {
	info, err := do(ctx, x, command.InfoDomain{Name: name})
	if err == nil && !info.Domain.Deleted.IsZero() {
		err = isDeleted(info.Domain)
	}
	return info, err
}

func isDeleted(d domain.Domain) error {
	return errs.F(errs.NotFound, "name", "%s has been deleted", d.Name).On("domain", string(d.Name))
}

// shown are the kinds of information that are offered.
var shown = map[string]func(command.DomainInfo) *value{
	"all_info":    allInfo,
	"owner":       func(i command.DomainInfo) *value { return hash().set("contact_set", contactSet(i, "owner")) },
	"admin":       func(i command.DomainInfo) *value { return hash().set("contact_set", contactSet(i, "admin")) },
	"billing":     func(i command.DomainInfo) *value { return hash().set("contact_set", contactSet(i, "billing")) },
	"tech":        func(i command.DomainInfo) *value { return hash().set("contact_set", contactSet(i, "tech")) },
	"nameservers": func(i command.DomainInfo) *value { return hash().set("nameserver_list", nameservers(i.Domain.Servers)) },
	"status":      status,
	"expire_action": func(i command.DomainInfo) *value {
		return hash("auto_renew", flag(renews(i.Domain)), "let_expire", "0")
	},
	"auto_renew_flag":  func(i command.DomainInfo) *value { return hash("auto_renew", flag(renews(i.Domain))) },
	"domain_auth_info": func(i command.DomainInfo) *value { return hash("domain_auth_info", i.AuthInfo) },
	"registry_dates": func(i command.DomainInfo) *value {
		return hash("registry_createdate", utc(i.Domain.Created), "registry_expiredate", utc(i.Domain.Expires), "registry_updatedate", updated(i.Domain))
	},
	"dnssec": func(i command.DomainInfo) *value { return hash().set("dnssec", showDNSSEC(i.Domain.DNSSEC)) },
	// Nothing of these is kept, so that what is shown is the truth: no registry data, no privacy.
	"tld_data":            func(command.DomainInfo) *value { return hash().set("tld_data", hash()) },
	"whois_privacy_state": func(command.DomainInfo) *value { return hash("state", "disabled", "changeable", "0") },
}

func allInfo(i command.DomainInfo) *value {
	d := i.Domain
	v := hash("auto_renew", flag(renews(d)), "let_expire", "0", "sponsoring_rsp", "1", "affiliate_id", "", "gdpr_consent_status", "NONE",
		"registry_createdate", utc(d.Created), "registry_updatedate", updated(d), "registry_expiredate", utc(d.Expires), "expiredate", utc(d.Expires))
	if !d.Transferred.IsZero() {
		v.set("registry_transferdate", text(utc(d.Transferred)))
	}
	v.set("tld_data", text("")) // recorded 2025 as an empty item when there is none
	if hold := onHold(d); hold != "" {
		v.set("dns_errors", text(hold))
	}
	return v.set("nameserver_list", nameservers(d.Servers)).set("contact_set", contactSet(i))
}

// status holds scalars alone: there is a client that fails on anything else.
func status(i command.DomainInfo) *value {
	free := i.Open == "" && !i.Domain.Has(domain.ClientUpdateProhibit) && i.Domain.Outgoing == nil
	v := hash("lock_state", flag(i.Domain.Locked()), "can_modify", flag(free), "domain_supports", flag(lockable(string(i.Domain.Name))), "parkp_status", "")
	if i.Domain.Outgoing != nil {
		v.set("transfer_away_in_progress", text("1"))
	}
	return v
}

// onHold says why a name is not in the zone, "" when it is.
func onHold(d domain.Domain) string {
	for _, status := range []string{domain.ClientHold, "serverHold"} {
		if d.Has(status) {
			return "Domain is on hold (" + status + ")"
		}
	}
	return ""
}

func renews(d domain.Domain) bool {
	return d.AutoRenew == domain.Renew || d.AutoRenew == domain.RenewOnce
}

// updated is the last change, the creation for a name never changed (recorded so).
func updated(d domain.Domain) string {
	if d.Updated.IsZero() {
		return utc(d.Created)
	}
	return utc(d.Updated)
}

func nameservers(servers []host.Server) *value {
	rows := make([]*value, len(servers))
	for i, s := range servers {
		v4, v6 := families(s.Addresses)
		rows[i] = hash("name", string(s.Name), "sortorder", strconv.Itoa(i+1), "ipaddress", v4)
		if v6 != "" {
			rows[i].set("ipv6", text(v6))
		}
	}
	return list(rows...)
}

// belongsToRSP is BELONGS_TO_RSP (§4.5): always a success.
func belongsToRSP(ctx context.Context, x *call) (*reply, error) {
	info, err := x.own(ctx)
	switch {
	case err == nil:
		return ok("Query successful", hash("belongs_to_rsp", "1", "domain_expdate", utc(info.Domain.Expires))), nil
	case errs.Is(err, errs.NotFound, errs.NotOwned, errs.UnsupportedTLD):
		return ok("Query successful", hash("belongs_to_rsp", "0")), nil
	}
	return nil, err
}

// maxContacts is the largest list of GET_DOMAINS_CONTACTS (opensrs.md §2.3).
const maxContacts = 100

// domainsContacts is GET_DOMAINS_CONTACTS (§4.3): a name that is not the caller's has an error in its place.
func domainsContacts(ctx context.Context, x *call) (*reply, error) {
	names := x.q.attrs.get("domain_list").words()
	switch n := len(names); {
	case n == 0:
		return nil, missing("domain_list")
	case n > maxContacts:
		return nil, invalid("domain_list", "has more than 100 names")
	}
	out := hash()
	for _, name := range names {
		if out.get(name) != nil {
			continue
		}
		info, err := x.held(ctx, name)
		switch {
		case err == nil:
			out.set(name, hash().set("contact_set", contactSet(info)))
		case errs.Is(err, errs.NotFound, errs.NotOwned, errs.UnsupportedTLD, errs.InvalidName):
			out.set(name, hash("error", "Domain does not belong to the reseller "+x.c.Credential.Login))
		default:
			return nil, err
		}
	}
	return ok("Command successful", out), nil
}
