package dmapi

import (
	"context"
	"strconv"

	"github.com/polyreg/polyreg/internal/errs"
)

// inquireTLD is inquire-tld (§7.8.3): what clients ask before they offer a TLD's options. Periods are months.
func inquireTLD(_ context.Context, rq *request) (*reply, error) {
	text, err := rq.form.require("tld")
	if err != nil {
		return nil, err
	}
	t := rq.d.deps.Runner.Catalog().TLD(text)
	if t == nil {
		return nil, errs.F(errs.UnsupportedTLD, "tld", "")
	}
	keys := "dsdata"
	if takesKeys(t.Name) {
		keys = "keydata"
	}
	var f facts
	f.add("tld", t.Name)
	f.add("min-period", strconv.Itoa(12*t.MinYears))
	f.add("max-period", strconv.Itoa(12*t.MaxYears))
	f.add("idn", bit(t.IDNScript != ""))
	f.add("privacy", "0")
	f.add("auth-id", "required")
	f.add("contact-prefix", t.HandlePrefix)
	f.add("dnssec", keys)
	return &reply{body: f.String()}, nil
}
