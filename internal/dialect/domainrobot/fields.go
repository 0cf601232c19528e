package domainrobot

import (
	"strings"

	"github.com/polyreg/polyreg/internal/domain"
)

// roleNames are the contact roles by the core's words.
var roleNames = map[string]string{
	string(domain.Registrant): "ownerc", string(domain.Admin): "adminc", string(domain.Tech): "techc", string(domain.Billing): "zonec",
}

// contactNames are the fields of a contact that the core calls otherwise.
var contactNames = map[string]string{
	"first_name": "fname", "last_name": "lname", "organisation": "organization", "street": "address", "postal_code": "pcode",
	"company_number": "extensions.general.companyNumber", "vat_id": "extensions.general.vatNumber", "language": "extensions.general.language",
}

// domainNames are the fields of a domain that the core calls otherwise.
var domainNames = map[string]string{
	"name_servers": "nameServers", "nameservers": "nameServers", "ns_set": "nameServerGroup", "expiry": "payable", "tld": "name",
	"auth_info": "authinfo", "auto_renew": "autoRenewStatus",
}

// fieldHead is a field's first word, without index and what follows.
func fieldHead(field string) string {
	if i := strings.IndexAny(field, ".["); i >= 0 {
		return field[:i]
	}
	return field
}

// jsonPath is the client's path of a field that the core names: "domain.ownerc.pcode" for registrant.postal_code.
func (q *request) jsonPath(field string) string {
	head := fieldHead(field)
	tail := field[len(head):]
	class := "request"
	if q.route != nil && q.route.object != "" {
		class = strings.ToLower(q.route.object)
	}
	switch {
	case class == "zone":
		return zonePath(field)
	case class == "redirect":
		return redirectPath(field)
	case head == "contact" && tail != "":
		return "contact." + contactPath(tail[1:])
	case roleNames[head] != "" && strings.HasPrefix(tail, "."):
		return "domain." + roleNames[head] + "." + contactPath(tail[1:])
	case roleNames[head] != "":
		return "domain." + roleNames[head] + tail
	case head == "dnssec":
		return "domain.dnssecData" + strings.NewReplacer(".key[", "[", "public_key", "publicKey").Replace(tail)
	case head == "delete_on":
		return cancelationPath + ".registryWhen"
	case head == "max_price":
		return "domain.priceClass"
	case head == "hold":
		return "domain.registryStatus"
	case head == "totp":
		return "request.auth.token"
	case domainNames[head] != "":
		return "domain." + domainNames[head] + tail
	case class == "contact":
		return "contact." + contactPath(field)
	}
	return class + "." + field
}

func contactPath(field string) string {
	head := fieldHead(field)
	if n := contactNames[head]; n != "" {
		return n + field[len(head):]
	}
	for _, x := range extensions {
		if x.extra == field {
			return "extensions." + x.path
		}
	}
	return field
}

// valueAt is what the request's body holds under a path ("domain.ownerc.pcode"), as far as it is a single value.
func (q *request) valueAt(path string) string {
	v := q.body
	for i, word := range strings.Split(path, ".") {
		if i > 0 {
			v = v.Get(word)
		}
	}
	return v.Str()
}
