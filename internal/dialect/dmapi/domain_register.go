package dmapi

import (
	"context"
	"strings"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
)

// domainRegister is domain-register (§7.3.1).
func domainRegister(ctx context.Context, rq *request) (*reply, error) {
	text, err := rq.form.require("domain")
	if err != nil {
		return nil, err
	}
	_, tld, err := rq.d.deps.Runner.Catalog().CheckName(text)
	if err != nil {
		return nil, err
	}
	if err := rq.noPrivacy("none", privacyOff); err != nil {
		return nil, err
	}
	cmd := command.RegisterDomain{Name: text, FillRoles: true}
	var periodErr, serversErr, priceErr, renewErr, contactsErr error
	if cmd.Years, periodErr = rq.months(); periodErr == nil && cmd.Years == 0 {
		periodErr = missing("period")
	}
	if rq.form.get("ns-list") == "" {
		serversErr = missing("ns-list")
	} else {
		cmd.Servers.Servers, serversErr = rq.servers(nil)
	}
	cmd.MaxPrice, priceErr = rq.maxPrice()
	cmd.AutoRenew, renewErr = rq.autoRenew("autorenew")
	if rq.form.get("owner-c") == "" {
		contactsErr = missing("owner-c")
	} else {
		cmd.Contacts, contactsErr = rq.contactRefs(ctx, tld, domain.Roles...)
	}
	if err := join(periodErr, rq.registerStatus(), contactsErr, serversErr, renewErr, rq.language(text), priceErr); err != nil {
		return nil, err
	}
	out, err := command.Do(ctx, rq.d.deps.Runner, rq.caller, cmd)
	if err != nil {
		return nil, err
	}
	return accepted(out), nil
}

// registerStatus accepts the only status that can be ordered, and its absence.
func (rq *request) registerStatus() error {
	if s := strings.ToLower(rq.form.get("status")); s != "" && s != "production" {
		return param("status", "production")
	}
	return nil
}

// languages are the IDN language codes of §8.6, with the two-letter codes that clients also send.
const languages = " AFR ALB ARA ARM AZE BAQ BUL BUR CAT CHI ZHO SCR CZE DAN DUT ENG EST FAO FIN FRE GEO GER HEB HIN HUN ICE ITA JPN KOR KUR LAO LAV LIT" +
	" MAC MAL NEP NOR PER POL POR RUM RUS SAN SCC SLO SLV SPA SWA SWE SYR TAM THA TIB TUR UKR URD UZB VIE "

// language checks the language of an IDN; it is ignored for other names. The catalog's characters decide what is sold.
func (rq *request) language(text string) error {
	s := strings.ToUpper(rq.form.get("language"))
	n, err := dname.Parse(text)
	if s == "" || s == "---" || err != nil || !n.IDN() || len(s) == 2 || strings.Contains(languages, " "+s+" ") {
		return nil
	}
	return errs.As(param("language", "ISO 639-2 language code"))
}
