package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/host"
	"github.com/polyreg/polyreg/internal/order"
	"github.com/polyreg/polyreg/internal/store/db"
)

// domainColumns are in the order of domainValues, after the key.
const domainColumns = `tld, registry, statuses, registrant, admin, tech, billing, servers, nsset, auth_info, profile_id, created,
	updated, expires, transferred, auto_renew, comment, dnssec, owner_changed, held_for, delete_on, deleted, restore_until, purge,
	outgoing_to, outgoing_at, outgoing_by`

// domainWords are the columns for lists alone, behind domainColumns in domainValues.
const domainWords = `sld, status_words, server_words, comment_folded`

const selectDomain = `id, account_id, environment, name, version, ` + domainColumns

var domainList = listing{
	table: "domain", columns: selectDomain, key: "id",
	fields: map[string]field{
		"id": {"id", number}, "name": {"name", folded}, "sld": {"sld", folded}, "tld": {"tld", folded}, "status": {"status_words", words},
		"comment": {"comment_folded", folded}, "auto_renew": {"auto_renew", word}, "created": {"created", moment},
		"updated": {"updated", moment}, "expires": {"expires", moment}, "server": {"server_words", words},
		"registrant": {"registrant", number}, "admin": {"admin", number}, "tech": {"tech", number}, "billing": {"billing", number},
		"profile": {"profile_id", number}, "deleted": {"deleted", moment}, "outgoing": {"outgoing_by", moment},
		"delete_on": {"delete_on", moment}, "restore_until": {"restore_until", moment},
	},
}

// domainRow reads the columns of selectDomain.
type domainRow struct {
	d                                      domain.Domain
	statuses, servers                      string
	created, updated, expires, transferred int64
	life                                   lifeRow
	ids                                    [4]contact.ID // by role, in the order of domain.Roles
}

func (r *domainRow) dest() []any {
	d := &r.d
	return append([]any{&d.ID, &d.Account, &d.Environment, &d.Name, &d.Version, &d.TLD, &d.Registry, &r.statuses, &r.ids[0], &r.ids[1],
		&r.ids[2], &r.ids[3], &r.servers, &d.NSSet, &d.AuthInfo, &d.Profile, &r.created, &r.updated, &r.expires, &r.transferred,
		&d.AutoRenew, &d.Comment}, r.life.dest()...)
}

func (r *domainRow) domain() (domain.Domain, error) {
	d := r.d
	d.Created, d.Updated, d.Expires, d.Transferred = db.Time(r.created), db.Time(r.updated), db.Time(r.expires), db.Time(r.transferred)
	d.Contacts = make(map[domain.Role]contact.ID, len(r.ids))
	for i, role := range domain.Roles {
		if r.ids[i] != 0 {
			d.Contacts[role] = r.ids[i]
		}
	}
	if err := unpack(r.statuses, &d.Statuses, "statuses"); err != nil {
		return d, err
	}
	if err := r.life.into(&d); err != nil {
		return d, err
	}
	var err error
	d.Servers, err = unpackServers(r.servers)
	return d, err
}

func scanDomain(r db.Row, keys ...any) (domain.Domain, error) {
	var row domainRow
	if err := r.Scan(append(row.dest(), keys...)...); err != nil {
		return row.d, absent(err, "domain")
	}
	return row.domain()
}

// domainValues are the values of domainColumns and of the columns that lists search in.
func domainValues(d *domain.Domain) []any {
	names := host.Names(d.Servers)
	servers := make([]string, len(names))
	for i, n := range names {
		servers[i] = string(n)
	}
	values := []any{d.TLD, d.Registry, pack(d.Statuses), d.Contacts[domain.Registrant], d.Contacts[domain.Admin],
		d.Contacts[domain.Tech], d.Contacts[domain.Billing], packServers(d.Servers), d.NSSet, d.AuthInfo, d.Profile,
		db.Micros(d.Created), db.Micros(d.Updated), db.Micros(d.Expires), db.Micros(d.Transferred), d.AutoRenew, d.Comment}
	return append(append(values, lifeValues(d)...), strings.TrimSuffix(string(d.Name), "."+d.TLD), between(d.Statuses),
		between(servers), fold(d.Comment))
}

// Domain reads a domain of an account (command.DomainTx).
func (t *tx) Domain(ctx context.Context, acc account.ID, name dname.Name) (domain.Domain, error) {
	return scanDomain(t.q.QueryRow(ctx, `SELECT `+selectDomain+` FROM domain WHERE account_id = $1 AND name = $2`, acc, name))
}

// DomainAccount is the account that holds a name (command.DomainTx).
func (t *tx) DomainAccount(ctx context.Context, env account.Environment, name dname.Name) (account.ID, error) {
	var acc account.ID
	err := t.q.QueryRow(ctx, selectHolder, env, name).Scan(&acc)
	return acc, absent(err, "domain")
}

// MustBeUnheld holds that nobody has a name (command.DomainTx).
func (t *tx) MustBeUnheld(ctx context.Context, env account.Environment, name dname.Name, held error) error {
	return t.queue(ctx, func(r db.Row) error {
		var acc account.ID
		switch err := r.Scan(&acc); {
		case err == nil:
			return held
		case errors.Is(err, db.ErrNoRows):
			return nil
		default:
			return err
		}
	}, selectHolder, env, name)
}

// WholeDomain reads a domain with its contacts and the state of its open order (command.DomainTx): a row for each contact.
func (t *tx) WholeDomain(ctx context.Context, acc account.ID, name dname.Name) (command.WholeDomain, error) {
	var w command.WholeDomain
	rows, err := t.q.Query(ctx, selectWhole, acc, name)
	found, err := db.Collect(rows, err, func(r db.Rows) (row wholeRow, err error) {
		err = r.Scan(slices.Concat(row.domain.dest(), []any{&row.open}, row.contact.dest())...)
		return row, err
	})
	if err != nil {
		return w, err
	}
	if len(found) == 0 {
		return w, absent(db.ErrNoRows, "domain")
	}
	w.Open, w.Contacts = found[0].open, make(map[contact.ID]contact.Contact, len(found))
	for i := range found {
		if found[i].contact.c.ID == 0 {
			continue
		}
		c, err := found[i].contact.contact()
		if err != nil {
			return w, err
		}
		w.Contacts[c.ID] = c
	}
	w.Domain, err = found[0].domain.domain()
	return w, err
}

type wholeRow struct {
	domain  domainRow
	open    order.State
	contact contactRow
}

var selectWhole = `SELECT ` + of("d", selectDomain) + `, COALESCE((SELECT o.state FROM reg_order o WHERE o.environment = d.environment
	AND o.object_kind = 'domain' AND o.object_name = d.name AND o.state IN ('sent', 'pending')), ''),
	COALESCE(c.id, 0), COALESCE(c.account_id, 0), COALESCE(c.owner, ''), COALESCE(c.data, ''), COALESCE(c.verified, FALSE),
	COALESCE(c.created, 0), COALESCE(c.updated, 0), COALESCE(c.version, 0)
	FROM domain d LEFT JOIN contact c ON c.account_id = d.account_id AND c.id IN (d.registrant, d.admin, d.tech, d.billing)
	WHERE d.account_id = $1 AND d.name = $2 ORDER BY 1, c.id`

const selectHolder = `SELECT account_id FROM domain WHERE environment = $1 AND name = $2`

// Names says who has to do with names (command.DomainTx).
func (t *tx) Names(ctx context.Context, env account.Environment, names []dname.Name) (map[dname.Name]command.NameState, error) {
	found := make(map[dname.Name]command.NameState, len(names))
	for part := range slices.Chunk(distinct(names), 100) {
		args := []any{env}
		for _, n := range part {
			args = append(args, n)
		}
		list := places(2, len(part))
		rows, err := t.q.Query(ctx, `SELECT name, account_id, 0 FROM domain WHERE environment = $1 AND name IN (`+list+`)
			UNION ALL SELECT object_name, account_id, 1 FROM reg_order WHERE environment = $1 AND object_kind = 'domain'
			AND object_name IN (`+list+`) AND state IN ('sent', 'pending') ORDER BY 1, 3`, args...)
		_, err = db.Collect(rows, err, func(r db.Rows) (struct{}, error) {
			var name dname.Name
			var acc account.ID
			var ordered int
			err := r.Scan(&name, &acc, &ordered)
			s := found[name]
			if ordered == 0 {
				s.Holder = acc
			} else {
				s.Orderer = acc
			}
			found[name] = s
			return struct{}{}, err
		})
		if err != nil {
			return nil, err
		}
	}
	return found, nil
}

// AddDomain makes a domain (command.DomainTx).
func (t *tx) AddDomain(ctx context.Context, d *domain.Domain) error {
	args := append([]any{d.Account, d.Environment, d.Name}, domainValues(d)...)
	err := t.insert(ctx, &d.ID, errs.E(errs.Exists, "%s is held already", d.Name).On("domain", string(d.Name)),
		`INSERT INTO domain (account_id, environment, name, `+domainColumns+`, `+domainWords+`, version) VALUES (`+places(1, len(args))+`, 1) ON CONFLICT (environment, name) DO NOTHING RETURNING id`, args...)
	if err == nil {
		d.Version = 1
	}
	return err
}

// PutDomain changes a domain (command.DomainTx).
func (t *tx) PutDomain(ctx context.Context, d *domain.Domain) error {
	return t.changeDomain(ctx, d, d.Account)
}

// changeDomain writes a domain as it was read at d.Version, and gives it to an account.
func (t *tx) changeDomain(ctx context.Context, d *domain.Domain, to account.ID) error {
	args := append(domainValues(d), to, d.ID, d.Account, d.Version)
	n, err := t.exec(ctx, updateDomain, args...)
	if err != nil {
		return err
	}
	if n == 0 {
		return errs.E(errs.Conflict, "%s has been changed meanwhile", d.Name).On("domain", string(d.Name))
	}
	d.Account = to
	d.Version++
	return nil
}

var updateDomain = func() string {
	columns := strings.Split(domainColumns+", "+domainWords+", account_id", ",")
	for i, c := range columns {
		columns[i] = strings.TrimSpace(c) + " = $" + strconv.Itoa(i+1)
	}
	n := len(columns)
	return fmt.Sprintf(`UPDATE domain SET %s, version = version + 1 WHERE id = $%d AND account_id = $%d AND version = $%d`,
		strings.Join(columns, ", "), n+1, n+2, n+3)
}()

// ListDomains lists domains, without their authInfo (command.DomainTx).
func (t *tx) ListDomains(ctx context.Context, accs []account.ID, q command.Query) ([]domain.Domain, command.Page, error) {
	return list(ctx, t, &domainList, accs, q, func(r db.Row, keys ...any) (domain.Domain, error) {
		d, err := scanDomain(r, keys...)
		d.AuthInfo = ""
		return d, err
	})
}

// CountDomains counts an account's domains (command.DomainTx).
func (t *tx) CountDomains(ctx context.Context, acc account.ID) (all, autoRenew int, err error) {
	err = t.q.QueryRow(ctx, `SELECT COUNT(*), COUNT(CASE WHEN auto_renew <> 'expire' THEN 1 END) FROM domain WHERE account_id = $1 AND deleted = 0`,
		acc).Scan(&all, &autoRenew)
	return all, autoRenew, err
}
