package program

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/miekg/dns"
)

// stdin runs a command that controls the sandbox with a text on its standard input.
func (s *sandbox) stdin(text string, args ...string) (code int, out, complaints string) {
	s.t.Helper()
	path := write(s.t, s.t.TempDir(), "stdin", text)
	return runIn(s.t, "", []string{"POLYREG_SANDBOX=" + s.HTTP}, append([]string{"bash", "-c", `exec < "$0"; exec "$@"`, path, program(s.t)}, args...)...)
}

// answers tells whether the sandbox's name server answers with all of the words.
func (s *sandbox) answers(name string, typ uint16, words ...string) func() error {
	return func() error {
		r := asked(s.t, s.DNS, name, typ)
		for _, w := range words {
			if !strings.Contains(fmt.Sprint(r.Answer), w) {
				return fmt.Errorf("no %q in %v", w, r)
			}
		}
		if len(words) == 0 && len(r.Answer) > 0 {
			return fmt.Errorf("%v", r)
		}
		return nil
	}
}

// TestZones: a zone goes out as a text and comes back changed, and the name server answers for it.
func TestZones(t *testing.T) {
	t.Parallel()
	s := memory(t)
	wantWords(t, s.ctl("zone"), "example.com", "alpha", "beta-example.eu", "trial-example.com", "primary")
	if list := s.ctl("zone", "list", "--account", "beta"); strings.Contains(list, "example.com") || !strings.Contains(list, "beta-example.cz") {
		t.Errorf("the zones of an account:\n%s", list)
	}
	wantWords(t, s.ctl("zone", "list", "--limit", "2"), "There are more: --after beta-example.eu")
	wantWords(t, s.ctl("zone", "show", "example.com"), "account:       alpha (live)", "SOA", "ns1.polyreg.test.", "NUMBER")

	dir, text := t.TempDir(), s.ctl("zone", "export", "example.com")
	same := write(t, dir, "same.zone", text)
	if out := s.ctl("zone", "diff", "example.com", same); out != "" {
		t.Errorf("what was exported differs:\n%s", out)
	}
	next := write(t, dir, "next.zone", strings.Replace(text, "$TTL 3600", "$TTL 1h ; as before", 1)+"www\tIN\tA\t192.0.2.7\nwww AAAA 2001:db8::7\n*.dyn 60 TXT ( \"a b\"\n  \"c;d\" )\n")
	want := "+*.dyn\t60\tIN\tTXT\t\"a b\" \"c;d\"\n+www\t3600\tIN\tA\t192.0.2.7\n+www\t3600\tIN\tAAAA\t2001:db8::7\n"
	code, out, complaints := run(t, "zone", "diff", "example.com", next, "--sandbox", s.HTTP)
	if sorted(out) != sorted(want) || code != 2 || complaints != "" {
		t.Errorf("diff: exit code %d\n%s%s", code, out, complaints)
	}
	if now := s.ctl("zone", "export", "example.com"); now != text {
		t.Errorf("a diff changed the zone:\n%s", now)
	}
	wantWords(t, s.ctl("zone", "import", "example.com", next), "example.com is changed: 0 records removed, 3 added")
	eventually(t, patience, s.answers("www.example.com", dns.TypeA, "192.0.2.7"))
	eventually(t, patience, s.answers("a.b.dyn.example.com", dns.TypeTXT, `"a b" "c;d"`))
	wantWords(t, s.ctl("zone", "import", "example.com", next), "what the file says already")
	if code, out, complaints := s.stdin(text, "zone", "import", "example.com", "-"); code != 0 || !strings.Contains(out, "3 records removed, 0 added") {
		t.Errorf("from standard input: exit code %d\n%s%s", code, out, complaints)
	}
	eventually(t, patience, s.answers("www.example.com", dns.TypeA))

	history := s.ctl("zone", "history", "example.com")
	wantWords(t, history, "operator import", "  -www\t3600\tIN\tA\t192.0.2.7", "  +www\t3600\tIN\tA\t192.0.2.7")
	serial, _, _ := strings.Cut(history, " ")
	wantWords(t, s.ctl("zone", "undo", "example.com", serial), "+www\t3600\tIN\tA\t192.0.2.7", "is taken back")
	eventually(t, patience, s.answers("www.example.com", dns.TypeA, "192.0.2.7"))
	refused(t, []string{"has been changed since"}, "zone", "undo", "example.com", serial, "--sandbox", s.HTTP)

	wantWords(t, s.ctl("zone", "import", "trial-example.com", write(t, dir, "trial.zone", "t A 192.0.2.9\n")), "trial-example.com is changed") // the test system's
	fresh := write(t, dir, "fresh.zone", "@ TXT \"fresh\"\n")
	refused(t, []string{"there is no zone fresh.example", "--account NAME"}, "zone", "import", "fresh.example", fresh, "--sandbox", s.HTTP)
	wantWords(t, s.ctl("zone", "import", "fresh.example", fresh, "--account", "beta"), "fresh.example is served")
	eventually(t, patience, s.answers("fresh.example", dns.TypeTXT, "fresh"))
	wantWords(t, s.ctl("zone", "list", "--account", "beta"), "fresh.example")
	s.reset()
	refused(t, []string{"there is no zone fresh.example", "zone list"}, "zone", "show", "fresh.example", "--sandbox", s.HTTP)
	s.stop()
}

// sorted is a text with its lines in order.
func sorted(text string) string {
	lines := strings.Split(text, "\n")
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// TestHostileZones: the line is told, the exit code is 1, and nothing is changed.
func TestHostileZones(t *testing.T) {
	t.Parallel()
	s := memory(t)
	before := s.ctl("zone", "export", "example.com")
	for text, words := range map[string][]string{
		"a A 192.0.2.1\n\nb A nonsense\n":                {"line 3: ", "nothing is changed"},
		"$INCLUDE /etc/passwd\n":                         {"line 1: ", "$INCLUDE", "nothing is changed"},
		"a A 192.0.2.1\nb.elsewhere. A 192.0.2.1\n":      {"line 2: ", "outside the zone"},
		"a A 192.0.2.1\nb CNAME c\n\nb TXT x\n":          {"line ", "b has a CNAME", "nothing is changed"},
		"a TXT \"open\n":                                 {"line 1: "},
		"a TXT (\n" + strings.Repeat("x\n", 300_000):     {"line 1: "},
		"a A 192.0.2.1\n\xff A 192.0.2.1\n":              {"line 2: ", "UTF-8"},
		strings.Repeat("x A 192.0.2.1\n", 3) + "\x1b[2J": {"line 4: "},
		"": {"is empty"},
	} {
		for _, verb := range []string{"diff", "import"} {
			code, out, complaints := s.stdin(text, "zone", verb, "example.com", "-")
			if code != 1 || out != "" || strings.ContainsAny(complaints, "\x1b\x00") {
				t.Errorf("%s of %.40q: exit code %d\n%s%q", verb, text, code, out, complaints)
			}
			wantWords(t, complaints, append(words, "standard input")...)
		}
	}
	if after := s.ctl("zone", "export", "example.com"); after != before {
		t.Errorf("the zone is now\n%s", after)
	}
	absent := filepath.Join(t.TempDir(), "absent")
	for words, args := range map[string][]string{
		absent:                       {"import", "example.com", absent},
		"accepts 2 arg":              {"diff", "example.com"},
		"SERIAL must be the number":  {"undo", "example.com", "latest"},
		"no change to 7":             {"undo", "example.com", "7"},
		"the serial is":              {"import", "example.com", write(t, t.TempDir(), "z", "a A 192.0.2.1\n"), "--serial", "7"},
		"--limit must be from 1":     {"list", "--limit", "0"},
		"is no zone name":            {"show", "..."},
		`has no command "delete"`:    {"delete"},
		"13 (ECDSA P-256)":           {"sign", "example.com", "--algorithm", "8"},
		"there is no account":        {"list", "--account", "nobody"},
		"the account alpha":          {"import", "example.com", write(t, t.TempDir(), "z", "a A 192.0.2.1\n"), "--account", "beta"},
		"there is no zone nowhere.c": {"export", "nowhere.com"},
	} {
		refused(t, []string{words}, append(append([]string{"zone"}, args...), "--sandbox", s.HTTP)...)
	}
}

// TestZoneSigning: one command signs, and the parent gets the DS.
func TestZoneSigning(t *testing.T) {
	t.Parallel()
	s := memory(t)
	wantWords(t, s.ctl("zone", "keys", "example.com"), "example.com is not signed")
	wantWords(t, s.ctl("zone", "sign", "example.com", "--algorithm", "15", "--nsec3"), "is signed, with NSEC3", "ksk   15", "zsk   15", "Trust anchors:", "IN DNSKEY 257 3 15 ")
	eventually(t, patience, s.answers("example.com", dns.TypeDNSKEY, "257 3 15", "256 3 15"))
	s.ctl("clock", "advance", "3d", "--quiet")
	wantWords(t, s.ctl("zone", "keys", "example.com"), "ksk   15         active", "DS records of the parent:", "example.com. IN DS ")
	wantWords(t, s.ctl("zone", "list", "--account", "alpha"), "yes")
	refused(t, []string{"unsign it first"}, "zone", "sign", "example.com", "--algorithm", "13", "--sandbox", s.HTTP)
	wantWords(t, s.ctl("zone", "roll", "example.com", "--role", "zsk"), "zsk   15         published")
	refused(t, []string{"no zsk of example.com can be replaced now"}, "zone", "roll", "example.com", "--role", "zsk", "--sandbox", s.HTTP)
	refused(t, []string{"waits for no change"}, "zone", "confirm-ds", "example.com", "--sandbox", s.HTTP)
	wantWords(t, s.ctl("zone", "unsign", "example.com"), "is being unsigned")
	s.ctl("clock", "advance", "30d", "--quiet")
	wantWords(t, s.ctl("zone", "keys", "example.com"), "is not signed")
	eventually(t, patience, s.answers("example.com", dns.TypeDNSKEY))
}

// TestConfirmDS: nobody here knows the parent of a name that is registered elsewhere; its keys go on when the operator tells.
func TestConfirmDS(t *testing.T) {
	t.Parallel()
	s := memory(t)
	s.ctl("zone", "import", "elsewhere-only.com", write(t, t.TempDir(), "z", "www A 192.0.2.1\n"), "--account", "alpha")
	s.ctl("zone", "sign", "elsewhere-only.com")
	s.ctl("clock", "advance", "30d", "--quiet")
	const waits = "it waits for its parent"
	wantWords(t, s.ctl("zone", "keys", "elsewhere-only.com"), "elsewhere-only.com. IN DS ", waits)
	if out := s.ctl("zone", "confirm-ds", "elsewhere-only.com"); strings.Contains(out, waits) {
		t.Errorf("it still waits:\n%s", out)
	}
	wantWords(t, s.ctl("zone", "roll", "elsewhere-only.com"), "ksk   13         published")
	s.ctl("clock", "advance", "30d", "--quiet")
	wantWords(t, s.ctl("zone", "keys", "elsewhere-only.com"), waits)
	s.ctl("zone", "confirm-ds", "elsewhere-only.com")
	s.ctl("clock", "advance", "3d", "--quiet")
	if out := s.ctl("zone", "keys", "elsewhere-only.com"); strings.Contains(out, waits) || strings.Count(out, "ksk ") != 1 {
		t.Errorf("the old key is still there:\n%s", out)
	}
}
