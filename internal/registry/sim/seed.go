package sim

import (
	"context"
	"fmt"
	"slices"

	"github.com/polyreg/polyreg/internal/registry/sim/repo"
)

// SeedRegistrar is a registrar with its password in the clear.
type SeedRegistrar struct {
	ID        string
	Namespace string
	Password  string
	Balance   *int64 // minor units of the price table's currency; nil: never charged
}

// Seed is a bulk of objects, as Server.Seed takes it: passwords and authInfo are in the clear, a zero Created becomes the
// registrar time of now, an empty Creator the Sponsor. Names are A-labels in small letters and taken
// as they are.
type Seed struct {
	Registrars []SeedRegistrar
	Contacts   []repo.Contact
	Hosts      []repo.Host
	Domains    []repo.Domain
}

// Seed adds the objects that are not there, in one transaction, and leaves those that are. The input is not changed.
func (s *Server) Seed(ctx context.Context, in Seed) error {
	now := s.cfg.Clocks.Registrar()
	out := repo.Seed{Contacts: slices.Clone(in.Contacts), Hosts: slices.Clone(in.Hosts), Domains: slices.Clone(in.Domains)}
	for _, r := range in.Registrars {
		if r.ID == TransitSponsor {
			return fmt.Errorf("seeding registrar %s: the registry itself has that name", r.ID)
		}
		if r.Namespace != repo.Live && r.Namespace != repo.Test {
			return fmt.Errorf("seeding registrar %s: no such name space: %q", r.ID, r.Namespace)
		}
		hash, err := s.cfg.Passwords.Hash(ctx, r.Password)
		if err != nil {
			return fmt.Errorf("seeding registrar %s: %w", r.ID, err)
		}
		out.Registrars = append(out.Registrars, repo.Registrar{ID: r.ID, Namespace: r.Namespace, PasswordHash: hash, Created: now, Balance: r.Balance})
	}
	for i := range out.Contacts {
		c := &out.Contacts[i]
		orString(&c.Creator, c.Sponsor)
		if err := s.sealSeed(&c.AuthInfo, contactAAD(c)); err != nil {
			return fmt.Errorf("seeding contact %s: %w", c.Handle, err)
		}
		if c.Created.IsZero() {
			c.Created = now
		}
	}
	for i := range out.Hosts {
		h := &out.Hosts[i]
		orString(&h.Creator, h.Sponsor)
		if h.Created.IsZero() {
			h.Created = now
		}
	}
	for i := range out.Domains {
		d := &out.Domains[i]
		orString(&d.Creator, d.Sponsor)
		if err := s.sealSeed(&d.AuthInfo, domainAAD(d)); err != nil {
			return fmt.Errorf("seeding domain %s: %w", d.Name, err)
		}
		if d.Created.IsZero() {
			d.Created = now
		}
	}
	return s.cfg.Store.Seed(ctx, out)
}

func (s *Server) sealSeed(auth *string, aad string) error {
	if *auth == "" {
		return nil
	}
	sealed, err := s.cfg.Vault.Seal(*auth, aad)
	*auth = sealed
	return err
}

// Reset removes everything, registrars too. Sessions stay open; a name registered before is free again.
func (s *Server) Reset(ctx context.Context) error { return s.cfg.Store.Reset(ctx) }
