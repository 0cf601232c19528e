package simstore

import (
	"context"
	"errors"
	"strings"

	"github.com/polyreg/polyreg/internal/registry/sim/repo"
	"github.com/polyreg/polyreg/internal/store/db"
)

// Seed adds what is not there, in one transaction and with some hundred rows per statement (repo.Store). Domains come
// before hosts, which may lie below them; the links of new domains come last.
func (s *Store) Seed(ctx context.Context, in repo.Seed) error {
	return s.db.InTx(ctx, func(ctx context.Context, t db.Tx) error {
		sd := seeder{tx{reader{t}, t}}
		if err := sd.registrars(ctx, in.Registrars); err != nil {
			return err
		}
		if err := sd.contacts(ctx, in.Contacts); err != nil {
			return err
		}
		fresh, err := sd.domains(ctx, in.Domains)
		if err != nil {
			return err
		}
		for _, ns := range []string{repo.Live, repo.Test} {
			if err := sd.hosts(ctx, ns, in.Hosts); err != nil {
				return err
			}
			if err := sd.links(ctx, ns, fresh); err != nil {
				return err
			}
			if err := sd.sets(ctx, ns, in.Sets); err != nil {
				return err
			}
			for _, d := range fresh {
				if d.Namespace != ns {
					continue
				}
				if err := sd.linkSets(ctx, d); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

type seeder struct{ tx }

func (s *seeder) registrars(ctx context.Context, list []repo.Registrar) error {
	var args []any
	for _, g := range list {
		args = append(args, g.ID, g.Namespace, g.PasswordHash, db.Micros(g.Created), g.Balance)
	}
	return s.insert(ctx, "sim_registrar", "id, namespace, password_hash, created, balance", "id", 5, args)
}

func (s *seeder) contacts(ctx context.Context, list []repo.Contact) error {
	var args []any
	width := 0
	for i := range list {
		row, err := contactArgs(&list[i])
		if err != nil {
			return err
		}
		width = len(row)
		args = append(args, row...)
	}
	return s.insert(ctx, "sim_contact", contactColumns, "namespace, handle", width, args)
}

func (s *seeder) hosts(ctx context.Context, namespace string, list []repo.Host) error {
	var candidates []string
	for i := range list {
		if list[i].Namespace == namespace {
			candidates = append(candidates, above(list[i].Name)...)
		}
	}
	parents, err := s.ids(ctx, "sim_domain", "name", namespace, candidates)
	if err != nil {
		return err
	}
	var args []any
	width := 0
	for _, h := range list {
		if h.Namespace != namespace {
			continue
		}
		for _, name := range above(h.Name) {
			if id, ok := parents[name]; ok {
				h.Parent = id
				break
			}
		}
		row := hostArgs(&h)
		width = len(row)
		args = append(args, row...)
	}
	return s.insert(ctx, "sim_host", hostColumns, "namespace, name", width, args)
}

// sets adds the new ones; there are few.
func (s *seeder) sets(ctx context.Context, namespace string, list []repo.Set) error {
	for i := range list {
		if list[i].Namespace != namespace {
			continue
		}
		set := list[i]
		if err := s.InsertSet(ctx, &set); err != nil && !errors.Is(err, repo.ErrExists) {
			return err
		}
	}
	return nil
}

// above gives the names above a host name, the nearest first.
func above(name string) []string {
	var out []string
	for {
		_, rest, ok := strings.Cut(name, ".")
		if !ok {
			return out
		}
		out = append(out, rest)
		name = rest
	}
}

// insert adds rows that are not there by the unique columns key.
func (s *seeder) insert(ctx context.Context, table, columns, key string, width int, args []any) error {
	for len(args) > 0 {
		n := min(batch(s.q, width)*width, len(args))
		_, err := s.q.Exec(ctx, "INSERT INTO "+table+" ("+columns+") VALUES "+values(1, n/width, width)+
			" ON CONFLICT ("+key+") DO NOTHING", args[:n]...)
		if err != nil {
			return err
		}
		args = args[n:]
	}
	return nil
}

// domains adds the new ones and gives them back with their numbers; only they get links.
func (s *seeder) domains(ctx context.Context, list []repo.Domain) ([]*repo.Domain, error) {
	type key struct{ namespace, name string }
	byName := make(map[key]*repo.Domain, len(list))
	var fresh []*repo.Domain
	size := batch(s.q, strings.Count(domainColumns, ",")+1)
	for start := 0; start < len(list); start += size {
		part := list[start:min(start+size, len(list))]
		var args []any
		width := 0
		for i := range part {
			d := part[i]
			row, err := domainArgs(&d)
			if err != nil {
				return nil, err
			}
			if k := (key{d.Namespace, d.Name}); byName[k] == nil {
				byName[k] = &d
			}
			width = len(row)
			args = append(args, row...)
		}
		rows, err := s.q.Query(ctx, "INSERT INTO sim_domain ("+domainColumns+") VALUES "+values(1, len(part), width)+
			" ON CONFLICT (namespace, name) DO NOTHING RETURNING id, namespace, name", args...)
		added, err := db.Collect(rows, err, func(r db.Rows) (*repo.Domain, error) {
			var (
				id int64
				k  key
			)
			if err := r.Scan(&id, &k.namespace, &k.name); err != nil {
				return nil, err
			}
			d := byName[k]
			d.ID = id
			return d, nil
		})
		if err != nil {
			return nil, err
		}
		fresh = append(fresh, added...)
	}
	return fresh, nil
}

func (s *seeder) links(ctx context.Context, namespace string, domains []*repo.Domain) error {
	var handles, hosts []string
	seen := map[string]bool{}
	note := func(list *[]string, kind, name string) {
		if k := kind + name; !seen[k] {
			seen[k] = true
			*list = append(*list, name)
		}
	}
	for _, d := range domains {
		if d.Namespace != namespace {
			continue
		}
		for _, c := range d.Contacts {
			note(&handles, "c ", c.Handle)
		}
		for _, n := range d.NameServers {
			note(&hosts, "h ", n)
		}
	}
	contactIDs, err := s.needed(ctx, "contact", namespace, handles)
	if err != nil {
		return err
	}
	hostIDs, err := s.needed(ctx, "host", namespace, hosts)
	if err != nil {
		return err
	}
	var toContacts, toHosts []any
	for _, d := range domains {
		if d.Namespace == namespace {
			toContacts = contactLinks(toContacts, d, contactIDs)
			toHosts = hostLinks(toHosts, d, hostIDs)
		}
	}
	if err := insertContactLinks(ctx, s.q, toContacts); err != nil {
		return err
	}
	return insertHostLinks(ctx, s.q, toHosts)
}
