package epp

import (
	"net/netip"
	"time"
)

// HostCheck asks whether names are free as hosts (RFC 5732 §3.1.1).
type HostCheck struct {
	Names []string `epp:"name,t=label"`
}

// HostCreate makes a host (RFC 5732 §3.2.1).
type HostCreate struct {
	Name      string     `epp:"name,t=label"`
	Addresses []HostAddr `epp:"addr,opt"`
}

// HostAddr is an address; IP is "v4" (also when absent) or "v6".
type HostAddr struct {
	IP   string `epp:"@ip,t=ip,def=v4"`
	Text string `epp:",text,t=addr"`
}

// HostAddrs gives addresses their wire form.
func HostAddrs(addrs ...netip.Addr) []HostAddr {
	var out []HostAddr
	for _, a := range addrs {
		v := "v6"
		if a.Is4() {
			v = "v4"
		}
		out = append(out, HostAddr{IP: v, Text: a.String()})
	}
	return out
}

// Addr reads the address; false when it is none, has a zone, or is not of the family that IP says.
func (a HostAddr) Addr() (netip.Addr, bool) {
	ip, err := netip.ParseAddr(a.Text)
	if err != nil || ip.Zone() != "" || ip.Is4() != (a.IP != "v6") {
		return netip.Addr{}, false
	}
	return ip, true
}

// HostDelete removes a host (RFC 5732 §3.2.2).
type HostDelete struct {
	Name string `epp:"name,t=label"`
}

// HostInfo asks for a host (RFC 5732 §3.1.2).
type HostInfo struct {
	Name string `epp:"name,t=label"`
}

// HostUpdate changes a host (RFC 5732 §3.2.5).
type HostUpdate struct {
	Name string      `epp:"name,t=label"`
	Add  *HostAddRem `epp:"add,opt"`
	Rem  *HostAddRem `epp:"rem,opt"`
	Chg  *HostChange `epp:"chg,opt"`
}

// HostAddRem is what is added or removed.
type HostAddRem struct {
	Addresses []HostAddr   `epp:"addr,opt"`
	Statuses  []HostStatus `epp:"status,opt,max=7"`
}

// HostChange gives the host a new name.
type HostChange struct {
	Name string `epp:"name,t=label"`
}

// HostStatus is a status with an optional remark (RFC 5732 §2.3).
type HostStatus struct {
	S    string `epp:"@s,t=hstatus"`
	Lang string `epp:"@lang,t=lang,opt"`
	Text string `epp:",text"`
}

// HostStatuses makes statuses without remarks.
func HostStatuses(names ...string) []HostStatus {
	var out []HostStatus
	for _, n := range names {
		out = append(out, HostStatus{S: n})
	}
	return out
}

// HostCheckData answers a check.
type HostCheckData struct {
	Items []HostChecked `epp:"cd"`
}

// HostChecked answers for one name.
type HostChecked struct {
	Name   CheckedName `epp:"name"`
	Reason *Reason     `epp:"reason,opt"`
}

// HostCreateData answers a create.
type HostCreateData struct {
	Name   string    `epp:"name,t=label"`
	CrDate time.Time `epp:"crDate"`
}

// HostInfoData answers an info (RFC 5732 §3.1.2).
type HostInfoData struct {
	Name      string       `epp:"name,t=label"`
	ROID      string       `epp:"roid,t=roid"`
	Statuses  []HostStatus `epp:"status,max=7"`
	Addresses []HostAddr   `epp:"addr,opt"`
	ClID      string       `epp:"clID,t=clid"`
	CrID      string       `epp:"crID,t=clid"`
	CrDate    time.Time    `epp:"crDate"`
	UpID      string       `epp:"upID,t=clid,opt"`
	UpDate    time.Time    `epp:"upDate,opt"`
	TrDate    time.Time    `epp:"trDate,opt"`
}

// HostPendingData tells how a pending action ended (RFC 5732 §3.3).
type HostPendingData struct {
	Name   PendingName `epp:"name"`
	PaTRID TRID        `epp:"paTRID"`
	PaDate time.Time   `epp:"paDate"`
}
