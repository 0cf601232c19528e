package opensrs

import (
	"errors"
	"strings"

	"github.com/polyreg/polyreg/internal/errs"
)

// EPP result codes that have a code of their own here (RFC 5730 §3).
const (
	codeNotTransferable  = 2106
	codePendingTransfer  = 2300
	codeStatusProhibited = 2304
)

// refusal is an error in the dialect's own words.
type refusal struct {
	kind errs.Kind
	code int
	text string
	// detail goes into attributes.error; several lines are parted by line feeds.
	detail string
	// support adds the two empty items that come with 415 (§4.4).
	support     bool
	attrs       *value
	action      string // instead of REPLY
	transaction string
	middle      []item
}

// Error is for logs.
func (r *refusal) Error() string { return "opensrs " + r.text }

// Unwrap gives the kind to logs and metrics.
func (r *refusal) Unwrap() error { return errs.E(r.kind, "%s", r.text) }

// refuse makes a refusal; 465 says its reason in attributes.error too.
func refuse(kind errs.Kind, code int, text string) error {
	r := &refusal{kind: kind, code: code, text: text}
	if code == 465 {
		r.detail = text
	}
	return r
}

func (r *refusal) reply(object string) *reply {
	out := &reply{code: r.code, text: r.text, object: object, action: r.action, attrs: r.attrs, transaction: r.transaction, middle: r.middle}
	if r.detail != "" {
		if out.attrs == nil {
			out.attrs = hash()
		}
		out.attrs.set("error", text(r.detail))
	}
	if r.support {
		out.last = []item{{"support_message", text("")}, {"mwi_reset_password_allowed", text("0")}}
	}
	return out
}

// rule is what a kind becomes; an empty text takes the error's own.
type rule struct {
	code int
	text string
}

// kinds maps every kind of the core (opensrs.md §5.2).
var kinds = map[errs.Kind]rule{
	errs.Internal:         {400, "Internal server error"},
	errs.NotFound:         {415, "Authentication Error."},
	errs.NotOwned:         {415, "Authentication Error."},
	errs.Exists:           {485, ""},
	errs.NotAvailable:     {485, "Domain taken"},
	errs.NoFunds:          {440, "Command Failed: over quota, insufficient funds"},
	errs.NoPrice:          {480, ""},
	errs.Auth:             {401, "Authentication Failed"},
	errs.SessionExpired:   {415, "Invalid Cookie Supplied"},
	errs.AddressRefused:   {400, "Access denied: invalid IP address"},
	errs.Forbidden:        {435, "Permission denied"},
	errs.AccountLocked:    {410, "Reseller account is disabled"},
	errs.RateLimited:      {300, "Rate limit exceeded"},
	errs.Blocked:          {300, "Too many failed requests from this address"},
	errs.Invalid:          {465, ""},
	errs.Missing:          {460, ""},
	errs.Malformed:        {400, "Invalid Command"},
	errs.TooLarge:         {465, ""},
	errs.UnsupportedTLD:   {701, "TLD not serviced"},
	errs.InvalidName:      {465, ""},
	errs.InvalidPeriod:    {465, ""},
	errs.WrongState:       {405, ""},
	errs.Locked:           {405, ""},
	errs.Busy:             {437, "Cannot process command because there is already another request waiting on this domain"},
	errs.Conflict:         {486, "The domain is being processed, retry later"},
	errs.RegistryRejected: {405, ""},
	errs.RegistryDown:     {705, "Timed out, resubmit request."},
	errs.Unsupported:      {480, ""},
	errs.UnknownCommand:   {430, "Invalid command"},
	errs.InUse:            {485, ""},
	errs.QuotaExceeded:    {465, ""},
}

// translate turns an error of the core into the dialect's words for a command.
func translate(action string, err error) *refusal {
	var own *refusal
	if errors.As(err, &own) {
		return own
	}
	e := errs.As(err)
	if e.Kind == errs.Internal {
		e = errs.E(errs.Internal, "")
	}
	if r := special(action, e); r != nil {
		r.kind = e.Kind
		return r
	}
	k, known := kinds[e.Kind]
	if !known {
		k = kinds[errs.Internal]
	}
	r := &refusal{kind: e.Kind, code: k.code, text: k.text, support: k.code == 415}
	if r.text == "" {
		r.text = describe(e)
	}
	if r.code == 465 {
		r.detail = strings.Join(problems(e), "\n")
	}
	return r
}

// special are the cases where a field or a command decides.
func special(action string, e *errs.Error) *refusal {
	if e.Code == codePendingTransfer {
		return &refusal{code: 553, text: describe(e)}
	}
	if e.Field == "zone" {
		switch e.Kind {
		case errs.NotFound:
			return &refusal{code: 480, text: "DNS zone not found."}
		case errs.Exists:
			return &refusal{code: 485, text: "DNS zone already exists."}
		}
	}
	renew, register := action == "RENEW", action == "SW_REGISTER"
	switch e.Kind {
	case errs.NotFound, errs.NotOwned, errs.UnsupportedTLD:
		switch {
		case e.Code != 0:
			return &refusal{code: 405, text: describe(e)}
		case renew:
			return &refusal{code: 480, text: "Domain not found"}
		case e.Kind == errs.UnsupportedTLD && action == "GET_PRICE":
			return &refusal{code: 480, text: "TLD not serviced"}
		case e.Kind == errs.UnsupportedTLD && !register && action != "LOOKUP" && action != "":
			return &refusal{code: 415, text: "Authentication Error.", support: true}
		}
	case errs.InvalidName:
		text := "Invalid domain syntax: " + e.Text
		return &refusal{code: 465, text: text, detail: text}
	case errs.Auth:
		if e.Field == "profile" {
			return &refusal{code: 415, text: "Invalid Password supplied", support: true}
		}
	case errs.Conflict:
		if e.Field == "expiry" {
			return &refusal{code: 541, text: "The current expiration year does not match: " + e.Text}
		}
		if e.Field == "idempotency_key" {
			return &refusal{code: 465, text: e.Text, detail: e.Text}
		}
	case errs.NoFunds:
		if register {
			return &refusal{code: 440, text: "Registration Failed: over quota, insufficient funds"}
		}
	case errs.Missing:
		if e.Field == fieldServers && len(e.More) == 0 {
			text := describe(e)
			return &refusal{code: 465, text: text, detail: text}
		}
	case errs.Exists:
		if e.Field == fieldServers {
			host, _, _ := strings.Cut(e.Text, " ")
			text := "Duplicate nameserver detected for " + host
			return &refusal{code: 465, text: text, detail: text}
		}
	case errs.Invalid:
		if e.Field == "max_price" {
			return &refusal{code: 465, text: "Premium price does not match", detail: "Premium price does not match"}
		}
	}
	return manyProblems(register, e)
}

// manyProblems is for refusals about contacts, and about several things at once.
func manyProblems(register bool, e *errs.Error) *refusal {
	contact, phones := false, true
	for _, p := range e.All() {
		_, field := splitField(p.Field)
		contact = contact || field != ""
		phones = phones && field == "phone"
	}
	if !contact && len(e.More) == 0 {
		return nil
	}
	lines := problems(e)
	joined := strings.Join(lines, "; ")
	switch {
	case phones:
		return &refusal{code: 420, text: "Failed to create new registrant contact: " + joined, detail: strings.Join(lines, "\n")}
	case register:
		return &refusal{code: 465, text: "Registration Failed: Invalid data, error=" + joined, detail: strings.Join(lines, "\n")}
	}
	return &refusal{code: 465, text: "Invalid data, error=" + joined, detail: strings.Join(lines, "\n")}
}

// The core's words for fields, and the client's.
const fieldServers = "name_servers"

var fieldNames = map[string]string{
	"name": "domain", "period": "period", fieldServers: "nameserver_list", "ns_set": "nameserver_list", "auth_info": "domain_auth_info",
	"profile": "reg_username", "max_price": "premium_price_to_verify", "registrant": "owner", "admin": "admin", "tech": "tech", "billing": "billing",
	"organisation": "org_name", "street": "address1", "vat_id": "vat", "phone_ext": "phone",
}

func fieldName(core string) string {
	if n, ok := fieldNames[core]; ok {
		return n
	}
	return core
}

// splitField parts "registrant.city" into role and field; field is empty for anything but a contact's field.
func splitField(f string) (role, field string) {
	role, field, _ = strings.Cut(f, ".")
	return fieldName(role), field
}

// problems are the lines of attributes.error: one per contact and one per other problem (§10, myadmin).
func problems(e *errs.Error) []string {
	var order []string
	byContact := map[string][]string{}
	for _, p := range e.All() {
		role, field := splitField(p.Field)
		if field == "" {
			order = append(order, describe(p))
			continue
		}
		if byContact[role] == nil {
			order = append(order, "\x00"+role)
		}
		byContact[role] = append(byContact[role], fieldName(field)+" "+p.Text)
	}
	for i, line := range order {
		if role, ok := strings.CutPrefix(line, "\x00"); ok {
			order[i] = "Invalid " + role + " contact: " + strings.Join(byContact[role], ", ")
		}
	}
	return order
}

// describe says one problem in a line.
func describe(e *errs.Error) string {
	text := e.Text
	switch {
	case e.Kind == errs.Missing && (text == "" || e.Field != "" && e.Field != fieldServers):
		return "Missing required field: " + fieldName(e.Field)
	case text == "":
		text = strings.ReplaceAll(e.Kind.String(), "_", " ")
	}
	switch e.Field {
	case "", "name", "profile", "zone":
		return text
	}
	return "Invalid value for " + fieldName(e.Field) + ": " + text
}

// ErrorAnswer is the complete document that answers an error of the core on a command without special cases.
func (d *Dialect) ErrorAnswer(err error) []byte {
	return translate("", err).reply("DOMAIN").encode()
}
