package program

import (
	"strings"
	"testing"
)

// tryLines are the command lines of the sandbox's greeting, by dialect.
func tryLines(t testing.TB, greeting string) map[string]string {
	t.Helper()
	_, rest, ok := strings.Cut(greeting, "\nTry it:\n")
	if !ok {
		t.Fatalf("nothing to try in:\n%s", greeting)
	}
	lines, dialect := map[string]string{}, ""
	for line := range strings.Lines(rest) {
		line = strings.TrimSpace(line)
		if name, ok := strings.CutPrefix(line, "# "); ok {
			dialect = name
		} else if line != "" {
			lines[dialect] = line
		}
	}
	return lines
}

// dialects are the names of the printed lines, with what an answer to each holds when it lists a name.
var dialects = map[string]func(name string) string{
	"DMAPI":            func(n string) string { return "\n" + n + " " },
	"OpenSRS XCP":      func(n string) string { return `<item key="name">` + n + `</item>` },
	"WAPI":             func(n string) string { return `"name":"` + n + `"` },
	"Domainrobot JSON": func(n string) string { return `"name":"` + n + `"` },
	"AutoDNS XML":      func(n string) string { return `<name>` + n + `</name>` },
}

// TestPrintedLines runs each line of the greeting as it stands.
func TestPrintedLines(t *testing.T) {
	t.Parallel()
	tools(t, "bash", "curl", "md5sum", "sha1sum", "sed")
	runTryLines(t, memory(t), "example.com", "example.org")
}

// TestPrintedLinesQuote: passwords may hold what shells, XML and forms care about.
func TestPrintedLinesQuote(t *testing.T) {
	t.Parallel()
	tools(t, "bash", "curl", "md5sum", "sha1sum", "sed")
	const evil = `a'b "c" <d>&e=f%41+g$HOME \n`
	seed := `version: 1
accounts:
  - name: evil
    currency: EUR
    dmapi: {users: [{username: "evil+1@evil.example", password: "PW"}]}
    opensrs: {username: evil, keys: {live: "0123456789abcdef"}, ip_rules: ["127.0.0.0/8"]}
    wapi: {user: "evil+1@evil.example", password: "PW", allowed_ips: ["127.0.0.0/8"]}
    domainrobot: {users: [{user: evil, context: 4, password: "PW"}]}
contacts:
  - {id: c, account: evil, type: person, first_name: A, last_name: B, email: a@evil.example, phone: "+49.30123456", street: [S], city: C, postal_code: "1", country: DE}
domains:
  - {name: evil-example.com, account: evil, registrant: c}
`
	text := strings.ReplaceAll(seed, `"PW"`, `"`+strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(evil)+`"`)
	runTryLines(t, memory(t, "--seed", write(t, t.TempDir(), "evil.yaml", text)), "evil-example.com")
}

func runTryLines(t *testing.T, s *sandbox, names ...string) {
	s.find(`# AutoDNS XML\ncurl .*\n`) // the greeting's end comes after the endpoints file
	lines := tryLines(t, s.out.String())
	if len(lines) != len(dialects) {
		t.Errorf("%d lines, want one for each of the %d dialects", len(lines), len(dialects))
	}
	for dialect, shows := range dialects {
		// A home folder of its own keeps the user's curl configuration out.
		code, out, complaints := runIn(t, t.TempDir(), []string{"HOME=" + t.TempDir()}, "bash", "-c", lines[dialect])
		if code != 0 || complaints != "" {
			t.Errorf("%s: exit code %d: %s\n%s", dialect, code, complaints, lines[dialect])
		}
		for _, n := range names {
			if !strings.Contains("\n"+out+" ", shows(n)) {
				t.Errorf("%s does not list %s:\n%s", dialect, n, out)
			}
		}
	}
}
