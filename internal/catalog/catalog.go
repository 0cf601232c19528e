// Package catalog holds what can be ordered, as data: TLDs with their periods, prices, grace times, contact requirements
// and IDN rules. A Catalog is an immutable snapshot; a change makes a new one.
package catalog

import (
	"sort"
	"strings"
	"time"

	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/money"
)

// Operation is what a price is for.
type Operation string

// Operations with a price.
const (
	Create   Operation = "create"
	Renew    Operation = "renew"
	Transfer Operation = "transfer"
	Restore  Operation = "restore"
)

// Operations in the order they are listed.
var Operations = []Operation{Create, Renew, Transfer, Restore}

// Price is one row: net minor units for Years of Operation, valid From (inclusive) Until (exclusive); a zero time is open.
// A number of years without a row costs that many times the one-year row.
type Price struct {
	Operation Operation
	Years     int
	Group     string // price group, "standard" for everybody without an own row
	Class     string // premium class, "" for ordinary names
	Amount    money.Amount
	From      time.Time
	Until     time.Time
}

// Grace times of the life cycle; lifecycle reads them.
type Grace struct {
	Add, Renew, AutoRenew, Transfer, Redemption, PendingDelete time.Duration
}

// Field is a contact field that a registry insists on, by contact's field names or an Extra name.
type Field string

// TLD is one ending under which names are sold.
type TLD struct {
	Name         string // as A-label, without a dot; may have several labels
	MinYears     int
	MaxYears     int
	MaxAhead     int // years an expiry may lie ahead
	MinServers   int
	MaxServers   int
	MinLabel     int      // shortest label, in characters
	Roles        []string // contact roles the registry takes besides the registrant: admin, tech, billing
	Required     []Field  // contact fields the registry insists on beyond the common ones
	Countries    []string // ISO codes a registrant must be in, empty for all
	IDNScript    string   // characters beyond ASCII that labels may have, each once; empty for none
	Grace        Grace
	GTLD         bool
	HandlePrefix string // four capitals that contact handles of this TLD begin with where a dialect shows such
	Class        string // handle group of dialects that keep contacts per registry: "gtld", "cz", "eu", "de"
	Registry     string // name of the registry connection, per environment; "" for the embedded one
	Prices       []Price
	Policies     []Policy // by From; empty: the built-in policy for the kind of ending
}

// Catalog is a snapshot of all TLDs.
type Catalog struct {
	tlds     map[string]*TLD
	sorted   []*TLD
	reserved map[dname.Name]string
	premium  map[dname.Name]string
}

// New makes a snapshot of the TLDs, and of reserved names with the reason.
func New(tlds []TLD, reserved map[dname.Name]string) *Catalog {
	c := &Catalog{tlds: make(map[string]*TLD, len(tlds)), reserved: reserved}
	for i := range tlds {
		t := tlds[i]
		c.tlds[t.Name] = &t
	}
	for _, t := range c.tlds {
		c.sorted = append(c.sorted, t)
	}
	sort.Slice(c.sorted, func(i, j int) bool { return c.sorted[i].Name < c.sorted[j].Name })
	return c
}

// WithPremium gives the snapshot with names that belong to a premium class.
func (c *Catalog) WithPremium(classes map[dname.Name]string) *Catalog {
	next := *c
	next.premium = classes
	return &next
}

// Premium is a name's premium class, "" for an ordinary name. A registry that names classes by itself wins over it.
func (c *Catalog) Premium(name dname.Name) string { return c.premium[name] }

// PremiumNames are the names with a class; the caller changes nothing in it.
func (c *Catalog) PremiumNames() map[dname.Name]string { return c.premium }

// TLDs are all TLDs, sorted bytewise. The caller changes nothing in them.
func (c *Catalog) TLDs() []*TLD { return c.sorted }

// TLD finds an entry by its name, with or without a leading dot; nil when it is not sold.
func (c *Catalog) TLD(name string) *TLD {
	return c.tlds[strings.ToLower(strings.TrimPrefix(name, "."))]
}

// Split finds the TLD a registrable name lies directly below: the longest ending that is sold. The errors are
// UnsupportedTLD, and InvalidName for the ending itself or a name further below.
func (c *Catalog) Split(name dname.Name) (label string, tld *TLD, err error) {
	for first, rest, ok := name.Cut(); ok; first, rest, ok = rest.Cut() {
		t := c.tlds[string(rest)]
		if t == nil {
			continue
		}
		if first+"."+string(rest) != string(name) {
			return "", nil, errs.F(errs.InvalidName, "name", "only names directly below %s can be registered", t.Name).On("domain", string(name))
		}
		return first, t, nil
	}
	if c.tlds[string(name)] != nil {
		return "", nil, errs.F(errs.InvalidName, "name", "%s is an ending, not a domain name", name).On("domain", string(name))
	}
	return "", nil, errs.F(errs.UnsupportedTLD, "name", "the ending of %s is not supported", name).On("domain", string(name))
}

// CheckName parses text and applies the TLD's rules on labels. Errors: InvalidName, UnsupportedTLD, with field "name".
func (c *Catalog) CheckName(text string) (dname.Name, *TLD, error) {
	name, err := dname.Parse(text)
	if err != nil {
		return "", nil, errs.F(errs.InvalidName, "name", "%q is not a valid domain name: %v", clip(text), err)
	}
	if !strings.Contains(string(name), ".") {
		return "", nil, errs.F(errs.InvalidName, "name", "%q has no ending", string(name))
	}
	label, tld, err := c.Split(name)
	if err != nil {
		return name, nil, err
	}
	uni := dname.Name(label).Unicode()
	if n := len([]rune(uni)); n < tld.MinLabel {
		return name, tld, errs.F(errs.InvalidName, "name", "names below %s have at least %d characters", tld.Name, tld.MinLabel)
	}
	for _, r := range uni {
		if r >= 0x80 && !strings.ContainsRune(tld.IDNScript, r) {
			return name, tld, errs.F(errs.InvalidName, "name", "the character %q is not allowed below %s", r, tld.Name)
		}
	}
	return name, tld, nil
}

func clip(s string) string {
	if r := []rune(s); len(r) > 80 {
		return string(r[:80]) + "…"
	}
	return s
}

// Reserved tells why a name cannot be had at all; ok is false for an ordinary name.
func (c *Catalog) Reserved(name dname.Name) (reason string, ok bool) {
	reason, ok = c.reserved[name]
	return reason, ok
}

// CheckYears verifies a registration or renewal period against what is sold.
func (t *TLD) CheckYears(years int) *errs.Error {
	if years < t.MinYears || years > t.MaxYears {
		return errs.F(errs.InvalidPeriod, "period", "%s is sold for %d to %d years", t.Name, t.MinYears, t.MaxYears)
	}
	return nil
}

// Query asks for a price.
type Query struct {
	Operation Operation
	Years     int
	Currency  money.Currency
	Group     string
	Class     string
	At        time.Time // registrar time
}

// Price is the net price: the group's own row, else the standard one; the row for that many years, else so many times the
// one-year row. ok is false when there is none in the currency: then the TLD is not for sale in it.
func (t *TLD) Price(q Query) (money.Amount, bool) {
	for _, group := range []string{q.Group, "standard"} {
		if a, ok := t.row(q, group, q.Years); ok {
			return a, true
		}
		if a, ok := t.row(q, group, 1); ok && q.Years > 1 {
			return a.Mul(q.Years), true
		}
	}
	return money.Amount{}, false
}

// row finds the youngest row that is in force.
func (t *TLD) row(q Query, group string, years int) (best money.Amount, ok bool) {
	var from time.Time
	for _, p := range t.Prices {
		if p.Operation != q.Operation || p.Years != years || p.Group != group || p.Class != q.Class || p.Amount.Currency != q.Currency {
			continue
		}
		if q.At.Before(p.From) || !p.Until.IsZero() && !q.At.Before(p.Until) {
			continue
		}
		if !ok || p.From.After(from) {
			best, from, ok = p.Amount, p.From, true
		}
	}
	return best, ok
}
