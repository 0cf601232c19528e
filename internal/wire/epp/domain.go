package epp

import "time"

// Statuses of a domain (RFC 5731 §2.3).
const (
	StatusOK                       = "ok"
	StatusInactive                 = "inactive"
	StatusLinked                   = "linked" // contact and host only
	StatusClientDeleteProhibited   = "clientDeleteProhibited"
	StatusClientHold               = "clientHold"
	StatusClientRenewProhibited    = "clientRenewProhibited"
	StatusClientTransferProhibited = "clientTransferProhibited"
	StatusClientUpdateProhibited   = "clientUpdateProhibited"
	StatusServerDeleteProhibited   = "serverDeleteProhibited"
	StatusServerHold               = "serverHold"
	StatusServerRenewProhibited    = "serverRenewProhibited"
	StatusServerTransferProhibited = "serverTransferProhibited"
	StatusServerUpdateProhibited   = "serverUpdateProhibited"
	StatusPendingCreate            = "pendingCreate"
	StatusPendingDelete            = "pendingDelete"
	StatusPendingRenew             = "pendingRenew"
	StatusPendingTransfer          = "pendingTransfer"
	StatusPendingUpdate            = "pendingUpdate"
)

// DomainCheck asks whether names can be registered (RFC 5731 §3.1.1).
type DomainCheck struct {
	Names []string `epp:"name,t=label"`
}

// DomainCreate registers a name (RFC 5731 §3.2.1).
type DomainCreate struct {
	Name       string          `epp:"name,t=label"`
	Period     *Period         `epp:"period,opt"`
	NS         *NameServers    `epp:"ns,opt"`
	Registrant string          `epp:"registrant,t=clid,opt"`
	Contacts   []DomainContact `epp:"contact,opt"`
	AuthInfo   AuthInfo        `epp:"authInfo"`
}

// Period is a term: 1 to 99 of Unit, "y" or "m" (RFC 5731 §3.2.1).
type Period struct {
	Unit  string `epp:"@unit,t=unit"`
	Value int    `epp:",text,range=1-99"`
}

// Years is a period of n years.
func Years(n int) *Period { return &Period{Unit: "y", Value: n} }

// NameServers are either host objects or host attributes, never both (RFC 5731 §1.1).
type NameServers struct {
	HostObj  []string   `epp:"hostObj,t=label,opt"`
	HostAttr []HostAttr `epp:"hostAttr,opt"`
}

func (n *NameServers) check(at Name) *Error {
	switch {
	case len(n.HostObj) > 0 && len(n.HostAttr) > 0:
		return fault(CodeSyntax, at, "host objects and host attributes are mixed")
	case len(n.HostObj)+len(n.HostAttr) == 0:
		return fault(CodeMissingParameter, at, "no name server")
	}
	return nil
}

// Names are the names of the servers, whatever their form.
func (n *NameServers) Names() []string {
	if n == nil {
		return nil
	}
	out := append([]string(nil), n.HostObj...)
	for _, a := range n.HostAttr {
		out = append(out, a.Name)
	}
	return out
}

// HostObjects makes name servers of host objects, nil for none.
func HostObjects(names ...string) *NameServers {
	if len(names) == 0 {
		return nil
	}
	return &NameServers{HostObj: names}
}

// HostAttr is a name server that is no object of its own.
type HostAttr struct {
	Name      string     `epp:"hostName,t=label"`
	Addresses []HostAddr `epp:"hostAddr,opt"`
}

// DomainContact is a contact with its role: admin, tech or billing.
type DomainContact struct {
	Type string `epp:"@type,t=role,opt"`
	ID   string `epp:",text,t=clid"`
}

// AuthInfo authorises an operation on an object (RFC 5731 §2.6, RFC 5733 §2.8). Ext is read only.
type AuthInfo struct {
	PW  *Password `epp:"pw,opt"`
	Ext []Name    `epp:"ext,names,opt"`
}

// Password is an authInfo password; ROID tells whose it is when it belongs to a contact of the domain.
type Password struct {
	ROID string `epp:"@roid,t=roid,opt"`
	Text string `epp:",text"`
}

// Auth is an authInfo of a password.
func Auth(pw string) AuthInfo { return AuthInfo{PW: &Password{Text: pw}} }

// Password is the password, empty when there is none. A nil AuthInfo has none.
func (a *AuthInfo) Password() string {
	if a == nil || a.PW == nil {
		return ""
	}
	return a.PW.Text
}

func (a *AuthInfo) check(at Name) *Error {
	return oneOf(at, a.PW != nil, len(a.Ext) > 0)
}

// AuthInfoChange sets a domain's authInfo, or removes it with Null.
type AuthInfoChange struct {
	PW   *Password `epp:"pw,opt"`
	Ext  []Name    `epp:"ext,names,opt"`
	Null bool      `epp:"null,flag"`
}

func (a *AuthInfoChange) check(at Name) *Error {
	return oneOf(at, a.PW != nil, len(a.Ext) > 0, a.Null)
}

func oneOf(at Name, set ...bool) *Error {
	n := 0
	for _, s := range set {
		if s {
			n++
		}
	}
	switch n {
	case 0:
		return fault(CodeMissingParameter, at, "empty")
	case 1:
		return nil
	}
	return fault(CodeSyntax, at, "more than one choice")
}

// DomainDelete removes a domain (RFC 5731 §3.2.2).
type DomainDelete struct {
	Name string `epp:"name,t=label"`
}

// DomainInfo asks for a domain (RFC 5731 §3.1.2).
type DomainInfo struct {
	Name     DomainInfoName `epp:"name"`
	AuthInfo *AuthInfo      `epp:"authInfo,opt"`
}

// DomainInfoName is the name and which hosts are wanted: all (also when absent), del, sub or none.
type DomainInfoName struct {
	Hosts string `epp:"@hosts,t=hosts,def=all"`
	Name  string `epp:",text,t=label"`
}

// DomainRenew prolongs a domain (RFC 5731 §3.2.3). Only the date of CurExpDate is sent.
type DomainRenew struct {
	Name       string    `epp:"name,t=label"`
	CurExpDate time.Time `epp:"curExpDate,date"`
	Period     *Period   `epp:"period,opt"`
}

// DomainTransfer is the object of a transfer (RFC 5731 §3.2.4); the operation is Command.TransferOp.
type DomainTransfer struct {
	Name     string    `epp:"name,t=label"`
	Period   *Period   `epp:"period,opt"`
	AuthInfo *AuthInfo `epp:"authInfo,opt"`
}

// DomainUpdate changes a domain (RFC 5731 §3.2.5).
type DomainUpdate struct {
	Name string        `epp:"name,t=label"`
	Add  *DomainAddRem `epp:"add,opt"`
	Rem  *DomainAddRem `epp:"rem,opt"`
	Chg  *DomainChange `epp:"chg,opt"`
}

// DomainAddRem is what is added or removed.
type DomainAddRem struct {
	NS       *NameServers    `epp:"ns,opt"`
	Contacts []DomainContact `epp:"contact,opt"`
	Statuses []DomainStatus  `epp:"status,opt,max=11"`
}

// DomainChange is what is replaced. An empty registrant removes it.
type DomainChange struct {
	Registrant *string         `epp:"registrant,t=clidchg,opt"`
	AuthInfo   *AuthInfoChange `epp:"authInfo,opt"`
}

// DomainStatus is a status with an optional remark (RFC 5731 §2.3).
type DomainStatus struct {
	S    string `epp:"@s,t=dstatus"`
	Lang string `epp:"@lang,t=lang,opt"`
	Text string `epp:",text"`
}

// DomainStatuses makes statuses without remarks.
func DomainStatuses(names ...string) []DomainStatus {
	var out []DomainStatus
	for _, n := range names {
		out = append(out, DomainStatus{S: n})
	}
	return out
}

// DomainCheckData answers a check.
type DomainCheckData struct {
	Items []DomainChecked `epp:"cd"`
}

// DomainChecked answers for one name; Reason is 1 to 32 characters or nil.
type DomainChecked struct {
	Name   CheckedName `epp:"name"`
	Reason *Reason     `epp:"reason,opt"`
}

// CheckedName is a name and whether it is available.
type CheckedName struct {
	Avail bool   `epp:"@avail"`
	Name  string `epp:",text,t=label"`
}

// Reason says why something is not available, in at most 32 characters.
type Reason struct {
	Lang string `epp:"@lang,t=lang,opt"`
	Text string `epp:",text,t=reason"`
}

// Because makes a reason, cut to the 32 characters that the schema allows; nil for an empty text.
func Because(text string) *Reason {
	if text = collapse(text); text == "" {
		return nil
	}
	if r := []rune(text); len(r) > 32 {
		text = collapse(string(r[:32]))
	}
	return &Reason{Text: text}
}

// DomainCreateData answers a create.
type DomainCreateData struct {
	Name   string    `epp:"name,t=label"`
	CrDate time.Time `epp:"crDate"`
	ExDate time.Time `epp:"exDate,opt"`
}

// DomainInfoData answers an info (RFC 5731 §3.1.2). Zero times are absent.
type DomainInfoData struct {
	Name       string          `epp:"name,t=label"`
	ROID       string          `epp:"roid,t=roid"`
	Statuses   []DomainStatus  `epp:"status,opt,max=11"`
	Registrant string          `epp:"registrant,t=clid,opt"`
	Contacts   []DomainContact `epp:"contact,opt"`
	NS         *NameServers    `epp:"ns,opt"`
	Hosts      []string        `epp:"host,t=label,opt"`
	ClID       string          `epp:"clID,t=clid"`
	CrID       string          `epp:"crID,t=clid,opt"`
	CrDate     time.Time       `epp:"crDate,opt"`
	UpID       string          `epp:"upID,t=clid,opt"`
	UpDate     time.Time       `epp:"upDate,opt"`
	ExDate     time.Time       `epp:"exDate,opt"`
	TrDate     time.Time       `epp:"trDate,opt"`
	AuthInfo   *AuthInfo       `epp:"authInfo,opt"`
}

// DomainPendingData tells how a pending action ended (RFC 5731 §3.3).
type DomainPendingData struct {
	Name   PendingName `epp:"name"`
	PaTRID TRID        `epp:"paTRID"`
	PaDate time.Time   `epp:"paDate"`
}

// PendingName is the name and whether the action was carried out.
type PendingName struct {
	Result bool   `epp:"@paResult"`
	Name   string `epp:",text,t=label"`
}

// DomainRenewData answers a renew.
type DomainRenewData struct {
	Name   string    `epp:"name,t=label"`
	ExDate time.Time `epp:"exDate,opt"`
}

// DomainTransferData answers a transfer (RFC 5731 §3.1.3).
type DomainTransferData struct {
	Name     string    `epp:"name,t=label"`
	TrStatus string    `epp:"trStatus,t=trstatus"`
	ReID     string    `epp:"reID,t=clid"`
	ReDate   time.Time `epp:"reDate"`
	AcID     string    `epp:"acID,t=clid,opt"`
	AcDate   time.Time `epp:"acDate,opt"`
	ExDate   time.Time `epp:"exDate,opt"`
}
