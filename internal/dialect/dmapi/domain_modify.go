package dmapi

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/domain"
)

// domainModify is domain-modify (§7.3.8): contacts but the owner's, the whole set of name servers, DNSSEC keys.
func domainModify(ctx context.Context, rq *request) (*reply, error) {
	text, err := rq.form.require("domain")
	if err != nil {
		return nil, err
	}
	if err := rq.membershipRefused(); err != nil {
		return nil, err
	}
	info, err := command.Do(ctx, rq.d.deps.Runner, rq.caller, command.InfoDomain{Name: text})
	if err != nil {
		return nil, err
	}
	cmd := command.UpdateDomain{Name: text}
	refs, contactsErr := rq.contactRefs(ctx, rq.d.deps.Runner.Catalog().TLD(info.Domain.TLD), domain.Admin, domain.Tech, domain.Billing)
	servers, serversErr := rq.servers(info.Domain.Servers)
	dnssec, dnssecErr := rq.dnssec(info.Domain.TLD)
	if err := join(contactsErr, serversErr, dnssecErr); err != nil {
		return nil, err
	}
	cmd.Contacts = refs
	if len(servers) > 0 {
		cmd.Servers = &command.ServerList{Servers: servers}
	}
	if len(refs) == 0 && cmd.Servers == nil && dnssec == nil {
		return nil, param("domain", "at least one change (billing-c, admin-c, tech-c, ns-list or dnssec)")
	}
	if cmd.DNSSEC = dnssec; !dnssec.Empty() {
		if len(servers) == 0 {
			servers = info.Domain.Servers
		}
		if rq.d.deps.Runner.OnPlatform(servers) { // their zones are not signed by others' keys (§7.3.8)
			return nil, refuseValue("dnssec", "0 (the domain uses the name servers of this platform)")
		}
	}
	return rq.update(ctx, cmd)
}

// membershipRefused refuses .xxx tokens, which the interface knows and this server does not take.
func (rq *request) membershipRefused() error {
	if rq.form.get("registrar-tag") != "" {
		return refuseValue("registrar-tag", "no value (membership tokens are not offered by this server)")
	}
	return nil
}

func (rq *request) update(ctx context.Context, cmd command.UpdateDomain) (*reply, error) {
	cmd.Always = true // every accepted change has a Proc-ID
	out, err := command.Do(ctx, rq.d.deps.Runner, rq.caller, cmd)
	if err != nil {
		return nil, err
	}
	return accepted(out), nil
}

// domainLock and domainUnlock set and clear the transfer lock (§7.3.12); a domain that is so already is no error.
func domainLock(ctx context.Context, rq *request) (*reply, error)   { return rq.lock(ctx, true) }
func domainUnlock(ctx context.Context, rq *request) (*reply, error) { return rq.lock(ctx, false) }

func (rq *request) lock(ctx context.Context, on bool) (*reply, error) {
	text, err := rq.form.require("domain")
	if err != nil {
		return nil, err
	}
	return rq.update(ctx, command.UpdateDomain{Name: text, Lock: &on})
}
