package epp

import (
	"reflect"
	"slices"
	"strings"
)

// CommandExt is the extension of a command: each member is the element of one extension, nil when absent. The tag `on`
// lists the commands that an element extends, as verb or verb:object. The order of the members is the order on the wire.
type CommandExt struct {
	RGP          *RGPUpdate    `epp:"rgp:update,opt" on:"update:domain"`
	SecDNSCreate *SecDNSData   `epp:"secDNS:create,opt" on:"create:domain"`
	SecDNSUpdate *SecDNSUpdate `epp:"secDNS:update,opt" on:"update:domain"`
	FeeCheck     *FeeCheck     `epp:"fee:check,opt" on:"check"`
	FeeCreate    *FeeAgreed    `epp:"fee:create,opt" on:"create"`
	FeeRenew     *FeeAgreed    `epp:"fee:renew,opt" on:"renew"`
	FeeTransfer  *FeeAgreed    `epp:"fee:transfer,opt" on:"transfer"`
	FeeUpdate    *FeeAgreed    `epp:"fee:update,opt" on:"update"`

	// AllocationToken is a credential for a name that is not for everybody (RFC 8495 §3); Token makes one. An update takes
	// it together with an extension of its own only.
	AllocationToken     *string `epp:"allocationToken:allocationToken,t=token,opt" on:"check create transfer update"`
	AllocationTokenInfo bool    `epp:"allocationToken:info,flag" on:"info"`

	LaunchCheck  *LaunchCheck  `epp:"launch:check,opt" on:"check:domain"`
	LaunchInfo   *LaunchInfo   `epp:"launch:info,opt" on:"info:domain"`
	LaunchCreate *LaunchCreate `epp:"launch:create,opt" on:"create:domain"`
	LaunchUpdate *LaunchID     `epp:"launch:update,opt" on:"update:domain"`
	LaunchDelete *LaunchID     `epp:"launch:delete,opt" on:"delete:domain"`

	LoginSec *LoginSec `epp:"loginSec:loginSec,opt" on:"login"`

	SetsCreate *DomainSets       `epp:"sets:create,opt" on:"create:domain"`
	SetsUpdate *DomainSetsChange `epp:"sets:update,opt" on:"update:domain"`

	TTLInfo   *TTLInfo `epp:"ttl:info,opt" on:"info:domain info:host"`
	TTLCreate *TTLSet  `epp:"ttl:create,opt" on:"create:domain create:host"`
	TTLUpdate *TTLSet  `epp:"ttl:update,opt" on:"update:domain update:host"`
}

// ResponseExt is the extension of a response: each member is the element of one extension, nil when absent.
type ResponseExt struct {
	RGPInfo     *RGPData    `epp:"rgp:infData,opt"`
	RGPUpdate   *RGPData    `epp:"rgp:upData,opt"`
	SecDNS      *SecDNSData `epp:"secDNS:infData,opt"`
	FeeCheck    *FeeChecked `epp:"fee:chkData,opt"`
	FeeCreate   *FeeCharged `epp:"fee:creData,opt"`
	FeeRenew    *FeeCharged `epp:"fee:renData,opt"`
	FeeTransfer *FeeCharged `epp:"fee:trnData,opt"`
	FeeUpdate   *FeeCharged `epp:"fee:updData,opt"`
	FeeDelete   *FeeCharged `epp:"fee:delData,opt"`

	AllocationToken *string        `epp:"allocationToken:allocationToken,t=token,opt"`
	ChangePoll      *ChangeData    `epp:"changePoll:changeData,opt"`
	LaunchCheck     *LaunchChecked `epp:"launch:chkData,opt"`
	LaunchCreate    *LaunchID      `epp:"launch:creData,opt"`
	LaunchInfo      *LaunchData    `epp:"launch:infData,opt"`
	LoginSec        *LoginSecData  `epp:"loginSec:loginSecData,opt"`
	Sets            *DomainSets    `epp:"sets:infData,opt"`
	TTL             *TTLData       `epp:"ttl:infData,opt"`
}

// extField is what a member of CommandExt says beside its plan.
type extField struct {
	planField
	on []string
}

// commandExts are CommandExt's members by element.
var commandExts = func() map[Name]extField {
	out := map[Name]extField{}
	t := reflect.TypeFor[CommandExt]()
	for _, f := range planOf(t).fields {
		out[f.name("")] = extField{planField: f, on: strings.Fields(t.Field(f.index).Tag.Get("on"))}
	}
	return out
}()

// responseExts are ResponseExt's members by element.
var responseExts = membersOf(reflect.TypeFor[ResponseExt]())

// commandExtSpaces are the namespaces that extend commands.
var commandExtSpaces = func() map[string]bool {
	out := map[string]bool{}
	for name := range commandExts {
		out[name.Space] = true
	}
	return out
}()

// extends reports whether the element extends a command.
func (f extField) extends(verb, object string) bool {
	return slices.Contains(f.on, verb) || slices.Contains(f.on, verb+":"+object)
}

// readExt reads the extension elements of known namespaces strictly; the names of all stand in Extensions already.
func (c *Command) readExt(d decoder, ext *node, known func(space string) bool) *Error {
	if ext == nil {
		return nil
	}
	verb, object := c.kind()
	v := reflect.ValueOf(&c.Ext).Elem()
	for _, k := range ext.kids {
		if !commandExtSpaces[k.name.Space] || known != nil && !known(k.name.Space) {
			continue
		}
		f, ok := commandExts[k.name]
		switch {
		case !ok:
			return fault(CodeSyntax, k.name, "the extension has no such element for a command")
		case !f.extends(verb, object):
			return fault(CodeExtension, k.name, "the element does not extend this command")
		case !v.Field(f.index).IsZero():
			return fault(CodeSyntax, k.name, "element too often")
		}
		if err := d.kid(k, &f.planField, v.Field(f.index)); err != nil {
			return err
		}
	}
	return nil
}

// writeExt writes a command's extension, if there is one.
func (e *encoder) writeExt(c *Command) *Error {
	v := reflect.ValueOf(&c.Ext).Elem()
	if err := covered(c.Extensions, v); err != nil || v.IsZero() {
		return err
	}
	verb, object := c.kind()
	for _, f := range planOf(v.Type()).fields {
		if name := f.name(""); !v.Field(f.index).IsZero() && !commandExts[name].extends(verb, object) {
			return fault(CodeExtension, name, "the element does not extend this command")
		}
	}
	return e.object(eppName("extension"), v)
}

// covered refuses names of extension elements whose content is not held, for they cannot be written.
func covered(names []Name, ext reflect.Value) *Error {
	for _, n := range names {
		found := false
		for _, f := range planOf(ext.Type()).fields {
			found = found || f.name("") == n && !ext.Field(f.index).IsZero()
		}
		if !found {
			return fault(CodeExtension, n, "cannot be written")
		}
	}
	return nil
}

// names are the names of an element's children.
func (n *node) names() []Name {
	if n == nil {
		return nil
	}
	var out []Name
	for _, k := range n.kids {
		out = append(out, k.name)
	}
	return out
}

// ExtensionSpaces are the namespaces of extensions that this package reads and writes, as they stand in svcExtension of
// greeting and login, in the alphabet's order.
func ExtensionSpaces() []string {
	seen := map[string]bool{NSUnhandled: true, NSSecureAuthInfo: true}
	for space := range commandExtSpaces {
		seen[space] = true
	}
	for name := range responseExts {
		seen[name.Space] = true
	}
	return sortedKeys(seen)
}

// Has reports whether the services name a namespace as object or extension.
func (s *Services) Has(space string) bool {
	return slices.Contains(s.Objects, space) || s.Extensions != nil && slices.Contains(s.Extensions.URIs, space)
}

// Unannounced is the first extension element of a command whose namespace serves reports false for; ok is false when there
// is none. A server answers it with 2103.
func (c *Command) Unannounced(serves func(space string) bool) (element Name, ok bool) {
	for _, n := range c.Extensions {
		if !serves(n.Space) {
			return n, true
		}
	}
	return Name{}, false
}

func sortedKeys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
