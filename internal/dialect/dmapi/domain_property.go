package dmapi

import (
	"context"
	"strings"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
)

// Property names (§10.2).
const (
	propAutoRenew = "autorenew"
	propPrivacy   = "privacy"
	propOptOut    = "whois-opt-out"
)

// maxPropertyDomains bounds the domains that one pattern changes.
const maxPropertyDomains = 1000

var errPropertyName = param("pname", "valid property name")

// domainSetProperty changes a property of one domain, or of all that match a pattern (§7.3.13).
func domainSetProperty(ctx context.Context, rq *request) (*reply, error) {
	text, err := rq.form.require("domain")
	if err != nil {
		return nil, err
	}
	want, err := rq.wantedProperty()
	if err != nil {
		return nil, err
	}
	rq.caller.Command = "set-domain-property" // so named in result lists (§6.2)
	if !hasWildcard(text) {
		return rq.update(ctx, command.UpdateDomain{Name: text, AutoRenew: &want})
	}
	if text, err = rq.form.pattern("domain"); err != nil {
		return nil, err
	}
	where, possible := whereDomain(text)
	var names []string
	if possible {
		err = rq.eachDomain(ctx, where, 0, maxPropertyDomains+1, func(d domain.Domain) { names = append(names, string(d.Name)) })
	}
	switch {
	case err != nil:
		return nil, err
	case len(names) == 0:
		return nil, errs.E(errs.NotFound, "No domain matches %s", clip(text))
	case len(names) > maxPropertyDomains:
		return nil, param("domain", "pattern for at most 1000 domains")
	}
	return rq.setForAll(ctx, names, want)
}

// setForAll makes one order for each domain. The reply shows the first one's number; a refusal of one domain is a warning, of
// all an error.
func (rq *request) setForAll(ctx context.Context, names []string, want domain.AutoRenew) (*reply, error) {
	var first *reply
	var refused error
	var warnings []string
	caller := rq.caller
	for _, n := range names {
		rp, err := rq.update(ctx, command.UpdateDomain{Name: n, AutoRenew: &want})
		switch {
		case err != nil && errs.KindOf(err) == errs.Internal:
			return nil, err
		case err != nil:
			refused = err
			warnings = append(warnings, n+": "+strings.Join(errorLines(errs.As(err)), "; "))
			continue
		case first == nil || first.procID == "" && rp.procID != "":
			first = rp
		}
		if rp.procID != "" { // a request id names one order
			rq.caller.RequestID = trackingID(rq.d.wall())
			rq.caller.IdempotencyKey = ""
		}
	}
	rq.caller = caller
	if first == nil {
		return nil, refused
	}
	first.warnings = warnings
	return first, nil
}

// wantedProperty reads pname and pvalue. An empty pvalue means the default; a missing one is an error.
func (rq *request) wantedProperty() (domain.AutoRenew, error) {
	pname, err := rq.form.require("pname")
	if err != nil {
		return "", err
	}
	if !rq.form.sent("pvalue") {
		return "", missing("pvalue")
	}
	switch strings.ToLower(pname) {
	case propAutoRenew:
		return rq.autoRenew("pvalue")
	case propPrivacy, propOptOut:
		return "", refuseValue("pname", propAutoRenew+" ("+strings.ToLower(pname)+" is not offered by this server)")
	}
	return "", errPropertyName
}

// domainGetProperty shows one property, or with pname=* all (§7.3.14).
func domainGetProperty(ctx context.Context, rq *request) (*reply, error) {
	text, err := rq.form.require("domain")
	if err != nil {
		return nil, err
	}
	pname, err := rq.form.require("pname")
	if err != nil {
		return nil, err
	}
	info, err := command.Do(ctx, rq.d.deps.Runner, rq.caller, command.InfoDomain{Name: text})
	if err != nil {
		return nil, err
	}
	var f facts
	for _, p := range []struct{ name, value string }{
		{propAutoRenew, bit(renewsItself(info.Domain))}, {propPrivacy, privacyOff}, {propOptOut, "0"},
	} {
		if pname == "*" || strings.EqualFold(pname, p.name) {
			f.add(p.name, p.value)
		}
	}
	if f.Len() == 0 {
		return nil, errPropertyName
	}
	return &reply{body: f.String()}, nil
}
