package archtest

import (
	"path"
	"slices"
	"strings"
)

// module is the path of this repository's module.
const module = "github.com/polyreg/polyreg"

// vocabulary and core are in the order in which they may import each other: a package sees those before it.
var (
	vocabulary = []string{"internal/errs", "internal/clock", "internal/id", "internal/money", "internal/dname"}
	core       = []string{"internal/account", "internal/ledger", "internal/catalog", "internal/contact", "internal/host",
		"internal/domain", "internal/zone", "internal/order", "internal/notify"}
)

// A floor is a group of packages with the same rights.
type floor struct {
	name string
	// packages are patterns of path.Match under the module; "…/**" takes a whole subtree. The first floor that fits counts.
	packages []string
	// may are the patterns of this module's packages that may be imported.
	may []string
	// outside are prefixes of other modules' packages that may be imported; anyModule lifts the limit.
	outside []string
	// std are packages of the standard library that may be imported although they speak SQL, HTTP, XML or JSON.
	std []string
	// why is said when the rule stops somebody.
	why string
}

const anyModule = "*"

// wireStd are the standard library's packages that carry wire formats and storage.
var wireStd = []string{"database/sql", "net/http", "encoding/xml", "encoding/json", "net/rpc", "net/smtp", "html/template"}

// testHelpers are written for tests of several packages; nothing that ships imports them.
var testHelpers = []string{"internal/testkit", "internal/registry/registrytest", "internal/store/storetest", "internal/dialect/dialecttest",
	"internal/command/commandtest"}

const whyAdapter = "adapters import core, vocabulary, ports and wire formats, never another adapter: only internal/app sees two of them at once, " +
	"so that each can be replaced or tested alone. Move what is shared down, or pass it in from app through an interface of the user's"

// floors are listed from the ground up. A package on none of them fails the test: decide where it lives first.
func floors() []floor {
	base := slices.Concat(vocabulary, core, []string{"internal/command", "internal/lifecycle"})
	fs := []floor{
		{name: "test helpers", packages: testHelpers, may: []string{"**"}, outside: []string{anyModule}, std: wireStd,
			why: "test helpers may see everything"},
		{name: "whole-program tests", packages: []string{"test/**", "internal/archtest"}, may: []string{"internal/testkit", "internal/app/**", "internal/app", "internal/wire/*", "test/**"},
			outside: []string{anyModule}, std: wireStd, why: "whole-program tests drive the program from outside, as its clients do"},
	}
	fs = append(fs, orderedFloor("vocabulary", vocabulary, nil, []string{"golang.org/x/net/idna", "github.com/oklog/ulid/v2"},
		"the vocabulary is plain words: the standard library, x/net/idna and the id library, and only the packages before it in the list")...)
	fs = append(fs, orderedFloor("core", core, vocabulary, []string{"github.com/nyaruka/phonenumbers"},
		"the core knows no SQL, HTTP, XML, JSON or DNS, no adapter and no use case; inside it the order of design is the order of imports, so that a rule has one home")...)
	fs = append(fs,
		floor{name: "registry port", packages: []string{"internal/registry"}, may: vocabulary,
			why: "the registry port is what the core asks of any registry, in the vocabulary's words: an adapter or a wire format in it would bind the core to one protocol"},
		floor{name: "embedded registry's store port", packages: []string{"internal/registry/sim/repo"}, may: vocabulary,
			why: "the embedded registry's store interface is filled by internal/store/simstore and used by internal/registry/sim; it must depend on neither"},
		floor{name: "dialect port", packages: []string{"internal/dialect"}, may: slices.Concat(base, []string{"internal/obs"}), std: []string{"net/http"},
			why: "what all doors have in common may know the use cases and net/http, and no door"},
		floor{name: "use cases", packages: []string{"internal/command"}, may: slices.Concat(vocabulary, core, []string{"internal/registry"}), outside: []string{"golang.org/x/sync"}, std: []string{"encoding/json"},
			why: "a use case knows the core and the ports; stores, dialects and registries are given to it as interfaces (JSON only for columns of its own)"},
		floor{name: "lifecycle", packages: []string{"internal/lifecycle"}, may: slices.Concat(vocabulary, core, []string{"internal/registry", "internal/command"}), std: []string{"encoding/json"},
			why: "what time does to a domain is told in the core's words, through the use cases"},
		floor{name: "wire formats", packages: []string{"internal/wire/*"}, may: []string{"internal/wire/*"}, outside: []string{"golang.org/x/text"}, std: []string{"encoding/xml", "encoding/json"},
			why: "wire formats are shared by several adapters and know nothing of the core: they turn octets into trees and back"},
		floor{name: "secrets", packages: []string{"internal/secret"}, may: vocabulary, outside: []string{"github.com/pquerna/otp", "golang.org/x/crypto"},
			why: "sealing and hashing know octets only"},
		floor{name: "observation", packages: []string{"internal/obs", "internal/obs/*"}, may: slices.Concat(vocabulary, []string{"internal/obs", "internal/obs/*"}),
			outside: []string{"github.com/prometheus/"}, std: []string{"net/http", "encoding/json"}, why: "logs, journal and metrics are used by all and must know nobody"},
		floor{name: "configuration", packages: []string{"internal/config"}, may: vocabulary, outside: []string{"github.com/goccy/go-yaml", "github.com/caarlos0/env/v11"},
			why: "the configuration is one struct that app reads; packages get their own small structs from app, never this one"},
	)
	fs = append(fs, adapters(base)...)
	return append(fs,
		floor{name: "app", packages: []string{"internal/app", "internal/app/**"}, may: []string{"internal/**"}, outside: []string{anyModule}, std: wireStd,
			why: "app wires everything, but nothing above it"},
		floor{name: "programs", packages: []string{"cmd/*"}, may: slices.Concat(base, []string{"internal/app", "internal/app/**", "internal/config", "internal/seed", "internal/seed/**",
			"internal/obs", "internal/obs/*", "internal/secret"}), outside: []string{"github.com/spf13/"}, std: []string{"encoding/json", "net/http"},
			why: "programs are thin: they read flags and call app, which alone knows stores, dialects and registries"},
	)
}

func adapters(base []string) []floor {
	below := slices.Concat(base, []string{"internal/secret", "internal/obs", "internal/wire/*"})
	db := []string{"github.com/jackc/pgx/v5", "modernc.org/sqlite", "github.com/pressly/goose/v3", "github.com/riverqueue/river"}
	return []floor{
		{name: "dialects", packages: []string{"internal/dialect/*"}, may: slices.Concat(below, []string{"internal/dialect"}),
			outside: []string{"github.com/nyaruka/phonenumbers", "golang.org/x/"}, std: []string{"net/http", "encoding/json", "encoding/xml"},
			why: "a dialect translates and decides nothing: it may not see a store, a registry or another dialect. " + whyAdapter},
		{name: "registry client", packages: []string{"internal/registry/epp", "internal/registry/epp/*"},
			may: slices.Concat(vocabulary, []string{"internal/registry", "internal/registry/epp", "internal/registry/epp/*", "internal/wire/*", "internal/obs", "internal/secret"}), outside: []string{"golang.org/x/sync"}, why: whyAdapter},
		{name: "faults", packages: []string{"internal/registry/fault"}, may: slices.Concat(vocabulary, []string{"internal/registry", "internal/obs"}),
			why: "faults are put between the core and the registry port; they know neither, so that every registry can have them"},
		{name: "embedded registry", packages: []string{"internal/registry/sim"},
			may: slices.Concat(vocabulary, []string{"internal/registry/sim/repo", "internal/wire/*", "internal/obs", "internal/secret"}), std: []string{"encoding/json"},
			why: "the embedded registry is a registry of its own: what it knows of the core it learns over EPP, or it proves nothing"},
		{name: "stores", packages: []string{"internal/store", "internal/store/*"},
			may: slices.Concat(below, []string{"internal/store", "internal/store/*", "internal/registry/sim/repo"}), outside: db, std: []string{"database/sql", "encoding/json"},
			why: "all SQL lives in internal/store; it sees the core and the ports it fills, never a dialect or a registry. " + whyAdapter},
		{name: "jobs", packages: []string{"internal/job", "internal/job/*"}, may: slices.Concat(below, []string{"internal/job", "internal/job/*", "internal/store/db"}), outside: db, std: []string{"database/sql", "encoding/json"}, why: whyAdapter},
		{name: "rate limits", packages: []string{"internal/ratelimit"}, may: vocabulary, why: "limits are pure functions of clock, limit and stored time"},
		{name: "name service", packages: []string{"internal/dns", "internal/dns/*"}, may: slices.Concat(below, []string{"internal/dns", "internal/dns/*"}), outside: []string{"github.com/miekg/dns"}, why: whyAdapter},
		{name: "web adapters", packages: []string{"internal/rdap", "internal/whois", "internal/panel", "internal/panel/*", "internal/webhook", "internal/redirect"}, may: below,
			outside: []string{"golang.org/x/"}, std: []string{"net/http", "encoding/json", "html/template"}, why: whyAdapter},
		{name: "mail", packages: []string{"internal/mail"}, may: below, outside: []string{"github.com/wneessen/go-mail", "github.com/emersion/go-smtp"}, why: whyAdapter},
		{name: "seed", packages: []string{"internal/seed", "internal/seed/*"}, may: slices.Concat(below, []string{"internal/seed", "internal/seed/*", "internal/registry", "internal/registry/sim/repo", "internal/dialect"}),
			outside: []string{"github.com/goccy/go-yaml"}, std: []string{"encoding/json"}, why: "the seed writes through the core's and the embedded registry's ports; which database stands behind them is app's business"},
	}
}

// orderedFloor gives each package of a list its own floor, which sees the packages before it and those of below.
func orderedFloor(name string, list, below, outside []string, why string) []floor {
	var fs []floor
	for i, p := range list {
		fs = append(fs, floor{name: name, packages: []string{p}, may: slices.Concat(below, list[:i]), outside: outside, why: why})
	}
	return fs
}

// floorOf finds a package's floor; pkg is its path under the module.
func floorOf(fs []floor, pkg string) (floor, bool) {
	for _, f := range fs {
		if matchAny(f.packages, pkg) {
			return f, true
		}
	}
	return floor{}, false
}

func matchAny(patterns []string, pkg string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		if p == "**" {
			return true
		}
		if tree, ok := strings.CutSuffix(p, "/**"); ok {
			return strings.HasPrefix(pkg, tree+"/")
		}
		ok, _ := path.Match(p, pkg) // the patterns above are well-formed
		return ok
	})
}
