package epp

import "time"

// ChangeData extends a poll message with an object's info data: what the server or somebody else changed, and whether the
// data is from before or after it (RFC 8590 §3).
type ChangeData struct {
	State     string          `epp:"@state,t=changestate,def=after"` // "before" or "after"
	Operation ChangeOperation `epp:"operation"`
	Date      time.Time       `epp:"date"`
	SvTRID    string          `epp:"svTRID,t=trid"`
	Who       string          `epp:"who,t=line"`
	CaseID    *ChangeCase     `epp:"caseId,opt"`
	Reason    *Reason         `epp:"reason,opt"`
}

// ChangeOperation is create, delete, renew, transfer, update, restore, autoRenew, autoDelete, autoPurge or custom. Op tells
// more: the name of a custom operation, the operation of a transfer or of a restore (RFC 8590 §2.1).
type ChangeOperation struct {
	Op   string `epp:"@op,t=token,opt"`
	Name string `epp:",text,t=changeop"`
}

// ChangeCase is a dispute: Type is udrp, urs or custom, and then Name says which kind (RFC 8590 §2.3).
type ChangeCase struct {
	Type string `epp:"@type,t=changecase"`
	Name string `epp:"@name,t=token,opt"`
	ID   string `epp:",text,t=token"`
}
