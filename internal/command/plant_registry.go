package command

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/domain"
)

// plantNeeds are the contacts that registries are to have, by registry and account.
type plantNeeds map[needKey]*need

type needKey struct {
	registry string
	env      account.Environment
	account  account.ID
}

type need struct {
	ids   []contact.ID
	fresh map[contact.ID]bool // a new domain refers to it
}

func (n plantNeeds) add(d domain.Domain, added bool) {
	key := needKey{d.Registry, d.Environment, d.Account}
	e := n[key]
	if e == nil {
		e = &need{fresh: map[contact.ID]bool{}}
		n[key] = e
	}
	for _, role := range domain.Roles {
		k, ok := d.Contacts[role]
		if !ok {
			continue
		}
		was, known := e.fresh[k]
		if !known {
			e.ids = append(e.ids, k)
		}
		e.fresh[k] = was || added
	}
}

// atRegistries gives the contacts of new domains an id at their registries, marked as made: the caller makes them there.
func (g *planting) atRegistries(ctx context.Context, needs plantNeeds) error {
	keys := make([]needKey, 0, len(needs))
	for k := range needs {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b needKey) int {
		return strings.Compare(a.registry+" "+strconv.FormatInt(int64(a.account), 10), b.registry+" "+strconv.FormatInt(int64(b.account), 10))
	})
	for _, key := range keys {
		if err := g.atRegistry(ctx, key, needs[key]); err != nil {
			return err
		}
	}
	return nil
}

func (g *planting) atRegistry(ctx context.Context, key needKey, n *need) error {
	have, err := g.tx.AtRegistry(ctx, key.registry, n.ids)
	if err != nil {
		return err
	}
	data, err := g.tx.Contacts(ctx, key.account, n.ids)
	if err != nil {
		return err
	}
	for _, k := range n.ids {
		a, ok := have[k]
		if !ok || !a.Made {
			if !n.fresh[k] {
				continue
			}
			if !ok {
				a = contact.AtRegistry{Contact: k, Registry: key.registry, ID: registryID()}
			}
			a.Made, a.Version = true, data[k].Version
			if err := g.tx.PutAtRegistry(ctx, a); err != nil {
				return err
			}
		}
		g.rep.Contacts = append(g.rep.Contacts, PlantedContact{Environment: key.env, Registry: key.registry, ID: k,
			Sponsor: g.r.cfg.Registries.Sponsor(key.registry), Object: registryContact(a.ID, data[k].Data), Created: data[k].Created})
	}
	return nil
}
