package epp

import "time"

// MaintenanceInfo asks for the list of maintenances (List) or for one of them (RFC 9167 §4.1.3).
type MaintenanceInfo struct {
	List bool           `epp:"list,flag"`
	ID   *MaintenanceID `epp:"id,opt"`
}

func (m *MaintenanceInfo) check(at Name) *Error { return oneOf(at, m.List, m.ID != nil) }

// MaintenanceID is a server's id for a maintenance, with a name for people in a language.
type MaintenanceID struct {
	Name string `epp:"@name,t=token,opt"`
	Lang string `epp:"@lang,t=lang,opt"`
	ID   string `epp:",text,t=token"`
}

// MaintenanceData answers an info or stands in a poll message: a list, or one item (RFC 9167 §4.1.3 and §4.1.4).
type MaintenanceData struct {
	List *MaintenanceList `epp:"list,opt"`
	Item *Maintenance     `epp:"item,opt"`
}

func (m *MaintenanceData) check(at Name) *Error { return oneOf(at, m.List != nil, m.Item != nil) }

// MaintenanceList is the list, possibly empty.
type MaintenanceList struct {
	Items []MaintenanceItem `epp:"listItem,opt"`
}

// MaintenanceItem is a line of the list.
type MaintenanceItem struct {
	ID     MaintenanceID `epp:"id"`
	Start  time.Time     `epp:"start"`
	End    time.Time     `epp:"end"`
	CrDate time.Time     `epp:"crDate"`
	UpDate time.Time     `epp:"upDate,opt"`
}

// Maintenance is one maintenance in full (RFC 9167 §3.3). PollType is set in poll messages only: create, update, delete,
// courtesy or end. Reason is planned or emergency, Detail an address of more text.
type Maintenance struct {
	ID           MaintenanceID   `epp:"id"`
	Types        []LangText      `epp:"type,opt"`
	PollType     string          `epp:"pollType,t=maintpoll,opt"`
	Systems      MaintSystems    `epp:"systems"`
	Environment  MaintEnv        `epp:"environment"`
	Start        time.Time       `epp:"start"`
	End          time.Time       `epp:"end"`
	Reason       string          `epp:"reason,t=maintreason"`
	Detail       string          `epp:"detail,t=uri,opt"`
	Descriptions []MaintDescr    `epp:"description,opt"`
	TLDs         *MaintTLDs      `epp:"tlds,opt"`
	Intervention *MaintIntervene `epp:"intervention,opt"`
	CrDate       time.Time       `epp:"crDate"`
	UpDate       time.Time       `epp:"upDate,opt"`
}

// LangText is text in a language, "en" when absent.
type LangText struct {
	Lang string `epp:"@lang,t=lang,opt"`
	Text string `epp:",text,t=string"`
}

// MaintSystems are the systems that a maintenance touches.
type MaintSystems struct {
	Systems []MaintSystem `epp:"system"`
}

// MaintSystem is a system such as EPP or WHOIS, its host, and the impact: none, partial or full.
type MaintSystem struct {
	Name   string `epp:"name,t=token"`
	Host   string `epp:"host,t=label,opt"`
	Impact string `epp:"impact,t=maintimpact"`
}

// MaintEnv is production, ote, staging, dev or custom; a custom one has a name.
type MaintEnv struct {
	Type string `epp:"@type,t=maintenv"`
	Name string `epp:"@name,t=token,opt"`
	Text string `epp:",text,t=token"`
}

// MaintDescr describes a maintenance; Type is plain (also when absent) or html.
type MaintDescr struct {
	Lang string `epp:"@lang,t=lang,opt"`
	Type string `epp:"@type,t=maintdescr,opt"`
	Text string `epp:",text,t=string"`
}

// MaintTLDs are the endings that a maintenance concerns; all when absent.
type MaintTLDs struct {
	TLDs []string `epp:"tld,t=label"`
}

// MaintIntervene says whether clients have to reconnect and whether they have to change their software.
type MaintIntervene struct {
	Connection     bool `epp:"connection"`
	Implementation bool `epp:"implementation"`
}
