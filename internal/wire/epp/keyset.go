package epp

import "time"

// KeysetCreate makes a key set.
type KeysetCreate struct {
	ID       string    `epp:"id,t=setid"`
	Keys     []KeyData `epp:"dnskey"`
	Tech     []string  `epp:"tech,t=clid,opt"`
	AuthInfo string    `epp:"authInfo,t=setauth,opt"`
}

// KeysetUpdate changes a key set.
type KeysetUpdate struct {
	ID  string        `epp:"id,t=setid"`
	Add *KeysetAddRem `epp:"add,opt"`
	Rem *KeysetAddRem `epp:"rem,opt"`
	Chg *SetChange    `epp:"chg,opt"`
}

// KeysetAddRem is what is added or removed.
type KeysetAddRem struct {
	Keys []KeyData `epp:"dnskey,opt"`
	Tech []string  `epp:"tech,t=clid,opt"`
}

// KeysetInfoData answers an info.
type KeysetInfoData struct {
	ID       string      `epp:"id,t=setid"`
	ROID     string      `epp:"roid,t=roid"`
	Statuses []SetStatus `epp:"status,max=9"`
	ClID     string      `epp:"clID,t=clid"`
	CrID     string      `epp:"crID,t=clid,opt"`
	CrDate   time.Time   `epp:"crDate"`
	UpID     string      `epp:"upID,t=clid,opt"`
	UpDate   time.Time   `epp:"upDate,opt"`
	TrDate   time.Time   `epp:"trDate,opt"`
	AuthInfo string      `epp:"authInfo,t=setauth,opt"`
	Keys     []KeyData   `epp:"dnskey"`
	Tech     []string    `epp:"tech,t=clid,opt"`
}
