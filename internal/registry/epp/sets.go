package epp

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/registry"
	wire "github.com/polyreg/polyreg/internal/wire/epp"
)

// Where domains name sets, the client turns the port's name servers and keys into sets and back: one set for each list of
// servers or keys, under an id that follows from the list and the registrar, so that making it twice makes one. Sets are
// never changed and never deleted by the client, for any number of domains may name one.

const (
	setMemory = 10 * time.Minute // how long a set that was seen counts as being there
	setsKept  = 4096
	setTries  = 3 // ids that are tried for one list: somebody may have changed what stands under the first
)

// sets remembers which sets are there.
type sets struct {
	mu   sync.Mutex
	seen map[string]time.Time
}

func (s *sets) knows(id string, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	at, ok := s.seen[id]
	return ok && now.Sub(at) < setMemory
}

func (s *sets) remember(id string, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.seen == nil || len(s.seen) >= setsKept {
		s.seen = map[string]time.Time{}
	}
	s.seen[id] = now
}

func (s *sets) forget(ids []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, id := range ids {
		delete(s.seen, id)
	}
}

// usesSets reports whether a domain names sets instead of hosts and records. Where that depends on what the registry offers and
// nobody has logged in yet, it logs in to know; an error is one of a command that was not sent.
func (c *Client) usesSets(ctx context.Context, n dname.Name) (bool, error) {
	_, tld, _ := n.Cut()
	if !slices.Contains(c.cfg.SetTLDs, AllTLDs) && !slices.Contains(c.cfg.SetTLDs, string(tld)) {
		return false, nil
	}
	if !c.cfg.SetsIfOffered {
		return true, nil
	}
	if c.cfg.services.latest.Load() == nil {
		if err := c.Ping(ctx); registry.IsUnknown(err) {
			return false, registry.NotSent("what the registry offers is not known", err)
		} else if err != nil {
			return false, err
		}
	}
	return c.cfg.services.latest.Load().Has(wire.NSSets), nil
}

// content is what a set is to hold: servers or keys.
type content struct {
	servers []dname.Name
	keys    []registry.Key
}

// lines are the content in an order that does not depend on how it was given.
func (w content) lines() []string {
	out := plain(w.servers)
	for _, k := range w.keys {
		out = append(out, fmt.Sprintf("%d %d %d %s", k.Flags, k.Protocol, k.Alg, k.PubKey))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (w content) kind() string {
	if len(w.keys) > 0 {
		return "keyset"
	}
	return "nsset"
}

// id is the n-th id for the content: 27 capitals and digits.
func (w content) id(user string, n int) string {
	sum := sha256.Sum256([]byte(fmt.Sprintf("%s\n%s\n%d\n%s", w.kind(), user, n, strings.Join(w.lines(), "\n"))))
	return "PR-" + base32.StdEncoding.EncodeToString(sum[:15])
}

// setUse are the sets that a command names; guessed when one of them was only remembered.
type setUse struct {
	ids     []string
	guessed bool
}

// set makes sure that there is a set with the content and gives its id, empty for no content. A set that cannot be made
// because nobody answers leaves the command unsent.
func (c *Client) set(ctx context.Context, w content, use *setUse) (string, error) {
	if len(w.servers)+len(w.keys) == 0 {
		return "", nil
	}
	for n := range setTries {
		id := w.id(c.cfg.User, n)
		if c.sets.knows(id, time.Now()) {
			use.ids, use.guessed = append(use.ids, id), true
			return id, nil
		}
		_, err := c.ask(ctx, w.create(id))
		same := err == nil
		if registry.CodeOf(err) == registry.CodeObjectExists {
			same, err = c.holds(ctx, id, w)
		}
		switch {
		case registry.IsUnknown(err):
			return "", registry.NotSent("the "+w.kind()+" for the command could not be made", err)
		case err != nil:
			return "", err
		case same:
			c.sets.remember(id, time.Now())
			use.ids = append(use.ids, id)
			return id, nil
		}
	}
	return "", registry.Refused(registry.CodeObjectExists, "every id for the "+w.kind()+" is taken by another one")
}

func (w content) create(id string) *wire.Command {
	if len(w.keys) > 0 {
		cmd := &wire.KeysetCreate{ID: id}
		for _, k := range w.keys {
			cmd.Keys = append(cmd.Keys, wire.KeyData(k))
		}
		return &wire.Command{CreateKeyset: cmd}
	}
	cmd := &wire.NSSetCreate{ID: id}
	for _, n := range w.servers {
		cmd.Servers = append(cmd.Servers, wire.SetHostOf(n.String()))
	}
	return &wire.Command{CreateNSSet: cmd}
}

// holds reports whether a set is the registrar's own and has the content.
func (c *Client) holds(ctx context.Context, id string, w content) (bool, error) {
	got, sponsor, err := c.infoSet(ctx, w.kind(), id)
	if registry.CodeOf(err) == registry.CodeNotExist {
		return false, nil
	}
	return err == nil && sponsor == c.cfg.User && slices.Equal(got.lines(), w.lines()), err
}

// infoSet asks what is in a set.
func (c *Client) infoSet(ctx context.Context, kind, id string) (w content, sponsor string, err error) {
	cmd := &wire.Command{InfoNSSet: &wire.SetInfo{ID: id}}
	if kind == "keyset" {
		cmd = &wire.Command{InfoKeyset: &wire.SetInfo{ID: id}}
	}
	data, err := c.ask(ctx, cmd)
	switch {
	case err != nil:
		return w, "", err
	case kind == "keyset" && data.KeysetInfo != nil:
		for _, k := range data.KeysetInfo.Keys {
			w.keys = append(w.keys, registry.Key(k))
		}
		return w, data.KeysetInfo.ClID, nil
	case kind == "nsset" && data.NSSetInfo != nil:
		for _, h := range data.NSSetInfo.Servers {
			w.servers = append(w.servers, name(h.Name))
		}
		return w, data.NSSetInfo.ClID, nil
	}
	return w, "", incomplete("data of the " + kind)
}

// unfold puts the servers and keys of the sets that a domain names into it.
func (c *Client) unfold(ctx context.Context, d *registry.Domain, x *wire.DomainSets) error {
	if x == nil {
		return nil
	}
	for _, of := range []struct{ kind, id string }{{"nsset", x.NSSet}, {"keyset", x.Keyset}} {
		if of.id == "" {
			continue
		}
		w, _, err := c.infoSet(ctx, of.kind, of.id)
		switch {
		case registry.CodeOf(err) == registry.CodeNotExist: // it must not be read as if the domain were missing
			return incomplete("a set that the domain names")
		case err != nil:
			return err
		case of.kind == "nsset":
			d.NameServers = w.servers
		default:
			d.DNSSEC = &registry.DNSSEC{Keys: w.keys}
		}
	}
	return nil
}

// doSets sends a command that may name sets. When a set that was only remembered is gone, the command is made again.
func (c *Client) doSets(ctx context.Context, clTRID string, command func(context.Context, *setUse) (*wire.Command, error)) (*wire.Response, error) {
	for again := false; ; again = true {
		var use setUse
		cmd, err := command(ctx, &use)
		if err != nil {
			return nil, err
		}
		cmd.ClTRID = clTRID
		res, err := c.do(ctx, cmd)
		if again || !use.guessed || registry.CodeOf(err) != registry.CodeNotExist {
			return res, err
		}
		c.sets.forget(use.ids)
	}
}
