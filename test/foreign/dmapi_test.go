package foreign

import "testing"

// debianPython has Debian's libraries, whatever else is in the PATH.
const debianPython = "/usr/bin/python3"

// TestLexiconJoker: Debian's lexicon logs in by API key and finds its domain in the list.
func TestLexiconJoker(t *testing.T) {
	t.Parallel()
	need(t, "/usr/lib/python3/dist-packages/lexicon/providers/joker.py", "python3-lexicon")
	need(t, debianPython, "python3")
	r := setup(t)
	out := r.client(t, nil, debianPython, script("joker.py"), "AlphaKey0123456789", "example.com")
	wantLines(t, out, "authenticated: example.com")
}

// TestDMAPIByCurl: a session as the manual shows it.
func TestDMAPIByCurl(t *testing.T) {
	t.Parallel()
	need(t, "/usr/bin/curl", "curl")
	r := setup(t)
	domain := "by-curl.net"
	out := r.client(t, nil, script("dmapi.sh"), "ops@alpha.example", "s3cret-dmapi", domain)
	wantLines(t, out,
		"login: 0",
		"domain-check: 0",
		"contact-create: 0",
		"result-retrieve: 0",
		"domain-register: 0",
		"result-list: 0",
		"query-whois: 0",
		"domain.name: Jane Doe",
		"domain.expires: *",
		"query-domain-list: 0",
		"listed: "+domain+" *",
		"domain-register: 2302",
		"query-profile: 0",
		"balance before: *.*",
		"logout: 0",
		"query-domain-list: *",
	)
}
