package seed

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/polyreg/polyreg/internal/command"
	"github.com/polyreg/polyreg/internal/registry/sim/repo"
)

// SimSeed is what the embedded registry is to hold. AuthInfo is in the clear, as sim.Seed takes it.
type SimSeed struct {
	Contacts []repo.Contact
	Hosts    []repo.Host
	Domains  []repo.Domain
}

// SimSeeder adds to the embedded registry what is not there, in one transaction.
type SimSeeder func(ctx context.Context, s SimSeed) error

// Report is what Apply did.
type Report struct {
	Added, Kept command.PlantCounts
	Foreign     int // names of other registrars in the file
	// NotServed tells what was accepted and is not acted on by this version, one line each.
	NotServed []string
}

// String has one line with counts and one for each entry of NotServed.
func (r Report) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "added %s; kept %s", counts(r.Added), counts(r.Kept))
	if r.Foreign > 0 {
		fmt.Fprintf(&b, "; foreign domains: %d", r.Foreign)
	}
	for _, line := range r.NotServed {
		b.WriteString("\nnot served: " + line)
	}
	return b.String()
}

func counts(n command.PlantCounts) string {
	var parts []string
	for _, p := range []struct {
		n         int
		one, many string
	}{{n.Accounts, "account", "accounts"}, {n.Credentials, "credential", "credentials"}, {n.Profiles, "profile", "profiles"},
		{n.Contacts, "contact", "contacts"}, {n.NSSets, "name-server set", "name-server sets"}, {n.Hosts, "host", "hosts"},
		{n.Domains, "domain", "domains"}, {n.Zones, "zone", "zones"}, {n.Notices, "notice", "notices"}} {
		switch p.n {
		case 0:
		case 1:
			parts = append(parts, "1 "+p.one)
		default:
			parts = append(parts, fmt.Sprintf("%d %s", p.n, p.many))
		}
	}
	if len(parts) == 0 {
		return "nothing"
	}
	return strings.Join(parts, ", ")
}

// Apply plants a file: the core in one transaction, then the embedded registry in one. What is there already stays, so that
// applying again completes what a crash between the two left. sim is nil where no embedded registry is at hand; then a file
// with domains or hosts is refused before anything is written.
func Apply(ctx context.Context, r *command.Runner, sim SimSeeder, f *File) (Report, error) {
	if sim == nil {
		if err := f.needsNoRegistry(); err != nil {
			return Report{}, err
		}
	}
	planted, err := r.Plant(ctx, f.plant)
	if err != nil {
		return Report{}, err
	}
	rep := Report{Added: planted.Added, Kept: planted.Kept, Foreign: len(f.foreign), NotServed: append([]string(nil), f.NotServed...)}
	if sim == nil {
		return rep, nil
	}
	m := newMirror(r, f, planted)
	return rep, sim(ctx, m.seed())
}

func (f *File) needsNoRegistry() error {
	ps := &problems{file: f.name, at: f.at}
	for _, part := range []struct {
		key string
		n   int
	}{{"domains", len(f.Root.Domains)}, {"hosts", len(f.Root.Hosts)}, {"foreign_domains", len(f.Root.ForeignDomains)}} {
		if part.n > 0 {
			ps.bad(part.key, "needs the embedded registry in the same process")
		}
	}
	return ps.err()
}

// AccountsShown gives the accounts with their credentials in the clear under the file's keys, for a sandbox's endpoints.
func (f *File) AccountsShown() []map[string]any {
	out := make([]map[string]any, 0, len(f.Root.Accounts))
	for _, a := range f.Root.Accounts {
		b, err := json.Marshal(a)
		if err != nil { // text, numbers and maps of text always encode
			panic(err)
		}
		var m map[string]any
		if err := json.Unmarshal(b, &m); err != nil {
			panic(err)
		}
		out = append(out, m)
	}
	return out
}
