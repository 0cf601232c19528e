package autodns

import (
	"context"
	"slices"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
)

// domainCreate is task 0101. A refusal is an error at once; an accepted order is answered N, and its message stands in the queue
// (autodns-xml.md §7.1, §9.3).
func domainCreate(ctx context.Context, t *task) (result, error) {
	name, err := t.identifier()
	if err != nil {
		return result{}, err
	}
	r, err := t.register(ctx, name)
	if errs.Is(err, beforeTaken...) && t.taken(ctx, name) {
		// Clients find out whether a name is taken by an order without usable contacts (autodns-xml.md §21).
		err = errs.F(errs.NotAvailable, "name", "%s is registered", name).On("domain", t.subject.value)
	}
	return r, err
}

// beforeTaken are problems that may be found before anybody has asked whether the name is free.
var beforeTaken = []errs.Kind{errs.Invalid, errs.Missing, errs.NotFound, errs.NotOwned, errs.InvalidPeriod, errs.Exists, errs.QuotaExceeded,
	errs.Unsupported, errs.NoPrice}

func (t *task) register(ctx context.Context, name string) (result, error) {
	var l errs.List
	years := t.period(&l)
	refuseKeys(t.object, &l)
	o, err := t.readDomain(ctx)
	if errs.Is(err, errs.Internal) {
		return result{}, err
	}
	l.Add(errs.As(err))
	if err := l.Err(); err != nil {
		return result{}, err
	}
	cmd := command.RegisterDomain{Name: name, Years: years, Contacts: o.contacts, FillRoles: true, Servers: o.servers, AutoRenew: domain.Renew}
	if o.autoRenew != nil {
		cmd.AutoRenew = *o.autoRenew
	}
	cmd.Lock = o.lock != nil && *o.lock
	if err := t.lookUp(ctx, &o); err != nil {
		return result{}, err
	}
	if _, err := do(ctx, t, cmd); err != nil {
		return result{}, err
	}
	msgs, err := t.contactMessages(ctx, o)
	return t.done('N', msgs...), err
}

// taken reports whether the name is registered, at the registry or here.
func (t *task) taken(ctx context.Context, name string) bool {
	res, err := do(ctx, t, command.CheckDomains{Names: []string{name}})
	return err == nil && (res[0].Status == command.Taken || res[0].Status == command.ReservedFor)
}

// lookUp finds out which of the contacts that come along are there already; equal ones count once.
func (t *task) lookUp(ctx context.Context, o *domainOrder) error {
	for _, role := range domainRoles {
		ref := o.contacts[role]
		if ref.New == nil {
			continue
		}
		data := ref.New.Normalize()
		if slices.ContainsFunc(o.inline, func(in inlineContact) bool { return in.data.Same(data) }) {
			continue
		}
		found, err := t.same(ctx, inlineContact{data: data})
		if err != nil {
			return err
		}
		o.inline = append(o.inline, inlineContact{data: data, known: found.Reused})
	}
	return nil
}

// contactMessages tells for each contact that came along whether it was made or found (autodns-xml.md §9.3).
func (t *task) contactMessages(ctx context.Context, o domainOrder) ([]message, error) {
	var msgs []message
	for _, in := range o.inline {
		now, err := t.same(ctx, in)
		switch {
		case err != nil:
			return nil, err
		case in.known:
			msgs = append(msgs, t.q.reused(now.Handle))
		case now.Reused:
			msgs = append(msgs, t.q.made(now.Handle))
		}
	}
	return msgs, nil
}

// same looks for a contact with the same data; it makes nothing.
func (t *task) same(ctx context.Context, in inlineContact) (command.CreatedContact, error) {
	ask := *t
	ask.c.DryRun = true
	found, err := do(ctx, &ask, command.CreateContact{Data: in.data, Reuse: true})
	if err != nil || !found.Reused || t.c.DryRun {
		return found, err
	}
	handles, err := t.handles(ctx, []contact.ID{found.Contact.ID})
	found.Handle = handles[found.Contact.ID]
	return found, err
}
