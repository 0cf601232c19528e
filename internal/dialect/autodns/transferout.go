package autodns

import (
	"time"

	"github.com/polyreg/polyreg/internal/domain"
)

// reminderAfter is when the vendor's time line has its reminder, from the start of a transfer (autodns-xml.md §11).
const reminderAfter = 3 * 24 * time.Hour

// outgoingEls are the dates of a transfer away that waits, from its registrars on. Left alone, the registry carries it out.
func (t *task) outgoingEls(o domain.Outgoing) []el {
	els := []el{leaf("gaining_registrar", o.Gaining), leaf("loosing_registrar", t.d.run.Platform().Name), leaf("start", stamp(o.Requested))}
	if !o.Requested.IsZero() {
		els = append(els, leaf("reminder", stamp(o.Requested.Add(reminderAfter))))
	}
	return some(append(els, leaf("autoack", stamp(o.ActBy)), leaf("end", stamp(o.ActBy)))...)
}

// transferEl is a transfer away as lists and inquiries show it.
func (t *task) transferEl(d domain.Domain) el {
	kids := append([]el{leaf("domain", string(d.Name))}, t.outgoingEls(*d.Outgoing)...)
	kids = append(kids, leaf("status", "START"))
	if d.Account == t.c.Account.ID {
		kids = append(kids, t.q.owner.el("owner"))
	}
	return block("transfer", append(kids, some(leaf("created", stamp(d.Outgoing.Requested)), leaf("updated", stamp(d.Outgoing.Requested)))...)...)
}
