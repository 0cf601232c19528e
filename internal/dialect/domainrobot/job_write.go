package domainrobot

import (
	"context"
	"strconv"
	"strings"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/order"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
)

// jobStates are the vendor's words for an order's states (domainrobot-json.md §5).
var jobStates = map[order.State]string{order.Sent: "RUNNING", order.Pending: "RUNNING", order.Done: "SUCCESS", order.Failed: "FAILED"}

// jobActions are the vendor's words for what was ordered.
var jobActions = map[order.Operation]string{
	order.Register: "create", order.RenewDomain: "renew", order.UpdateDomain: "update", order.CreateContact: "create", order.UpdateContact: "update",
	order.DeleteDomain: "delete", order.RestoreDomain: "restore", order.TransferIn: "transfer", order.PushDomain: "transfer_intern",
	order.ApproveTransfer: "transfer_out_ack", order.RejectTransfer: "transfer_out_nack", order.DeleteContact: "delete",
	order.CreateHost: "create", order.UpdateHost: "update", order.DeleteHost: "delete",
}

// jobAction is the word for an order; a change of owner has its own.
func jobAction(o order.Order) string {
	if o.Operation == order.UpdateDomain && o.Caller.Command == codeOwnerChange {
		return "ownerchange"
	}
	return jobActions[o.Operation]
}

// jobJSON writes an order as a Job. An order that was only tried (X-Domainrobot-Demo) has no number and no state.
func (q *request) jobJSON(o order.Order) jsonx.Obj {
	var j jsonx.Obj
	addTime(&j, "created", o.Created)
	addTime(&j, "updated", changed(o.Created, changed(o.Updated, o.Finished)))
	if o.Account == q.caller.Account.ID || o.Account == 0 {
		j.Add("owner", q.owner.json())
		j.Add("updater", q.updater.json())
	}
	state := jobStates[o.State]
	if o.Number == 0 || state == "" {
		state = "NOT_SET"
	}
	j.Add("status", state)
	if o.Error != nil && o.State == order.Failed {
		j.Add("subStatus", causeOf(routeOf(o), o.Error).Code)
	}
	addTime(&j, "execution", o.Created)
	if sub := jobSubType(o); sub != "" {
		j.Add("subType", sub)
	}
	j.AddIf(jobAction(o) != "", "action", jobAction(o))
	j.AddIf(o.Number != 0, "id", int64(o.Number))
	return j
}

// jobSubType names the registry's system and the ending, as in COM_com.
func jobSubType(o order.Order) string {
	_, tld, ok := strings.Cut(o.ObjectName, ".")
	if o.ObjectKind != "domain" || !ok {
		return ""
	}
	return strings.ToUpper(strings.NewReplacer(".", "_", "-", "_").Replace(tld)) + "_" + tld
}

// subject is the object that an order is about, under its public name.
func (d *Dialect) subject(ctx context.Context, q *request, kind, name string) (class, value string, err error) {
	switch kind {
	case "contact":
	case "host":
		return classServer, name, nil
	default:
		return classDomain, name, nil
	}
	n, err := strconv.ParseInt(name, 10, 64)
	if err != nil {
		return classContact, name, nil
	}
	handles, err := d.handles(ctx, q, []contact.ID{contact.ID(n)})
	return classContact, handles[contact.ID(n)], err
}

// objectJob writes an ObjectJob: the job and what it is about.
func (d *Dialect) objectJob(ctx context.Context, q *request, o order.Order) (jsonx.Obj, error) {
	class, value, err := d.subject(ctx, q, o.ObjectKind, o.ObjectName)
	if err != nil {
		return nil, err
	}
	out := jsonx.Obj{{"job", q.jobJSON(o)}, {"object", generic(class, value)}}
	if o.State == order.Failed && o.Error != nil {
		var notices []string
		for _, p := range o.Error.All() {
			notices = append(notices, causeOf(routeOf(o), p).Text.In(q.german()))
		}
		out.Add("notices", notices)
	}
	return out, nil
}

// routeOf is the task that an order was placed by, as far as causes depend on it.
func routeOf(o order.Order) *route {
	rt := &route{object: classDomain, code: o.Caller.Command}
	if o.ObjectKind == "contact" {
		rt.object = classContact
	}
	if o.Operation == order.TransferIn {
		rt.code = codeTransfer
	}
	return rt
}

func (d *Dialect) order(ctx context.Context, q *request, n order.Number) (order.Order, error) {
	return command.Do(ctx, d.run, q.caller, command.GetOrder{Number: n})
}
