package command

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/host"
	"github.com/polyreg/polyreg/internal/id"
	"github.com/polyreg/polyreg/internal/notify"
)

// plantDialect is the dialect of the handles that hold the plant's contact ids. No door has this name.
const plantDialect = "seed"

func (g *planting) contact(ctx context.Context, c PlantContact) error {
	acc, err := g.account(ctx, c.Account)
	if err != nil {
		return err
	}
	_, err = g.findContact(ctx, acc, c.ID)
	if err == nil {
		g.count(false, func(c *PlantCounts) *int { return &c.Contacts })
		return nil
	}
	if !errs.Is(err, errs.NotFound) {
		return err
	}
	k := contact.Contact{Account: acc.ID, Data: c.Data.Normalize(), Verified: c.Verified}
	if err := g.tx.AddContact(ctx, &k); err != nil {
		return err
	}
	own := contact.Handle{Dialect: plantDialect, Handle: plantHandle(acc.ID, c.ID)}
	for _, h := range append([]contact.Handle{own}, c.Handles...) {
		h.Contact = k.ID
		err := g.tx.AddHandle(ctx, acc.Environment, h)
		if errs.Is(err, errs.Exists) {
			return errs.E(errs.Exists, "the %s handle %s belongs to another contact", h.Dialect, h.Handle).On("contact", c.ID)
		}
		if err != nil {
			return err
		}
	}
	g.contacts[contactKey{acc.ID, c.ID}] = k
	g.count(true, func(c *PlantCounts) *int { return &c.Contacts })
	return nil
}

func (g *planting) findContact(ctx context.Context, acc account.Account, id string) (contact.Contact, error) {
	key := contactKey{acc.ID, id}
	if k, ok := g.contacts[key]; ok {
		return k, nil
	}
	h, err := g.tx.FindHandle(ctx, acc.Environment, plantDialect, plantHandle(acc.ID, id))
	if err != nil {
		return contact.Contact{}, err
	}
	k, err := g.tx.Contact(ctx, acc.ID, h.Contact)
	if err == nil {
		g.contacts[key] = k
	}
	return k, err
}

func (g *planting) nsset(ctx context.Context, s PlantNSSet) error {
	acc, err := g.account(ctx, s.Account)
	if err != nil {
		return err
	}
	_, err = g.tx.NSSet(ctx, acc.Environment, acc.ID, s.Handle)
	fresh := errs.Is(err, errs.NotFound)
	if err != nil && !fresh {
		return err
	}
	if fresh {
		err := g.tx.AddNSSet(ctx, acc.Environment, &host.Set{Account: acc.ID, Handle: s.Handle, Servers: s.Servers})
		if errs.Is(err, errs.Exists) {
			return errs.E(errs.Exists, "the name-server set %s belongs to another account", s.Handle).On("nsset", s.Handle)
		}
		if err != nil {
			return err
		}
	}
	g.count(fresh, func(c *PlantCounts) *int { return &c.NSSets })
	return nil
}

func (g *planting) host(ctx context.Context, h PlantHost) error {
	acc, err := g.account(ctx, h.Account)
	if err != nil {
		return err
	}
	_, err = g.tx.Host(ctx, acc.Environment, h.Name)
	fresh := errs.Is(err, errs.NotFound)
	if err != nil && !fresh {
		return err
	}
	if fresh {
		if err := g.tx.PutHost(ctx, acc.Environment, &host.Host{Account: acc.ID, Name: h.Name, Addresses: h.Addresses}); err != nil {
			return err
		}
	}
	g.count(fresh, func(c *PlantCounts) *int { return &c.Hosts })
	return nil
}

// domains adds names and collects what their registries are to have.
func (g *planting) domains(ctx context.Context, list []PlantDomain) error {
	need := plantNeeds{}
	for _, p := range list {
		d, added, err := g.domain(ctx, p)
		if err != nil {
			return err
		}
		g.count(added, func(c *PlantCounts) *int { return &c.Domains })
		if d.ID == 0 {
			continue // another account holds the name by now
		}
		g.rep.Domains = append(g.rep.Domains, PlantedDomain{d, g.r.cfg.Registries.Sponsor(d.Registry), added})
		need.add(d, added)
	}
	return g.atRegistries(ctx, need)
}

// domain adds a name, or reads the one that is there; the zero domain when it is held elsewhere.
func (g *planting) domain(ctx context.Context, p PlantDomain) (domain.Domain, bool, error) {
	acc, err := g.account(ctx, p.Account)
	if err != nil {
		return domain.Domain{}, false, err
	}
	d, err := g.draftDomain(ctx, acc, p)
	if err != nil {
		return d, false, err
	}
	err = g.tx.AddDomain(ctx, &d)
	if err == nil {
		return d, true, g.r.scheduleNew(ctx, g.tx, d)
	}
	if !errs.Is(err, errs.Exists) {
		return d, false, err
	}
	d, err = g.tx.Domain(ctx, acc.ID, p.Name)
	if errs.Is(err, errs.NotFound) {
		return domain.Domain{}, false, nil
	}
	return d, false, err
}

func (g *planting) draftDomain(ctx context.Context, acc account.Account, p PlantDomain) (domain.Domain, error) {
	d := domain.Domain{Account: acc.ID, Environment: acc.Environment, Name: p.Name, Statuses: p.Statuses, Created: p.Created,
		Expires: p.Expires, AutoRenew: p.AutoRenew, Comment: p.Comment, Contacts: map[domain.Role]contact.ID{}}
	_, tld, err := g.r.Catalog().Split(p.Name)
	if err != nil {
		return d, err
	}
	reg, err := g.r.cfg.Registries.For(acc.Environment, tld)
	if err != nil {
		return d, err
	}
	d.TLD, d.Registry = tld.Name, reg.Name()
	for _, role := range rolesOf(tld) {
		want, ok := p.Contacts[role]
		if !ok {
			continue
		}
		k, err := g.findContact(ctx, acc, want)
		if err != nil {
			return d, missingPart(err, "contact", want, p.Name)
		}
		d.Contacts[role] = k.ID
	}
	if d.Servers, d.NSSet, err = g.servers(ctx, acc, p); err != nil {
		return d, err
	}
	if p.Profile != "" {
		f, err := g.tx.Profile(ctx, acc.ID, p.Profile)
		if err != nil {
			return d, missingPart(err, "profile", p.Profile, p.Name)
		}
		d.Profile = f.ID
	}
	auth := p.AuthInfo
	if auth == "" {
		auth = id.AuthInfo()
	}
	d.AuthInfo, err = g.r.cfg.Secrets.Seal(auth, authAAD(d.Environment, d.Name))
	return d, err
}

func missingPart(err error, kind, name string, of dname.Name) error {
	if errs.Is(err, errs.NotFound) {
		return errs.E(errs.NotFound, "the %s %s of %s does not exist", kind, name, of).On("domain", string(of))
	}
	return err
}

func (g *planting) servers(ctx context.Context, acc account.Account, p PlantDomain) ([]host.Server, string, error) {
	platform := g.r.cfg.Platform
	switch set := p.Servers.NSSet; {
	case p.Servers.Platform || set != "" && strings.EqualFold(set, platform.NSSet):
		return g.r.platformServers(), platform.NSSet, nil
	case set != "":
		s, err := g.tx.NSSet(ctx, acc.Environment, acc.ID, set)
		if err != nil {
			return nil, "", missingPart(err, "name-server set", set, p.Name)
		}
		servers, err := g.withGlue(ctx, acc, s.Servers, p.Name)
		return servers, s.Handle, err
	}
	return p.Servers.Servers, "", nil
}

// withGlue gives a set's servers below the name itself the addresses of their host objects.
func (g *planting) withGlue(ctx context.Context, acc account.Account, servers []host.Server, name dname.Name) ([]host.Server, error) {
	out := make([]host.Server, len(servers))
	for i, s := range servers {
		if s.Name.Within(name) && len(s.Addresses) == 0 {
			h, err := g.tx.Host(ctx, acc.Environment, s.Name)
			if err != nil && !errs.Is(err, errs.NotFound) {
				return nil, err
			}
			s.Addresses = h.Addresses
		}
		out[i] = s
	}
	return out, nil
}

// notices are remembered by their content, for they have no name of their own: the third of three equal ones is another
// than the first.
func (g *planting) notices(ctx context.Context, list []PlantNotice) error {
	seen := map[string]int{}
	for _, n := range list {
		acc, err := g.account(ctx, n.Account)
		if err != nil {
			return err
		}
		sum := sha256.Sum256([]byte(strings.Join([]string{strconv.FormatInt(int64(acc.ID), 10), string(n.Kind), n.Text}, "\x00")))
		key := "seed.notice." + hex.EncodeToString(sum[:16])
		seen[key]++
		key += "." + strconv.Itoa(seen[key])
		_, err = g.tx.Meta(ctx, key)
		fresh := errs.Is(err, errs.NotFound)
		if err != nil && !fresh {
			return err
		}
		if fresh {
			if err := g.tx.PutMeta(ctx, key, "planted"); err != nil {
				return err
			}
			if err := g.tx.AddNotice(ctx, &notify.Notice{Account: acc.ID, Kind: n.Kind, Text: n.Text}); err != nil {
				return err
			}
		}
		g.count(fresh, func(c *PlantCounts) *int { return &c.Notices })
	}
	return nil
}
