package epp

import "time"

// ContactCheck asks whether ids are free (RFC 5733 §3.1.1).
type ContactCheck struct {
	IDs []string `epp:"id,t=clid"`
}

// ContactCreate makes a contact (RFC 5733 §3.2.1).
type ContactCreate struct {
	ID       string       `epp:"id,t=clid"`
	Postal   []PostalInfo `epp:"postalInfo,max=2"`
	Voice    *Phone       `epp:"voice,opt"`
	Fax      *Phone       `epp:"fax,opt"`
	Email    string       `epp:"email,t=mintoken"`
	AuthInfo AuthInfo     `epp:"authInfo"`
	Disclose *Disclose    `epp:"disclose,opt"`
}

// PostalInfo is an address; Type is "int" (ASCII) or "loc" (RFC 5733 §2.3).
type PostalInfo struct {
	Type string  `epp:"@type,t=postal"`
	Name string  `epp:"name,t=line"`
	Org  string  `epp:"org,t=optline,opt"`
	Addr Address `epp:"addr"`
}

// Address is the address itself.
type Address struct {
	Street []string `epp:"street,t=optline,opt,max=3"`
	City   string   `epp:"city,t=line"`
	SP     string   `epp:"sp,t=optline,opt"`
	PC     string   `epp:"pc,t=pc,opt"`
	CC     string   `epp:"cc,t=cc"`
}

// Phone is a number in the form +CC.number, possibly empty to remove it, and an extension (RFC 5733 §2.5).
type Phone struct {
	X      string `epp:"@x,t=token,opt"`
	Number string `epp:",text,t=e164"`
}

// Disclose says which elements are to be disclosed, or kept back when Flag is false (RFC 5733 §2.9).
type Disclose struct {
	Flag  bool          `epp:"@flag"`
	Name  []DiscloseRef `epp:"name,opt,max=2"`
	Org   []DiscloseRef `epp:"org,opt,max=2"`
	Addr  []DiscloseRef `epp:"addr,opt,max=2"`
	Voice bool          `epp:"voice,flag"`
	Fax   bool          `epp:"fax,flag"`
	Email bool          `epp:"email,flag"`
}

// DiscloseRef names the address form that is meant.
type DiscloseRef struct {
	Type string `epp:"@type,t=postal"`
}

// ContactDelete removes a contact (RFC 5733 §3.2.2).
type ContactDelete struct {
	ID string `epp:"id,t=clid"`
}

// ContactInfo asks for a contact (RFC 5733 §3.1.2).
type ContactInfo struct {
	ID       string    `epp:"id,t=clid"`
	AuthInfo *AuthInfo `epp:"authInfo,opt"`
}

// ContactTransfer is the object of a transfer (RFC 5733 §3.2.4); the operation is Command.TransferOp.
type ContactTransfer struct {
	ID       string    `epp:"id,t=clid"`
	AuthInfo *AuthInfo `epp:"authInfo,opt"`
}

// ContactUpdate changes a contact (RFC 5733 §3.2.5).
type ContactUpdate struct {
	ID  string         `epp:"id,t=clid"`
	Add *ContactAddRem `epp:"add,opt"`
	Rem *ContactAddRem `epp:"rem,opt"`
	Chg *ContactChange `epp:"chg,opt"`
}

// ContactAddRem is what is added or removed.
type ContactAddRem struct {
	Statuses []ContactStatus `epp:"status,max=7"`
}

// ContactChange is what is replaced; what is absent stays.
type ContactChange struct {
	Postal   []PostalChange `epp:"postalInfo,opt,max=2"`
	Voice    *Phone         `epp:"voice,opt"`
	Fax      *Phone         `epp:"fax,opt"`
	Email    string         `epp:"email,t=mintoken,opt"`
	AuthInfo *AuthInfo      `epp:"authInfo,opt"`
	Disclose *Disclose      `epp:"disclose,opt"`
}

// PostalChange is a PostalInfo of which only the present parts change.
type PostalChange struct {
	Type string   `epp:"@type,t=postal"`
	Name *string  `epp:"name,t=line,opt"`
	Org  *string  `epp:"org,t=optline,opt"`
	Addr *Address `epp:"addr,opt"`
}

// ContactStatus is a status with an optional remark (RFC 5733 §2.2).
type ContactStatus struct {
	S    string `epp:"@s,t=cstatus"`
	Lang string `epp:"@lang,t=lang,opt"`
	Text string `epp:",text"`
}

// ContactStatuses makes statuses without remarks.
func ContactStatuses(names ...string) []ContactStatus {
	var out []ContactStatus
	for _, n := range names {
		out = append(out, ContactStatus{S: n})
	}
	return out
}

// ContactCheckData answers a check.
type ContactCheckData struct {
	Items []ContactChecked `epp:"cd"`
}

// ContactChecked answers for one id.
type ContactChecked struct {
	ID     CheckedID `epp:"id"`
	Reason *Reason   `epp:"reason,opt"`
}

// CheckedID is an id and whether it is free.
type CheckedID struct {
	Avail bool   `epp:"@avail"`
	ID    string `epp:",text,t=clid"`
}

// ContactCreateData answers a create.
type ContactCreateData struct {
	ID     string    `epp:"id,t=clid"`
	CrDate time.Time `epp:"crDate"`
}

// ContactInfoData answers an info (RFC 5733 §3.1.2).
type ContactInfoData struct {
	ID       string          `epp:"id,t=clid"`
	ROID     string          `epp:"roid,t=roid"`
	Statuses []ContactStatus `epp:"status,max=7"`
	Postal   []PostalInfo    `epp:"postalInfo,max=2"`
	Voice    *Phone          `epp:"voice,opt"`
	Fax      *Phone          `epp:"fax,opt"`
	Email    string          `epp:"email,t=mintoken"`
	ClID     string          `epp:"clID,t=clid"`
	CrID     string          `epp:"crID,t=clid"`
	CrDate   time.Time       `epp:"crDate"`
	UpID     string          `epp:"upID,t=clid,opt"`
	UpDate   time.Time       `epp:"upDate,opt"`
	TrDate   time.Time       `epp:"trDate,opt"`
	AuthInfo *AuthInfo       `epp:"authInfo,opt"`
	Disclose *Disclose       `epp:"disclose,opt"`
}

// ContactPendingData tells how a pending action ended (RFC 5733 §3.3).
type ContactPendingData struct {
	ID     PendingID `epp:"id"`
	PaTRID TRID      `epp:"paTRID"`
	PaDate time.Time `epp:"paDate"`
}

// PendingID is the id and whether the action was carried out.
type PendingID struct {
	Result bool   `epp:"@paResult"`
	ID     string `epp:",text,t=clid"`
}

// ContactTransferData answers a transfer (RFC 5733 §3.1.3).
type ContactTransferData struct {
	ID       string    `epp:"id,t=clid"`
	TrStatus string    `epp:"trStatus,t=trstatus"`
	ReID     string    `epp:"reID,t=clid"`
	ReDate   time.Time `epp:"reDate"`
	AcID     string    `epp:"acID,t=clid"`
	AcDate   time.Time `epp:"acDate"`
}
