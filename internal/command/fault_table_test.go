package command_test

import (
	"context"
	"fmt"
	"net/netip"
	"sync/atomic"
	"testing"
	"time"

	"github.com/polyreg/polyreg/internal/app/core"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/dialect/dialecttest"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/host"
	"github.com/polyreg/polyreg/internal/money"
	"github.com/polyreg/polyreg/internal/order"
	"github.com/polyreg/polyreg/internal/registry"
	"github.com/polyreg/polyreg/internal/registry/sim"
	"github.com/polyreg/polyreg/internal/registry/sim/repo"
	"github.com/polyreg/polyreg/internal/store/pgtest"
)

// line is a connection to a registry that is lost at one command: before the registry has it, or after it has carried it out.
type line struct {
	registry.Registry
	cut *cut
}

type cut struct {
	after bool
	at    atomic.Int32 // the command to be lost, counted from 1; 0 for none
	seen  atomic.Int32
}

func (c *cut) arm(at int32, after bool) {
	c.after = after
	c.seen.Store(0)
	c.at.Store(at)
}

func lose[T any](c *cut, call func() (T, error)) (T, error) {
	var none T
	if at := c.at.Load(); at == 0 || c.seen.Add(1) != at {
		return call()
	}
	if !c.after {
		return none, registry.Unknown(0, "", errLost)
	}
	if _, err := call(); err != nil {
		return none, err
	}
	return none, registry.Unknown(0, "", errLost)
}

func (l line) CreateDomain(ctx context.Context, id string, in registry.DomainCreate) (registry.DomainCreated, error) {
	return lose(l.cut, func() (registry.DomainCreated, error) { return l.Registry.CreateDomain(ctx, id, in) })
}
func (l line) RenewDomain(ctx context.Context, id string, in registry.DomainRenew) (registry.DomainRenewed, error) {
	return lose(l.cut, func() (registry.DomainRenewed, error) { return l.Registry.RenewDomain(ctx, id, in) })
}
func (l line) UpdateDomain(ctx context.Context, id string, in registry.DomainUpdate) (registry.Result, error) {
	return lose(l.cut, func() (registry.Result, error) { return l.Registry.UpdateDomain(ctx, id, in) })
}
func (l line) DeleteDomain(ctx context.Context, id string, name dname.Name) (registry.Result, error) {
	return lose(l.cut, func() (registry.Result, error) { return l.Registry.DeleteDomain(ctx, id, name) })
}
func (l line) TransferDomain(ctx context.Context, id string, in registry.DomainTransfer) (registry.Transferred, error) {
	return lose(l.cut, func() (registry.Transferred, error) { return l.Registry.TransferDomain(ctx, id, in) })
}
func (l line) RestoreDomain(ctx context.Context, id string, in registry.DomainRestore) (registry.Restored, error) {
	return lose(l.cut, func() (registry.Restored, error) { return l.Registry.RestoreDomain(ctx, id, in) })
}
func (l line) ReportRestore(ctx context.Context, id string, in registry.RestoreReport) (registry.Restored, error) {
	return lose(l.cut, func() (registry.Restored, error) { return l.Registry.ReportRestore(ctx, id, in) })
}
func (l line) CreateContact(ctx context.Context, id string, in registry.Contact) (registry.Result, error) {
	return lose(l.cut, func() (registry.Result, error) { return l.Registry.CreateContact(ctx, id, in) })
}
func (l line) UpdateContact(ctx context.Context, id string, in registry.Contact) (registry.Result, error) {
	return lose(l.cut, func() (registry.Result, error) { return l.Registry.UpdateContact(ctx, id, in) })
}
func (l line) DeleteContact(ctx context.Context, id, handle string) (registry.Result, error) {
	return lose(l.cut, func() (registry.Result, error) { return l.Registry.DeleteContact(ctx, id, handle) })
}
func (l line) CreateHost(ctx context.Context, id string, in registry.Host) (registry.Result, error) {
	return lose(l.cut, func() (registry.Result, error) { return l.Registry.CreateHost(ctx, id, in) })
}
func (l line) UpdateHost(ctx context.Context, id string, in registry.HostUpdate) (registry.Result, error) {
	return lose(l.cut, func() (registry.Result, error) { return l.Registry.UpdateHost(ctx, id, in) })
}
func (l line) DeleteHost(ctx context.Context, id string, name dname.Name) (registry.Result, error) {
	return lose(l.cut, func() (registry.Result, error) { return l.Registry.DeleteHost(ctx, id, name) })
}

// cutOff is a world whose line to the registry can be cut, and a name of its own for each run.
type cutOff struct {
	*dialecttest.World
	t    *testing.T
	c    command.Caller
	cut  *cut
	name string
	id   contact.ID
	exp  time.Time
	// handle is a contact's id at the registry, or an authInfo.
	handle string
}

func do[R any](f *cutOff, cmd command.Command[R]) (R, error) {
	return command.Do(f.t.Context(), f.Runner, f.c, cmd)
}

func (f *cutOff) must(err error) {
	f.t.Helper()
	if err != nil {
		f.t.Fatal(err)
	}
}

// held registers the run's name.
func (f *cutOff) held() {
	f.t.Helper()
	cmd := registerCmd(f.name)
	own := dialecttest.Jane()
	cmd.Contacts = map[domain.Role]command.ContactRef{domain.Registrant: {New: &own}}
	cmd.FillRoles = true
	out, err := do(f, cmd)
	f.must(err)
	f.exp = out.Domain.Expires
	f.id = out.Domain.Contacts[domain.Registrant]
}

func (f *cutOff) there() registry.Domain {
	f.t.Helper()
	reg, err := f.Core.Registries.Named(core.EmbeddedLive)
	f.must(err)
	d, err := reg.InfoDomain(f.t.Context(), dname.Name(f.name))
	f.must(err)
	return d
}

func ordered(out command.Outcome, err error) (order.Number, error) { return out.Order.Number, err }

// faultCase is one command that touches the registry.
type faultCase struct {
	name    string
	prepare func(*cutOff)
	order   func(*cutOff) (order.Number, error)
	settle  func(*cutOff)      // what the other side does meanwhile
	cost    int64              // minor units
	check   func(*cutOff) bool // the registry and the store afterwards
}

var faultCases = []faultCase{
	{"register", nil, func(f *cutOff) (order.Number, error) {
		cmd := registerCmd(f.name)
		own := dialecttest.Jane()
		cmd.Contacts, cmd.FillRoles, cmd.Lock = map[domain.Role]command.ContactRef{domain.Registrant: {New: &own}}, true, true
		return ordered(do(f, cmd))
	}, nil, 1000, func(f *cutOff) bool {
		d := f.there()
		return d.Sponsor == "polyreg" && len(d.Statuses) == 1 && d.Statuses[0] == domain.ClientTransferProhibit && d.Expires.Equal(d.Created.AddDate(1, 0, 0))
	}},
	{"renew", (*cutOff).held, func(f *cutOff) (order.Number, error) {
		return ordered(do(f, command.RenewDomain{Name: f.name, Years: 1}))
	}, nil, 1100,
		func(f *cutOff) bool { return f.there().Expires.Equal(f.exp.AddDate(1, 0, 0)) }},
	{"update", (*cutOff).held, func(f *cutOff) (order.Number, error) {
		return ordered(do(f, command.UpdateDomain{Name: f.name, AddServers: []host.Server{{Name: dname.Name("ns9." + f.name), Addresses: []netip.Addr{netip.MustParseAddr("192.0.2.9")}}},
			DNSSEC:   &domain.DNSSEC{DS: []domain.DS{{KeyTag: 1, Alg: 13, DigestType: 2, Digest: "E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D"}}},
			Contacts: map[domain.Role]command.ContactRef{domain.Admin: {New: ptr(dialecttest.Jane())}}}))
	}, nil, 0, func(f *cutOff) bool {
		d := f.there()
		return len(d.NameServers) == 3 && len(d.DNSSEC.DS) == 1 && d.Contacts[registry.Admin][0] != d.Registrant
	}},
	{"new authInfo", (*cutOff).held, func(f *cutOff) (order.Number, error) { return ordered(do(f, command.NewAuthInfo{Name: f.name})) }, nil, 0,
		func(f *cutOff) bool {
			auth, err := do(f, command.AuthInfo{Name: f.name})
			return err == nil && auth != "" && f.there().AuthInfo == auth
		}},
	{"authInfo dropped", func(f *cutOff) {
		f.held()
		var err error
		f.handle, err = do(f, command.AuthInfo{Name: f.name})
		f.must(err)
	}, func(f *cutOff) (order.Number, error) { return ordered(do(f, command.DropAuthInfo{Name: f.name})) }, nil, 0,
		func(f *cutOff) bool {
			_, err := do(f, command.AuthInfo{Name: f.name})
			return errs.Is(err, errs.NotFound) && f.there().AuthInfo != f.handle
		}},
	{"delete", (*cutOff).held, func(f *cutOff) (order.Number, error) {
		f.Clocks.Advance(6 * 24 * time.Hour) // past the add grace period
		return ordered(do(f, command.DeleteDomain{Name: f.name}))
	}, nil, 0, func(f *cutOff) bool {
		return len(f.there().RGPStatuses) == 1 && f.there().RGPStatuses[0] == registry.RGPRedemptionPeriod
	}},
	{"restore", func(f *cutOff) {
		f.held()
		f.Clocks.Advance(6 * 24 * time.Hour)
		_, err := do(f, command.DeleteDomain{Name: f.name})
		f.must(err)
	}, func(f *cutOff) (order.Number, error) { return ordered(do(f, command.RestoreDomain{Name: f.name})) }, nil, 8000,
		func(f *cutOff) bool { return len(f.there().RGPStatuses) == 0 && f.there().Expires.Equal(f.exp) }},
	{"transfer", func(f *cutOff) { f.give() }, func(f *cutOff) (order.Number, error) {
		own := dialecttest.Jane()
		return ordered(do(f, command.TransferDomain{Name: f.name, AuthInfo: "in-AuthInfo-1", Contacts: map[domain.Role]command.ContactRef{domain.Registrant: {New: &own}}}))
	}, func(f *cutOff) { f.must(f.Sim.Approve(f.t.Context(), repo.Live, f.name)) }, 900,
		func(f *cutOff) bool {
			return f.there().Sponsor == "polyreg" && f.there().Expires.Equal(f.exp.AddDate(1, 0, 0))
		}},
	{"transfer cancelled", func(f *cutOff) {
		f.give()
		_, err := do(f, command.TransferDomain{Name: f.name, AuthInfo: "in-AuthInfo-1"})
		f.must(err)
	}, func(f *cutOff) (order.Number, error) { return ordered(do(f, command.CancelTransfer{Name: f.name})) }, nil, 0,
		func(f *cutOff) bool {
			st, err := do(f, command.TransferStatus{Name: f.name})
			return err == nil && st.Order.State == order.Failed && f.there().Sponsor == core.OtherRegistrar
		}},
	{"transfer approved", (*cutOff).asked, func(f *cutOff) (order.Number, error) {
		return ordered(do(f, command.DecideTransfer{Name: f.name, Approve: true}))
	}, nil, 0, func(f *cutOff) bool {
		_, err := do(f, command.InfoDomain{Name: f.name})
		return err != nil && f.there().Sponsor == core.OtherRegistrar
	}},
	{"transfer rejected", (*cutOff).asked, func(f *cutOff) (order.Number, error) { return ordered(do(f, command.DecideTransfer{Name: f.name})) }, nil, 0,
		func(f *cutOff) bool {
			info, err := do(f, command.InfoDomain{Name: f.name})
			return err == nil && info.Domain.Outgoing == nil && f.there().Sponsor == "polyreg"
		}},
	{"contact update", (*cutOff).held, func(f *cutOff) (order.Number, error) {
		next := dialecttest.Jane()
		next.City = "Bonn"
		return ordered(do(f, command.UpdateContact{ID: f.id, Data: next}))
	}, nil, 0, func(f *cutOff) bool { return f.contactThere().Int.City == "Bonn" }},
	{"contact delete", func(f *cutOff) { // a shared contact that the registry has and no name uses any more
		k, err := do(f, command.CreateContact{Data: dialecttest.Jane()})
		f.must(err)
		f.id = k.Contact.ID
		cmd := registerCmd(f.name)
		cmd.Contacts, cmd.FillRoles = map[domain.Role]command.ContactRef{domain.Registrant: {ID: f.id}}, true
		_, err = do(f, cmd)
		f.must(err)
		f.handle = f.there().Registrant
		own := command.ContactRef{New: ptr(dialecttest.Jane())}
		_, err = do(f, command.UpdateDomain{Name: f.name, Contacts: map[domain.Role]command.ContactRef{domain.Registrant: own, domain.Admin: own, domain.Tech: own, domain.Billing: own}})
		f.must(err)
	}, func(f *cutOff) (order.Number, error) { return ordered(do(f, command.DeleteContact{ID: f.id})) }, nil, 0,
		func(f *cutOff) bool {
			reg, err := f.Core.Registries.Named(core.EmbeddedLive)
			f.must(err)
			_, err = reg.InfoContact(f.t.Context(), f.handle)
			return registry.CodeOf(err) == registry.CodeNotExist
		}},
	{"host create", (*cutOff).held, func(f *cutOff) (order.Number, error) { return f.host("192.0.2.1") }, nil, 0,
		func(f *cutOff) bool { return f.hostAt("ns1") == "192.0.2.1" }},
	{"host update", func(f *cutOff) {
		f.held()
		_, err := f.host("192.0.2.1")
		f.must(err)
	}, func(f *cutOff) (order.Number, error) {
		return ordered(do(f, command.UpdateHost{Name: "ns1." + f.name, Addresses: []netip.Addr{netip.MustParseAddr("192.0.2.7")}, NewName: "ns7." + f.name}))
	}, nil, 0, func(f *cutOff) bool { return f.hostAt("ns7") == "192.0.2.7" && f.hostAt("ns1") == "" }},
	{"host delete", func(f *cutOff) {
		f.held()
		_, err := f.host("192.0.2.1")
		f.must(err)
	}, func(f *cutOff) (order.Number, error) {
		return ordered(do(f, command.DeleteHost{Name: "ns1." + f.name}))
	}, nil, 0,
		func(f *cutOff) bool { return f.hostAt("ns1") == "" }},
}

func ptr[T any](v T) *T { return &v }

func (f *cutOff) host(addr string) (order.Number, error) {
	return ordered(do(f, command.CreateHost{Name: "ns1." + f.name, Addresses: []netip.Addr{netip.MustParseAddr(addr)}}))
}

func (f *cutOff) hostAt(label string) string {
	reg, err := f.Core.Registries.Named(core.EmbeddedLive)
	f.must(err)
	h, err := reg.InfoHost(f.t.Context(), dname.Name(label+"."+f.name))
	if err != nil || len(h.Addresses) != 1 {
		return ""
	}
	return h.Addresses[0].String()
}

func (f *cutOff) contactThere() registry.Contact {
	f.t.Helper()
	reg, err := f.Core.Registries.Named(core.EmbeddedLive)
	f.must(err)
	k, err := reg.InfoContact(f.t.Context(), f.there().Registrant)
	f.must(err)
	return k
}

// give lets the other registrar hold the run's name.
func (f *cutOff) give() {
	f.t.Helper()
	f.exp = f.Clocks.Registrar().AddDate(0, 0, 300)
	f.must(f.Sim.Seed(f.t.Context(), sim.Seed{Domains: []repo.Domain{{Namespace: repo.Live, Name: f.name, Sponsor: core.OtherRegistrar, AuthInfo: "in-AuthInfo-1",
		Created: f.Clocks.Registrar().AddDate(0, 0, -100), Expires: f.exp, Contacts: []repo.DomainContact{{Role: repo.Registrant, Handle: "OTHER1"}}}}}))
}

// asked registers the run's name long ago and lets the other registrar ask for it.
func (f *cutOff) asked() {
	f.t.Helper()
	f.held()
	f.Clocks.Advance(61 * 24 * time.Hour)
	f.must(f.Sim.TakeByTransfer(f.t.Context(), repo.Live, f.name, core.OtherRegistrar))
	deadline := time.Now().Add(time.Minute)
	for {
		info, err := do(f, command.InfoDomain{Name: f.name})
		f.must(err)
		if info.Domain.Outgoing != nil {
			return
		}
		if time.Now().After(deadline) {
			f.t.Fatal("the request was not taken in")
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// TestEveryCommandExactlyOnce loses the line at each step of each command that touches the registry, before and after the
// registry has carried it out: there is one outcome, one charge and one change, on both databases.
func TestEveryCommandExactlyOnce(t *testing.T) {
	t.Parallel()
	for _, db := range []string{"sqlite", "postgres"} {
		t.Run(db, func(t *testing.T) {
			t.Parallel()
			c := &cut{}
			options := []dialecttest.Option{func(o *core.Options) {
				o.Wrap = func(r registry.Registry) registry.Registry { return line{r, c} }
				o.Timing.Due = time.Hour
				o.Timing.Inline = 30 * time.Second
				o.Timing.Exchange = 30 * time.Second
			}}
			if db == "postgres" {
				d := pgtest.Open(t)
				options = append(options, func(o *core.Options) { o.DB = d })
			}
			w := dialecttest.New(t, options...)
			f := &cutOff{World: w, t: t, c: alpha(t, w), cut: c}
			f.must(w.Store.InTx(t.Context(), func(ctx context.Context, tx command.Tx) error {
				return tx.Deposit(ctx, f.c.Account.ID, money.New(100_000_00, "EUR"), "test")
			}))
			run := 0
			for _, k := range faultCases {
				t.Run(k.name, func(t *testing.T) {
					f.t = t
					for _, after := range []bool{false, true} {
						for at := int32(1); at < 20; at++ {
							run++
							f.name = fmt.Sprintf("fault%d.com", run)
							if !f.run(k, at, after) {
								if at == 1 {
									t.Error("the command touched no registry")
								}
								break
							}
						}
					}
				})
			}
			proof(t, w)
		})
	}
}

// run orders with the line cut at a step; false when the command has no such step.
func (f *cutOff) run(k faultCase, at int32, after bool) bool {
	f.t.Helper()
	if k.prepare != nil {
		k.prepare(f)
	}
	before, err := do(f, command.Balance{})
	f.must(err)
	f.cut.arm(at, after)
	n, err := k.order(f)
	hit := f.cut.seen.Load() >= at
	if err != nil {
		f.t.Errorf("cut at %d (after: %v): %v", at, after, err)
		return false
	}
	if k.settle != nil {
		k.settle(f)
	}
	o := waitEnd(f.t, f.World, f.c, n)
	f.cut.at.Store(0)
	left, err := do(f, command.Balance{})
	f.must(err)
	if o.State != order.Done || before.Balance-left.Balance != k.cost || left.Held != 0 || !k.check(f) {
		f.t.Errorf("cut at %d (after: %v): %s %v, cost %d (want %d), held %d, as it should be: %v", at, after, o.State, o.Error, before.Balance-left.Balance, k.cost, left.Held, k.check(f))
	}
	return hit
}

// TestAPendingDelete waits for a registry that has yet to decide on a deletion, and takes both of its decisions.
func TestAPendingDelete(t *testing.T) {
	t.Parallel()
	w := dialecttest.New(t, dialecttest.Pending(func(op, _ string) bool { return op == "delete" }), func(o *core.Options) { o.Timing.Due = time.Hour })
	f := &cutOff{World: w, t: t, c: alpha(t, w), cut: &cut{}}
	for name, approve := range map[string]bool{"goes.com": true, "stays.com": false} {
		f.name = name
		f.held()
		f.Clocks.Advance(6 * 24 * time.Hour)
		out, err := do(f, command.DeleteDomain{Name: name})
		if err != nil || !out.Pending {
			t.Fatalf("%s: %+v %v", name, out, err)
		}
		f.must(w.Sim.ResolvePending(t.Context(), repo.Live, name, approve))
		o := waitEnd(t, w, f.c, out.Order.Number)
		info, err := do(f, command.InfoDomain{Name: name})
		f.must(err)
		if gone := !info.Domain.Deleted.IsZero(); (o.State == order.Done) != approve || gone != approve {
			t.Errorf("%s: %s, deleted %v", name, o.State, info.Domain.Deleted)
		}
	}
}
