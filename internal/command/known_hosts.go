package command

import (
	"errors"
	"sync"
	"time"

	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/host"
	"github.com/polyreg/polyreg/internal/registry"
)

// knownHosts remembers which hosts a registry was seen to have, so that not every order asks for the same name servers
// again. A memory may be out of date: when a registry refuses an order that trusted in it, it is forgotten and the order is
// sent once more, this time with the question before it (misled). Hosts with addresses are not remembered.
type knownHosts struct {
	mu    sync.Mutex
	until map[hostAt]time.Time // wall time
}

type hostAt struct {
	registry string
	name     dname.Name
}

// Bounds of the memory.
const (
	hostMemory = 5 * time.Minute
	mostHosts  = 20_000
)

// split tells remembered hosts from those that the registry must be asked about.
func (k *knownHosts) split(reg string, servers []host.Server, wall time.Time) (known []dname.Name, ask []host.Server) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, s := range servers {
		if len(s.Addresses) == 0 && wall.Before(k.until[hostAt{reg, s.Name}]) {
			known = append(known, s.Name)
		} else {
			ask = append(ask, s)
		}
	}
	return known, ask
}

func (k *knownHosts) remember(reg string, servers []host.Server, wall time.Time) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.until == nil || len(k.until) > mostHosts {
		k.until = map[hostAt]time.Time{}
	}
	for _, s := range servers {
		if len(s.Addresses) == 0 {
			k.until[hostAt{reg, s.Name}] = wall.Add(hostMemory)
		}
	}
}

func (k *knownHosts) forget(reg string, names []dname.Name) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, n := range names {
		delete(k.until, hostAt{reg, n})
	}
}

// misled reports a refusal that may be due to hosts that were taken for existing, and forgets them: the attempt is to be
// made again. "Exists" speaks of the domain itself.
func (x *exchange) misled(err error) bool {
	var e *registry.Error
	if len(x.trusting) == 0 || !errors.As(err, &e) || e.Unknown || e.Code == 0 || e.Code == registry.CodeObjectExists {
		return false
	}
	x.r.hosts.forget(x.reg.Name(), x.trusting)
	x.trusting = nil
	return true
}
