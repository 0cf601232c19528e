package app

import (
	"context"
	"slices"

	"github.com/polyreg/polyreg/internal/app/core"
	"github.com/polyreg/polyreg/internal/app/manage"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/id"
	"github.com/polyreg/polyreg/internal/obs"
	"github.com/polyreg/polyreg/internal/registry"
	"github.com/polyreg/polyreg/internal/registry/epp"
	"github.com/polyreg/polyreg/internal/registry/fault"
	"github.com/polyreg/polyreg/internal/registry/sim/repo"
	"github.com/polyreg/polyreg/internal/seed"
	"github.com/polyreg/polyreg/internal/store/simstore"
)

// otherRegistrars hold the names that are to be transferred in, by name space.
var otherRegistrars = map[string]string{repo.Live: seed.OtherRegistrar, repo.Test: seed.OtherTestRegistrar}

// noticeChannels are the queues of notices: one per dialect, the two InterNetX dialects share one.
var noticeChannels = []string{"dmapi", "domainrobot", "opensrs", "wapi"}

// newManage connects the management API to what lies behind it.
func (a *App) newManage() *manage.API {
	c := a.opt.Core
	return manage.New(manage.Deps{Clock: a.core.Lifecycle, Clocks: c.Clocks, Store: a.core.Store, Runner: a.core.Runner, Commands: a.core.Runner, Registry: a.core.Sim,
		Holdings: simstore.New(c.Embedded.DB), Own: core.PlatformLogins, Other: manage.Other{Names: otherRegistrars, Request: a.requestForOther},
		Faults: a.opt.Sandbox.faults, Journal: a.journal, Channels: slices.Clone(noticeChannels), Log: a.log})
}

// injected notes a fault in journal, metrics and log.
func (a *App) injected(ctx context.Context, h fault.Hit) {
	a.metrics.Fault(string(h.Kind), h.Trace.Operation)
	f := &obs.Fault{Rule: h.Rule, Kind: string(h.Kind), Call: h.Call, Registry: h.Registry, Exchange: h.Exchange, Object: h.Object, Order: h.Trace.Order,
		Operation: h.Trace.Operation, Command: h.Trace.Command}
	if h.Latency > 0 {
		f.Latency = h.Latency.String()
	}
	var account string
	if h.Trace.Account != 0 {
		account = a.manage.AccountName(context.WithoutCancel(ctx), h.Trace.Account)
	}
	a.journal.Add(obs.Entry{ID: obs.RequestID(ctx), Time: a.opt.Core.Clocks.Wall(), Account: account, Command: h.Trace.Operation, Status: f.Kind, Fault: f})
	a.log.InfoContext(ctx, "fault injected", "rule", h.Rule, "kind", f.Kind, "registry", f.Registry, "exchange", f.Exchange, "object", f.Object, "order", f.Order)
}

// requestForOther lets the other registrar ask for the transfer of a name over EPP, as any registrar would.
func (a *App) requestForOther(ctx context.Context, namespace, name, authInfo string) error {
	e := a.opt.Core.Embedded
	other := core.Remote{Name: "other-" + namespace, Addr: e.Listener.Addr().String(), ServerName: "localhost", Trust: e.Trust,
		User: otherRegistrars[namespace], Password: a.opt.Sandbox.otherPw, Sessions: 1,
		Capabilities: registry.Capabilities{Contacts: true, HostObjects: true, CheckLimit: 1}}
	client, err := epp.New(other.Config(a.opt.Core.Catalog, a.log))
	if err != nil {
		return err
	}
	_, err = client.TransferDomain(ctx, "other-"+id.Hex(8), registry.DomainTransfer{Op: registry.TransferRequest, Name: dname.Name(name), AuthInfo: authInfo})
	if closing := client.Close(); err == nil {
		err = closing
	}
	return err
}
