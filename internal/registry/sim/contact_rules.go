package sim

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/polyreg/polyreg/internal/dname"
	"github.com/polyreg/polyreg/internal/registry/sim/repo"
	"github.com/polyreg/polyreg/internal/wire/epp"
)

// validHandle: printable ASCII without spaces; the length is the schema's.
func validHandle(id string) bool {
	for i := 0; i < len(id); i++ {
		if id[i] <= ' ' || id[i] >= 0x7f {
			return false
		}
	}
	return id != ""
}

// countries are the officially assigned codes of ISO 3166-1 alpha-2.
const countries = " AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ" +
	" CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR" +
	" GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP" +
	" KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT" +
	" MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW" +
	" SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG" +
	" UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW "

func validCountry(cc string) bool {
	return len(cc) == 2 && cc[0] != ' ' && cc[1] != ' ' && strings.Contains(countries, " "+cc+" ")
}

// validEmail takes the plain form local@domain (RFC 5322 §3.4.1 without quoting and comments).
func validEmail(text string) bool {
	i := strings.LastIndexByte(text, '@')
	if i < 1 || i > 64 || len(text) > 254 {
		return false
	}
	for _, r := range text[:i] {
		if r <= ' ' || r == 0x7f || strings.ContainsRune(`()<>[]:;,\"@`, r) {
			return false
		}
	}
	if local := "." + text[:i] + "."; strings.Contains(local, "..") {
		return false
	}
	n, err := dname.Parse(text[i+1:])
	if err != nil {
		return false
	}
	_, _, ok := n.Cut()
	return ok
}

// valid checks what the schema cannot.
func valid(ct *repo.Contact) error {
	if ct.Int == nil && ct.Loc == nil {
		return refuse(epp.CodeMissingParameter, ofContact("postalInfo", ""), "an address is needed")
	}
	for _, p := range []*repo.Postal{ct.Int, ct.Loc} {
		if p == nil {
			continue
		}
		if !validCountry(p.Country) {
			return refuse(epp.CodeValueSyntax, ofContact("cc", p.Country), "not a country code of ISO 3166-1")
		}
		for _, v := range []string{p.Name, p.City} {
			if strings.TrimSpace(v) == "" {
				return refuse(epp.CodeMissingParameter, ofContact("postalInfo", ""), "name and city are needed")
			}
		}
	}
	if ct.Int != nil {
		for _, v := range append([]string{ct.Int.Name, ct.Int.Org, ct.Int.City, ct.Int.State, ct.Int.Code}, ct.Int.Street...) {
			if !ascii(v) {
				return refuse(epp.CodeValueSyntax, ofContact("postalInfo", "int"), "the internationalized form is ASCII only")
			}
		}
	}
	if !validEmail(ct.Email) {
		return refuse(epp.CodeValueSyntax, ofContact("email", ct.Email), "not an e-mail address")
	}
	return nil
}

func ascii(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

func postalIn(p *epp.PostalInfo) *repo.Postal {
	return addressIn(&repo.Postal{Name: p.Name, Org: p.Org}, &p.Addr)
}

func addressIn(p *repo.Postal, a *epp.Address) *repo.Postal {
	p.Street = slices.DeleteFunc(slices.Clone(a.Street), func(line string) bool { return line == "" })
	if len(p.Street) == 0 {
		p.Street = nil
	}
	p.City, p.State, p.Code, p.Country = a.City, a.SP, a.PC, a.CC
	return p
}

func postalOut(form string, p *repo.Postal) epp.PostalInfo {
	return epp.PostalInfo{Type: form, Name: p.Name, Org: p.Org,
		Addr: epp.Address{Street: p.Street, City: p.City, SP: p.State, PC: p.Code, CC: p.Country}}
}

func phoneOut(number, ext string) *epp.Phone {
	if number == "" {
		return nil
	}
	return &epp.Phone{Number: number, X: ext}
}

// discloseIn is the stored form of the disclosure wishes, opaque to the store.
func discloseIn(d *epp.Disclose) (string, error) {
	if d == nil {
		return "", nil
	}
	b, err := json.Marshal(d)
	return string(b), err
}

func discloseOut(text string) (*epp.Disclose, error) {
	if text == "" {
		return nil, nil
	}
	d := new(epp.Disclose)
	return d, json.Unmarshal([]byte(text), d)
}
