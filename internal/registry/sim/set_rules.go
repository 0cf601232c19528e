package sim

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"

	"github.com/polyreg/polyreg/internal/registry/sim/repo"
	"github.com/polyreg/polyreg/internal/wire/epp"
)

// What the sets decide: ids are one name space per kind whoever has made them, 1 to 30 letters and digits with single hyphens
// between them, and the case of letters does not count. A set has at least one server or key, and contacts only if it wants.
// It is shown to everyone, its authInfo to its sponsor, who alone changes and deletes it; any registrar's domain may name it.

// setID is the form of a set's id.
var setID = regexp.MustCompile(`^[0-9A-Z](-?[0-9A-Z])*$`)

const setIDLength = 30

// setSpaces are the namespaces of the kinds.
var setSpaces = map[string]string{repo.NSSet: epp.NSNSSet, repo.Keyset: epp.NSKeyset}

// ofSet names an element of a set's command.
func ofSet(kind string) func(local, value string) element {
	return func(local, value string) element { return element{setSpaces[kind], local, value} }
}

// setHandle is an id as it is stored; false when it is none.
func setHandle(id string) (string, bool) {
	h := strings.ToUpper(id)
	return h, len(h) <= setIDLength && setID.MatchString(h)
}

func setKey(c *call, kind, id string) repo.SetKey {
	return repo.SetKey{Namespace: c.who.Namespace, Kind: kind, Handle: strings.ToUpper(id)}
}

func setAAD(s *repo.Set) string { return "sim_set/" + s.Namespace + "/" + s.Kind + "/" + s.Handle }

// setCommand runs a command on a name-server or key set; each is in a file of its own.
func (s *Server) setCommand(ctx context.Context, c *call, cmd *epp.Command) (*answer, error) {
	kind := cmd.Object()
	switch {
	case cmd.CheckNSSet != nil:
		return s.checkSet(ctx, c, kind, cmd.CheckNSSet)
	case cmd.CheckKeyset != nil:
		return s.checkSet(ctx, c, kind, cmd.CheckKeyset)
	case cmd.InfoNSSet != nil:
		return s.infoSet(ctx, c, kind, cmd.InfoNSSet)
	case cmd.InfoKeyset != nil:
		return s.infoSet(ctx, c, kind, cmd.InfoKeyset)
	case cmd.CreateNSSet != nil, cmd.CreateKeyset != nil:
		return s.createSet(ctx, c, cmd)
	case cmd.UpdateNSSet != nil, cmd.UpdateKeyset != nil:
		return s.updateSet(ctx, c, cmd)
	case cmd.DeleteNSSet != nil:
		return s.deleteSet(ctx, c, kind, cmd.DeleteNSSet)
	}
	return s.deleteSet(ctx, c, kind, cmd.DeleteKeyset)
}

// changeSet locks a set of the caller and runs fn on it.
func (s *Server) changeSet(ctx context.Context, c *call, key repo.SetKey, fn func(context.Context, repo.Tx, *repo.Set) error) error {
	at := ofSet(key.Kind)("id", key.Handle)
	return s.inTx(ctx, func(ctx context.Context, tx repo.Tx) error {
		set, err := tx.LockSet(ctx, key)
		if err != nil {
			return absent(err, at)
		}
		if err := sponsored(c, set.Sponsor); err != nil {
			return err
		}
		return fn(ctx, tx, &set)
	})
}

// setServers reads the servers of a set.
func setServers(in []epp.SetHost) ([]repo.NameServer, error) {
	at := ofSet(repo.NSSet)
	var out []repo.NameServer
	for _, h := range in {
		name, err := hostName(h.Name, at, "name")
		if err != nil {
			return nil, err
		}
		var addrs []epp.HostAddr
		for _, a := range h.Addresses {
			v := "v4"
			if strings.Contains(a, ":") {
				v = "v6"
			}
			addrs = append(addrs, epp.HostAddr{IP: v, Text: a})
		}
		ips, err := addresses(addrs)
		if err != nil {
			return nil, err
		}
		out = append(out, repo.NameServer{Name: string(name), Addresses: ips})
	}
	return out, nil
}

// setKeys reads the keys of a set.
func setKeys(in []epp.KeyData) ([]repo.Key, error) {
	var out []repo.Key
	for _, k := range in {
		key, err := keyIn(k)
		if err != nil {
			return nil, err
		}
		out = append(out, key)
	}
	return out, nil
}

// wholeSet holds a set to what each must have and may not exceed.
func wholeSet(set *repo.Set) error {
	at := ofSet(set.Kind)
	what, n := "ns", len(set.Servers)
	if set.Kind == repo.Keyset {
		what, n = "dnskey", len(set.Keys)
	}
	names := serverNames(set.Servers)
	switch {
	case n == 0:
		return refuse(epp.CodePolicy, at(what, ""), "at least one is needed")
	case n > objectsPerDomain || len(set.Tech) > contactsPerRole:
		return refuse(epp.CodePolicy, at(what, ""), "at most %d, and %d contacts", objectsPerDomain, contactsPerRole)
	case repeats(names) || repeats(set.Keys) || repeats(set.Tech):
		return refuse(epp.CodePolicy, at(what, ""), "repeated")
	}
	return nil
}

func repeats[T comparable](list []T) bool {
	for i, v := range list {
		if slices.Contains(list[:i], v) {
			return true
		}
	}
	return false
}

func serverNames(list []repo.NameServer) []string {
	var out []string
	for _, h := range list {
		out = append(out, h.Name)
	}
	return out
}

// setMissing turns absent contacts of a set into 2303.
func setMissing(err error, kind string) error {
	var m *repo.MissingError
	if errors.As(err, &m) {
		return refuse(epp.CodeNotExist, ofSet(kind)("tech", strings.Join(m.Names, " ")), "contact does not exist")
	}
	return err
}
