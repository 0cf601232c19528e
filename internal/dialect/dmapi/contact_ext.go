package dmapi

import (
	"regexp"
	"slices"
	"strings"

	"github.com/polyreg/polyreg/internal/catalog"
	"github.com/polyreg/polyreg/internal/contact"
	"github.com/polyreg/polyreg/internal/errs"
)

// families tells the TLDs of an extension's prefix (§8.3). Extensions of other TLDs than the contact's are ignored.
var families = map[string][]string{
	"x-be-": {"be"}, "x-ca-": {"ca"}, "x-cn-": {"cn"}, "x-atnic-": {"at", "co.at", "or.at"},
	"x-nominet-": {"uk", "co.uk", "me.uk", "net.uk", "plc.uk", "org.uk", "ltd.uk"}, "x-de-": {"de"}, "x-dk-": {"dk"},
	"x-eu-": {"eu", "xn--e1a4c", "xn--qxa6a"}, "x-ficora-": {"fi"}, "x-fr-": {"fr", "re", "pm", "tf", "wf", "yt"}, "x-ie-": {"ie"},
	"x-it-": {"it"}, "x-nl-": {"nl"}, "x-iinu-": {"nu"}, "x-iise-": {"se", "pp.se"}, "x-sk-": {"sk"}, "x-us-": {"us"}, "x-xxx-": {"xxx"},
}

// fieldAlias is a base field that is one stored value with an extension.
type fieldAlias struct{ base, ext string }

// aliases are base fields that are one stored value with an extension; the extension wins when both are sent.
var aliases = []fieldAlias{
	{"lang", "x-eu-lang"}, {"language", "x-eu-lang"}, {"app-purpose", "x-us-app-purpose"}, {"nexus-category", "x-us-nexus-category"},
	{"nexus-category-country", "x-us-nexus-category-country"}, {"account-type", "x-nominet-type"}, {"company-number", "x-nominet-company-no"},
	{"orgid", "x-iise-orgid"}, {"vatid", "x-iise-vatid"}, {"orgid", "x-iinu-orgid"}, {"vatid", "x-iinu-vatid"}, {"registrar-tag", "x-xxx-membership-token"},
}

// baseName is the base field that shows an extension, or the extension's own name.
func baseName(ext string) string {
	for _, a := range aliases {
		if a.ext == ext {
			return a.base
		}
	}
	return ext
}

// Forms that several extensions share.
const (
	formDate = `\d{4}-\d{2}-\d{2}`
	formCC   = `[A-Z]{2}`
	formT30  = `[^\x00-\x1f]{1,30}`
	formBit  = `[01]`
	formNum  = `\d{1,30}`
)

// extForms are the values that §8.3 allows; a name without a row takes any text.
var extForms = map[string]string{
	"x-be-lang": "en|fr|nl", "x-be-type": "owner|admin|tech|licensee|onsite",
	"x-ca-legal-type":      "ABO|ASS|CCO|CCT|EDU|GOV|HOP|INB|LAM|LGR|MAJ|OMK|PLT|PRT|RES|TDM|TRD|TRS",
	"x-cn-owner-id-number": formT30, "x-cn-owner-type": "E|I",
	"x-cn-owner-id-type": "SFZ|HZ|GAJMTX|TWJMTX|WJLSFZ|GAJZZ|TWJZZ|JGZ|QT|ORG|YYZZ|TYDM|BDDM|JDDWFW|SYDWFR|WGCZJG|SHTTFR|ZJCS|MBFQY|JJHFR|LSZY|" +
		"WGZHWH|WLCZJG|SFJD|JWJG|SHFWJG|MBXXBX|YLJGZY|GZJGZY|BJWSXX|QTTYDM",
	"x-atnic-type": "privateperson|role|organisation", "x-de-type": "person|role|org", "x-dk-user-type": "COMPANY|PERSON|PUBORG|ASSOCIATION",
	"x-nominet-trading-name": `[^\x00-\x1f]{1,50}`, "x-nominet-company-no": formT30,
	"x-nominet-type":              "LTD|PLC|PTNR|STRA|LLP|IP|IND|SCH|RCHAR|GOV|CRC|STAT|OTHER|FIND|FCORP|FOTHER",
	"x-eu-natural-person":         "true|false",
	"x-eu-country-of-citizenship": formCC,
	"x-eu-lang":                   "bg|cs|da|de|el|en|es|et|fi|fr|ga|hr|hu|it|lt|lv|mt|nl|pl|pt|ro|sk|sl|sv", "x-eu-type": "owner|admin|onsite",
	"x-ficora-birthdate": formDate, "x-ficora-identity": `[A-Za-z0-9_-]{5,20}`, "x-ficora-is-finnish": "yes|no", "x-ficora-registernumber": `.{3,30}`,
	"x-ficora-role": "billing|admin|tech|owner",
	"x-ficora-type": "association|privateperson|company|corporation|institution|politicalparty|township|government|publiccommunity|municipality",
	"x-fr-announce": formNum, "x-fr-numero-de-page-announce-jo": formNum, "x-fr-waldec": formNum, "x-fr-birthdate": formDate,
	"x-fr-date-association": formDate, "x-fr-date-publication-jo": formDate, "x-fr-birthplace": formCC, "x-fr-birthcity": formT30,
	"x-fr-birthpc": formT30, "x-fr-duns": formT30, "x-fr-local": formT30, "x-fr-siren-or-siret": formT30, "x-fr-trademark": formT30,
	"x-fr-vatid": formT30, "x-fr-restrict-pub": formBit,
	"x-ie-applicant-class": "Company|Business Owner|Club/Band/Local Group|School/College|State Agency|Blogger/Other",
	"x-it-entity-type":     "[1-7]", "x-it-consentforpublishing": formBit, "x-it-sect3-liability": formBit,
	"x-it-sect5-personal-data-for-registration": formBit, "x-it-sect6-personal-data-for-diffusion": formBit, "x-it-sect7-explicit-acceptance": formBit,
	"x-nl-legal-form":                 "ANDERS|BGG|BRO|BV|BVI/O|COOP|CV|EENMANSZAAK|EESV|KERK|MAATSCHAP|NV|OWM|PERSOON|REDR|STICHTING|VERENIGING|VOF",
	"x-nl-legal-form-registration-no": formT30,
	"x-iinu-orgid":                    `\[[A-Z]{2}\].{1,123}`, "x-iinu-vatid": `[A-Z]{2} ?[A-Za-z0-9]{1,64}`,
	"x-iise-orgid": `\[[A-Z]{2}\].{1,123}`, "x-iise-vatid": `[A-Z]{2} ?[A-Za-z0-9]{1,64}`,
	"x-sk-contact-legal-form": "CORP|PERS", "x-us-app-purpose": "P[1-5]", "x-us-nexus-category": "C11|C12|C21|C31|C32",
	"x-us-nexus-category-country": formCC, "x-xxx-membership-token": formT30,
}

var extChecks = func() map[string]*regexp.Regexp {
	out := map[string]*regexp.Regexp{}
	for n, f := range extForms {
		out[n] = regexp.MustCompile("^(?:" + f + ")$")
	}
	return out
}()

// Bounds of extension fields that have no form of their own.
const (
	maxExtras   = 40
	maxExtraLen = 255
)

// extras collects the registry's extension fields of a contact.
func (rq *request) extras(tld *catalog.TLD, all *problems) map[string]string {
	out := map[string]string{}
	for _, n := range rq.form.names {
		if strings.HasPrefix(n, "x-") && belongs(n, tld.Name) {
			if v := rq.form.field(n); v != "" {
				out[n] = v
			}
		}
	}
	for _, a := range aliases {
		if _, given := out[a.ext]; given || !belongs(a.ext, tld.Name) {
			continue
		}
		if v := rq.form.field(a.base); v != "" {
			out[a.ext] = v
		}
	}
	if len(out) > maxExtras {
		all.add(errs.E(errs.Invalid, "More than %d extension fields", maxExtras))
		return nil
	}
	for n, v := range out {
		v = foldExtra(n, v)
		out[n] = v
		if check := extChecks[n]; len(v) > maxExtraLen || len(n) > 64 || check != nil && !check.MatchString(v) || oneLine(v) != v {
			all.add(param(clip(rq.sentAs(n)), "valid value"))
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// sentAs is the name under which the client sent a value.
func (rq *request) sentAs(ext string) string {
	if rq.form.get(ext) != "" {
		return ext
	}
	return baseName(ext)
}

// belongs reports whether an extension is of the TLD's registry; unknown prefixes are nobody's and kept.
func belongs(ext, tld string) bool {
	for prefix, tlds := range families {
		if strings.HasPrefix(ext, prefix) {
			return slices.Contains(tlds, tld)
		}
	}
	return true
}

// foldExtra brings values that may come in any case into the listed one.
func foldExtra(name, v string) string {
	switch name {
	case "x-us-app-purpose", "x-us-nexus-category", "x-us-nexus-category-country", "x-fr-birthplace", "x-eu-country-of-citizenship":
		return strings.ToUpper(v)
	case "x-nominet-type":
		if v = strings.ToUpper(v); v == "CORP" { // a client's own mistake (§8.2)
			v = "FCORP"
		}
	case "x-eu-lang", "x-be-lang":
		return strings.ToLower(v)
	}
	return v
}

// addTLDRules asks for what §8.1 calls required below a TLD; what else a registry insists on is in the catalog.
func addTLDRules(d contact.Data, tld *catalog.TLD, all *problems) {
	need := func(ext string) {
		if d.Extra[ext] == "" {
			all.add(missing(baseName(ext)))
		}
	}
	switch tld.Name {
	case "us":
		need("x-us-app-purpose")
		need("x-us-nexus-category")
		if c := d.Extra["x-us-nexus-category"]; c == "C31" || c == "C32" {
			need("x-us-nexus-category-country")
		}
	case "se", "pp.se":
		need("x-iise-orgid")
	case "nu":
		need("x-iinu-orgid")
	}
	if belongs("x-nominet-type", tld.Name) {
		switch d.Extra["x-nominet-type"] {
		case "SCH", "RCHAR", "LTD", "PLC", "LLP", "IP":
			need("x-nominet-company-no")
		}
	}
}
