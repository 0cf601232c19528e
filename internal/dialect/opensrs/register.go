package opensrs

import (
	"context"
	"net/netip"
	"sort"
	"strconv"
	"strings"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/host"
	"github.com/polyreg/polyreg/internal/money"
)

// swRegister is SW_REGISTER DOMAIN for new names and transfers (opensrs-commands.md §2.1).
func swRegister(ctx context.Context, x *call) (*reply, error) {
	if strings.EqualFold(x.q.attrs.str("reg_type"), "transfer") {
		return transferIn(ctx, x)
	}
	cmd, email, err := registration(ctx, x)
	if err != nil {
		return nil, err
	}
	out, err := do(ctx, x, cmd)
	if errs.Is(err, errs.NotAvailable) {
		return nil, &refusal{kind: errs.NotAvailable, code: 485, text: "Domain taken", transaction: transactionID(x.d.deps.Runner.Clocks().Wall())}
	}
	if err != nil {
		return nil, err
	}
	number := strconv.FormatInt(int64(out.Order.Number), 10)
	r := &reply{code: 200, text: "Domain registration successfully completed"}
	switch {
	case out.Pending:
		r.code, r.text = 250, "Domain registration request accepted; the registry has not answered yet"
	case cmd.Lock:
		r.text += "\nDomain successfully locked."
	}
	r.text += x.orderedZone(ctx, cmd, out.Pending)
	r.attrs = hash("registration_text", r.text, "admin_email", email, "registration_code", strconv.Itoa(r.code), "id", number)
	if out.Pending {
		r.attrs.set("async_reason", text("general")).set("queue_request_id", text(number))
	}
	return r, nil
}

// registration reads the order; email is the admin contact's.
func registration(ctx context.Context, x *call) (cmd command.RegisterDomain, email string, err error) {
	a := x.q.attrs
	if cmd.Name = x.q.named(); cmd.Name == "" {
		return cmd, "", errNoDomain
	}
	if err := refuseUnoffered(a); err != nil {
		return cmd, "", err
	}
	if cmd.Years, err = a.number("period", 2); err != nil { // two years when missing, as the guide says
		return cmd, "", err
	}
	if cmd.Years == 0 {
		return cmd, "", invalid("period", "is not a number of years")
	}
	if cmd.Servers, err = registerServers(a); err != nil {
		return cmd, "", err
	}
	email, err = ordered(ctx, x, &cmd)
	return cmd, email, err
}

// ordered reads what a registration and a transfer have in common; email is the admin contact's.
func ordered(ctx context.Context, x *call, cmd *command.RegisterDomain) (email string, err error) {
	a := x.q.attrs
	if cmd.Contacts, err = readContactSet(a); err != nil {
		return "", err
	}
	if cmd.Contacts[domain.Registrant].New == nil {
		return "", missing("owner")
	}
	cmd.FillRoles, cmd.Comment = true, strings.TrimSpace(a.raw("comments"))
	if cmd.Profile, err = profile(ctx, x); err != nil {
		return "", err
	}
	renews, err := a.on("auto_renew")
	if err != nil {
		return "", err
	}
	cmd.AutoRenew = autoRenew(renews)
	if cmd.Lock, err = a.on("f_lock_domain"); err != nil {
		return "", err
	}
	cmd.Lock = cmd.Lock && lockable(cmd.Name)
	if p := a.str("premium_price_to_verify"); p != "" {
		limit, err := money.Parse(p, x.c.Account.Currency)
		if err != nil {
			return "", invalid("premium_price_to_verify", "is not an amount")
		}
		cmd.MaxPrice = &limit
	}
	ref, ok := cmd.Contacts[domain.Admin]
	if !ok {
		ref = cmd.Contacts[domain.Registrant]
	}
	if ref.New != nil {
		email = ref.New.Email
	}
	return email, nil
}

// refuseUnoffered says clearly what cannot be ordered, before anything else is looked at.
func refuseUnoffered(a *value) error {
	switch kind := strings.ToLower(a.str("reg_type")); kind {
	case "":
		return missing("reg_type")
	case "new", "transfer":
	default:
		return refuse(errs.Unsupported, 465, "Invalid registration type: "+clip(kind, 40))
	}
	switch h := strings.ToLower(a.str("handle")); h {
	case "", "process":
	case "save":
		return refuse(errs.Unsupported, 465, "Orders cannot be stored for later (handle=save) on this server; use handle=process")
	default:
		return invalid("handle", "is neither process nor save")
	}
	private, err := a.on("f_whois_privacy")
	if err != nil {
		return err
	}
	if private {
		return refuse(errs.Unsupported, 480, "Whois Privacy is not available for this TLD")
	}
	return knownTemplate(a)
}

// readContactSet reads the contacts of an order. The technical contact counts only when it is asked for.
func readContactSet(a *value) (map[domain.Role]command.ContactRef, error) {
	set := a.get("contact_set")
	ownTech, err := a.on("custom_tech_contact")
	if err != nil {
		return nil, err
	}
	refs := map[domain.Role]command.ContactRef{}
	var l errs.List
	for _, r := range roles {
		v := set.get(r.word)
		if v.empty() || r.role == domain.Tech && !ownTech {
			continue
		}
		d := readContact(v)
		refs[r.role] = command.ContactRef{New: &d}
		if needNames(r.role, d, contact.Data{FirstName: "-", LastName: "-"}, &l) {
			l.Add(d.Normalize().Validate(string(r.role) + "."))
		}
	}
	return refs, l.Err()
}

// registerServers reads the delegation: the client's list, or the platform's own servers.
func registerServers(a *value) (command.ServerList, error) {
	own, err := a.on("custom_nameservers")
	if err != nil {
		return command.ServerList{}, err
	}
	rows := a.get("nameserver_list")
	if !own && (a.str("custom_nameservers") != "" || rows.empty()) {
		return command.ServerList{Platform: true}, nil
	}
	servers, err := readServers(rows)
	return command.ServerList{Servers: servers}, err
}

// readServers reads {name, sortorder}, {fqdn} or plain names, in the order of sortorder.
func readServers(v *value) ([]host.Server, error) {
	type row struct {
		place  int
		server host.Server
	}
	var rows []row
	for i, e := range v.elements() {
		r := row{place: i}
		text := strings.TrimSpace(e.text)
		if e.form != scalar {
			if text = e.str("name"); text == "" {
				text = e.str("fqdn")
			}
			if n, err := strconv.Atoi(e.str("sortorder")); err == nil {
				r.place = n
			}
			for _, key := range []string{"ipaddress", "ipv6"} {
				if s := e.str(key); s != "" {
					ip, err := netip.ParseAddr(s)
					if err != nil {
						return nil, refuse(errs.Invalid, 465, "Invalid IP address: "+clip(s, 60))
					}
					r.server.Addresses = append(r.server.Addresses, ip)
				}
			}
		}
		if text == "" {
			continue
		}
		name, err := hostName(text)
		if err != nil {
			return nil, err
		}
		r.server.Name = name
		rows = append(rows, r)
	}
	sort.SliceStable(rows, func(i, j int) bool { return rows[i].place < rows[j].place })
	servers := make([]host.Server, len(rows))
	for i, r := range rows {
		servers[i] = r.server
	}
	return servers, nil
}

func hostName(s string) (dname.Name, error) {
	n, err := dname.ParseHost(s)
	if err != nil || !hasDot(string(n)) {
		return "", refuse(errs.Invalid, 465, "Invalid nameserver name: "+clip(s, 80))
	}
	return n, nil
}

// profile reads the registrant's log-in that shall hold the name. With reg_domain it must be the one that holds that domain.
func profile(ctx context.Context, x *call) (*command.Profile, error) {
	a := x.q.attrs
	p := &command.Profile{Username: a.str("reg_username"), Password: a.raw("reg_password")}
	switch n := len(p.Password); {
	case p.Username == "":
		return nil, refuse(errs.Missing, 460, "Required field 'reg_username' not provided")
	case p.Password == "":
		return nil, refuse(errs.Missing, 460, "Required field 'reg_password' not provided")
	case len(p.Username) < 3 || len(p.Username) > 20 || !alphanumeric(p.Username):
		return nil, refuse(errs.Invalid, 465, "Invalid syntax for reg_username: 3 to 20 letters and digits")
	case n < 8:
		return nil, refuse(errs.Invalid, 465, "Password length below minimum: 8 characters")
	case n > 64:
		return nil, refuse(errs.Invalid, 465, "Password exceeded maximum length: 64 characters")
	}
	if of := a.str("reg_domain"); of != "" {
		info, err := x.held(ctx, of)
		if err != nil {
			return nil, err
		}
		if info.Profile != p.Username {
			return nil, &refusal{kind: errs.Auth, code: 415, text: "Authentication Error.", support: true}
		}
	}
	return p, nil
}

func alphanumeric(s string) bool {
	for i := range len(s) {
		if c := s[i] | 0x20; (c < 'a' || c > 'z') && (s[i] < '0' || s[i] > '9') {
			return false
		}
	}
	return true
}

func autoRenew(on bool) domain.AutoRenew {
	if on {
		return domain.Renew
	}
	return domain.Expire
}

// unlockable are the endings without a transfer lock in this interface (opensrs-commands.md §2.1).
var unlockable = map[string]bool{"at": true, "be": true, "ch": true, "de": true, "fr": true, "it": true, "li": true, "nl": true, "uk": true}

// lockable reports whether a name's ending has a transfer lock.
func lockable(name string) bool {
	name = strings.ToLower(strings.TrimSuffix(name, "."))
	return !unlockable[name[strings.LastIndexByte(name, '.')+1:]]
}
