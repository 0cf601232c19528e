package domainrobot

import (
	"encoding/json"
	"strings"

	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/errs"
	"github.com/polyreg/polyreg/internal/wire/jsonx"
)

// extension is one registry-specific item of a contact: its place below "extensions", its type on the wire, and the name that
// contact.Data.Extra has for it ("" for extensions.<path>). words are an enumeration's values; ordinal says that they are stored,
// and taken, as numbers from 1 (domainrobot-json.md §9.3, §10).
type extension struct {
	path    string
	kind    jsonx.Kind // String, Bool, Number
	extra   string
	words   string
	ordinal bool
}

func (x extension) key() string {
	if x.extra != "" {
		return x.extra
	}
	return "extensions." + x.path
}

var extensions = []extension{
	{path: "aero.ensAuthId"}, {path: "aero.ensKey"},
	{path: "au.eligibilityId"}, {path: "au.eligibilityIdType"}, {path: "au.eligibilityName"}, {path: "au.eligibilityType"},
	{path: "au.policyReason", kind: jsonx.Number}, {path: "au.registrantId"}, {path: "au.registrantIdType"}, {path: "au.registrantName"},
	{path: "bank.ftldToken"}, {path: "barcelona.intendedUse"},
	{path: "ca.cpr", extra: "x-ca-legal-type", words: "CCT RES CCO ABO TDM MAJ GOV LGR TRS PRT ASS TRD PLT EDU LAM HOP INB OMK"},
	{path: "ca.agreementVersion", kind: jsonx.Number}, {path: "ca.originatingIp"}, {path: "ca.officialRepresentative"},
	{path: "ca.trusteePercentage", kind: jsonx.Number},
	{path: "cat.intendedUse"}, {path: "es.identificacion"},
	{path: "general.birth.country"}, {path: "general.birth.day"}, {path: "general.birth.postalCode"}, {path: "general.birth.place"},
	{path: "general.trademark.name"}, {path: "general.trademark.number"}, {path: "general.trademark.country"},
	{path: "general.trademark.regdate"}, {path: "general.trademark.appdate"}, {path: "general.trademark.office"},
	{path: "general.identification.number"}, {path: "general.identification.authority"},
	{path: "general.identification.dateOfIssue"}, {path: "general.identification.validTill"},
	{path: "general.gender", words: "MALE FEMALE"}, {path: "general.citizenship", extra: "x-eu-country-of-citizenship"},
	{path: "general.strict", kind: jsonx.Bool}, {path: "general.mobilePhone"},
	{path: "hk.documentType", words: "HKID OTHID PASSNO BIRTHCERT OTHIDV BR CI CRS HKSARG HKORDINANCE OTHORG"},
	{path: "hk.others"}, {path: "hk.documentNumber"}, {path: "hk.documentOrigin"}, {path: "hk.above18", kind: jsonx.Bool}, {path: "hk.industryType"},
	{path: "ie.contactType"}, {path: "ie.supportingNumber"},
	{path: "it.entityType", extra: "x-it-entity-type", ordinal: true, words: "ITALIAN_AND_FOREIGN_NATURAL_PERSONS ITALIAN_COMPANIES_ONE_MAN_COMPANIES ITALIAN_FREELANCE_WORKERS_PROFESSIONALS ITALIAN_NON_PROFIT_ORGANIZATIONS ITALIAN_PUBLIC_ORGANIZATIONS ITALIAN_OTHER_SUBJECTS FOREIGN_NON_NATURAL_PERSONS"},
	{path: "jobs.adminType", kind: jsonx.Bool}, {path: "jobs.contactTitle"}, {path: "jobs.hrMember", kind: jsonx.Bool},
	{path: "jobs.industryClass", kind: jsonx.Number}, {path: "jobs.website"},
	{path: "jp.first"}, {path: "jp.last"}, {path: "jp.organization"}, {path: "jp.adressLine1"}, {path: "jp.adressLine2"}, {path: "jp.adressLine3"},
	{path: "luxe.walletAddress"}, {path: "madrid.intendedUse"}, {path: "nz.irpo", kind: jsonx.Bool},
	{path: "ro.personType", words: "P AP NC C GI PI O"},
	{path: "ru.taxpayerIdentificationNumber"}, {path: "ru.territoryLinkedTaxpayerNumber"},
	{path: "scot.intendedUse"}, {path: "sport.intendedUse"}, {path: "swiss.enterpriseId"}, {path: "swiss.intendedUse"},
	{path: "uk.entityType", extra: "x-nominet-type", words: "LTD PLC PTNR STRA LLP IP IND SCH RCHAR GOV CRC STAT OTHER FIND FCORP FOTHER"},
	{path: "xxx.membershipID", extra: "x-xxx-membership-token"}, {path: "xxx.nonResolverDomain", kind: jsonx.Bool},
	{path: "zuerich.enterpriseId"}, {path: "zuerich.isAuthority", kind: jsonx.Bool},
}

// dataItems are the extensions that the core has fields of its own for.
var dataItems = []struct {
	path string
	of   func(*contact.Data) *string
}{
	{"general.language", func(d *contact.Data) *string { return &d.Language }},
	{"general.companyNumber", func(d *contact.Data) *string { return &d.CompanyNo }},
	{"general.vatNumber", func(d *contact.Data) *string { return &d.VATID }},
}

// readExtensions takes the items given; those not given stay, and an empty text takes an item away.
func readExtensions(r *reader, d *contact.Data) {
	all := r.v.Get("extensions")
	if !all.Given() {
		return
	}
	for _, it := range dataItems {
		if v := dig(all, it.path); v.Given() {
			*it.of(d) = v.Str()
		}
	}
	for _, x := range extensions {
		v := dig(all, x.path)
		if !v.Given() {
			continue
		}
		text, err := x.read(v)
		if err != nil {
			r.Add(err)
			continue
		}
		if d.Extra == nil {
			d.Extra = map[string]string{}
		}
		if d.Extra[x.key()] = text; text == "" {
			delete(d.Extra, x.key())
		}
	}
}

func dig(v jsonx.Value, path string) jsonx.Value { return v.Path(strings.Split(path, ".")...) }

// read brings an item into its stored form.
func (x extension) read(v jsonx.Value) (string, *errs.Error) {
	wrong := func(why string) (string, *errs.Error) {
		return "", bad(errs.Invalid, "contact.extensions."+x.path, v.Str(), "%s", why)
	}
	text, ok := v.AsString()
	if !ok {
		return wrong("is not a single value")
	}
	text = strings.TrimSpace(text)
	switch {
	case text == "":
		return "", nil
	case x.kind == jsonx.Bool:
		on, ok := v.AsBool()
		if !ok {
			return wrong("is not a boolean")
		}
		return map[bool]string{true: "true", false: "false"}[on], nil
	case x.kind == jsonx.Number && !json.Valid([]byte(text)):
		return wrong("is not a number")
	case x.words == "":
		return text, nil
	}
	for i, w := range strings.Fields(x.words) {
		number := string(rune('1' + i))
		switch {
		case x.ordinal && (strings.EqualFold(w, text) || text == number):
			return number, nil
		case strings.EqualFold(w, text):
			return w, nil
		}
	}
	return wrong("is not one of the values allowed")
}

// write is an item as it is answered; nil when what is stored does not fit its type.
func (x extension) write(text string) any {
	switch {
	case x.kind == jsonx.Bool:
		return text == "true"
	case x.kind == jsonx.Number:
		return json.Number(text)
	case x.ordinal:
		words := strings.Fields(x.words)
		if len(text) != 1 || text[0] < '1' || int(text[0]-'1') >= len(words) {
			return nil
		}
		return words[text[0]-'1']
	}
	return text
}

// writeExtensions builds the object of all items that the contact has; nil without any.
func writeExtensions(d contact.Data) jsonx.Obj {
	var out jsonx.Obj
	for _, it := range dataItems {
		if v := *it.of(&d); v != "" {
			out = plant(out, strings.Split(it.path, "."), v)
		}
	}
	for _, x := range extensions {
		text, ok := d.Extra[x.key()]
		if !ok {
			continue
		}
		if v := x.write(text); v != nil {
			out = plant(out, strings.Split(x.path, "."), v)
		}
	}
	return out
}

// plant sets a value below nested objects.
func plant(o jsonx.Obj, path []string, v any) jsonx.Obj {
	if len(path) == 1 {
		return append(o, [2]any{path[0], v})
	}
	for i := range o {
		if o[i][0] == path[0] {
			inner, _ := o[i][1].(jsonx.Obj)
			o[i][1] = plant(inner, path[1:], v)
			return o
		}
	}
	return append(o, [2]any{path[0], plant(nil, path[1:], v)})
}
