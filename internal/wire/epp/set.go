package epp

import "time"

// SetCheck asks whether ids are free as name-server or key sets.
type SetCheck struct {
	IDs []string `epp:"id,t=setid"`
}

// SetDelete removes a set.
type SetDelete struct {
	ID string `epp:"id,t=setid"`
}

// SetInfo asks for a set.
type SetInfo struct {
	ID       string `epp:"id,t=setid"`
	AuthInfo string `epp:"authInfo,t=setauth,opt"`
}

// SetCheckData answers a check.
type SetCheckData struct {
	Items []SetChecked `epp:"cd"`
}

// SetChecked answers for one id.
type SetChecked struct {
	ID     CheckedSet `epp:"id"`
	Reason *Reason    `epp:"reason,opt"`
}

// CheckedSet is an id and whether it is free.
type CheckedSet struct {
	Avail bool   `epp:"@avail"`
	ID    string `epp:",text,t=setid"`
}

// SetCreateData answers a create.
type SetCreateData struct {
	ID     string    `epp:"id,t=setid"`
	CrDate time.Time `epp:"crDate"`
}

// SetChange is what an update replaces: the authInfo, which is plain text in these mappings.
type SetChange struct {
	AuthInfo string `epp:"authInfo,t=setauth"`
}

// SetStatus is a status with an optional remark: ok, linked or one of the server's.
type SetStatus struct {
	S    string `epp:"@s,t=sstatus"`
	Lang string `epp:"@lang,t=lang,opt"`
	Text string `epp:",text"`
}

// SetStatuses makes statuses without remarks.
func SetStatuses(names ...string) []SetStatus {
	var out []SetStatus
	for _, n := range names {
		out = append(out, SetStatus{S: n})
	}
	return out
}

// DomainSets are the sets that a domain names, in a create and in the answer to an info; at least one.
type DomainSets struct {
	NSSet  string `epp:"nsset,t=setid,opt"`
	Keyset string `epp:"keyset,t=setid,opt"`
}

func (s *DomainSets) check(at Name) *Error {
	if s.NSSet == "" && s.Keyset == "" {
		return fault(CodeMissingParameter, at, "no set")
	}
	return nil
}

// DomainSetsChange names other sets in an update; nil leaves one as it is, an empty id takes it away.
type DomainSetsChange struct {
	NSSet  *string `epp:"nsset,t=setidchg,opt"`
	Keyset *string `epp:"keyset,t=setidchg,opt"`
}

func (s *DomainSetsChange) check(at Name) *Error {
	if s.NSSet == nil && s.Keyset == nil {
		return fault(CodeMissingParameter, at, "no set")
	}
	return nil
}
