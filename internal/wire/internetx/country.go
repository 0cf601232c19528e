package internetx

import "strings"

// countryNames are written-out names that are taken for their code, as the vendor takes some (autodns-xml.md §6.1,
// domainrobot-json.md §7).
var countryNames = map[string]string{
	"germany": "DE", "deutschland": "DE", "austria": "AT", "österreich": "AT", "switzerland": "CH", "schweiz": "CH", "france": "FR",
	"italy": "IT", "spain": "ES", "netherlands": "NL", "belgium": "BE", "poland": "PL", "czech republic": "CZ", "czechia": "CZ",
	"united kingdom": "GB", "great britain": "GB", "united states": "US", "usa": "US",
}

// CountryCode is the ISO 3166 code of a known name, else the text in capitals.
func CountryCode(s string) string {
	if code := countryNames[strings.ToLower(s)]; code != "" {
		return code
	}
	return strings.ToUpper(s)
}
