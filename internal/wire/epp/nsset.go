package epp

import (
	"net/netip"
	"time"
)

// NSSetCreate makes a name-server set. The technical checks of the field's mapping, and with them its report level, are left out.
type NSSetCreate struct {
	ID       string    `epp:"id,t=setid"`
	Servers  []SetHost `epp:"ns"`
	Tech     []string  `epp:"tech,t=clid,opt"`
	AuthInfo string    `epp:"authInfo,t=setauth,opt"`
}

// SetHost is a name server of a set, with addresses where it lies below a domain of the registry.
type SetHost struct {
	Name      string   `epp:"name,t=label"`
	Addresses []string `epp:"addr,t=addr,opt"`
}

// SetHostOf gives a server its wire form.
func SetHostOf(name string, addrs ...netip.Addr) SetHost {
	h := SetHost{Name: name}
	for _, a := range addrs {
		h.Addresses = append(h.Addresses, a.String())
	}
	return h
}

// NSSetUpdate changes a name-server set.
type NSSetUpdate struct {
	ID  string     `epp:"id,t=setid"`
	Add *NSSetAdd  `epp:"add,opt"`
	Rem *NSSetRem  `epp:"rem,opt"`
	Chg *SetChange `epp:"chg,opt"`
}

// NSSetAdd is what is added.
type NSSetAdd struct {
	Servers []SetHost `epp:"ns,opt"`
	Tech    []string  `epp:"tech,t=clid,opt"`
}

// NSSetRem is what is removed; servers go by their names.
type NSSetRem struct {
	Names []string `epp:"name,t=label,opt"`
	Tech  []string `epp:"tech,t=clid,opt"`
}

// NSSetInfoData answers an info.
type NSSetInfoData struct {
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
	Servers  []SetHost   `epp:"ns"`
	Tech     []string    `epp:"tech,t=clid,opt"`
}
