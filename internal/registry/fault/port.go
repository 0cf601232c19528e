package fault

import (
	"context"

	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/registry"
)

// The methods here are those of registry.Registry; each names its exchange.

func (l *link) CheckDomains(ctx context.Context, names []dname.Name) ([]registry.Availability, error) {
	return through(ctx, l, exchange{what: "domain:check", objects: texts(names)}, func() ([]registry.Availability, error) { return l.Registry.CheckDomains(ctx, names) })
}

func (l *link) InfoDomain(ctx context.Context, name dname.Name) (registry.Domain, error) {
	return through(ctx, l, ask("domain:info", name), func() (registry.Domain, error) { return l.Registry.InfoDomain(ctx, name) })
}

func (l *link) CreateDomain(ctx context.Context, clTRID string, in registry.DomainCreate) (registry.DomainCreated, error) {
	x := change("domain:create", in.Name, clTRID)
	x.pends = "create"
	return through(ctx, l, x, func() (registry.DomainCreated, error) { return l.Registry.CreateDomain(ctx, clTRID, in) })
}

func (l *link) RenewDomain(ctx context.Context, clTRID string, in registry.DomainRenew) (registry.DomainRenewed, error) {
	x := change("domain:renew", in.Name, clTRID)
	x.pends = "renew"
	return through(ctx, l, x, func() (registry.DomainRenewed, error) { return l.Registry.RenewDomain(ctx, clTRID, in) })
}

func (l *link) UpdateDomain(ctx context.Context, clTRID string, in registry.DomainUpdate) (registry.Result, error) {
	x := change("domain:update", in.Name, clTRID)
	x.pends = "update"
	return through(ctx, l, x, func() (registry.Result, error) { return l.Registry.UpdateDomain(ctx, clTRID, in) })
}

func (l *link) DeleteDomain(ctx context.Context, clTRID string, name dname.Name) (registry.Result, error) {
	x := change("domain:delete", name, clTRID)
	x.pends = "delete"
	return through(ctx, l, x, func() (registry.Result, error) { return l.Registry.DeleteDomain(ctx, clTRID, name) })
}

func (l *link) TransferDomain(ctx context.Context, clTRID string, in registry.DomainTransfer) (registry.Transferred, error) {
	return through(ctx, l, change("domain:transfer", in.Name, clTRID), func() (registry.Transferred, error) { return l.Registry.TransferDomain(ctx, clTRID, in) })
}

func (l *link) QueryTransfer(ctx context.Context, name dname.Name, authInfo string) (registry.Transfer, error) {
	return through(ctx, l, ask("domain:transfer-query", name), func() (registry.Transfer, error) { return l.Registry.QueryTransfer(ctx, name, authInfo) })
}

func (l *link) RestoreDomain(ctx context.Context, clTRID string, in registry.DomainRestore) (registry.Restored, error) {
	return through(ctx, l, change("domain:restore", in.Name, clTRID), func() (registry.Restored, error) { return l.Registry.RestoreDomain(ctx, clTRID, in) })
}

func (l *link) ReportRestore(ctx context.Context, clTRID string, in registry.RestoreReport) (registry.Restored, error) {
	return through(ctx, l, change("domain:report", in.Name, clTRID), func() (registry.Restored, error) { return l.Registry.ReportRestore(ctx, clTRID, in) })
}

func (l *link) InfoContact(ctx context.Context, id string) (registry.Contact, error) {
	return through(ctx, l, ask("contact:info", id), func() (registry.Contact, error) { return l.Registry.InfoContact(ctx, id) })
}

func (l *link) CreateContact(ctx context.Context, clTRID string, in registry.Contact) (registry.Result, error) {
	return through(ctx, l, change("contact:create", in.ID, clTRID), func() (registry.Result, error) { return l.Registry.CreateContact(ctx, clTRID, in) })
}

func (l *link) UpdateContact(ctx context.Context, clTRID string, in registry.Contact) (registry.Result, error) {
	return through(ctx, l, change("contact:update", in.ID, clTRID), func() (registry.Result, error) { return l.Registry.UpdateContact(ctx, clTRID, in) })
}

func (l *link) DeleteContact(ctx context.Context, clTRID, id string) (registry.Result, error) {
	return through(ctx, l, change("contact:delete", id, clTRID), func() (registry.Result, error) { return l.Registry.DeleteContact(ctx, clTRID, id) })
}

func (l *link) CheckHosts(ctx context.Context, names []dname.Name) ([]registry.Availability, error) {
	return through(ctx, l, exchange{what: "host:check", objects: texts(names)}, func() ([]registry.Availability, error) { return l.Registry.CheckHosts(ctx, names) })
}

func (l *link) InfoHost(ctx context.Context, name dname.Name) (registry.Host, error) {
	return through(ctx, l, ask("host:info", name), func() (registry.Host, error) { return l.Registry.InfoHost(ctx, name) })
}

func (l *link) CreateHost(ctx context.Context, clTRID string, in registry.Host) (registry.Result, error) {
	return through(ctx, l, change("host:create", in.Name, clTRID), func() (registry.Result, error) { return l.Registry.CreateHost(ctx, clTRID, in) })
}

func (l *link) UpdateHost(ctx context.Context, clTRID string, in registry.HostUpdate) (registry.Result, error) {
	return through(ctx, l, change("host:update", in.Name, clTRID), func() (registry.Result, error) { return l.Registry.UpdateHost(ctx, clTRID, in) })
}

func (l *link) DeleteHost(ctx context.Context, clTRID string, name dname.Name) (registry.Result, error) {
	return through(ctx, l, change("host:delete", name, clTRID), func() (registry.Result, error) { return l.Registry.DeleteHost(ctx, clTRID, name) })
}

func (l *link) PollRequest(ctx context.Context) (*registry.Message, error) {
	return through(ctx, l, exchange{what: "poll:request"}, func() (*registry.Message, error) { return l.Registry.PollRequest(ctx) })
}

func (l *link) PollAck(ctx context.Context, id string) error {
	return l.plain(ctx, ask("poll:ack", id), func() error { return l.Registry.PollAck(ctx, id) })
}

func (l *link) Ping(ctx context.Context) error {
	return l.plain(ctx, exchange{what: "hello"}, func() error { return l.Registry.Ping(ctx) })
}

// plain is through for an exchange that gives nothing but an error.
func (l *link) plain(ctx context.Context, x exchange, call func() error) error {
	_, err := through(ctx, l, x, func() (struct{}, error) { return struct{}{}, call() })
	return err
}

func ask[S ~string](what string, object S) exchange {
	return exchange{what: what, objects: []string{string(object)}}
}

func change[S ~string](what string, object S, clTRID string) exchange {
	return exchange{what: what, objects: []string{string(object)}, clTRID: clTRID}
}

func texts(names []dname.Name) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = string(n)
	}
	return out
}
