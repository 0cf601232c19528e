package simstore

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/polyreg/polyreg/internal/registry/sim/repo"
	"github.com/polyreg/polyreg/internal/store/db"
)

// Due lists what falls due (repo.Reader).
func (r reader) Due(ctx context.Context, until time.Time, limit int) ([]repo.Due, error) {
	var out []repo.Due
	for _, of := range []struct{ object, table, key string }{{"contact", "sim_contact", "handle"}, {"domain", "sim_domain", "name"}} {
		rows, err := r.q.Query(ctx, "SELECT id, namespace, "+of.key+", due FROM "+of.table+
			" WHERE due > 0 AND due <= $1 ORDER BY due, id LIMIT $2", db.Micros(until), limit)
		found, err := db.Collect(rows, err, func(r db.Rows) (repo.Due, error) {
			d := repo.Due{Object: of.object}
			var at int64
			err := r.Scan(&d.ID, &d.Namespace, &d.Name, &at)
			d.At = db.Time(at)
			return d, err
		})
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	slices.SortStableFunc(out, func(a, b repo.Due) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Object, b.Object), cmp.Compare(a.ID, b.ID))
	})
	return out[:min(limit, len(out))], nil
}

// PurgeDomain removes a locked domain with all that lies below it (repo.Tx).
func (t *tx) PurgeDomain(ctx context.Context, d *repo.Domain) error {
	if len(d.Hosts) > 0 {
		if _, err := t.q.Exec(ctx, "DELETE FROM sim_domain_host WHERE host_id IN (SELECT id FROM sim_host WHERE parent = $1)", d.ID); err != nil {
			return err
		}
		if _, err := t.q.Exec(ctx, "DELETE FROM sim_host WHERE parent = $1", d.ID); err != nil {
			return err
		}
		d.Hosts = nil
	}
	return t.DeleteDomain(ctx, d)
}

// MoveHosts gives the hosts below a domain to another sponsor (repo.Tx).
func (t *tx) MoveHosts(ctx context.Context, domain int64, sponsor string) error {
	_, err := t.q.Exec(ctx, "UPDATE sim_host SET sponsor = $1 WHERE parent = $2", sponsor, domain)
	return err
}

// SetBalance sets a registrar's balance (repo.Tx).
func (t *tx) SetBalance(ctx context.Context, registrar string, balance *int64) error {
	n, err := t.q.Exec(ctx, "UPDATE sim_registrar SET balance = $1 WHERE id = $2", balance, registrar)
	return one(n, err)
}

// Charge takes an amount off a registrar's balance (repo.Tx). The row is locked last in its transaction.
func (t *tx) Charge(ctx context.Context, registrar string, amount int64, force bool) (*int64, error) {
	var left int64
	err := t.q.QueryRow(ctx, `UPDATE sim_registrar SET balance = balance - $1
		WHERE id = $2 AND balance IS NOT NULL AND (balance >= $1 OR $1 < 0 OR $3) RETURNING balance`, amount, registrar, force).Scan(&left)
	if err == nil {
		return &left, nil
	}
	if !errors.Is(err, db.ErrNoRows) {
		return nil, err
	}
	g, err := t.Registrar(ctx, registrar)
	switch {
	case errors.Is(err, repo.ErrNotFound), err == nil && g.Balance == nil:
		return nil, nil
	case err != nil:
		return nil, err
	}
	return g.Balance, repo.ErrFunds
}

// lifeJSON is what time and transfers have left on a domain, in one column; nothing is asked of its inside.
type lifeJSON struct {
	AuthSet  int64             `json:",omitempty"`
	Periods  []repo.Period     `json:",omitempty"`
	Deletion *repo.Deletion    `json:",omitempty"`
	Transfer *repo.Transfer    `json:",omitempty"`
	DNSSEC   *repo.DNSSEC      `json:",omitempty"`
	Attrs    []repo.NameServer `json:",omitempty"`
}

func encodeLife(d *repo.Domain) (string, error) {
	if d.AuthSet.IsZero() && len(d.Periods) == 0 && d.Deletion == nil && d.Transfer == nil && d.DNSSEC == nil && len(d.HostAttrs) == 0 {
		return "", nil
	}
	b, err := json.Marshal(lifeJSON{db.Micros(d.AuthSet), d.Periods, d.Deletion, d.Transfer, d.DNSSEC, d.HostAttrs})
	return string(b), err
}

func decodeLife(text string, d *repo.Domain) error {
	if text == "" {
		return nil
	}
	var j lifeJSON
	if err := json.Unmarshal([]byte(text), &j); err != nil {
		return fmt.Errorf("stored life of a domain: %w", err)
	}
	d.AuthSet, d.Periods, d.Deletion, d.Transfer, d.DNSSEC = db.Time(j.AuthSet), j.Periods, j.Deletion, j.Transfer, j.DNSSEC
	d.HostAttrs = j.Attrs
	return nil
}

func encodeTransfer(t *repo.Transfer) (string, error) {
	if t == nil {
		return "", nil
	}
	b, err := json.Marshal(t)
	return string(b), err
}

func decodeTransfer(text string) (*repo.Transfer, error) {
	if text == "" {
		return nil, nil
	}
	t := new(repo.Transfer)
	if err := json.Unmarshal([]byte(text), t); err != nil {
		return nil, fmt.Errorf("stored transfer: %w", err)
	}
	return t, nil
}

// pendingJSON is the stored form of repo.Pending.
type pendingJSON struct {
	Op, ClTRID, SvTRID string
	Target             *targetJSON `json:",omitempty"`
	Fee                int64       `json:",omitempty"`
}

type targetJSON struct {
	Contacts, NameServers, Statuses []string
	AuthInfo                        string
	AuthSet                         int64 `json:",omitempty"`
	Expires                         int64
	Periods                         []repo.Period     `json:",omitempty"`
	DNSSEC                          *repo.DNSSEC      `json:",omitempty"`
	HostAttrs                       []repo.NameServer `json:",omitempty"`
	NSSet, Keyset                   string            `json:",omitempty"`
}

func encodePending(p *repo.Pending) (string, error) {
	if p == nil {
		return "", nil
	}
	j := pendingJSON{Op: p.Op, ClTRID: p.ClTRID, SvTRID: p.SvTRID, Fee: p.Fee}
	if t := p.Target; t != nil {
		j.Target = &targetJSON{NameServers: t.NameServers, Statuses: t.Statuses, AuthInfo: t.AuthInfo,
			AuthSet: db.Micros(t.AuthSet), Expires: db.Micros(t.Expires), Periods: t.Periods, DNSSEC: t.DNSSEC,
			HostAttrs: t.HostAttrs, NSSet: t.NSSet, Keyset: t.Keyset}
		for _, c := range t.Contacts {
			j.Target.Contacts = append(j.Target.Contacts, string(c.Role)+" "+c.Handle)
		}
	}
	b, err := json.Marshal(j)
	return string(b), err
}

func decodePending(text string) (*repo.Pending, error) {
	if text == "" {
		return nil, nil
	}
	var j pendingJSON
	if err := json.Unmarshal([]byte(text), &j); err != nil {
		return nil, fmt.Errorf("stored pending action: %w", err)
	}
	p := &repo.Pending{Op: j.Op, ClTRID: j.ClTRID, SvTRID: j.SvTRID, Fee: j.Fee}
	if t := j.Target; t != nil {
		p.Target = &repo.Target{NameServers: t.NameServers, Statuses: t.Statuses, AuthInfo: t.AuthInfo,
			AuthSet: db.Time(t.AuthSet), Expires: db.Time(t.Expires), Periods: t.Periods, DNSSEC: t.DNSSEC,
			HostAttrs: t.HostAttrs, NSSet: t.NSSet, Keyset: t.Keyset}
		for _, line := range t.Contacts {
			role, handle, _ := strings.Cut(line, " ")
			p.Target.Contacts = append(p.Target.Contacts, repo.DomainContact{Role: repo.Role(role), Handle: handle})
		}
	}
	return p, nil
}
