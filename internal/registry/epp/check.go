package epp

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/registry"
	wire "github.com/polyreg/polyreg/internal/wire/epp"
)

// checks answers availability checks: from the cache, or by commands that callers share.
//
// When a name is asked and no shared command is under way, one sets out at once: a lone caller never waits. While one is
// under way, names gather until they fill a command or the oldest has waited for the window; then the next one sets out. Which
// names a command takes is decided when it has its session, not before: where all sessions are busy, more names gather
// instead of more commands. Names that fill commands by themselves (a caller with a long list) go past all this, one command
// after the other, so that they do not keep others waiting.
type checks struct {
	c      *Client
	window time.Duration
	limit  int // names per command
	most   int // shared commands at a time

	mu       sync.Mutex
	cache    answers
	queue    []*ask // not yet sent, oldest first
	waiting  map[dname.Name]*ask
	flying   int // shared commands under way
	boarding int // those of them that have no names yet
	alarm    bool
	air      map[*flight]bool
}

// ask is a name that callers wait for.
type ask struct {
	name  dname.Name
	since time.Time
	users int  // callers that still wait
	sent  bool // a command has taken it
	done  chan struct{}
	res   registry.Availability
	err   error
}

// flight is a check command under way. The names in stale were changed by us since it set out: its answer to them may be old.
type flight struct{ stale map[dname.Name]bool }

func newChecks(c *Client) *checks {
	return &checks{c: c, window: c.cfg.CheckWindow, limit: c.cfg.Capabilities.CheckLimit, most: c.cfg.MaxSessions,
		cache: answers{ttl: c.cfg.CheckCache}, waiting: map[dname.Name]*ask{}, air: map[*flight]bool{}}
}

// CheckDomains answers in the order of the names (RFC 5731 §3.1.1), with as many commands as the registry's limit of names
// wants, shared with other callers and answered from the cache as Config says; registry.Fresh goes past the cache.
func (c *Client) CheckDomains(ctx context.Context, names []dname.Name) ([]registry.Availability, error) {
	if err := ctx.Err(); err != nil {
		return nil, registry.NotSent("command was not sent", err)
	}
	k := c.checks
	c.stats.checked.Add(int64(len(names)))
	found, missing := k.known(ctx, names)
	for len(missing) >= k.limit || k.window <= 0 && len(missing) > 0 {
		group := missing[:min(k.limit, len(missing))]
		missing = missing[len(group):]
		f := k.takeOff()
		got, err := k.askFor(ctx, group)
		k.keep(f, got)
		k.land(f)
		if err != nil {
			return nil, err
		}
		for _, a := range got {
			found[a.Name] = a
		}
	}
	if err := k.share(ctx, missing, found); err != nil {
		return nil, err
	}
	out := make([]registry.Availability, len(names))
	for i, n := range names {
		a, ok := found[n]
		if !ok {
			return nil, incomplete("an asked name")
		}
		out[i] = a
	}
	return out, nil
}

// known gives what the cache knows, and the other names, each once.
func (k *checks) known(ctx context.Context, names []dname.Name) (map[dname.Name]registry.Availability, []dname.Name) {
	found := make(map[dname.Name]registry.Availability, len(names))
	var missing []dname.Name
	seen := make(map[dname.Name]bool, len(names))
	now := time.Now()
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, n := range names {
		if seen[n] {
			continue
		}
		seen[n] = true
		if a, ok := k.cache.get(n, now); ok && !registry.IsFresh(ctx) {
			found[n] = a
			k.c.stats.checkCached.Add(1)
			continue
		}
		missing = append(missing, n)
	}
	return found, missing
}

// share waits for names that other callers' commands may carry.
func (k *checks) share(ctx context.Context, names []dname.Name, found map[dname.Name]registry.Availability) error {
	if len(names) == 0 {
		return nil
	}
	asks := k.enqueue(names)
	for i, a := range asks {
		select {
		case <-a.done:
		case <-ctx.Done():
			if k.leave(asks[i:]) {
				return registry.Unknown(0, "no answer", ctx.Err())
			}
			return registry.NotSent("command was not sent", ctx.Err())
		}
		if a.err != nil {
			k.leave(asks[i+1:])
			return a.err
		}
		found[a.name] = a.res
	}
	return nil
}

func (k *checks) enqueue(names []dname.Name) []*ask {
	k.mu.Lock()
	defer k.mu.Unlock()
	asks := make([]*ask, len(names))
	now := time.Now()
	for i, n := range names {
		a := k.waiting[n]
		if a == nil {
			a = &ask{name: n, since: now, done: make(chan struct{})}
			k.waiting[n] = a
			k.queue = append(k.queue, a)
		}
		a.users++
		asks[i] = a
	}
	k.start()
	return asks
}

// leave gives up waiting; it reports whether any of the names was sent.
func (k *checks) leave(asks []*ask) (sent bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, a := range asks {
		a.users--
		sent = sent || a.sent
	}
	return sent
}

// start sends off what shall go now; the lock is held.
func (k *checks) start() {
	for k.flying < k.most {
		left := len(k.queue) - k.boarding*k.limit // the others have a command that waits for a session
		if left <= 0 {
			return
		}
		if k.flying > 0 && left < k.limit {
			if k.boarding > 0 { // it looks again when it sets out
				return
			}
			if wait := k.window - time.Since(k.queue[0].since); wait > 0 {
				k.wake(wait)
				return
			}
		}
		k.flying++
		k.boarding++
		go k.fly()
	}
}

// wake looks again after a time; the lock is held.
func (k *checks) wake(after time.Duration) {
	if k.alarm {
		return
	}
	k.alarm = true
	time.AfterFunc(after, func() {
		k.mu.Lock()
		defer k.mu.Unlock()
		k.alarm = false
		k.start()
	})
}

// fly carries one shared command. It has time limits of its own: a caller who gives up leaves the others their answer.
func (k *checks) fly() {
	ctx := context.Background()
	var batch []*ask
	var f *flight
	var got []registry.Availability
	err := k.ask(ctx, func() []dname.Name {
		if f == nil {
			batch, f = k.board(), k.takeOff()
		}
		return askedNames(batch)
	}, &got)
	if f == nil { // there was no session to be had
		batch, f = k.board(), k.takeOff()
	}
	k.settle(ctx, f, batch, answered{got, err})
	k.land(f)
	k.mu.Lock()
	defer k.mu.Unlock()
	k.flying--
	k.start()
}

// board takes the names of one command off the queue, leaving out those that nobody waits for any more.
func (k *checks) board() []*ask {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.boarding--
	batch := make([]*ask, 0, min(k.limit, len(k.queue)))
	n := 0
	for n < len(k.queue) && len(batch) < k.limit {
		a := k.queue[n]
		n++
		delete(k.waiting, a.name)
		if a.users > 0 {
			a.sent = true
			batch = append(batch, a)
		}
	}
	k.queue = slices.Delete(k.queue, 0, n)
	k.start()
	return batch
}

// answered is what came of a command.
type answered struct {
	got []registry.Availability
	err error
}

// settle keeps the answers of a command and hands them out, in this order: who has one must find it when asking again. One that the registry refused because of one name's fault is asked again in
// halves: a caller must not suffer for the name of another.
func (k *checks) settle(ctx context.Context, f *flight, batch []*ask, res answered) {
	if len(batch) > 1 && oneName(res.err) {
		for _, half := range [][]*ask{batch[:len(batch)/2], batch[len(batch)/2:]} {
			got, err := k.askFor(ctx, askedNames(half))
			k.settle(ctx, f, half, answered{got, err})
		}
		return
	}
	k.keep(f, res.got)
	byName := make(map[dname.Name]registry.Availability, len(res.got))
	for _, a := range res.got {
		byName[a.Name] = a
	}
	for _, a := range batch {
		var ok bool
		if a.res, ok = byName[a.name]; !ok && res.err == nil {
			a.err = incomplete("an asked name")
		} else {
			a.err = res.err
		}
		close(a.done)
	}
}

// oneName reports whether an error may be the fault of one name among several.
func oneName(err error) bool {
	switch registry.CodeOf(err) {
	case wire.CodeSyntax, wire.CodeRange, wire.CodeValueSyntax, wire.CodeNotExist, wire.CodePolicy, wire.CodeDataPolicy:
		return true
	}
	return false
}

// askFor asks for names with a command of their own.
func (k *checks) askFor(ctx context.Context, names []dname.Name) ([]registry.Availability, error) {
	var got []registry.Availability
	err := k.ask(ctx, func() []dname.Name { return names }, &got)
	return got, err
}

// ask sends one check command; names is called once there is a session, again when another is tried.
func (k *checks) ask(ctx context.Context, names func() []dname.Name, got *[]registry.Availability) error {
	var res *wire.Response
	var bad error
	err := k.c.onSession(ctx, func(ctx context.Context, s *session) (keep, sent bool, err error) {
		cmd := &wire.Command{CheckDomain: &wire.DomainCheck{Names: plain(names())}, ClTRID: transactionID()}
		if s.services.Has(wire.NSFee) {
			cmd.Ext.FeeCheck = feeCheck()
		}
		if len(cmd.CheckDomain.Names) == 0 {
			return true, false, nil
		}
		var frame []byte
		if frame, bad = encode(cmd); bad != nil {
			return true, false, nil
		}
		k.c.stats.checkCommands.Add(1)
		res, sent, err = k.c.transact(ctx, s, frame, cmd.ClTRID)
		return err == nil && keeps(res), sent, err
	})
	switch {
	case err != nil:
		return err
	case bad != nil || res == nil:
		return bad
	}
	if err := k.c.judge(res); err != nil {
		return err
	}
	*got = availabilities(res)
	return nil
}

func availabilities(res *wire.Response) []registry.Availability {
	if res.Data == nil || res.Data.DomainCheck == nil {
		return nil
	}
	prices := fees(res.Ext.FeeCheck)
	var out []registry.Availability
	for _, i := range res.Data.DomainCheck.Items {
		a := registry.Availability{Name: name(i.Name.Name), Available: i.Name.Avail}
		if i.Reason != nil {
			a.Reason = i.Reason.Text
		}
		p := prices[a.Name]
		a.Fees, a.Class = p.fees, p.class
		out = append(out, a)
	}
	return out
}

func askedNames(batch []*ask) []dname.Name {
	names := make([]dname.Name, len(batch))
	for i, a := range batch {
		names[i] = a.name
	}
	return names
}
