package dmapi

import (
	"slices"
	"strconv"
	"strings"

	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/host"
	"github.com/polyreg/polyreg/internal/money"
)

// months reads an order's period: months that make whole years (§13, §16). 0 means it was not given.
func (rq *request) months() (years int, err error) {
	s := rq.form.get("period")
	if s == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(s)
	switch {
	case err != nil, n < 12, n > 1200:
		return 0, param("period", "number of months")
	case n%12 != 0:
		return 0, param("period", "number of months that makes whole years, a multiple of 12")
	}
	return n / 12, nil
}

// servers reads ns-list; keep are present servers, whose addresses stay with their names.
func (rq *request) servers(keep []host.Server) ([]host.Server, error) {
	var out []host.Server
	for _, text := range list(rq.form.get("ns-list")) {
		n, err := dname.ParseHost(text)
		if err != nil {
			return nil, param("ns-list", "name servers separated by colons ("+clip(text)+" is no host name)")
		}
		if slices.ContainsFunc(out, func(s host.Server) bool { return s.Name == n }) {
			return nil, param("ns-list", "name servers separated by colons ("+clip(text)+" is named twice)")
		}
		s := host.Server{Name: n}
		for _, k := range keep {
			if k.Name == n {
				s.Addresses = k.Addresses
			}
		}
		out = append(out, s)
	}
	return out, nil
}

// maxPrice reads max-price in the account's currency. It is any number above 0 (§7.3.1): decimals that the currency does not
// have are cut off, which never allows more than was meant.
func (rq *request) maxPrice() (*money.Amount, error) {
	s := rq.form.get("max-price")
	if s == "" {
		return nil, nil
	}
	cur := rq.caller.Account.Currency
	whole, frac, _ := strings.Cut(s, ".")
	if digits := cur.Digits(); len(frac) > digits && strings.Trim(frac, "0123456789") == "" {
		if s = whole; digits > 0 {
			s += "." + frac[:digits]
		}
	}
	a, err := money.Parse(s, cur)
	if err != nil || a.Minor <= 0 {
		return nil, param("max-price", "number greater than 0")
	}
	return &a, nil
}

// noPrivacy refuses to order the privacy service, which this server does not sell. free are the words that order nothing.
func (rq *request) noPrivacy(free ...string) error {
	v := strings.ToLower(rq.form.get("privacy"))
	if v == "" {
		return nil
	}
	for _, f := range free {
		if v == f {
			return nil
		}
	}
	if v == "basic" || v == "pro" {
		return refuseValue("privacy", strings.Join(free, " or ")+" (the privacy service is not offered by this server)")
	}
	return param("privacy", strings.Join(free, " or "))
}

// autoRenew reads a flag as what happens at expiry; without one the domain expires.
func (rq *request) autoRenew(name string) (domain.AutoRenew, error) {
	return rq.autoRenewOr(name, false)
}

// autoRenewOr is autoRenew with another default.
func (rq *request) autoRenewOr(name string, def bool) (domain.AutoRenew, error) {
	on, err := rq.form.truth(name, def)
	if on {
		return domain.Renew, err
	}
	return domain.Expire, err
}

// join reports the problems of several parameters at once; what is no refusal of ours comes first.
func join(problems ...error) error {
	var l errs.List
	for _, p := range problems {
		if p == nil {
			continue
		}
		if e := errs.As(p); e.Kind == errs.Internal {
			return p
		}
		l.Add(errs.As(p))
	}
	return l.Err()
}
