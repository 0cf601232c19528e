package sim

import (
	"context"
	"errors"

	"github.com/polyreg/polyreg/internal/registry/sim/repo"
	"github.com/polyreg/polyreg/internal/wire/epp"
)

// createSet makes a set with the id that the client chose.
func (s *Server) createSet(ctx context.Context, c *call, cmd *epp.Command) (*answer, error) {
	set := repo.Set{Namespace: c.who.Namespace, Kind: cmd.Object(), Sponsor: c.who.ID, Creator: c.who.ID, Created: c.now}
	var id, auth string
	var err error
	if in := cmd.CreateNSSet; in != nil {
		id, auth, set.Tech = in.ID, in.AuthInfo, in.Tech
		set.Servers, err = setServers(in.Servers)
	} else {
		in := cmd.CreateKeyset
		id, auth, set.Tech = in.ID, in.AuthInfo, in.Tech
		set.Keys, err = setKeys(in.Keys)
	}
	if err != nil {
		return nil, err
	}
	at := ofSet(set.Kind)
	var ok bool
	if set.Handle, ok = setHandle(id); !ok {
		return nil, refuse(epp.CodeValueSyntax, at("id", id), "1 to %d letters and digits, with single hyphens between them", setIDLength)
	}
	if err := wholeSet(&set); err != nil {
		return nil, err
	}
	if set.AuthInfo, err = s.seal(&epp.Password{Text: auth}, setAAD(&set), at("authInfo", "")); err != nil {
		return nil, err
	}
	err = s.inTx(ctx, func(ctx context.Context, tx repo.Tx) error { return tx.InsertSet(ctx, &set) })
	if errors.Is(err, repo.ErrExists) {
		return nil, refuse(epp.CodeExists, at("id", set.Handle), "in use")
	}
	data := &epp.SetCreateData{ID: set.Handle, CrDate: set.Created}
	if set.Kind == repo.NSSet {
		return &answer{data: &epp.ResData{NSSetCreate: data}}, setMissing(err, set.Kind)
	}
	return &answer{data: &epp.ResData{KeysetCreate: data}}, setMissing(err, set.Kind)
}
