package epp

import "time"

// Greeting is what a server sends on connect and as the answer to a hello (RFC 5730 §2.4).
type Greeting struct {
	SvID    string    `epp:"svID,t=sid"`
	SvDate  time.Time `epp:"svDate"`
	Menu    Menu      `epp:"svcMenu"`
	Privacy Policy    `epp:"dcp"`
}

// Menu lists what a server speaks.
type Menu struct {
	Versions   []string `epp:"version,t=version"`
	Langs      []string `epp:"lang,t=lang"`
	Objects    []string `epp:"objURI,t=uri"`
	Extensions *ExtURIs `epp:"svcExtension,opt"`
}

// ExtURIs are namespaces of extensions, at least one.
type ExtURIs struct {
	URIs []string `epp:"extURI,t=uri"`
}

// Policy is the data collection policy (RFC 5730 §2.4). DefaultPolicy gives one.
type Policy struct {
	Access     string            `epp:"access,choice=all|none|null|other|personal|personalAndOther"`
	Statements []PolicyStatement `epp:"statement"`
}

// PolicyStatement says what data is collected for.
type PolicyStatement struct {
	Purpose   Purpose   `epp:"purpose"`
	Recipient Recipient `epp:"recipient"`
	Retention string    `epp:"retention,choice=business|indefinite|legal|none|stated"`
}

// Purpose is why data is collected.
type Purpose struct {
	Admin   bool `epp:"admin,flag"`
	Contact bool `epp:"contact,flag"`
	Other   bool `epp:"other,flag"`
	Prov    bool `epp:"prov,flag"`
}

// Recipient is who gets the data.
type Recipient struct {
	Other     bool   `epp:"other,flag"`
	Ours      []Ours `epp:"ours,opt"`
	Public    bool   `epp:"public,flag"`
	Same      bool   `epp:"same,flag"`
	Unrelated bool   `epp:"unrelated,flag"`
}

// Ours describes a recipient that works for the server.
type Ours struct {
	Description string `epp:"recDesc,t=recdesc,opt"`
}

// DefaultPolicy is the policy of a registry that publishes registration data.
func DefaultPolicy() Policy {
	return Policy{Access: "all", Statements: []PolicyStatement{{
		Purpose:   Purpose{Admin: true, Prov: true},
		Recipient: Recipient{Ours: []Ours{{}}, Public: true},
		Retention: "stated",
	}}}
}

// Login opens a session (RFC 5730 §2.9.1.1).
type Login struct {
	ClID        string       `epp:"clID,t=clid"`
	Password    string       `epp:"pw,t=pw"`
	NewPassword string       `epp:"newPW,t=pw,opt"`
	Options     LoginOptions `epp:"options"`
	Services    Services     `epp:"svcs"`
}

// LoginOptions are the version and language that the client wants; a server compares them (2100, 2102).
type LoginOptions struct {
	Version string `epp:"version,t=mintoken"`
	Lang    string `epp:"lang,t=lang"`
}

// Services are the namespaces that a client uses in the session.
type Services struct {
	Objects    []string `epp:"objURI,t=uri"`
	Extensions *ExtURIs `epp:"svcExtension,opt"`
}

// Poll asks for the oldest message or removes one (RFC 5730 §2.9.2.3).
type Poll struct {
	Op    string `epp:"@op,t=pollop"` // "req" or "ack"
	MsgID string `epp:"@msgID,t=token,opt"`
}

// TRID is the transaction ids of a response (RFC 5730 §2.6).
type TRID struct {
	ClTRID string `epp:"epp:clTRID,t=trid,opt"`
	SvTRID string `epp:"epp:svTRID,t=trid"`
}

// Message is text in a language; the language is "en" when absent.
type Message struct {
	Lang string `epp:"@lang,t=lang,opt"`
	Text string `epp:",text"`
}

// Value names an element that caused a failure, with its text (RFC 5730 §2.6). Object is set instead of Text when the
// element is one that ResData or ResponseExt can hold: data of a namespace that the session does not handle (RFC 9038). It
// has the type of that member.
type Value struct {
	Name   Name
	Text   string
	Object any
}

// ExtValue is a Value and the reason in words.
type ExtValue struct {
	Value  Value   `epp:"value"`
	Reason Message `epp:"reason"`
}

// Result is one result of a response.
type Result struct {
	Code      int        `epp:"@code"`
	Msg       Message    `epp:"msg"`
	Values    []Value    `epp:"value,opt"`
	ExtValues []ExtValue `epp:"extValue,opt"`
}

// NewResult is a result with its standard text.
func NewResult(code int) Result { return Result{Code: code, Msg: Message{Text: Text(code)}} }

// MsgQueue is the state of the message queue; a poll's answer carries date and text too (RFC 5730 §2.6).
type MsgQueue struct {
	Count uint64    `epp:"@count"`
	ID    string    `epp:"@id,t=mintoken"`
	QDate time.Time `epp:"qDate,opt"`
	Msg   *Message  `epp:"msg,opt"`
}

// Response answers a command (RFC 5730 §2.6).
type Response struct {
	Results []Result  `epp:"result"`
	MsgQ    *MsgQueue `epp:"msgQ,opt"`
	Data    *ResData  `epp:"resData,opt"`
	// Ext is the response's extension as far as this package knows its elements.
	Ext  ResponseExt `epp:"extension,opt"`
	TRID TRID        `epp:"trID"`
	// Extensions are the names of all elements in the extension, known or not. Read only: what stands in Ext is written.
	Extensions []Name
}

// ResData is the object data of a response; normally one member is set.
type ResData struct {
	DomainCheck    *DomainCheckData    `epp:"domain:chkData,opt"`
	DomainCreate   *DomainCreateData   `epp:"domain:creData,opt"`
	DomainInfo     *DomainInfoData     `epp:"domain:infData,opt"`
	DomainPending  *DomainPendingData  `epp:"domain:panData,opt"`
	DomainRenew    *DomainRenewData    `epp:"domain:renData,opt"`
	DomainTransfer *DomainTransferData `epp:"domain:trnData,opt"`

	ContactCheck    *ContactCheckData    `epp:"contact:chkData,opt"`
	ContactCreate   *ContactCreateData   `epp:"contact:creData,opt"`
	ContactInfo     *ContactInfoData     `epp:"contact:infData,opt"`
	ContactPending  *ContactPendingData  `epp:"contact:panData,opt"`
	ContactTransfer *ContactTransferData `epp:"contact:trnData,opt"`

	HostCheck   *HostCheckData   `epp:"host:chkData,opt"`
	HostCreate  *HostCreateData  `epp:"host:creData,opt"`
	HostInfo    *HostInfoData    `epp:"host:infData,opt"`
	HostPending *HostPendingData `epp:"host:panData,opt"`

	NSSetCheck  *SetCheckData  `epp:"nsset:chkData,opt"`
	NSSetCreate *SetCreateData `epp:"nsset:creData,opt"`
	NSSetInfo   *NSSetInfoData `epp:"nsset:infData,opt"`

	KeysetCheck  *SetCheckData   `epp:"keyset:chkData,opt"`
	KeysetCreate *SetCreateData  `epp:"keyset:creData,opt"`
	KeysetInfo   *KeysetInfoData `epp:"keyset:infData,opt"`

	Maintenance *MaintenanceData `epp:"maint:infData,opt"`
}

// Respond makes a response with one result of the standard text.
func Respond(code int, clTRID, svTRID string) *Response {
	return &Response{Results: []Result{NewResult(code)}, TRID: TRID{ClTRID: clTRID, SvTRID: svTRID}}
}

// Explain adds a reason to the response's first result and gives the response back. The element may be zero.
func (r *Response) Explain(element Name, text, reason string) *Response {
	if element.Local == "" {
		element = Name{Space: NSEPP, Local: "undef"}
	}
	r.Results[0].ExtValues = append(r.Results[0].ExtValues,
		ExtValue{Value: Value{Name: element, Text: text}, Reason: Message{Text: reason}})
	return r
}

// Code is the first result's code; a response has at least one result.
func (r *Response) Code() int {
	if len(r.Results) == 0 {
		return 0
	}
	return r.Results[0].Code
}
