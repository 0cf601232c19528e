package sim

import (
	"context"
	"slices"

	"github.com/polyreg/polyreg/internal/registry/sim/repo"
	"github.com/polyreg/polyreg/internal/wire/epp"
)

// updateSet changes what is in a set; every domain that names it changes with it.
func (s *Server) updateSet(ctx context.Context, c *call, cmd *epp.Command) (*answer, error) {
	kind := cmd.Object()
	at := ofSet(kind)
	var (
		id    string
		chg   *epp.SetChange
		apply func(*repo.Set) error
		empty bool
	)
	if in := cmd.UpdateNSSet; in != nil {
		id, chg, empty = in.ID, in.Chg, in.Add == nil && in.Rem == nil
		apply = func(set *repo.Set) error { return changeServers(set, in) }
	} else {
		in := cmd.UpdateKeyset
		id, chg, empty = in.ID, in.Chg, in.Add == nil && in.Rem == nil
		apply = func(set *repo.Set) error { return changeKeys(set, in) }
	}
	if empty && chg == nil {
		return nil, refuse(epp.CodeMissingParameter, at("update", ""), "nothing to change")
	}
	err := s.changeSet(ctx, c, setKey(c, kind, id), func(ctx context.Context, tx repo.Tx, set *repo.Set) error {
		if err := allowed("Update", set.Statuses, nil); err != nil {
			return err
		}
		if err := apply(set); err != nil {
			return err
		}
		if err := wholeSet(set); err != nil {
			return err
		}
		if chg != nil {
			var err error
			if set.AuthInfo, err = s.seal(&epp.Password{Text: chg.AuthInfo}, setAAD(set), at("authInfo", "")); err != nil {
				return err
			}
		}
		set.Updater, set.Updated = c.who.ID, c.now
		return setMissing(tx.UpdateSet(ctx, set), kind)
	})
	return &answer{}, err
}

// changeServers removes and adds servers and contacts.
func changeServers(set *repo.Set, in *epp.NSSetUpdate) error {
	add, rem := in.Add, in.Rem
	if add == nil {
		add = &epp.NSSetAdd{}
	}
	if rem == nil {
		rem = &epp.NSSetRem{}
	}
	at := ofSet(set.Kind)
	for _, text := range rem.Names {
		name, err := hostName(text, at, "name")
		if err != nil {
			return err
		}
		i := slices.Index(serverNames(set.Servers), string(name))
		if i < 0 {
			return refuse(epp.CodePolicy, at("name", text), "cannot be removed: it is not there")
		}
		set.Servers = slices.Delete(set.Servers, i, i+1)
	}
	servers, err := setServers(add.Servers)
	if err != nil {
		return err
	}
	set.Servers = append(set.Servers, servers...) // repeats are refused with the rest
	set.Tech, err = change(set.Tech, add.Tech, rem.Tech, func(id string) element { return at("tech", id) })
	return err
}

// changeKeys removes and adds keys and contacts.
func changeKeys(set *repo.Set, in *epp.KeysetUpdate) error {
	add, rem := in.Add, in.Rem
	if add == nil {
		add = &epp.KeysetAddRem{}
	}
	if rem == nil {
		rem = &epp.KeysetAddRem{}
	}
	at := ofSet(set.Kind)
	gone, err := setKeys(rem.Keys)
	if err != nil {
		return err
	}
	fresh, err := setKeys(add.Keys)
	if err != nil {
		return err
	}
	if set.Keys, err = change(set.Keys, fresh, gone, func(repo.Key) element { return at("dnskey", "") }); err != nil {
		return err
	}
	set.Tech, err = change(set.Tech, add.Tech, rem.Tech, func(id string) element { return at("tech", id) })
	return err
}
