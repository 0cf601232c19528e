package epp

import "reflect"

// Command is one frame of a client: exactly one verb member is set, or Hello or Logout is true. A hello is no command in
// RFC 5730, but it comes the same way.
type Command struct {
	Hello  bool
	Logout bool
	Login  *Login `verb:"login"`
	Poll   *Poll  `verb:"poll"`

	CheckDomain    *DomainCheck    `verb:"check,domain"`
	CreateDomain   *DomainCreate   `verb:"create,domain"`
	DeleteDomain   *DomainDelete   `verb:"delete,domain"`
	InfoDomain     *DomainInfo     `verb:"info,domain"`
	RenewDomain    *DomainRenew    `verb:"renew,domain"`
	TransferDomain *DomainTransfer `verb:"transfer,domain"`
	UpdateDomain   *DomainUpdate   `verb:"update,domain"`

	CheckContact    *ContactCheck    `verb:"check,contact"`
	CreateContact   *ContactCreate   `verb:"create,contact"`
	DeleteContact   *ContactDelete   `verb:"delete,contact"`
	InfoContact     *ContactInfo     `verb:"info,contact"`
	TransferContact *ContactTransfer `verb:"transfer,contact"`
	UpdateContact   *ContactUpdate   `verb:"update,contact"`

	CheckHost  *HostCheck  `verb:"check,host"`
	CreateHost *HostCreate `verb:"create,host"`
	DeleteHost *HostDelete `verb:"delete,host"`
	InfoHost   *HostInfo   `verb:"info,host"`
	UpdateHost *HostUpdate `verb:"update,host"`

	CheckNSSet  *SetCheck    `verb:"check,nsset"`
	CreateNSSet *NSSetCreate `verb:"create,nsset"`
	DeleteNSSet *SetDelete   `verb:"delete,nsset"`
	InfoNSSet   *SetInfo     `verb:"info,nsset"`
	UpdateNSSet *NSSetUpdate `verb:"update,nsset"`

	CheckKeyset  *SetCheck     `verb:"check,keyset"`
	CreateKeyset *KeysetCreate `verb:"create,keyset"`
	DeleteKeyset *SetDelete    `verb:"delete,keyset"`
	InfoKeyset   *SetInfo      `verb:"info,keyset"`
	UpdateKeyset *KeysetUpdate `verb:"update,keyset"`

	InfoMaintenance *MaintenanceInfo `verb:"info,maint"`

	// TransferOp is the transfer's operation: request, query, approve, reject or cancel (RFC 5730 §2.9.3.4).
	TransferOp string
	// Ext is the command's extension as far as this package knows its elements.
	Ext CommandExt
	// Extensions are the names of all elements in the command's extension, known or not; a server answers those it does
	// not serve with 2103 (see Unannounced). Read only: what stands in Ext is written.
	Extensions []Name
	// ClTRID is the client's transaction id, 3 to 64 characters or empty.
	ClTRID string
}

// transferOps are the operations of RFC 5730 §2.9.3.4.
var transferOps = []string{"approve", "cancel", "query", "reject", "request"}

// Verb is the command's verb ("create", "hello" …), empty when nothing is set.
func (c *Command) Verb() string {
	v, _ := c.kind()
	return v
}

// Object is the mapping that the command belongs to: "domain", "contact", "host", "nsset", "keyset", "maint", or empty.
func (c *Command) Object() string {
	_, o := c.kind()
	return o
}

func (c *Command) kind() (verb, object string) {
	switch {
	case c.Hello:
		return "hello", ""
	case c.Logout:
		return "logout", ""
	}
	v := reflect.ValueOf(c).Elem()
	for _, f := range commandFields {
		if !v.Field(f.index).IsNil() {
			return f.verb, f.object
		}
	}
	return "", ""
}

// verbField ties a member of Command to its verb and mapping.
type verbField struct {
	index        int
	verb, object string
}

// objectSpaces are the namespaces of the mappings.
var objectSpaces = func() map[string]bool {
	out := map[string]bool{}
	for _, f := range commandFields {
		if f.object != "" {
			out[spaces[f.object]] = true
		}
	}
	return out
}()

var commandFields = func() []verbField {
	t := reflect.TypeFor[Command]()
	var out []verbField
	for i := range t.NumField() {
		if tag := t.Field(i).Tag.Get("verb"); tag != "" {
			parts := splitTag(tag)
			out = append(out, verbField{index: i, verb: parts[0], object: parts[1]})
		}
	}
	return out
}()
