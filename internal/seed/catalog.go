package seed

import (
	_ "embed"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/polyreg/polyreg/internal/catalog"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/domain"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/money"
)

// standardGroup is the price group of everybody without a price of his own.
const standardGroup = "standard"

//go:embed catalog.yaml
var builtinText []byte

// builtin are the endings of the built-in catalog. It is read by the same code as a file's `catalog` section.
var builtin = sync.OnceValues(func() ([]catalog.TLD, error) {
	ps := &problems{file: "catalog.yaml", at: map[string]Pos{}, read: true}
	var in Catalog
	decode(builtinText, &in, ps)
	ps.closed = true
	c := &compiler{problems: ps, f: &File{}}
	tlds := c.tlds("tlds", in.TLDs, nil)
	return tlds, c.err()
})

// Builtin is the built-in catalog.
func Builtin() (*catalog.Catalog, error) {
	tlds, err := builtin()
	if err != nil {
		return nil, err
	}
	return catalog.New(tlds, nil), nil
}

// CatalogFrom is the built-in catalog with what a file's `catalog` section adds; without a file the built-in one.
func CatalogFrom(f *File) (*catalog.Catalog, error) {
	if f == nil {
		return Builtin()
	}
	return f.catalog, nil
}

// buildCatalog lays a file's section over the built-in catalog.
func (c *compiler) buildCatalog(in Catalog) *catalog.Catalog {
	base, err := builtin()
	if err != nil { // our own file, which a test reads
		panic(err)
	}
	all := map[string]*catalog.TLD{}
	for _, t := range base {
		t.Prices = slices.Clone(t.Prices)
		all[t.Name] = &t
	}
	for _, t := range c.tlds("catalog.tlds", in.TLDs, base) {
		all[t.Name] = &t
	}
	for i, p := range in.Prices {
		c.priceRow(item("catalog.prices", i), p, all)
	}
	classes := map[dname.Name]string{}
	for i, p := range in.Premium {
		c.premium(item("catalog.premium", i), p, all, classes)
	}
	list := make([]catalog.TLD, 0, len(all))
	for _, name := range keys(all) {
		list = append(list, *all[name])
	}
	bare := catalog.New(list, nil)
	reserved := map[dname.Name]string{}
	for i, r := range in.Reserved {
		path := item("catalog.reserved", i)
		if n, ok := c.soldName(join(path, "name"), r.Name, bare); ok {
			if r.Reason == "" {
				r.Reason = "reserved"
			}
			reserved[n] = r.Reason
		}
	}
	return catalog.New(list, reserved).WithPremium(classes)
}

func (c *compiler) soldName(path, text string, cat *catalog.Catalog) (dname.Name, bool) {
	if !c.given(path, text) {
		return "", false
	}
	n, _, err := cat.CheckName(text)
	if err != nil {
		c.bad(path, "%s", errs.As(err).Text)
	}
	return n, err == nil
}

// known reports whether an ending of the catalog fits.
func (c *compiler) known(fits func(*catalog.TLD) bool) bool {
	return slices.ContainsFunc(c.f.catalog.TLDs(), fits)
}

// groups are the price groups that have a price.
func (c *compiler) groups() map[string]bool {
	if c.priceGroups == nil {
		c.priceGroups = map[string]bool{}
		for _, t := range c.f.catalog.TLDs() {
			for _, p := range t.Prices {
				c.priceGroups[p.Group] = true
			}
		}
	}
	return c.priceGroups
}

// tlds reads endings; what they leave out has the defaults of docs/seed.md.
func (c *compiler) tlds(path string, in []TLD, base []catalog.TLD) []catalog.TLD {
	prefixes := map[string]bool{}
	for _, t := range base {
		prefixes[t.HandlePrefix] = true
	}
	for _, t := range in {
		prefixes[t.HandlePrefix] = true
	}
	seen := map[string]string{}
	out := make([]catalog.TLD, 0, len(in))
	for i, t := range in {
		at := item(path, i)
		if !c.given(join(at, "name"), t.Name) {
			continue
		}
		name, ok := c.name(join(at, "name"), strings.TrimPrefix(t.Name, "."))
		if !ok {
			continue
		}
		unique(c, seen, string(name), join(at, "name"), "the ending "+string(name))
		r := catalog.TLD{Name: string(name), Class: t.Class, HandlePrefix: t.HandlePrefix, Registry: t.Registry}
		if r.Class == "" {
			if r.Class = "gtld"; len(name) == 2 {
				r.Class = string(name)
			}
		}
		r.GTLD = r.Class == "gtld"
		c.prefix(join(at, "handle_prefix"), &r, base, prefixes)
		c.bounds(at, t, &r)
		c.contactRules(at, t, &r)
		r.IDNScript = c.characters(join(at, "idn"), t.IDN)
		r.Grace = c.grace(join(at, "grace"), t.Grace)
		r.Policies = c.policies(at, t)
		r.Prices = c.priceTable(join(at, "prices"), t.Prices, "")
		out = append(out, r)
	}
	return out
}

var prefixForm = regexp.MustCompile(`^[A-Z]{4}$`)

// prefix finds the handle prefix: the given one, the built-in one, or a free one. All have four letters, so that none is the
// beginning of another (dmapi.md §8.5).
func (c *compiler) prefix(path string, r *catalog.TLD, base []catalog.TLD, used map[string]bool) {
	if r.HandlePrefix != "" {
		if !prefixForm.MatchString(r.HandlePrefix) {
			c.bad(path, "must be four capital letters")
		}
		return
	}
	for _, t := range base {
		if t.Name == r.Name {
			r.HandlePrefix = t.HandlePrefix
			return
		}
	}
	letters := strings.Map(func(x rune) rune {
		if x >= 'a' && x <= 'z' {
			return x - 'a' + 'A'
		}
		return -1
	}, r.Name)
	for n := -1; n < 26*26*26; n++ {
		p := "C" + (letters + "XXX")[:3]
		if n >= 0 {
			p = "C" + string([]byte{byte('A' + n/676), byte('A' + n/26%26), byte('A' + n%26)})
		}
		if !used[p] {
			used[p], r.HandlePrefix = true, p
			return
		}
	}
}

// bounds are periods, name servers and label lengths.
func (c *compiler) bounds(at string, t TLD, r *catalog.TLD) {
	def := func(v, d int) int {
		if v == 0 {
			return d
		}
		return v
	}
	r.MinYears, r.MaxYears, r.MaxAhead = def(t.Years.Min, 1), def(t.Years.Max, 10), def(t.Years.Ahead, domain.MaxAhead)
	if r.MinYears < 1 || r.MaxYears < r.MinYears || r.MaxYears > 99 || r.MaxAhead < r.MaxYears || r.MaxAhead > 99 {
		c.bad(join(at, "years"), "must hold 1 <= min <= max <= ahead <= 99")
	}
	r.MinServers, r.MaxServers = 2, def(t.Servers.Max, maxServers)
	if t.Servers.Min != nil {
		r.MinServers = *t.Servers.Min
	}
	if r.MinServers < 0 || r.MaxServers < r.MinServers || r.MaxServers > maxServers {
		c.bad(join(at, "servers"), "must hold 0 <= min <= max <= %d", maxServers)
	}
	if r.MinLabel = def(t.MinLabel, 1); r.MinLabel < 1 || r.MinLabel > 63 {
		c.bad(join(at, "min_label"), "must be 1 to 63")
	}
}

var (
	allRoles = []string{"admin", "tech", "billing"}
	// contactFields are the names under which the catalog asks for contact data; others are names of Extra.
	contactFields = []string{contact.FieldFirstName, contact.FieldLastName, contact.FieldOrg, contact.FieldEmail, contact.FieldPhone,
		contact.FieldFax, contact.FieldStreet, contact.FieldCity, contact.FieldState, contact.FieldPostalCode, contact.FieldCountry}
	countryForm = regexp.MustCompile(`^[A-Z]{2}$`)
	extraForm   = regexp.MustCompile(`^[a-z][a-z0-9_-]*$`)
)

func (c *compiler) contactRules(at string, t TLD, r *catalog.TLD) {
	r.Roles = t.Roles
	if _, here := c.at[join(at, "roles")]; r.Roles == nil && !here {
		r.Roles = allRoles
	}
	for i, role := range r.Roles {
		c.oneOf(item(join(at, "roles"), i), &role, allRoles...)
	}
	required := t.Required
	if _, here := c.at[join(at, "required")]; required == nil && !here && r.GTLD {
		required = []string{contact.FieldPhone}
	}
	for i, f := range required {
		if !slices.Contains(contactFields, f) && !extraForm.MatchString(f) {
			c.bad(item(join(at, "required"), i), "%q is not a contact field", clip(f))
		}
		r.Required = append(r.Required, catalog.Field(f))
	}
	for i, cc := range t.Countries {
		if !countryForm.MatchString(cc) {
			c.bad(item(join(at, "countries"), i), "%q is not an ISO 3166-1 alpha-2 code", clip(cc))
		}
	}
	r.Countries = t.Countries
}

// characters reads the characters beyond ASCII that labels may have. Blanks between them are left out.
func (c *compiler) characters(path, text string) string {
	var out strings.Builder
	seen := map[rune]bool{}
	for _, r := range text {
		if unicode.IsSpace(r) {
			continue
		}
		if _, err := dname.Parse("x" + string(r) + ".test"); r < 0x80 || err != nil {
			c.bad(path, "%q cannot stand in a name", r)
			continue
		}
		if seen[r] {
			c.bad(path, "%q is there twice", r)
		}
		seen[r] = true
		out.WriteRune(r)
	}
	return out.String()
}

var daysForm = regexp.MustCompile(`^([0-9]{1,4})d$`)

func (c *compiler) grace(path string, in Grace) catalog.Grace {
	if in == (Grace{}) {
		in = Grace{Add: "5d", Renew: "5d", AutoRenew: "45d", Transfer: "5d", Redemption: "30d", PendingDelete: "5d"}
	}
	days := func(key, text string) time.Duration {
		if text == "" {
			return 0
		}
		m := daysForm.FindStringSubmatch(text)
		if m == nil {
			c.bad(join(path, key), "must be a number of days: 45d")
			return 0
		}
		n, _ := strconv.Atoi(m[1]) // at most four digits
		return time.Duration(n) * 24 * time.Hour
	}
	return catalog.Grace{Add: days("add", in.Add), Renew: days("renew", in.Renew), AutoRenew: days("auto_renew", in.AutoRenew),
		Transfer: days("transfer", in.Transfer), Redemption: days("redemption", in.Redemption), PendingDelete: days("pending_delete", in.PendingDelete)}
}

func (c *compiler) operation(path, text string) catalog.Operation {
	op := catalog.Operation(text)
	if !slices.Contains(catalog.Operations, op) {
		c.bad(path, "%q is not an operation: create, renew, transfer, restore", clip(text))
	}
	return op
}

// priceTable reads amounts for one year by group, currency and operation.
func (c *compiler) priceTable(path string, in PriceTable, class string) []catalog.Price {
	var out []catalog.Price
	for _, group := range keys(in) {
		for _, cur := range keys(in[group]) {
			for _, op := range keys(in[group][cur]) {
				at := join(join(join(path, group), cur), op)
				row := catalog.Price{Operation: c.operation(at, op), Years: 1, Group: group, Class: class}
				var ok bool
				if row.Amount, ok = c.amount(at, in[group][cur][op], cur); ok {
					out = append(out, row)
				}
			}
		}
	}
	return out
}

// priceRow adds a row to an ending.
func (c *compiler) priceRow(path string, p Price, all map[string]*catalog.TLD) {
	t := all[strings.ToLower(strings.TrimPrefix(p.TLD, "."))]
	if !c.given(join(path, "tld"), p.TLD) || !c.given(join(path, "operation"), p.Operation) || !c.given(join(path, "currency"), p.Currency) {
		return
	}
	if t == nil {
		c.bad(join(path, "tld"), "there is no ending %q in the catalog", clip(p.TLD))
		return
	}
	row := catalog.Price{Operation: c.operation(join(path, "operation"), p.Operation), Years: p.Years, Group: p.Group, Class: p.Class,
		From: c.when(join(path, "from"), p.From, time.Time{}), Until: c.when(join(path, "until"), p.Until, time.Time{})}
	if row.Group == "" {
		row.Group = standardGroup
	}
	if row.Years == 0 {
		row.Years = 1
	}
	if row.Years < 1 || row.Years > t.MaxYears {
		c.bad(join(path, "years"), "%s is sold for %d to %d years", t.Name, t.MinYears, t.MaxYears)
	}
	if !row.Until.IsZero() && !row.Until.After(row.From) {
		c.bad(join(path, "until"), "must lie behind from")
	}
	at := "amount"
	if !money.Currency(p.Currency).Valid() {
		at = "currency"
	}
	var ok bool
	if row.Amount, ok = c.amount(join(path, at), p.Amount, p.Currency); ok {
		t.Prices = append(t.Prices, row)
	}
}

// premium puts a name into a class and adds the prices of the class to the name's ending.
func (c *compiler) premium(path string, p Premium, all map[string]*catalog.TLD, classes map[dname.Name]string) {
	if !c.given(join(path, "name"), p.Name) || !c.given(join(path, "class"), p.Class) {
		return
	}
	name, ok := c.name(join(path, "name"), p.Name)
	if !ok {
		return
	}
	_, rest, _ := name.Cut()
	t := all[string(rest)]
	if t == nil {
		c.bad(join(path, "name"), "there is no ending of %s in the catalog", name)
		return
	}
	t.Prices = append(t.Prices, c.priceTable(join(path, "prices"), p.Prices, p.Class)...)
	classes[name] = p.Class
}
