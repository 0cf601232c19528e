package autodns

import (
	"context"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/order"
	"github.com/polyreg/polyreg/internal/wire/internetx"
)

// domainUpdate is task 0102. Fields not sent stay as stored; name servers are replaced as a whole; read-only fields that come back
// are ignored (autodns-xml.md §9.3).
func domainUpdate(ctx context.Context, t *task) (result, error) {
	name, err := t.identifier()
	if err != nil {
		return result{}, err
	}
	o, err := t.readDomain(ctx)
	if err != nil {
		return result{}, err
	}
	cmd := command.UpdateDomain{Name: name, Contacts: o.contacts, AutoRenew: o.autoRenew, Lock: o.lock, Hold: o.hold}
	if cmd.DNSSEC, err = updatedKeys(t.object); err != nil {
		return result{}, err
	}
	if err := t.consents(ctx, name, o); err != nil {
		return result{}, err
	}
	var kept []message
	if t.removesCancelation() {
		info, err := do(ctx, t, command.InfoDomain{Name: name})
		if err != nil {
			return result{}, err
		}
		if kept = t.keeps(info.Domain); kept != nil {
			renew := domain.Renew
			cmd.AutoRenew = &renew
		}
	}
	return t.orderUpdate(ctx, cmd, o, kept...)
}

// orderUpdate orders a change with what its domain element brings along; msgs stand before those on contacts.
func (t *task) orderUpdate(ctx context.Context, cmd command.UpdateDomain, o domainOrder, msgs ...message) (result, error) {
	if o.servers.Given() {
		cmd.Servers = &o.servers
	}
	if err := t.lookUp(ctx, &o); err != nil {
		return result{}, err
	}
	r, err := t.changeDomain(ctx, cmd)
	if err != nil {
		return r, err
	}
	more, err := t.contactMessages(ctx, o)
	r.msgs = append(msgs, more...)
	return r, err
}

// removesCancelation reports whether the task takes the domain's cancelation away, in the object or the task.
func (t *task) removesCancelation() bool {
	return truthy(t.object.ChildText("remove_cancelation")) || truthy(t.node.ChildText("remove_cancelation"))
}

// keeps is the notice that a task takes the domain's cancelation away; nil when it does not, or there is none.
func (t *task) keeps(d domain.Domain) []message {
	if !t.removesCancelation() || !ending(d) {
		return nil
	}
	ended := internetx.CancelationEnded
	return []message{{text: ended.Text.In(t.q.german()), code: ended.Code, kind: "notice", object: object{"domain", string(d.Name)}}}
}

// domainServers is task 0102008: it replaces the name servers and nothing else.
func domainServers(ctx context.Context, t *task) (result, error) {
	name, err := t.identifier()
	if err != nil {
		return result{}, err
	}
	var l errs.List
	servers := t.readServers(&l)
	if !servers.Given() {
		l.Add(bad(errs.Missing, "request.task.domain.nserver", "", "is required"))
	}
	if err := l.Err(); err != nil {
		return result{}, err
	}
	return t.changeDomain(ctx, command.UpdateDomain{Name: name, Servers: &servers})
}

// domainStatus is task 0102002: lock and hold.
func domainStatus(ctx context.Context, t *task) (result, error) {
	name, err := t.identifier()
	if err != nil {
		return result{}, err
	}
	var l errs.List
	lock, hold := readRegistryStatus(t.object, &l)
	if err := l.Err(); err != nil {
		return result{}, err
	}
	if lock == nil {
		return result{}, bad(errs.Missing, "request.task.domain.registry_status", t.object.ChildTrim("registry_status"), "must be ACTIVE, LOCK, HOLD or HOLD_LOCK")
	}
	return t.changeDomain(ctx, command.UpdateDomain{Name: name, Lock: lock, Hold: hold})
}

// domainComment is task 0102004. It concerns this system alone: it is answered S, and no message follows.
func domainComment(ctx context.Context, t *task) (result, error) {
	name, err := t.identifier()
	if err != nil {
		return result{}, err
	}
	comment, err := t.comment()
	if err != nil {
		return result{}, err
	}
	t.c.Notice = order.NoticeNever
	_, err = do(ctx, t, command.UpdateDomain{Name: name, Comment: &comment})
	return t.done('S'), err
}

// changeDomain answers N: an order was made, whose message stands in the queue.
func (t *task) changeDomain(ctx context.Context, cmd command.UpdateDomain) (result, error) {
	cmd.Always = true // N announces a message, also when nothing differs; one client insists on N0102
	if _, err := do(ctx, t, cmd); err != nil {
		return result{}, err
	}
	return t.done('N'), nil
}
