package domainrobot

import (
	"time"

	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
)

// reminderAfter is when the vendor's time line has its reminder, from the start of a transfer (domainrobot-json.md §5).
const reminderAfter = 3 * 24 * time.Hour

// addOutgoing writes the registrars and dates of a transfer away. Left alone, the registry carries it out at its end.
func (d *Dialect) addOutgoing(o *jsonx.Obj, out domain.Outgoing) {
	o.AddIf(out.Gaining != "", "gainingRegistrar", out.Gaining)
	us := d.run.Platform().Name
	o.AddIf(us != "", "loosingRegistrar", us)
	addTime(o, "start", out.Requested)
	if !out.Requested.IsZero() {
		addTime(o, "reminder", out.Requested.Add(reminderAfter))
	}
	addTime(o, "autoAck", out.ActBy)
	addTime(o, "end", out.ActBy)
}

// outgoingJSON is what TransferOut and Transfer have in common.
func (d *Dialect) outgoingJSON(q *request, dom domain.Domain) jsonx.Obj {
	var o jsonx.Obj
	if dom.Outgoing != nil {
		addTime(&o, "created", dom.Outgoing.Requested)
		addTime(&o, "updated", dom.Outgoing.Requested)
	}
	if dom.Account == q.caller.Account.ID {
		o.Add("owner", q.owner.json())
		o.Add("updater", q.owner.json())
	}
	o.Add("domain", string(dom.Name))
	if dom.Outgoing != nil {
		d.addOutgoing(&o, *dom.Outgoing)
	}
	return o
}
