package simstore

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/polyreg/polyreg/internal/registry/sim/repo"
	"github.com/polyreg/polyreg/internal/store/db"
)

// One statement reads a domain with its contacts, name servers and subordinate hosts, so that they fit together.
const selectDomain = `SELECT d.id, d.namespace, d.name, d.sponsor, d.creator, d.updater, d.auth_info, d.statuses,
	d.created, d.updated, d.transferred, d.expires, d.pending, d.life,
	COALESCE((SELECT string_agg(l.role || ' ' || c.handle, '
' ORDER BY l.pos) FROM sim_domain_contact l JOIN sim_contact c ON c.id = l.contact_id WHERE l.domain_id = d.id), ''),
	COALESCE((SELECT string_agg(h.name, '
' ORDER BY l.pos) FROM sim_domain_host l JOIN sim_host h ON h.id = l.host_id WHERE l.domain_id = d.id), ''),
	COALESCE((SELECT string_agg(h.name, '
' ORDER BY h.name) FROM sim_host h WHERE h.parent = d.id), ''),
	COALESCE((SELECT string_agg(l.kind || ' ' || s.handle, '
') FROM sim_domain_set l JOIN sim_set s ON s.id = l.set_id WHERE l.domain_id = d.id), '')
	FROM sim_domain d WHERE d.namespace = $1 AND d.name = $2`

// Domain reads a domain (repo.Reader).
func (r reader) Domain(ctx context.Context, namespace, name string) (repo.Domain, error) {
	var (
		d                                        repo.Domain
		statuses, pending, life                  string
		contacts, ns, hosts, sets                string
		created, updated, transferred, expiresAt int64
	)
	err := r.q.QueryRow(ctx, selectDomain, namespace, name).Scan(&d.ID, &d.Namespace, &d.Name, &d.Sponsor, &d.Creator,
		&d.Updater, &d.AuthInfo, &statuses, &created, &updated, &transferred, &expiresAt, &pending, &life, &contacts, &ns, &hosts, &sets)
	if err != nil {
		return repo.Domain{}, absent(err)
	}
	d.Statuses, d.NameServers, d.Hosts = split(statuses), split(ns), split(hosts)
	d.Created, d.Updated, d.Transferred, d.Expires = db.Time(created), db.Time(updated), db.Time(transferred), db.Time(expiresAt)
	readSets(sets, &d)
	for _, line := range split(contacts) {
		role, handle, _ := strings.Cut(line, " ")
		d.Contacts = append(d.Contacts, repo.DomainContact{Role: repo.Role(role), Handle: handle})
	}
	if d.Pending, err = decodePending(pending); err != nil {
		return d, err
	}
	return d, decodeLife(life, &d)
}

// LockDomain reads a domain and keeps others from changing it (repo.Tx).
func (t *tx) LockDomain(ctx context.Context, namespace, name string) (repo.Domain, error) {
	if err := t.lock(ctx, "sim_domain", "name", namespace, name); err != nil {
		return repo.Domain{}, err
	}
	return t.Domain(ctx, namespace, name)
}

// domainColumns are those of a new domain, in the order of domainArgs.
const domainColumns = `namespace, name, sponsor, creator, updater, auth_info, statuses, created, updated, transferred, expires, pending,
	life, due`

func domainArgs(d *repo.Domain) ([]any, error) {
	pending, err := encodePending(d.Pending)
	if err != nil {
		return nil, err
	}
	life, err := encodeLife(d)
	if err != nil {
		return nil, err
	}
	return []any{d.Namespace, d.Name, d.Sponsor, d.Creator, d.Updater, d.AuthInfo, join(d.Statuses), db.Micros(d.Created),
		db.Micros(d.Updated), db.Micros(d.Transferred), db.Micros(d.Expires), pending, life, db.Micros(d.Due())}, nil
}

// InsertDomain adds a domain (repo.Tx). The unique index decides who was first; then its references are looked up.
func (t *tx) InsertDomain(ctx context.Context, d *repo.Domain) error {
	args, err := domainArgs(d)
	if err != nil {
		return err
	}
	contacts, hosts := lookup{kind: "contact", names: handles(d)}, lookup{kind: "host", names: d.NameServers}
	for _, l := range []*lookup{&contacts, &hosts} {
		if err := t.queueLookup(ctx, d.Namespace, l); err != nil {
			return err
		}
	}
	err = t.q.QueryRow(ctx, "INSERT INTO sim_domain ("+domainColumns+") VALUES ("+places(1, len(args))+
		") ON CONFLICT (namespace, name) DO NOTHING RETURNING id", args...).Scan(&d.ID)
	if errors.Is(err, db.ErrNoRows) {
		return repo.ErrExists
	}
	if err != nil {
		return err
	}
	for _, l := range []lookup{contacts, hosts} {
		if err := l.missing(); err != nil {
			return err
		}
	}
	if err := t.linkSets(ctx, d); err != nil {
		return err
	}
	if links := contactLinks(nil, d, contacts.ids); len(links) > 0 {
		if err := t.own.Queue(ctx, nil, insertLinks(contactLinksHead, contactLinkWidth, links), links...); err != nil {
			return err
		}
	}
	if links := hostLinks(nil, d, hosts.ids); len(links) > 0 {
		return t.own.Queue(ctx, nil, insertLinks(hostLinksHead, hostLinkWidth, links), links...)
	}
	return nil
}

func handles(d *repo.Domain) []string {
	out := make([]string, len(d.Contacts))
	for i, c := range d.Contacts {
		out[i] = c.Handle
	}
	return out
}

// UpdateDomain writes a locked domain as it now is (repo.Tx); links are written only where they changed.
func (t *tx) UpdateDomain(ctx context.Context, d *repo.Domain) error {
	old, err := t.Domain(ctx, d.Namespace, d.Name)
	if err != nil {
		return err
	}
	if !slices.Equal(old.Contacts, d.Contacts) {
		if _, err := t.q.Exec(ctx, "DELETE FROM sim_domain_contact WHERE domain_id = $1", d.ID); err != nil {
			return err
		}
		if err := t.linkContacts(ctx, d); err != nil {
			return err
		}
	}
	if !slices.Equal(old.NameServers, d.NameServers) {
		if _, err := t.q.Exec(ctx, "DELETE FROM sim_domain_host WHERE domain_id = $1", d.ID); err != nil {
			return err
		}
		if err := t.linkHosts(ctx, d); err != nil {
			return err
		}
	}
	if old.NSSet != d.NSSet || old.Keyset != d.Keyset {
		if err := t.unlinkSets(ctx, &old); err != nil {
			return err
		}
		if err := t.linkSets(ctx, d); err != nil {
			return err
		}
	}
	return t.SaveDomain(ctx, d)
}

// SaveDomain writes a locked domain but for its links (repo.Tx).
func (t *tx) SaveDomain(ctx context.Context, d *repo.Domain) error {
	pending, err := encodePending(d.Pending)
	if err != nil {
		return err
	}
	life, err := encodeLife(d)
	if err != nil {
		return err
	}
	n, err := t.q.Exec(ctx, `UPDATE sim_domain SET sponsor = $1, updater = $2, auth_info = $3, statuses = $4, created = $5, updated = $6,
		transferred = $7, expires = $8, pending = $9, life = $10, due = $11 WHERE id = $12`, d.Sponsor, d.Updater, d.AuthInfo, join(d.Statuses),
		db.Micros(d.Created), db.Micros(d.Updated), db.Micros(d.Transferred), db.Micros(d.Expires), pending, life, db.Micros(d.Due()), d.ID)
	return one(n, err)
}

// DeleteDomain removes a locked domain and its links (repo.Tx).
func (t *tx) DeleteDomain(ctx context.Context, d *repo.Domain) error {
	if len(d.Hosts) > 0 {
		return repo.ErrInUse
	}
	if err := t.unlinkSets(ctx, d); err != nil {
		return err
	}
	for _, table := range []string{"sim_domain_contact", "sim_domain_host"} {
		if _, err := t.q.Exec(ctx, "DELETE FROM "+table+" WHERE domain_id = $1", d.ID); err != nil {
			return err
		}
	}
	n, err := t.q.Exec(ctx, "DELETE FROM sim_domain WHERE id = $1", d.ID)
	return inUse(one(n, err))
}

func (t *tx) linkContacts(ctx context.Context, d *repo.Domain) error {
	if len(d.Contacts) == 0 {
		return nil
	}
	ids, err := t.needed(ctx, "contact", d.Namespace, handles(d))
	if err != nil {
		return err
	}
	return linkFailed("contact", insertContactLinks(ctx, t.q, contactLinks(nil, d, ids)))
}

func (t *tx) linkHosts(ctx context.Context, d *repo.Domain) error {
	if len(d.NameServers) == 0 {
		return nil
	}
	ids, err := t.needed(ctx, "host", d.Namespace, d.NameServers)
	if err != nil {
		return err
	}
	return linkFailed("host", insertHostLinks(ctx, t.q, hostLinks(nil, d, ids)))
}

// linkFailed: the object was removed after it had been looked up.
func linkFailed(kind string, err error) error {
	if referenced(err) {
		return &repo.MissingError{Kind: kind}
	}
	return err
}

const contactLinkWidth, hostLinkWidth = 4, 3

func contactLinks(args []any, d *repo.Domain, ids map[string]int64) []any {
	for i, c := range d.Contacts {
		args = append(args, d.ID, int64(i), string(c.Role), ids[c.Handle])
	}
	return args
}

func hostLinks(args []any, d *repo.Domain, ids map[string]int64) []any {
	for i, n := range d.NameServers {
		args = append(args, d.ID, int64(i), ids[n])
	}
	return args
}

func insertContactLinks(ctx context.Context, q db.Querier, args []any) error {
	return insertMany(ctx, q, contactLinksHead, contactLinkWidth, args)
}

func insertHostLinks(ctx context.Context, q db.Querier, args []any) error {
	return insertMany(ctx, q, hostLinksHead, hostLinkWidth, args)
}

const (
	contactLinksHead = "INSERT INTO sim_domain_contact (domain_id, pos, role, contact_id) VALUES "
	hostLinksHead    = "INSERT INTO sim_domain_host (domain_id, pos, host_id) VALUES "
)

func insertLinks(head string, width int, args []any) string {
	return head + values(1, len(args)/width, width)
}

// insertMany inserts rows of width parameters each, some hundred in one statement.
func insertMany(ctx context.Context, q db.Querier, head string, width int, args []any) error {
	for len(args) > 0 {
		n := min(batch(q, width)*width, len(args))
		if _, err := q.Exec(ctx, head+values(1, n/width, width), args[:n]...); err != nil {
			return err
		}
		args = args[n:]
	}
	return nil
}

func one(n int64, err error) error {
	if err == nil && n != 1 {
		return repo.ErrNotFound
	}
	return err
}
