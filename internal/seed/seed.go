// Package seed reads seed files: YAML that says what a polyreg holds when it starts. It parses strictly, telling every
// problem with its line and column, turns the file into a command.Plant and into what the embedded registry is to hold, and
// applies both. The built-in catalog and the demo seed are such files too. docs/seed.md describes the format.
//
// It holds no SQL and no protocol. Of the embedded registry it knows the port's types (registry/sim/repo) alone.
package seed

import (
	"fmt"
	"time"

	"github.com/polyreg/polyreg/internal/account"
	"github.com/polyreg/polyreg/internal/catalog"
	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/dname"
)

// Version is the version of the format.
const Version = 1

// File is a seed file that was read and found right.
type File struct {
	// Root is the file's content with its defaults filled in.
	Root Root
	// NotServed tells what the file says that this version keeps or accepts but does not act on, one line each.
	NotServed []string

	now     time.Time // zero when the file has none
	plant   command.Plant
	foreign []foreign
	catalog *catalog.Catalog
	at      map[string]Pos
	name    string
}

// foreign is a name of another registrar.
type foreign struct {
	env              account.Environment
	name             dname.Name
	auth             string
	locked           bool
	created, expires time.Time
	servers          []dname.Name
}

// Parse reads a seed file. filename stands in messages; now is what relative times refer to when the file says no `now`.
// The error is Problems, which holds everything that is wrong.
func Parse(data []byte, filename string, now time.Time) (*File, error) {
	ps := &problems{file: filename, read: true, at: map[string]Pos{}}
	var root Root
	decode(data, &root, ps)
	return compile(root, ps, now)
}

// FromRoot makes a File of a structure that no file was read for.
func FromRoot(root Root, now time.Time) (*File, error) {
	root.Version = Version
	return compile(root, &problems{at: map[string]Pos{}}, now)
}

// Now is the registrar time that the file sets, the zero time when it is wall time.
func (f *File) Now() time.Time { return f.now }

// Plant is the file in the core's words.
func (f *File) Plant() command.Plant { return f.plant }

// PlatformServers are the operator's name servers and the handle of the set that holds them.
func (f *File) PlatformServers() (servers []string, nsset string) {
	return f.Root.Platform.NameServers, f.Root.Platform.NSSet
}

// compiler turns a Root into what is planted. It fills defaults into the Root on the way.
type compiler struct {
	*problems
	f    *File
	root *Root
	now  time.Time

	accounts map[string]*Account // by name
	logins   map[string]string   // path by log-in
	contacts map[string]string   // path by account and id
	first    map[string]string   // account's first contact
	sets     map[string]int      // index in NSSets by account and id
	taken    map[string]string   // path by environment and domain name
	glue     map[string][]string // addresses as text, by environment and host
	origins  map[string]string   // path by zone

	priceGroups map[string]bool
}

func compile(root Root, ps *problems, now time.Time) (*File, error) {
	ps.closed = true
	f := &File{Root: root, at: ps.at, name: ps.file}
	c := &compiler{problems: ps, f: f, root: &f.Root, now: now.UTC().Truncate(time.Second), accounts: map[string]*Account{},
		logins: map[string]string{}, contacts: map[string]string{}, first: map[string]string{}, sets: map[string]int{},
		taken: map[string]string{}, glue: map[string][]string{}, origins: map[string]string{}}
	if _, here := c.at["version"]; root.Version != Version && here {
		c.bad("version", "must be %d", Version)
	}
	if root.Now != "" {
		t, err := time.Parse(time.RFC3339, root.Now)
		if err != nil {
			c.bad("now", "must be a time in RFC 3339 form (2026-11-22T09:00:00Z)")
		} else {
			f.now = t.UTC()
			c.now = f.now.Truncate(time.Second)
		}
	}
	c.platform()
	f.catalog = c.buildCatalog(root.Catalog)
	c.accountsAll()
	c.contactsAll()
	c.nssetsAll()
	c.hostsAll()
	c.domainsAll()
	c.zonesAll()
	c.foreignAll()
	c.noticesAll()
	if err := c.err(); err != nil {
		return nil, err
	}
	return f, nil
}

// notServed notes what is accepted but not acted on.
func (c *compiler) notServed(path, format string, args ...any) {
	c.f.NotServed = append(c.f.NotServed, path+": "+fmt.Sprintf(format, args...))
}

// platform fills in what a zone's apex and "use your name servers" mean.
func (c *compiler) platform() {
	p := &c.root.Platform
	if len(p.NameServers) == 0 {
		p.NameServers = []string{"ns1.polyreg.test", "ns2.polyreg.test"}
	}
	if p.NSSet == "" {
		p.NSSet = "POLYREG"
	}
	for i, n := range c.hostNames("platform.name_servers", p.NameServers) {
		p.NameServers[i] = string(n)
	}
	p.NSSet = c.setHandle("platform.nsset", p.NSSet)
}

// key joins what a name is unique within and the name.
func key(scope, name string) string { return scope + "\x00" + name }

// environmentOf is the environment of an account of the file.
func (c *compiler) environmentOf(name string) account.Environment {
	if a := c.accounts[name]; a != nil {
		return account.Environment(a.Environment)
	}
	return account.Live
}

// accountKey finds the account that a part names.
func (c *compiler) accountKey(path, name string) (command.PlantKey, bool) {
	if !c.given(path, name) {
		return command.PlantKey{}, false
	}
	a := c.accounts[name]
	if a == nil {
		c.bad(path, "there is no account %q in this file", clip(name))
		return command.PlantKey{}, false
	}
	return command.PlantKey{Environment: account.Environment(a.Environment), Name: name}, true
}
