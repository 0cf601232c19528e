package wapi

import (
	"context"
	"strings"

	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
)

// contactInfo shows an own contact (wapi.md §7.3).
func contactInfo(ctx context.Context, c *call) (jsonx.Obj, error) {
	tld, err := c.tld()
	if err != nil {
		return nil, err
	}
	word := c.text("cname")
	if word == "" {
		word = c.text("name") // one client's name for it
	}
	if word == "" {
		return nil, paramMissing
	}
	handle, ok := contactHandle(word)
	if !ok {
		return nil, badContactName
	}
	k, err := c.findContact(ctx, handle, tld)
	if err != nil {
		return nil, err
	}
	return jsonx.Obj{{"contact", showContact(handle, k.Data, tld.Class)}}, nil
}

func showContact(handle string, d contact.Data, class string) jsonx.Obj {
	return jsonx.Obj{
		{"contact_id", handle}, {"status", "ok"}, {"name", d.Name()}, {"fname", d.FirstName}, {"lname", d.LastName},
		{"company", d.Organisation}, {"addr_street", joinStreet(d.Street)}, {"addr_city", d.City}, {"addr_zip", d.PostalCode},
		{"addr_state", d.State}, {"addr_country", strings.ToLower(d.Country)}, {"phone", phone(d.Phone)}, {"fax", phone(d.Fax)},
		{"email", d.Email}, {"email2", d.Email2}, {"ic", d.CompanyNo}, {"dic", d.VATID}, {"taxpayer", ""},
		{"other", showOther(d, class)},
	}
}
