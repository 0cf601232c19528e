package rst

import (
	"fmt"
	"math/rand/v2"

	"github.com/polyreg/polyreg/internal/wire/epp"
)

// newFiller computes values of one case in one TLD.
func newFiller(r *run, tld string) *filler {
	f := &filler{rng: rand.New(rand.NewPCG(r.rng.Uint64(), r.rng.Uint64())), vars: map[string]string{"$TLD": tld}, previous: map[string]string{}}
	pick := func(list ...string) func() string { return func() string { return list[f.rng.IntN(len(list))] } }
	phone := func() string { return fmt.Sprintf("+%d.%d", 1+f.rng.IntN(99), 1000000+f.rng.IntN(8999999)) }
	f.auto = map[string]func() string{
		"id":             func() string { return "RST-" + f.letters(10, alphanumeric) },
		"postalInfoType": pick("int", "loc"),
		"name":           pick("Erika Mustermann", "John Q. Public", "Jan Novak"),
		"org":            pick("Example & Sons Ltd", "Muster GmbH", "Vzor s.r.o."),
		"street1":        func() string { return fmt.Sprintf("%d Example Street", 1+f.rng.IntN(900)) },
		"city":           pick("Berlin", "Portland", "Prague"),
		"sp":             pick("BE", "OR", "Praha"),
		"pc":             func() string { return fmt.Sprint(10000 + f.rng.IntN(89999)) },
		"cc":             pick("DE", "US", "CZ"),
		"voice":          phone,
		"voiceExt":       func() string { return fmt.Sprint(1 + f.rng.IntN(999)) },
		"fax":            phone,
		"faxExt":         func() string { return fmt.Sprint(1 + f.rng.IntN(999)) },
		"email":          func() string { return f.letters(8, "abcdefghij") + "@example.org" },
		"authInfo":       func() string { return f.letters(16, alphanumeric) },
		"keyTag":         func() string { return fmt.Sprint(1 + f.rng.IntN(65534)) },
	}
	if r.rig.plan.secure { // as the tables say of RFC 9154
		f.auto["authInfo"] = func() string { return "" }
	}
	return f
}

// contact is a row with an automatic value in each column.
func (f *filler) contact() row {
	r := row{"postalInfoType": "int"}
	for _, c := range []string{"id", "name", "org", "street1", "city", "sp", "pc", "cc", "voice", "voiceExt", "fax", "faxExt", "email", "authInfo"} {
		r[c] = f.auto[c]()
	}
	return r
}

// must ends the case when a command that prepares something is not carried out.
func (r *run) must(resp *epp.Response) *epp.Response {
	r.t.Helper()
	r.check("EPP_UNEXPECTED_COMMAND_FAILURE", done(resp), "%d: %s", resp.Code(), told(resp))
	if !done(resp) {
		r.t.FailNow()
	}
	return resp
}

// contactOf makes a contact and gives its id.
func (r *run) contactOf(s *session) string {
	r.t.Helper()
	c := newFiller(r, graceTLD).contact()
	r.must(s.do(createContact(c)))
	return c["id"]
}

// registrant makes a contact where domains need one.
func (r *run) registrant(s *session) *string {
	r.t.Helper()
	if !r.rig.plan.contacts {
		return nil
	}
	id := r.contactOf(s)
	return &id
}

// externalHost makes a host outside the registry.
func (r *run) externalHost(s *session, f *filler) string {
	r.t.Helper()
	name := fmt.Sprintf("ns1.%s.icann", f.letters(18, "abcdefghijklmnop"))
	r.must(s.do(createHost(name)))
	return name
}

// delegate gives a domain a name server outside the registry.
func (r *run) delegate(s *session, f *filler, d *domainCreate) {
	r.t.Helper()
	if r.rig.plan.attrs {
		d.attrs = append(d.attrs, attribute{name: fmt.Sprintf("ns1.%s.icann", f.letters(18, "abcdefghijklmnop"))})
		return
	}
	d.hosts = append(d.hosts, r.externalHost(s, f))
}

// domainOf makes a domain of so many years with a host outside the registry.
func (r *run) domainOf(s *session, tld, years string) domainCreate {
	r.t.Helper()
	f := newFiller(r, tld)
	d := domainCreate{name: "rst-" + f.letters(18, "abcdefghijklmnop") + "." + tld, period: years, unit: "y", registrant: r.registrant(s)}
	r.delegate(s, f, &d)
	r.must(s.do(d.frame()))
	return d
}

// domainInfo asks for a domain that must be there.
func (r *run) domainInfo(s *session, name string) (*epp.DomainInfoData, epp.ResponseExt) {
	r.t.Helper()
	resp := r.must(s.do(on("info", "domain", name)))
	if resp.Data == nil || resp.Data.DomainInfo == nil {
		r.t.Fatalf("info of %s has no data", name)
	}
	return resp.Data.DomainInfo, resp.Ext
}

func (r *run) hostInfo(s *session, name string) *epp.HostInfoData {
	r.t.Helper()
	resp := r.must(s.do(on("info", "host", name)))
	if resp.Data == nil || resp.Data.HostInfo == nil {
		r.t.Fatalf("info of %s has no data", name)
	}
	return resp.Data.HostInfo
}

func statusNames[S epp.DomainStatus | epp.HostStatus | epp.ContactStatus](list []S) []string {
	var out []string
	for _, s := range list {
		switch v := any(s).(type) {
		case epp.DomainStatus:
			out = append(out, v.S)
		case epp.HostStatus:
			out = append(out, v.S)
		case epp.ContactStatus:
			out = append(out, v.S)
		}
	}
	return out
}
