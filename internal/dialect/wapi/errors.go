package wapi

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
)

// kindCodes is the table from every error kind to its code where neither field nor command says more. A zero stands for the
// command's own code: failed or again of commandCodes.
var kindCodes = map[errs.Kind]code{
	errs.Internal:         internal,
	errs.NotFound:         3222,
	errs.NotOwned:         3223,
	errs.Exists:           3201,
	errs.NotAvailable:     3201,
	errs.NoFunds:          3002,
	errs.NoPrice:          5002,
	errs.Auth:             badAuth,
	errs.SessionExpired:   badAuth,
	errs.AddressRefused:   badAddress,
	errs.Forbidden:        2011,
	errs.AccountLocked:    badAuth,
	errs.RateLimited:      tooManyCalls,
	errs.Blocked:          blocked,
	errs.Invalid:          paramMismatch,
	errs.Missing:          paramMissing,
	errs.Malformed:        parseError,
	errs.TooLarge:         tooLarge,
	errs.UnsupportedTLD:   badTLD,
	errs.InvalidName:      badName,
	errs.InvalidPeriod:    badPeriod,
	errs.WrongState:       0,
	errs.Locked:           0,
	errs.Busy:             0,
	errs.Conflict:         0,
	errs.RegistryRejected: 0,
	errs.RegistryDown:     0,
	errs.Unsupported:      2011,
	errs.UnknownCommand:   unknownCommand,
	errs.InUse:            0,
	errs.QuotaExceeded:    0,
}

// ownCodes are a command's own codes: "failed" (3xxx), "failed, try again later" (42xx), and for transfers "authorization
// error" and what a name answers that cannot come because nobody, or the account itself, has it. A zero is the general code.
type ownCodes struct{ failed, again, auth, nobody, here code }

// commandCodes are those of wapi.md §7.
var commandCodes = map[string]ownCodes{
	"domain-check":          {failed: 3202, again: 4201},
	"domain-create":         {failed: 3221, again: 4207},
	"domain-info":           {failed: 3216, again: 4205},
	"domain-renew":          {failed: 3224, again: 4208},
	"domain-update-ns":      {failed: 3225, again: 4210},
	"domain-update-keyset":  {failed: 3262, again: 3258},
	"domain-transfer-check": {failed: 3218, again: 4206, auth: 3218, nobody: 3218, here: 3220},
	"domain-transfer":       {failed: 3226, again: 4209, auth: 3227, nobody: 3226, here: 3220},
	"domain-send-auth-info": {failed: 3209, again: 4214},
	"contact-check":         {failed: 3232, again: 4211},
	"contact-info":          {failed: 3229, again: 4212},
	"contact-create":        {failed: 3230, again: 4213},
	"contact-update":        {failed: 3239, again: 4215},
	"dns-domain-add":        {failed: 3302},
	"dns-domain-update":     {failed: 3304},
	"dns-domain-delete":     {failed: 3301},
	"dns-domain-copy":       {failed: copyFailed},
	"dns-row-add":           {failed: 3307},
	"dns-row-update":        {failed: 3310},
	"dns-row-delete":        {failed: 3308},
}

// Errors of the core about zones, by its words (wapi.md §7.5): about a zone itself, and about a record of a change. What is not
// there is the command's own "failed".
var (
	zoneCodes = map[errs.Kind]code{errs.Missing: paramMissing, errs.InvalidName: badName, errs.NotFound: noZone, errs.NotOwned: foreignZone,
		errs.Exists: zoneExists, errs.WrongState: notSecondary}
	recordCodes = map[string]code{"name": badRowName, "type": 2313, "data": badRowData, "": 2316}
)

// contactCodes are the codes of contact fields, by the core's words, in the order of wapi.md §6.6: the first problem in this
// order is the one answered.
var contactCodes = []struct {
	field            string
	missing, invalid code
}{
	{contact.FieldFirstName, 2220, 2217},
	{contact.FieldLastName, 2221, 2217},
	{contact.FieldOrg, 2219, 2217},
	{contact.FieldEmail, 2222, 2223},
	{contact.FieldEmail2, 2224, 2225},
	{contact.FieldPhone, 2226, 2227},
	{contact.FieldFax, 2228, 2229},
	{"company_number", 2230, 2231},
	{"vat_id", 2232, 2233},
	{contact.FieldStreet, 2234, 2217},
	{contact.FieldCity, 2235, 2217},
	{contact.FieldPostalCode, 2236, 2253},
	{contact.FieldCountry, 2237, 2238},
	{contact.FieldState, 2239, 2217},
}

// otherField is the core word under which the dialect reports items of "other".
const otherField = "other"

// codeFor translates an error of the core for a command; cmd is "" where none has been found yet.
func codeFor(cmd string, e *errs.Error) code {
	if strings.HasPrefix(cmd, "dns-") {
		if c := zoneCode(cmd, e); c != 0 {
			return c
		}
	}
	if c := contactFieldCode(e); c != 0 {
		return c
	}
	if c := fieldCode(e); c != 0 {
		return c
	}
	own := commandCodes[cmd]
	if c := own.transferCode(e); c != 0 {
		return c
	}
	switch e.Kind {
	case errs.Busy:
		return cmp.Or(own.again, own.failed, 5003)
	case errs.RegistryDown:
		return cmp.Or(own.again, 5003)
	case errs.RegistryRejected, errs.WrongState, errs.Locked, errs.InUse, errs.Conflict, errs.QuotaExceeded:
		return cmp.Or(own.failed, 4001)
	}
	if c := kindCodes[e.Kind]; c != 0 {
		return c
	}
	return internal
}

// zoneCode gives the codes of errors about zones and their records; 0 for any other.
func zoneCode(cmd string, e *errs.Error) code {
	failed := cmp.Or(commandCodes[cmd].failed, 4001)
	field, part, _ := strings.Cut(e.Field, "[")
	switch {
	case field == "zone" && e.Kind == errs.NotOwned && cmd == "dns-domain-add": // the name is another account's
		return failed
	case field == "zone":
		return zoneCodes[e.Kind]
	case field == "masters" && e.Kind == errs.Missing:
		return noPrimaryIP
	case field == "masters":
		return badPrimaryIP
	case field == "remove":
		return noRow
	case field != "records":
		return 0
	case cmd == "dns-domain-add" || cmd == "dns-domain-update": // their only records are name servers
		return badNS
	case e.Kind == errs.QuotaExceeded && cmd == "dns-row-add":
		return 2310
	case part != "" && strings.HasPrefix(cmd, "dns-row-"):
		_, part, _ = strings.Cut(part, "]")
		return cmp.Or(recordCodes[strings.TrimPrefix(part, ".")], failed)
	}
	return failed
}

// transferCode gives the codes that only transfers have; 0 for any other.
func (own ownCodes) transferCode(e *errs.Error) code {
	switch {
	case e.Field == "auth_info" && e.Kind == errs.Missing:
		return noAuthInfo
	case e.Field == "auth_info" && own.auth != 0:
		return own.auth
	case e.Field == "auth_info":
		return own.failed
	case e.Kind == errs.NotFound || e.Kind == errs.NotOwned:
		return own.nobody
	case e.Kind == errs.Exists:
		return own.here
	}
	return 0
}

// contactFieldCode answers the first problem among the fields of a contact; 0 when there is none.
func contactFieldCode(e *errs.Error) code {
	best, rank := code(0), len(contactCodes)+1
	for _, p := range e.All() {
		f, ok := strings.CutPrefix(p.Field, "contact.")
		if !ok || p.Kind != errs.Missing && p.Kind != errs.Invalid {
			continue
		}
		i := slices.IndexFunc(contactCodes, func(k struct {
			field            string
			missing, invalid code
		}) bool {
			return k.field == f
		})
		missing, invalid := code(2217), code(2217)
		if i >= 0 {
			missing, invalid = contactCodes[i].missing, contactCodes[i].invalid
		} else if i = len(contactCodes); f == otherField || strings.HasPrefix(f, "x-") {
			missing, invalid = 2240, 2241
		}
		if i < rank {
			if best, rank = invalid, i; p.Kind == errs.Missing {
				best = missing
			}
		}
	}
	return best
}

// fieldCode gives the codes of parameters that have their own; 0 for any other.
func fieldCode(e *errs.Error) code {
	param, _, _ := strings.Cut(e.Field, ".")
	switch param {
	case string(domain.Admin):
		return 3212
	case string(domain.Registrant), string(domain.Tech), string(domain.Billing):
		return 3211
	case "ns_set":
		if e.Kind == errs.NotFound || e.Kind == errs.NotOwned {
			return 3214
		}
		return badNSSet
	case "name_servers":
		switch e.Kind {
		case errs.Exists:
			return 2214
		case errs.QuotaExceeded:
			return 2211
		}
		return badDNS
	case "handle":
		if e.Kind == errs.Exists {
			return 3231
		}
		return badContactName
	case "contact":
		if e.Kind == errs.NotFound || e.Kind == errs.NotOwned {
			return 3229
		}
	case "id":
		return noNotice
	case "tld":
		return badTLD
	case "idempotency_key":
		return paramMismatch
	}
	if strings.HasPrefix(e.Object, "contact ") && (e.Kind == errs.NotFound || e.Kind == errs.NotOwned) {
		return 3229
	}
	return 0
}

// kind is the outcome in the core's words, for metrics: the core's own error, or what the code's class says. nil is success.
func (c code) kind(err error) error {
	var known *errs.Error
	switch {
	case c < 2000:
		return nil
	case errors.As(err, &known):
		return known
	case c == tooLarge, c == tooComplex:
		return errs.E(errs.TooLarge, "%s", c.text())
	case c < 2006, c == empty:
		return errs.E(errs.Malformed, "%s", c.text())
	case c == tooManyCalls, c == tooManyChecks, c == tooManyTransferChecks:
		return errs.E(errs.RateLimited, "%s", c.text())
	case c == unknownCommand:
		return errs.E(errs.UnknownCommand, "%s", c.text())
	case c == blocked:
		return errs.E(errs.Blocked, "%s", c.text())
	case c == badAuth, c == badAddress:
		return errs.E(errs.Auth, "%s", c.text())
	case c < 3000:
		return errs.E(errs.Invalid, "%s", c.text())
	case c < 4000:
		return errs.E(errs.WrongState, "%s", c.text())
	}
	return errs.E(errs.Internal, "%s", c.text())
}

// ErrorAnswer is a complete JSON answer for an error of a domain command.
func (d *Dialect) ErrorAnswer(err error) []byte {
	const generic = "domain-renew"
	rep := reply{stamp: d.stamps.next(d.runner.Clocks().Wall()), command: generic, code: codeFor(generic, errs.As(err))}
	return rep.encode(formatJSON)
}
