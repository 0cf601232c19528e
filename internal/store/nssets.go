package store

import (
	"context"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/host"
)

// NSSet finds a name-server set of the account or of the platform (command.HostTx).
func (t *tx) NSSet(ctx context.Context, env account.Environment, acc account.ID, handle string) (host.Set, error) {
	var s host.Set
	var servers string
	err := t.q.QueryRow(ctx, `SELECT id, account_id, handle, servers FROM nsset
		WHERE environment = $1 AND LOWER(handle) = $2 AND (account_id = $3 OR account_id = 0)`, env, lowerASCII(handle), acc).
		Scan(&s.ID, &s.Account, &s.Handle, &servers)
	if err != nil {
		return s, absent(err, "name-server set")
	}
	s.Servers, err = unpackServers(servers)
	return s, err
}

// AddNSSet makes a name-server set (command.HostTx).
func (t *tx) AddNSSet(ctx context.Context, env account.Environment, s *host.Set) error {
	return t.insert(ctx, &s.ID, errs.F(errs.Exists, "handle", "there is a name-server set %s already", s.Handle),
		`INSERT INTO nsset (environment, account_id, handle, servers) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING RETURNING id`,
		env, s.Account, s.Handle, packServers(s.Servers))
}
