package app

import (
	"fmt"
	"html"
	"strings"

	"github.com/polyreg/polyreg/internal/seed"
)

// TryLine is a command line that asks the sandbox something through a dialect and works as printed.
type TryLine struct {
	Dialect string
	Line    string
}

// TryLines are one per dialect that the seed has a log-in for: each lists the account's domains.
func (a *App) TryLines() []TryLine {
	if a.opt.Sandbox == nil {
		return nil
	}
	e := a.Endpoints()
	var lines []TryLine
	for _, d := range []struct {
		name string
		line func(Endpoints, seed.Account) string
	}{{"DMAPI", tryDMAPI}, {"OpenSRS XCP", tryOpenSRS}, {"WAPI", tryWAPI}, {"Domainrobot JSON", tryDomainrobot}, {"AutoDNS XML", tryAutoDNS}} {
		for _, acc := range a.opt.Sandbox.file.Root.Accounts {
			if l := d.line(e, acc); l != "" {
				lines = append(lines, TryLine{d.name, l})
				break
			}
		}
	}
	return lines
}

// quote makes a shell word of any text.
func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

func tryDMAPI(e Endpoints, acc seed.Account) string {
	if acc.DMAPI == nil || len(acc.DMAPI.Users) == 0 || acc.Environment == "test" {
		return ""
	}
	u := acc.DMAPI.Users[0]
	return fmt.Sprintf(`SID=$(curl -sS %s/dmapi/request/login --data-urlencode username=%s --data-urlencode password=%s | sed -n 's/^Auth-Sid: //p'); curl -sS %s/dmapi/request/query-domain-list -d auth-sid=$SID`,
		e.HTTP, quote(u.Username), quote(u.Password), e.HTTP)
}

func tryOpenSRS(e Endpoints, acc seed.Account) string {
	if acc.OpenSRS == nil || acc.OpenSRS.Keys.Live == "" || acc.Environment == "test" {
		return ""
	}
	body := `<?xml version="1.0" encoding="UTF-8"?><OPS_envelope><header><version>0.9</version></header><body><data_block><dt_assoc>` +
		`<item key="protocol">XCP</item><item key="action">GET_DOMAINS_BY_EXPIREDATE</item><item key="object">DOMAIN</item><item key="attributes"><dt_assoc>` +
		`<item key="exp_from">2020-01-01</item><item key="exp_to">2038-01-18</item></dt_assoc></item></dt_assoc></data_block></body></OPS_envelope>`
	return fmt.Sprintf(`B=%s; K=%s; curl -sS --cacert %s %s/ -H 'Content-Type: text/xml' -H %s -H "X-Signature: $(printf %%s "$(printf %%s "$B$K" | md5sum | cut -c1-32)$K" | md5sum | cut -c1-32)" --data-binary "$B"`,
		quote(body), quote(acc.OpenSRS.Keys.Live), quote(e.CA), e.OpenSRS, quote("X-Username: "+acc.OpenSRS.Username))
}

func tryWAPI(e Endpoints, acc seed.Account) string {
	if acc.WAPI == nil || acc.Environment == "test" {
		return ""
	}
	// The hour hash needs Prague's hour; the rule of its time zone is spelled out for machines without a zone database.
	return fmt.Sprintf(`U=%s; P=%s; A=$(printf %%s "$U$(printf %%s "$P" | sha1sum | cut -c1-40)$(TZ=CET-1CEST,M3.5.0,M10.5.0/3 date +%%H)" | sha1sum | cut -c1-40); curl -sS %s/wapi/json --data-urlencode "request={\"request\":{\"user\":\"$U\",\"auth\":\"$A\",\"command\":\"domains-list\",\"clTRID\":\"demo-1\"}}"`,
		quote(acc.WAPI.User), quote(acc.WAPI.Password), e.HTTP)
}

func tryDomainrobot(e Endpoints, acc seed.Account) string {
	if acc.Domainrobot == nil || len(acc.Domainrobot.Users) == 0 {
		return ""
	}
	u := acc.Domainrobot.Users[0]
	return fmt.Sprintf(`curl -sS -u %s -H 'X-Domainrobot-Context: %d' -H 'Content-Type: application/json' %s/domainrobot/v1/domain/_search -d '{}'`,
		quote(u.User+":"+u.Password), u.Context, e.HTTP)
}

func tryAutoDNS(e Endpoints, acc seed.Account) string {
	if acc.Domainrobot == nil || len(acc.Domainrobot.Users) == 0 {
		return ""
	}
	u := acc.Domainrobot.Users[0]
	body := fmt.Sprintf(`<?xml version="1.0" encoding="utf-8"?><request><auth><user>%s</user><password>%s</password><context>%d</context></auth><task><code>0105</code><view><limit>10</limit></view></task></request>`,
		html.EscapeString(u.User), html.EscapeString(u.Password), u.Context)
	return fmt.Sprintf(`curl -sS %s/autodns/ -H 'Content-Type: text/xml' -d %s`, e.HTTP, quote(body))
}
