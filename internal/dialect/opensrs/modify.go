package opensrs

import (
	"context"
	"strconv"
	"strings"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
)

// modify is MODIFY DOMAIN (opensrs-commands.md §5).
func modify(ctx context.Context, x *call) (*reply, error) {
	kind := x.q.attrs.str("data")
	if kind == "" {
		return nil, refuse(errs.Missing, 460, "Modify type not specified")
	}
	change, known := changes[kind]
	if !known {
		return nil, refuse(errs.Unsupported, 465, "Unknown Modify type: "+clip(kind, 60))
	}
	if _, err := x.domain(ctx); err != nil {
		return nil, err
	}
	if all, err := x.q.attrs.on("affect_domains"); err != nil {
		return nil, err
	} else if all {
		return nil, refuse(errs.Unsupported, 465, "Changes of all domains of a profile (affect_domains=1) are not offered; change one domain at a time")
	}
	return change(ctx, x)
}

// changes are the kinds of change that are offered.
var changes = map[string]handler{
	"status":              modifyStatus,
	"expire_action":       modifyExpireAction,
	"domain_auth_info":    modifyAuthInfo,
	"whois_privacy_state": modifyPrivacy,
	"contact_info":        modifyContacts,
	"dnssec":              modifyDNSSEC,
}

// update carries a change of one domain out and answers in the short form.
func (x *call) update(ctx context.Context, cmd command.UpdateDomain, done string) (*reply, error) {
	out, err := do(ctx, x, cmd)
	if err != nil {
		return nil, err
	}
	if out.Pending {
		return &reply{code: 250, text: "Request accepted; the registry has not answered yet"}, nil
	}
	return ok(done, nil), nil
}

func modifyStatus(ctx context.Context, x *call) (*reply, error) {
	if x.q.attrs.str("lock_state") == "" {
		return nil, missing("lock_state")
	}
	lock, err := x.q.attrs.on("lock_state")
	if err != nil {
		return nil, err
	}
	info, err := x.own(ctx)
	if err != nil {
		return nil, err
	}
	if lock && !lockable(string(info.Domain.Name)) {
		return nil, refuse(errs.Unsupported, 480, "Locking is not available for this TLD")
	}
	return x.update(ctx, command.UpdateDomain{Name: string(info.Domain.Name), Lock: &lock}, "Update successful")
}

// modifyExpireAction sets what happens at expiry. let_expire is read, and has no effect of its own: a name that does not
// renew itself expires.
func modifyExpireAction(ctx context.Context, x *call) (*reply, error) {
	a := x.q.attrs
	if a.str("auto_renew") == "" && a.str("let_expire") == "" {
		return nil, missing("auto_renew")
	}
	renews, err := a.on("auto_renew")
	if err != nil {
		return nil, err
	}
	expires, err := a.on("let_expire")
	if err != nil {
		return nil, err
	}
	if renews && expires {
		return nil, refuse(errs.Invalid, 465, "auto_renew and let_expire cannot both be 1")
	}
	name, err := x.domain(ctx)
	if err != nil {
		return nil, err
	}
	cmd := command.UpdateDomain{Name: name}
	// let_expire=0 alone only clears a flag that is always clear.
	if a.str("auto_renew") != "" || expires {
		want := autoRenew(renews)
		cmd.AutoRenew = &want
	}
	return x.update(ctx, cmd, "Update successful")
}

func modifyAuthInfo(ctx context.Context, x *call) (*reply, error) {
	code := strings.TrimSpace(x.q.attrs.raw("domain_auth_info"))
	if code == "" {
		return nil, missing("domain_auth_info")
	}
	name, err := x.domain(ctx)
	if err != nil {
		return nil, err
	}
	return x.update(ctx, command.UpdateDomain{Name: name, AuthInfo: &code}, "Update successful")
}

// modifyPrivacy refuses what is not offered; switching off what is off is no change.
func modifyPrivacy(ctx context.Context, x *call) (*reply, error) {
	if _, err := x.own(ctx); err != nil {
		return nil, err
	}
	switch strings.ToLower(x.q.attrs.str("state")) {
	case "":
		return nil, missing("state")
	case "disable", "n":
		return ok("Whois Privacy successfully disabled", nil), nil
	case "enable", "y":
		return nil, refuse(errs.Unsupported, 480, "Whois Privacy is not available for this TLD")
	}
	return nil, invalid("state", "is neither enable nor disable")
}

// modifyContacts is MODIFY data=contact_info: contact_set by type, each with the types that receive the same data.
func modifyContacts(ctx context.Context, x *call) (*reply, error) {
	set := x.q.attrs.get("contact_set")
	wanted := map[domain.Role]*value{}
	for _, it := range setItems(set) {
		role, known := roleOf(it.key)
		if !known {
			return nil, invalid("contact_set", "has the unknown type "+clip(it.key, 40))
		}
		wanted[role] = it.value
		for _, also := range it.value.get("also_apply_to").words() {
			role, known := roleOf(also)
			if !known {
				return nil, invalid("also_apply_to", "has the unknown type "+clip(also, 40))
			}
			if set.get(also).empty() {
				wanted[role] = it.value
			}
		}
	}
	if len(wanted) == 0 {
		return nil, missing("contact_set")
	}
	return x.changeContacts(ctx, wanted)
}

// setItems are the entries that hold something.
func setItems(set *value) []item {
	if set == nil {
		return nil
	}
	var out []item
	for _, it := range set.items {
		if !it.value.empty() {
			out = append(out, it)
		}
	}
	return out
}

// updateContacts is UPDATE_CONTACTS (opensrs-commands.md §6.1): complete contacts for the named types.
func updateContacts(ctx context.Context, x *call) (*reply, error) {
	types := x.q.attrs.get("types").words()
	if len(types) == 0 {
		return nil, missing("types")
	}
	wanted := map[domain.Role]*value{}
	for _, word := range types {
		role, known := roleOf(word)
		if !known {
			return nil, invalid("types", "has the unknown type "+clip(word, 40))
		}
		v := x.q.attrs.get("contact_set").get(word)
		if v.empty() {
			return nil, missing("contact_set " + word)
		}
		wanted[role] = v
	}
	if several := x.q.attrs.get("domains").words(); len(several) > 0 && x.q.named() == "" {
		return x.changeEach(ctx, several, wanted)
	}
	return x.changeContacts(ctx, wanted)
}

// changeEach changes the contacts of several domains, which one client names in a list of its own. Each is an order for itself;
// details says how each ended, and the first failure is the answer's.
func (x *call) changeEach(ctx context.Context, names []string, wanted map[domain.Role]*value) (*reply, error) {
	if len(names) > maxContacts {
		return nil, invalid("domains", "has more than 100 names")
	}
	rows, out, key := hash(), ok("Command completed successfully", nil), x.c.IdempotencyKey
	for i, name := range names {
		if rows.get(name) != nil {
			continue
		}
		if x.selected = name; key != "" && i > 0 {
			x.c.IdempotencyKey = key + "#" + strconv.Itoa(i+1)
		}
		r, err := x.changeContacts(ctx, wanted)
		if err != nil {
			failed := translate(x.q.action, err)
			if failed.kind == errs.Internal {
				return nil, err
			}
			r = withDetails(name, failed).reply("")
		}
		for _, it := range r.attrs.get("details").items {
			rows.set(it.key, it.value)
		}
		if out.success() && (!r.success() || r.code == 250) {
			out.code, out.text = r.code, r.text
		}
	}
	out.attrs = hash().set("details", rows)
	return out, nil
}

// changeContacts gives the domain its own contacts in the roles where the data differ.
func (x *call) changeContacts(ctx context.Context, wanted map[domain.Role]*value) (*reply, error) {
	info, err := x.own(ctx)
	if err != nil {
		return nil, err
	}
	name := string(info.Domain.Name)
	cmd := command.UpdateDomain{Name: name, Contacts: map[domain.Role]command.ContactRef{}}
	var l errs.List
	for role, v := range wanted {
		old := contactOf(info, role)
		if d := changedContact(old, v); !d.Same(old.Normalize()) {
			cmd.Contacts[role] = command.ContactRef{New: &d}
			needNames(role, d, old, &l)
		}
	}
	if err := l.Err(); err != nil {
		return nil, withDetails(name, translate(x.q.action, err))
	}
	code, text, waiting := 200, "Command completed successfully", "0"
	if len(cmd.Contacts) > 0 {
		out, err := do(ctx, x, cmd)
		if err != nil {
			return nil, withDetails(name, translate(x.q.action, err))
		}
		if out.Pending {
			code, text, waiting = 250, "Request accepted; the registry has not answered yet", "1"
		}
	}
	return &reply{code: code, text: text, attrs: details(name, code, text, waiting)}, nil
}

// details is the outcome per domain.
func details(name string, code int, text, waiting string) *value {
	r := reply{code: code}
	return hash().set("details", hash().set(name, hash("response_text", text, "response_code", strconv.Itoa(code), "is_success", flag(r.success()),
		"waiting_requests_no", waiting, "encoding_type", "")))
}

// withDetails puts the messages under the domain as well, for clients that look there.
func withDetails(name string, r *refusal) *refusal {
	text := r.detail
	if text == "" {
		text = r.text
	}
	out := *r
	out.attrs = details(name, r.code, text, "0")
	return &out
}
