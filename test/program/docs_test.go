package program

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/polyreg/polyreg/internal/config"
	"github.com/polyreg/polyreg/internal/store/pgtest"
)

// block is a fenced block of a page with what the comments right before it say.
type block struct {
	line       int
	lang       string
	text       string
	background bool
	says       []string
	file       string
}

var reDirective = regexp.MustCompile(`^<!-- (run|says|file): (.*) -->$`)

// blocks reads the fenced blocks of a page; those inside lists are indented.
func blocks(t testing.TB, page string) []block {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root(), page))
	if err != nil {
		t.Fatal(err)
	}
	var out []block
	var next block
	inside := false
	for i, line := range strings.Split(string(text), "\n") {
		bare := strings.TrimSpace(line)
		switch m := reDirective.FindStringSubmatch(bare); {
		case inside && bare == "```":
			out, next, inside = append(out, next), block{}, false
		case inside:
			next.text += line + "\n"
		case strings.HasPrefix(bare, "```"):
			next.lang, next.line, inside = strings.TrimPrefix(bare, "```"), i+1, true
		case m != nil && m[1] == "run" && m[2] == "background":
			next.background = true
		case m != nil && m[1] == "says":
			next.says = append(next.says, m[2])
		case m != nil && m[1] == "file":
			next.file = m[2]
		case m != nil:
			t.Fatalf("%s:%d: %s", page, i+1, bare)
		case bare != "":
			next = block{} // a comment belongs to the block that follows at once
		}
	}
	if inside {
		t.Fatalf("%s: a block does not end", page)
	}
	return out
}

// reader does what a page says, in a folder and with a home of its own, with free ports in place of the page's.
type reader struct {
	t     testing.TB
	page  string
	dir   string
	env   []string
	swap  *strings.Replacer
	begun []*process
}

func newReader(t testing.TB, page string, swaps ...string) *reader {
	t.Helper()
	r := &reader{t: t, page: page, dir: t.TempDir()}
	bin, base := t.TempDir(), freePorts(t, 9)
	port := func(n int) string { return "127.0.0.1:" + strconv.Itoa(base+n) }
	r.swap = strings.NewReplacer(append(swaps, "127.0.0.1:8700", port(0), "127.0.0.1:8701", port(1), "127.0.0.1:8702", port(2), "127.0.0.1:55443", port(3),
		"127.0.0.1:8753", port(4), "127.0.0.1:8780", port(6),
		"127.0.0.1:8080", port(7), "127.0.0.1:8081", port(8), "go run ./cmd/polyreg", "polyreg")...)
	// A sandbox without words about ports has the page's default ones; later flags win over the one put in here.
	wrapper := fmt.Sprintf("#!/bin/sh\nif [ \"$1\" = sandbox ]; then shift; set -- sandbox --port-base %d \"$@\"; fi\nexec %s \"$@\"\n", base, program(t))
	if err := os.WriteFile(filepath.Join(bin, "polyreg"), []byte(wrapper), 0o755); err != nil {
		t.Fatal(err)
	}
	r.env = []string{"PATH=" + bin + ":" + os.Getenv("PATH"), "HOME=" + r.dir, "XDG_DATA_HOME="}
	return r
}

// do carries out one block.
func (r *reader) do(b block) {
	r.t.Helper()
	where := fmt.Sprintf("%s:%d", r.page, b.line)
	text := r.swap.Replace(b.text)
	switch {
	case b.file != "":
		write(r.t, r.dir, b.file, text)
	case b.lang != "sh":
	case strings.TrimSpace(text) == "./scripts/test":
		// It is what runs this test.
		if code, _, complaints := runIn(r.t, root(), nil, "bash", "-n", "scripts/test"); code != 0 {
			r.t.Errorf("%s: %s", where, complaints)
		}
	case b.background:
		p := start(r.t, append(r.env, "PWD="+r.dir), "bash", "-c", "cd "+r.dir+"\nset -eu\n"+text)
		p.find("is ready")
		r.begun = append(r.begun, p)
	default:
		code, out, complaints := runIn(r.t, r.dir, r.env, "bash", "-c", "set -euo pipefail\n"+text)
		if code != 0 || complaints != "" {
			r.t.Errorf("%s: exit code %d: %s\n%s", where, code, complaints, out)
		}
		for _, w := range b.says {
			if !strings.Contains(out, w) {
				r.t.Errorf("%s: no %q in:\n%s", where, w, out)
			}
		}
	}
}

// runPage carries out a page and gives how many blocks it ran.
func runPage(t *testing.T, page string, swaps ...string) {
	tools(t, "bash", "curl", "md5sum", "sha1sum", "sed", "base64")
	r, ran := newReader(t, page, swaps...), 0
	for _, b := range blocks(t, page) {
		switch b.lang {
		case "sh":
			ran++
		case "":
			t.Errorf("%s:%d: a block needs a word for what it holds", page, b.line)
		}
		r.do(b)
	}
	if ran < 2 {
		t.Errorf("%s: %d blocks", page, ran)
	}
	for _, p := range r.begun {
		if !p.running() {
			t.Errorf("%s: what runs in the background has ended: %v\n%s", page, p.err, p.out.String())
		}
	}
	t.Logf("%s: %d blocks ran", page, ran)
}

func TestReadme(t *testing.T) {
	t.Parallel()
	r := newReader(t, "README.md")
	for _, b := range blocks(t, "README.md") {
		b.background = strings.Contains(b.text, " sandbox") // the front page shows no comments of ours
		r.do(b)
	}
	if len(r.begun) != 1 {
		t.Fatalf("README starts %d programs", len(r.begun))
	}
	// What it promises: one line per dialect that works as printed.
	tools(t, "bash", "curl", "md5sum", "sha1sum", "sed")
	r.begun[0].find(`# AutoDNS XML\ncurl .*\n`)
	for dialect, line := range tryLines(t, r.begun[0].out.String()) {
		if code, out, complaints := runIn(t, r.dir, r.env, "bash", "-c", line); code != 0 || !strings.Contains(out, "example.com") {
			t.Errorf("%s: exit code %d: %s\n%s", dialect, code, complaints, out)
		}
	}
}

func TestQuickStart(t *testing.T) {
	t.Parallel()
	runPage(t, "docs/quickstart.md")
}

func TestServePage(t *testing.T) {
	t.Parallel()
	_, schema := pgtest.OpenSchema(t)
	u, err := url.Parse(pgtest.DSN(t))
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Set("search_path", schema)
	u.RawQuery = q.Encode()
	runPage(t, "docs/serve.md", "postgres://polyreg:secret@127.0.0.1:5432/polyreg", u.String())
}

// TestServePageIsComplete: docs/serve.md names every key and every environment variable of the configuration.
func TestServePageIsComplete(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(root(), "docs", "serve.md"))
	if err != nil {
		t.Fatal(err)
	}
	var walk func(typ reflect.Type, key, env string)
	walk = func(typ reflect.Type, key, env string) {
		for i := range typ.NumField() {
			f := typ.Field(i)
			name, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
			full := strings.TrimPrefix(key+"."+name, ".")
			if v := f.Tag.Get("env"); v != "" && !strings.Contains(string(text), "`"+env+v+"`") {
				t.Errorf("docs/serve.md does not name %s", env+v)
			}
			switch kind := f.Type; {
			case kind.Kind() == reflect.Struct:
				walk(kind, full, env+f.Tag.Get("envPrefix"))
				continue
			case kind.Kind() == reflect.Slice && kind.Elem().Kind() == reflect.Struct:
				walk(kind.Elem(), "", env)
			}
			if name != "-" && !strings.Contains(string(text), "`"+full+"`") {
				t.Errorf("docs/serve.md does not tell of the key %s", full)
			}
		}
	}
	walk(reflect.TypeFor[config.Config](), "", config.Prefix)
}

var reLink = regexp.MustCompile(`\]\(([^)#:]+)(#[^)]*)?\)`)

// TestLinks: the pages of this package lead to pages that exist.
func TestLinks(t *testing.T) {
	t.Parallel()
	for _, page := range []string{"docs/quickstart.md", "docs/serve.md"} {
		text, err := os.ReadFile(filepath.Join(root(), page))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range reLink.FindAllStringSubmatch(string(text), -1) {
			if _, err := os.Stat(filepath.Join(root(), filepath.Dir(page), m[1])); err != nil {
				t.Errorf("%s: %v", page, err)
			}
		}
	}
}
