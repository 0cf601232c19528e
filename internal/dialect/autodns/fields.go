package autodns

import (
	"strings"

	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/wire/xmlx"
)

// roleNames are the contact roles by the core's words (autodns-xml.md §9.1).
var roleNames = map[string]string{
	string(domain.Registrant): "ownerc", string(domain.Admin): "adminc", string(domain.Tech): "techc", string(domain.Billing): "zonec",
}

// contactNames are the fields of a contact that the core calls otherwise.
var contactNames = map[string]string{
	"first_name": "fname", "last_name": "lname", "organisation": "organization", "street": "address", "postal_code": "pcode",
	"company_number": "extension.companynumber", "vat_id": "extension.vatnumber", "language": "extension.language",
}

// domainNames are the fields of a domain that the core calls otherwise.
var domainNames = map[string]string{
	"name_servers": "nserver", "nameservers": "nserver", "ns_set": "ns_group", "expiry": "payable", "tld": "name",
	"auth_info": "authinfo", "auto_renew": "autorenew", "hold": "registry_status", "status": "registry_status", "delete_on": "execdate",
}

// fieldHead is a field's first word, without index and what follows.
func fieldHead(field string) string {
	if i := strings.IndexAny(field, ".["); i >= 0 {
		return field[:i]
	}
	return field
}

// path is the client's path of a field that the core names: request.task.domain.ownerc.pcode for registrant.postal_code.
func (t *task) path(field string) string {
	head := fieldHead(field)
	tail := field[len(head):]
	element := t.element
	if element == "" {
		element = "task"
	}
	switch {
	case element == "zone" && zoneNames[field] != "":
		return "request.task.zone." + zoneNames[field]
	case head == "contact":
		return "request.task.handle." + contactPath(strings.TrimPrefix(tail, "."))
	case roleNames[head] != "" && strings.HasPrefix(tail, "."):
		return "request.task.domain." + roleNames[head] + "." + contactPath(tail[1:])
	case roleNames[head] != "":
		return "request.task.domain." + roleNames[head]
	case head == "dnssec":
		return "request.task.domain." + keyPath(field)
	case t.id == "domain" && head == "name":
		return "request.task." + element + ".domain"
	case head == "totp":
		return "request.auth.token"
	case domainNames[head] != "":
		return "request.task." + element + "." + domainNames[head]
	case element == "handle":
		return "request.task.handle." + contactPath(field)
	}
	return "request.task." + element + "." + field
}

// keyPath is a field of a DNSSEC key: dnssec.publickey for dnssec.key[0].public_key.
func keyPath(field string) string {
	_, item, ok := strings.Cut(field, "].")
	if !ok {
		return "dnssec"
	}
	return "dnssec." + strings.ReplaceAll(item, "_", "")
}

func contactPath(field string) string {
	head := fieldHead(field)
	if n := contactNames[head]; n != "" {
		return n
	}
	for _, x := range extensionItems {
		if x.extra == field {
			return "extension." + x.name
		}
	}
	return field
}

// unshown are elements whose content no answer repeats.
var unshown = map[string]bool{"password": true, "token": true, "hash": true, "authinfo": true, "auth_session": true}

// valueAt is what the task holds under a path of path, as far as it is a single value and no secret.
func (t *task) valueAt(path string) string {
	rest, ok := strings.CutPrefix(path, "request.task.")
	if !ok {
		return ""
	}
	n := t.node
	for i, word := range strings.Split(rest, ".") {
		if unshown[word] {
			return ""
		}
		var next *xmlx.Node
		if next = n.Child(word); i == 0 && word == t.element && t.object != nil {
			next = t.object
		}
		n = next
	}
	return n.Trim()
}
